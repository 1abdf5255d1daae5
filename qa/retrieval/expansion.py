"""Extend hits by their neighbouring sentences: short passages are found better, longer ones are read better."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from qa.text.sentences import split_sentences
from qa.types import Article, Hit, Passage, Row, Span
from qa.types.settings import PASSAGE_CHARS

_SHORT = 5000  # characters of a story that is kept cut: five hundred of them are 5 MB at most


def expanded(hits: Iterable[Hit], opening: Span | None = None) -> Iterator[Hit]:
    """Each hit with the sentences around it, as far as PASSAGE_CHARS and the better hits leave room; none overlap.

    One at a time, as they are taken: to cut an article into sentences takes longer than to find it. With `opening`,
    whole sentences of the first hit's article, its passage is those instead, and what follows them.
    """
    taken: dict[str, list[Span]] = {}
    sentences: dict[str, tuple[Span, ...]] = {}
    for at, hit in enumerate(hits):
        article = hit.article
        spans = taken.setdefault(article.id, [])
        if article.id not in sentences:
            sentences[article.id] = _cut(article.text, article.rows)
        opens = opening is not None and at == 0
        seed = opening if opens else unshown(hit.passage, spans)
        if seed is None:
            continue
        span = expand(seed, sentences[article.id], spans, onward=opens)
        spans.append(span)
        yield replace(hit, passage=_slice(article, span, sentences[article.id], hit.passage))


def _cut(story: str, rows: tuple[Row, ...]) -> tuple[Span, ...]:
    return _cut_before(story, rows) if len(story) <= _SHORT else split_sentences(story, rows)


@lru_cache(maxsize=500)
def _cut_before(story: str, rows: tuple[Row, ...]) -> tuple[Span, ...]:
    """The sentences of a story: a reader asks about the same few again and again."""
    return split_sentences(story, rows)


def unshown(passage: Passage, taken: Sequence[Span]) -> Span | None:
    """The longest run of a passage's sentences that no better hit shows, in the article's text; None where none is."""
    best, run = None, None
    for start, end in passage.sentences:
        sentence = Span(passage.start + start, passage.start + end)
        if any(sentence.start < span.end and span.start < sentence.end for span in taken):
            run = None
            continue
        run = Span(run.start if run else sentence.start, sentence.end)
        if best is None or run.end - run.start > best.end - best.start:
            best = run
    return best


def expand(span: Span, sentences: Sequence[Span], taken: Sequence[Span], *, onward: bool = False) -> Span:
    """Whole sentences, alternately after and before, while they fit; `onward`, before only when no more fit after."""
    first = bisect_right(sentences, span.start, key=lambda one: one.end)
    last = bisect_right(sentences, span.end - 1, key=lambda one: one.start)
    start, end = span
    forward = backward = True
    while forward or backward:
        if forward:
            forward = last < len(sentences) and _free(start, sentences[last].end, taken)
            end, last = (sentences[last].end, last + 1) if forward else (end, last)
        if backward and not (onward and forward):
            backward = first > 0 and _free(sentences[first - 1].start, end, taken)
            start, first = (sentences[first - 1].start, first - 1) if backward else (start, first)
    return Span(start, end)


def _free(start: int, end: int, taken: Sequence[Span]) -> bool:
    return end - start <= PASSAGE_CHARS and not any(start < span.end and span.start < end for span in taken)


def _slice(article: Article, span: Span, sentences: Sequence[Span], passage: Passage) -> Passage:
    first = bisect_right(sentences, span.start, key=lambda one: one.end)
    last = bisect_left(sentences, span.end, key=lambda one: one.start)
    inside = tuple(
        Span(max(one.start, span.start) - span.start, min(one.end, span.end) - span.start)
        for one in sentences[first:last]
    )
    return replace(passage, start=span.start, end=span.end, text=article.text[span.start : span.end], sentences=inside)
