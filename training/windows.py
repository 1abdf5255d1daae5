"""Locate an answer in a document, and choose among several occurrences."""

from __future__ import annotations

from collections.abc import Sequence

from qa.text.words import bigrams
from qa.types import Span

_AROUND = 60  # characters on each side of an occurrence that tell whether it is the one meant


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
    grams = set(bigrams(question))

    def said(span: Span) -> int:
        around = value[max(0, span.start - _AROUND) : span.end + _AROUND]
        return len(grams.intersection(bigrams(around)))

    return max(spans, key=lambda span: (said(span), -span.start))
