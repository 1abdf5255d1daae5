"""What a follow-up question takes over from the questions before it, in phrases, from what a model marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.questions.follow_ups import EARLIER, LEANS, MAY_LEAN, SURELY
from qa.text.folding import comparable
from qa.text.words import content_words, tagged_words
from qa.types import Span
from qa.types.protocols import FollowUpReader, Marked

_PERHAPS = 0.5  # the chance from which a question may lean; chosen, as the next ones, on `chats-fit.jsonl`
_LEAST = -2.5  # the logit, at the mean of its pieces, from which a word is taken over: what is surely not is left
_LEAST_OF_ONE = -0.75  # of a word of one character: many are verbs that say little (走丢找到没: 走丢)
_MOST = 5  # phrases
_JOINS = ("", "的", "·")  # between two words of a phrase


class TakenOver(NamedTuple):
    """What a question takes over: phrases with a blank between them, and how much it leans on them, as
    `qa.questions.follow_ups.leaning` has it. A question that stands alone takes over none, and leans 0.
    """

    words: str
    leaning: float


NOTHING = TakenOver("", 0.0)


class _Phrase(NamedTuple):
    text: str
    logit: float  # of its likeliest word


def taken_over(question: str, history: Sequence[str], reader: FollowUpReader) -> TakenOver:
    """What a question takes over from the earlier ones, the last one last; at least one."""
    history = history[-EARLIER:]
    reading = reader.read(question, history)
    leans = reading.leans
    if leans < _PERHAPS:
        return NOTHING
    since = _since_alone(history, reader)
    if len(since) < len(history):
        reading = reader.read(question, since)
    found = _apart([one for part in reading.marked for one in _phrases(question, part)], comparable(question))
    best = sorted(found, key=lambda one: -one.logit)[:_MOST]
    if not best and content_words(question):
        return NOTHING
    words = " ".join(one.text for one in found if one in best)
    return TakenOver(words, LEANS if leans > SURELY else MAY_LEAN)


def _since_alone(history: Sequence[str], reader: FollowUpReader) -> Sequence[str]:
    """The questions from the last one on that stands alone: its topic takes the place of those before it."""
    at = len(history) - 1
    while at and reader.read(history[at], history[:at]).leans >= _PERHAPS:
        at -= 1
    return history[at:]


def words_in(text: str) -> Iterator[Span]:
    """Where the words of a normalised text stand, the names that the segmenter guesses among them."""
    end = 0
    for word, _ in tagged_words(text):
        start = text.find(word, end)
        if start >= 0:
            end = start + len(word)
            yield Span(start, end)


def _phrases(question: str, part: Marked) -> Iterator[_Phrase]:
    """Runs of words that are taken over. What the question says itself is none of them."""
    own = comparable(question)
    start, end, best = 0, -1, float("-inf")
    for span in words_in(part.text):
        word, logit = part.text[span.start : span.end], _logit(part, span)
        if logit <= (_LEAST if len(word) > 1 else _LEAST_OF_ONE) or (len(word) > 1 and comparable(word) in own):
            continue
        if end < 0 or part.text[end : span.start].strip() not in _JOINS:
            yield from _said(part, start, end, best)
            start, best = span.start, float("-inf")
        end, best = span.end, max(best, logit)
    yield from _said(part, start, end, best)


def _said(part: Marked, start: int, end: int, best: float) -> Iterator[_Phrase]:
    text = part.text[start : max(start, end)].strip("的 ")
    if content_words(comparable(text)):
        yield _Phrase(text, best)


def _logit(part: Marked, span: Span) -> float:
    """The mean of the pieces of a word; a word that was not read is not taken over."""
    read = [
        logit
        for piece, logit in zip(part.pieces, part.logits, strict=True)
        if piece.start < span.end and piece.end > span.start
    ]
    return sum(read) / len(read) if read else float("-inf")


def _apart(found: Sequence[_Phrase], own: str) -> list[_Phrase]:
    """The phrases in their order without those whose words a longer one has, or the question."""
    kept, said = set[int](), [own]
    for at in sorted(range(len(found)), key=lambda at: -len(found[at].text)):
        plain = comparable(found[at].text)
        is_said = any(plain in one for one in said)
        if not is_said and not all(any(word in one for one in said) for word in content_words(plain)):
            kept.add(at)
            said.append(plain)
    return [found[at] for at in sorted(kept)]
