"""Ranked sentences -> the one to three that are quoted, in reading order, each with its mark."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.candidates import Candidate, blankless
from qa.answering.evidence import Evidence
from qa.answering.expected import locate
from qa.answering.lists import series
from qa.answering.study import Scored, Study
from qa.types import Article, Citation, Query, Span

QUOTES = 3  # sentences at most
LIST_QUOTES = 6  # where several things are asked for
_LIST_CHARS = 400
_GAIN = 0.15  # of the question's weight that a further quote must add, where nothing was read
_CHARS = 200  # quotes together, beyond the first
_EDGES = " \t\r\n\u3000，。、；：！？,.;:!?"


def choose(study: Study, further: float, several: bool = False) -> list[Scored]:
    """The best sentence, then those that are likely enough to answer too: `further` is the chance that they need.

    Quotes stand in reading order; so that the best comes first all the same, no sentence before it in its article is
    quoted unless `several` things are asked for. Then the members of a list around the best go before all others.
    """
    chosen = [study.ranked[0]]
    members = _members(study) if several else []
    most, room = (LIST_QUOTES, _LIST_CHARS) if several else (QUOTES, _CHARS)
    for one in [*members, *study.ranked[1:]]:
        said = "".join(each.candidate.quote for each in chosen)
        if len(chosen) == most or len(said) + len(one.candidate.quote) > room:
            continue
        if blankless(one.candidate.quote) in blankless(said):
            continue
        if one in members or _adds(study, said, one, further, several):
            chosen.append(one)
    return chosen


def _members(study: Study) -> list[Scored]:
    """Sentences of the best one's passage that stand in one list with it."""
    home = sorted(
        (one for one in study.ranked if one.candidate.order == study.best.order), key=lambda one: one.candidate.start
    )
    members = series([one.candidate.quote for one in home], home.index(study.ranked[0]))
    return [home[at] for at in members]


def _adds(study: Study, said: str, one: Scored, further: float, several: bool) -> bool:
    """Whether a sentence is likely enough and adds to what is said; of one that was read, its chance tells both."""
    if one.chance < further or (not several and _stands_before(one.candidate, study.best)):
        return False
    return one.candidate.marked is not None or _gain(study.evidence, said, one.candidate) >= _GAIN


def _stands_before(one: Candidate, other: Candidate) -> bool:
    return one.hit.article.id == other.hit.article.id and one.start < other.start


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
