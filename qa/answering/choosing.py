"""Ranked sentences -> the one to three that are quoted, in reading order, each with its mark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa import text
from qa.answering.candidates import Candidate, blankless, is_headline
from qa.answering.evidence import Evidence
from qa.answering.expected import locate, wording
from qa.answering.lists import Listing, enough, members
from qa.answering.study import Scored, Study
from qa.types import Article, Citation, Query, Span

QUOTES = 3  # sentences at most
LIST_QUOTES = 8  # where several things are asked for
_LIST_CHARS = 480
_GAIN = 0.15  # of the question's weight that a further quote must add, where nothing was read
_CHARS = 200  # quotes together, beyond the first
_EDGES = " \t\r\n\u3000，。、；：！？,.;:!?"


def choose(study: Study, further: float) -> list[Scored]:
    """The best sentence, then those that are likely enough to answer too: `further` is the chance that they need.

    Quotes stand in reading order; so that the best comes first all the same, no sentence before it in its article is
    quoted unless several things are asked for and it does not name enough of them. Then what lists them around the best
    goes before all others.
    """
    chosen = [study.ranked[0]]
    is_whole = study.asked is None or _is_whole(study.asked, study.best)
    listed = _listed(study, study.asked, is_whole) if study.asked else []
    most, room = (LIST_QUOTES, _LIST_CHARS) if study.asked else (QUOTES, _CHARS)
    for one in [*listed, *study.ranked[1:]]:
        said = "".join(each.candidate.quote for each in chosen)
        if len(chosen) == most or len(said) + len(one.candidate.quote) > room:
            continue
        if blankless(one.candidate.quote) in blankless(said):
            continue
        if one in listed or (_adds(study, said, one, further) and not (is_whole and _precedes(one, study.best))):
            chosen.append(one)
    return chosen


def _listed(study: Study, asked: Listing, is_whole: bool) -> list[Scored]:
    """Sentences of the best one's article that list what is asked for; one not read counts as likely as the best."""
    best, article = study.best, study.best.hit.article
    known = {one.candidate.start: one for one in study.ranked if one.candidate.hit.article.id == article.id}
    spans = [one for one in text.sentences(article.text) if not is_headline(article, article.text[one.start : one.end])]
    home = next((at for at, one in enumerate(spans) if one.start <= best.start < one.end), None)
    if home is None:
        return []
    found = members(asked, [article.text[one.start : one.end] for one in spans], home, is_whole)
    return [known.get(spans[at].start) or replace(study.ranked[0], candidate=best.beside(spans[at])) for at in found]


def _is_whole(asked: Listing, best: Candidate) -> bool:
    if best.marked is None:
        return False
    start, end = best.marked.span
    return enough(asked, best.quote, Span(start - best.start, end - best.start))


def _adds(study: Study, said: str, one: Scored, further: float) -> bool:
    """Whether a sentence is likely enough and adds to what is said; of one that was read, its chance tells both."""
    if one.chance < further:
        return False
    return one.candidate.marked is not None or _gain(study.evidence, said, one.candidate) >= _GAIN


def _precedes(one: Scored, best: Candidate) -> bool:
    return one.candidate.hit.article.id == best.hit.article.id and one.candidate.start < best.start


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
        return locate(wording(query), quote, evidence.terms_in(quote))
    start, end = (at - candidate.start for at in candidate.marked.span)
    marked = quote[start:end]
    start += len(marked) - len(marked.lstrip(_EDGES))
    end -= len(marked) - len(marked.rstrip(_EDGES))
    return Span(start, end) if start < end else Span(0, len(quote))
