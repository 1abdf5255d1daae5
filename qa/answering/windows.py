"""Hits -> the windows that a reader reads: whole sentences, none twice."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa import text
from qa.readings import Window
from qa.types import Article, Hit, Span

LEAD_CHARS = 40
WINDOW_CHARS = 260  # within what the reader was made with


@dataclass(frozen=True, slots=True)
class Slice:
    """A window of a hit. `sentences` are ranges of the article's text."""

    hit: Hit
    order: int  # of the hit, from 0
    sentences: tuple[Span, ...]

    @property
    def window(self) -> Window:
        start, end = self.sentences[0].start, self.sentences[-1].end
        inside = tuple(Span(one.start - start, one.end - start) for one in self.sentences)
        return Window(self.hit.article.text[start:end], inside, above(self.hit.article))


def above(article: Article) -> str:
    """What stands above a text, as the reader reads it: headline, or how it begins, paper and date."""
    headline = lead(article.text) if article.title_inferred else article.title
    return " ".join(filter(None, (headline, article.paper, article.date)))


def lead(value: str) -> str:
    """What serves as a headline where none is printed: the beginning of the first sentence."""
    first = next(iter(text.sentences(value)), None)
    return value[first.start : min(first.end, first.start + LEAD_CHARS)] if first else ""


def slices(hits: Sequence[Hit]) -> list[Slice]:
    """Windows of all hits, those of the first hit first, each hit's in reading order and about equally long.

    A window is longer than WINDOW_CHARS only where one sentence is.
    """
    return [one for order, hit in enumerate(hits) for one in _of_hit(hit, order)]


def _of_hit(hit: Hit, order: int) -> Iterator[Slice]:
    sentences = [Span(hit.passage.start + one.start, hit.passage.start + one.end) for one in hit.passage.sentences]
    total = sentences[-1].end - sentences[0].start
    even = total / math.ceil(total / WINDOW_CHARS)
    first = 0
    for last, sentence in enumerate(sentences, 1):
        length = sentence.end - sentences[first].start
        grown = sentences[last].end - sentences[first].start if last < len(sentences) else math.inf
        if length >= even or grown > WINDOW_CHARS:
            yield Slice(hit, order, tuple(sentences[first:last]))
            first = last
