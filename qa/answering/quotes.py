"""Which verbatim sentences are quoted: the best, those that add to it, those that list what is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.answering.candidates import Candidate
from qa.answering.coverage import TermCoverage, locate_form
from qa.answering.lists import enough, members
from qa.answering.premises import missing
from qa.answering.scoring import Assessment, ScoredCandidate
from qa.questions.analysed import AnalysedQuestion
from qa.text.sentences import blankless, is_headline, sentences_of
from qa.types import Article, Citation, Span

QUOTES = 3  # sentences at most
LIST_QUOTES = 8  # where several things are asked for
_LIST_CHARS = 480
_GAIN = 0.15  # of the question's weight that a further quote must add, where nothing was read
_CHARS = 200  # quotes together, beyond the first
_EDGES = " \t\r\n\u3000，。、；：！？,.;:!?"


def choose(study: Assessment, further: float, listed: Sequence[ScoredCandidate] | None = None) -> list[ScoredCandidate]:
    """The best sentence, then those that are likely enough to answer too: `further` is the chance that they need.
    `listed` are the sentences that list what is asked for, where they are known already.

    Quotes stand in reading order; so that the best comes first all the same, no sentence before it in its article is
    quoted unless several things, not steps, are asked for and it does not name enough of them. Then what lists them
    around the best goes before all others.
    """
    chosen = [study.ranked[0]]
    is_whole = _is_whole(study)
    listed = listing_of(study) if listed is None else listed
    most, room = (LIST_QUOTES, _LIST_CHARS) if study.asked else (QUOTES, _CHARS)
    for one in [*listed, *study.ranked[1:]]:
        said = "".join(each.candidate.quote for each in chosen)
        if len(chosen) == most or len(said) + len(one.candidate.quote) > room:
            continue
        if blankless(one.candidate.quote) in blankless(said):
            continue
        if _is_of_another(study, one) or (listed and study.asked and study.asked.is_steps and one not in listed):
            continue
        if one in listed or (_adds(study, said, one, further) and not (is_whole and _precedes(one, study.best))):
            chosen.append(one)
    return chosen


def _is_of_another(study: Assessment, one: ScoredCandidate) -> bool:
    """Whether a sentence's article lacks a name or amount of the question that the best one's has."""
    article = one.candidate.hit.article
    if article.id == study.best.hit.article.id:
        return False
    return bool(set(missing(study.names, article)) - set(missing(study.names, study.best.hit.article)))


def listing_of(study: Assessment) -> list[ScoredCandidate]:
    """Sentences of the best one's article that list what is asked for, where several things are; one not read counts as
    likely as the best.
    """
    if study.asked is None:
        return []
    best, article = study.best, study.best.hit.article
    known = {one.candidate.start: one for one in study.ranked if one.candidate.hit.article.id == article.id}
    spans = [one for one in sentences_of(article) if not is_headline(article, article.text[one.start : one.end])]
    home = next((at for at, one in enumerate(spans) if one.start <= best.start < one.end), None)
    if home is None:
        return []
    found = members(study.asked, [article.text[one.start : one.end] for one in spans], home, _is_whole(study))
    return [known.get(spans[at].start) or replace(study.ranked[0], candidate=best.beside(spans[at])) for at in found]


def _is_whole(study: Assessment) -> bool:
    """Whether beside the best sentence nothing is wanted but what surely is a list: one thing is asked for, or steps,
    or that sentence names enough.
    """
    if study.asked is None or study.asked.is_steps:
        return True
    best = study.best
    if best.marked is None:
        return False
    start, end = best.marked.span
    return enough(study.asked, best.quote, Span(start - best.start, end - best.start))


def _adds(study: Assessment, said: str, one: ScoredCandidate, further: float) -> bool:
    """Whether a sentence is likely enough and adds to what is said; of one that was read, its chance tells both."""
    if one.chance < further:
        return False
    return one.candidate.marked is not None or _gain(study.evidence, said, one.candidate) >= _GAIN


def _precedes(one: ScoredCandidate, best: Candidate) -> bool:
    return one.candidate.hit.article.id == best.hit.article.id and one.candidate.start < best.start


def _gain(evidence: TermCoverage, said: str, candidate: Candidate) -> float:
    return evidence.covers(said + candidate.quote) - evidence.covers(said)


def cite(asked: AnalysedQuestion, chosen: Sequence[ScoredCandidate], evidence: TermCoverage) -> tuple[Citation, ...]:
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
        span = mark(asked, candidate, evidence)
        citations.append(Citation(number, article, candidate.start, candidate.end, candidate.quote, span, one.chance))
    return tuple(citations)


def mark(asked: AnalysedQuestion, candidate: Candidate, evidence: TermCoverage) -> Span:
    """The range of the quote that answers: what the reader marked, without pauses around it; else what has the form."""
    quote = candidate.quote
    if candidate.marked is None:
        return locate_form(asked, quote, evidence.terms_in(quote))
    start, end = (at - candidate.start for at in candidate.marked.span)
    marked = quote[start:end]
    start += len(marked) - len(marked.lstrip(_EDGES))
    end -= len(marked) - len(marked.rstrip(_EDGES))
    return Span(start, end) if start < end else Span(0, len(quote))
