"""Windows of a document for a question: the one that answers, and those that only look like it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from qa import text
from qa.types import Span

LEAST, MOST = 80, 260  # characters of a window in training; the product reads passages of up to 400
_AROUND = 60  # characters on each side of an occurrence that tell whether it is the one meant


@dataclass(frozen=True, slots=True)
class Window:
    """``text`` of a document, and where it answers: nowhere, if `spans` is empty."""

    text: str
    spans: tuple[Span, ...]


def occurrences(value: str, answers: Sequence[str]) -> list[Span]:
    """Where any of the answers stands, ascending, the longest at a place."""
    found: dict[int, int] = {}
    for answer in answers:
        place = value.find(answer) if answer else -1
        while place >= 0:
            found[place] = max(found.get(place, 0), place + len(answer))
            place = value.find(answer, place + 1)
    return [Span(start, end) for start, end in sorted(found.items())]


def meant(question: str, value: str, spans: Sequence[Span]) -> Span:
    """The occurrence whose surroundings say most of what the question says."""
    grams = set(text.bigrams(question))

    def said(span: Span) -> int:
        around = value[max(0, span.start - _AROUND) : span.end + _AROUND]
        return len(grams.intersection(text.bigrams(around)))

    return max(spans, key=lambda span: (said(span), -span.start))


def positive(question: str, value: str, answers: Sequence[str], chance: random.Random) -> Window | None:
    """A window of whole sentences around the occurrence that is meant; None where no answer stands in the document."""
    spans = occurrences(value, answers)
    if not spans:
        return None
    target = meant(question, value, spans)
    cut = around(value, target, chance.randint(LEAST, MOST), chance)
    inside = [span for span in spans if cut.start <= span.start and span.end <= cut.end]
    return Window(value[cut.start : cut.end], tuple(Span(one.start - cut.start, one.end - cut.start) for one in inside))


def around(value: str, target: Span, size: int, chance: random.Random) -> Span:
    """Whole sentences that hold `target`, about `size` characters, grown to either side by chance."""
    sentences = text.sentences(value)
    first = max(i for i, one in enumerate(sentences) if i == 0 or one.start <= target.start)
    last = min((i for i, one in enumerate(sentences) if one.end >= target.end), default=len(sentences) - 1)
    first = min(first, last)
    left, right = first, last
    while True:
        room = size - (sentences[right].end - sentences[left].start)
        before = left > 0 and sentences[left].start - sentences[left - 1].start <= room
        after = right + 1 < len(sentences) and sentences[right + 1].end - sentences[right].end <= room
        if not before and not after:
            break
        if before and (not after or chance.random() < 0.5):
            left -= 1
        else:
            right += 1
    start, end = sentences[left].start, sentences[right].end
    if end - start > MOST:  # a sentence that never ends: cut around the target
        start = max(start, target.start - MOST // 2)
        end = min(end, max(target.end, start + MOST))
    return Span(min(start, target.start), max(end, target.end))


def silent(value: str, answers: Sequence[str], chance: random.Random) -> Window | None:
    """A window without any of the answers, by chance; None where the document has none."""
    sentences = text.sentences(value)
    for _ in range(4):
        if not sentences:
            return None
        target = chance.choice(sentences)
        cut = around(
            value, Span(target.start, min(target.end, target.start + MOST)), chance.randint(LEAST, MOST), chance
        )
        piece = value[cut.start : cut.end]
        if len(piece) >= LEAST // 2 and not any(answer in piece for answer in answers):
            return Window(piece, ())
    return None
