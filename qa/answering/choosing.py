"""Ranked sentences -> the one to three that are quoted, in reading order, each with its mark."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.candidates import Candidate, blankless
from qa.answering.evidence import Evidence
from qa.answering.expected import locate
from qa.answering.study import Scored, Study
from qa.types import Article, Citation, Query, Span

QUOTES = 3  # sentences at most
_GAIN = 0.15  # of the question's weight that a further quote must add, where nothing was read
_CHARS = 200  # quotes together, beyond the first
_EDGES = " \t\r\n\u3000，。、；：！？,.;:!?"


def choose(study: Study, further: float) -> list[Scored]:
    """The best sentence, then those that are likely enough to answer too. `further` is the chance that they need."""
    chosen = [study.ranked[0]]
    for one in study.ranked[1:]:
        if one.chance < further or len(chosen) == QUOTES:
            break
        said = "".join(each.candidate.quote for each in chosen)
        if len(said) + len(one.candidate.quote) > _CHARS or blankless(one.candidate.quote) in blankless(said):
            continue
        if one.candidate.marked or _gain(study.evidence, said, one.candidate) >= _GAIN:
            chosen.append(one)
    return chosen


def _gain(evidence: Evidence, said: str, candidate: Candidate) -> float:
    return evidence.covers(said + candidate.quote) - evidence.covers(said)


def cite(query: Query, chosen: Sequence[Scored], evidence: Evidence) -> tuple[Citation, ...]:
    """Citations in reading order; quotes of one article share its number."""
    numbers: dict[str, int] = {}
    first: dict[str, int] = {}
    for rank, one in enumerate(chosen):
        first.setdefault(one.candidate.hit.article.id, rank)
    citations = []
    for one in sorted(chosen, key=lambda one: (first[one.candidate.hit.article.id], one.candidate.start)):
        candidate = one.candidate
        article: Article = candidate.hit.article
        number = numbers.setdefault(article.id, len(numbers) + 1)
        span = mark(query, candidate, evidence)
        citations.append(Citation(number, article, candidate.start, candidate.end, candidate.quote, span, one.chance))
    return tuple(citations)


def mark(query: Query, candidate: Candidate, evidence: Evidence) -> Span:
    """The range of the quote that answers: what the reader marked, without pauses around it; else what has the form."""
    quote = candidate.quote
    if candidate.marked is None:
        return locate(query.question, quote, evidence.terms_in(quote))
    start, end = (at - candidate.start for at in candidate.marked.span)
    marked = quote[start:end]
    start += len(marked) - len(marked.lstrip(_EDGES))
    end -= len(marked) - len(marked.rstrip(_EDGES))
    return Span(start, end) if start < end else Span(0, len(quote))
