"""Answer from hits with one to three verbatim sentences, each with its citation, or refuse and say why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

from qa.answering.candidates import looked_at
from qa.answering.lead import lead_of
from qa.answering.lists import note
from qa.answering.premises import may_be_named, missing
from qa.answering.quotes import QUOTES, choose, cite, listing_of
from qa.answering.scoring import Assessment, ScoredCandidate, collect
from qa.answering.weights import FittedWeights, fitted_weights
from qa.errors.messages import Wording
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval.expansion import expanded
from qa.text.sentences import headline
from qa.text.zh import ASKING, MOODS, is_han
from qa.types import Answer, AnswerKind, Citation, Explanation, Filters, Hit, Reason, Span
from qa.types.protocols import SpanReader, Weight
from qa.types.settings import PASSAGE_CHARS

_UNKNOWN = 0.5  # share of a question's words that, unknown, make it a question about something else
_ON_TOPIC = 0.3  # of the question that a passage must cover for its article to be called a report on it

_ASKS = re.compile(f"[?？{MOODS}]|{ASKING}|啥|咋|几")  # what makes a sentence a question

UNTOLD = Reason("fact-missing", Wording("reason.fact-missing"))
EMPTY = Reason("empty-question", Wording("reason.empty-question"))


def nothing_left(filters: Filters) -> Reason:
    """Where filters leave no passage."""
    if filters.since or filters.until:
        return Reason("outside-dates", Wording("reason.nothing-in-dates"))
    return Reason("fact-missing", Wording("reason.nothing-left"))


def nothing_of_that_time(held: tuple[str, str] | None) -> Reason:
    """Where the library has nothing of the time asked about; `held` are its first and last date."""
    if held is None:
        return Reason("outside-dates", Wording("reason.no-dates"))
    first, last = held
    one = Wording("reason.other-date", date=first)
    return Reason(
        "outside-dates", one if first == last else Wording("reason.other-dates", since=first, until=last), held
    )


def unknown(terms: Sequence[str]) -> Reason:
    return Reason("unknown-term", Wording("reason.unknown-term", terms=_in_quotes(terms)), tuple(terms))


def nothing_about_it(study: Assessment) -> Reason | None:
    """Where what is asked about stands nowhere in the library, so that nothing in it can answer, however sure: a name
    that surely is one; half of the words, where none is Chinese, or without a reader, which understands other words for
    the same.
    """
    if study.strange:
        return unknown(study.strange)
    is_read = study.best.marked is not None
    if is_read and any(map(is_han, study.words)):
        return None
    return (_lacking(study) or UNTOLD) if len(study.unknown) >= _UNKNOWN * len(study.words) else None


def reason_of(study: Assessment) -> Reason:
    """Of an answer that is too unsure to be given: a name that nothing has; a name or amount that the nearest report
    has not; else that it does not tell. No other words are blamed: anybody may say them of anything.
    """
    if reason := _lacking(study):
        return reason
    report = study.nearest()
    wrong = missing(study.names, report.article)
    if wrong and study.covers(report, without=wrong) >= _ON_TOPIC:
        said = Wording("reason.false-premise", title=report.article.title, terms=_in_quotes(wrong))
        return Reason("false-premise", said, wrong)
    return UNTOLD


def _lacking(study: Assessment) -> Reason | None:
    names = tuple(one for one in study.unheard if may_be_named(one))
    return unknown(names) if names else None


def _in_quotes(terms: Sequence[str]) -> Wording:
    quoted = (Wording("list.quoted", word=term) for term in terms)
    return reduce(lambda first, second: Wording("list.run-on", first=first, second=second), quoted)


def answer_from_hits(
    asked: AnalysedQuestion,
    hits: Sequence[Hit],
    weight: Weight,
    reader: SpanReader | None = None,
    least: float | None = None,
) -> Answer:
    """Answer from the hits, best first. `weight` of an unknown term is 0 where no passage holds it.

    Refuses where the question says nothing, where the filters leave nothing, where a name in it or half of its words
    (with a reader, all of them) stand nowhere in the library, and where the chance that the answer is right is
    below the threshold, or `least` where it is given. With a reader, the hits that it read come in the order of their
    chances to hold the answer.
    """
    if not asked.words:
        return _refuse(asked, (), EMPTY)
    if not hits:
        filtered = nothing_left(asked.filters) if asked.filters else None
        return _refuse(asked, (), filtered or unknown(asked.words))
    decided = fitted_weights(reader is not None)
    least = decided.threshold if least is None else least
    studied = collect(asked, hits, weight, reader).assess(decided.sentence)
    signs = studied.signs()
    confidence, perhaps = decided.confidence.chance(signs), min(decided.perhaps, least)
    explanation = Explanation(decided.sentence.signs(signs), decided.confidence.signs(signs), least, perhaps)
    weighed = _weighed(asked, hits, studied, decided, confidence, least, is_read=reader is not None)
    return replace(weighed, explanation=explanation)


def _weighed(
    asked: AnalysedQuestion,
    hits: Sequence[Hit],
    studied: Assessment,
    decided: FittedWeights,
    confidence: float,
    least: float,
    *,
    is_read: bool,
) -> Answer:
    listed = listing_of(studied)
    chosen = choose(studied, decided.further, listed)
    shown = _shown(asked, _reranked(hits, studied) if is_read else hits, chosen, studied)
    if beyond := nothing_about_it(studied):
        return _refuse(asked, shown, beyond, min(confidence, decided.threshold / 2))
    if _is_stray(asked, studied):
        return _refuse(asked, shown, reason_of(studied), min(confidence, decided.perhaps / 2))
    if confidence < least and _tells_steps(studied, listed):
        return _quoted(asked, studied, chosen, least, shown)
    if confidence < least:
        nearest = cite(asked, chosen[:1], studied.evidence) if confidence >= decided.perhaps else ()
        return _refuse(asked, shown, reason_of(studied), confidence, nearest)
    return _quoted(asked, studied, chosen, confidence, shown)


def _is_stray(asked: AnalysedQuestion, studied: Assessment) -> bool:
    """Whether nothing is asked, so that no sentence can be read for it, and the best one has no word of what is said,
    nor has the headline above it.
    """
    if asked.carried or _ASKS.search(asked.written):
        return False
    return not studied.evidence.terms_in(f"{headline(studied.best.hit.article)}\n{studied.best.quote}")


def _tells_steps(studied: Assessment, listed: Sequence[ScoredCandidate]) -> bool:
    """Whether steps are asked for and the best sentence's article surely lists them, under a headline that has half of
    the question's words.
    """
    if studied.asked is None or not studied.asked.is_steps:
        return False
    told = studied.evidence.terms_in(headline(studied.best.hit.article))
    return 2 * len(told.intersection(studied.words)) >= len(studied.words) and len(listed) > 1


def outside_dates(asked: AnalysedQuestion, hits: Sequence[Hit], held: tuple[str, str] | None) -> Answer:
    """The refusal where the library, whose first and last date are `held`, has nothing of the time asked about."""
    return _refuse(asked, tuple(hits[: asked.query.k]), nothing_of_that_time(held))


def refusal_threshold(reader: SpanReader | None) -> float:
    """The confidence below which nothing is answered, unless a query says otherwise."""
    return fitted_weights(reader is not None).threshold


def _quoted(
    asked: AnalysedQuestion,
    studied: Assessment,
    chosen: Sequence[ScoredCandidate],
    confidence: float,
    shown: tuple[Hit, ...],
) -> Answer:
    citations = cite(asked, chosen, studied.evidence)
    said = "".join(f"{citation.quote}[{citation.n}]" for citation in citations)
    lacking = note(studied.asked, [citation.quote for citation in citations])
    best = max(citations, key=lambda one: one.score)
    lead = None if studied.asked else lead_of(best, asked)
    kind: AnswerKind = "list" if studied.asked and studied.asked.is_steps and len(citations) > QUOTES - 1 else "quote"
    return Answer(asked.written, kind, said, confidence, citations, shown, asked.assumed, note=lacking, lead=lead)


def _refuse(
    asked: AnalysedQuestion,
    shown: tuple[Hit, ...],
    reason: Reason,
    confidence: float = 0.0,
    nearest: tuple[Citation, ...] = (),
) -> Answer:
    return Answer(asked.written, "quote", "", confidence, (), shown, asked.assumed, reason, nearest=nearest)


def _shown(
    asked: AnalysedQuestion, hits: Sequence[Hit], chosen: Sequence[ScoredCandidate], studied: Assessment
) -> tuple[Hit, ...]:
    """The passages that are shown; where several things are asked for, the first begins where their list does."""
    home = hits[0].article
    starts = [one.candidate.start for one in chosen if one.candidate.hit.article.id == home.id]
    if studied.asked is None or studied.best.hit.article.id != home.id:
        return tuple(hits[: asked.query.k])
    near = [start for start in starts if studied.best.end - start <= PASSAGE_CHARS]
    return tuple(islice(expanded(hits[: looked_at(asked.query.k)], Span(min(near), studied.best.end)), asked.query.k))


def _reranked(hits: Sequence[Hit], studied: Assessment) -> list[Hit]:
    """The hits that were read by the chance of their best sentence; behind them the others, in their order.

    A hit's score is that chance; one that was not read has at most the lowest of those.
    """
    chances: dict[int, float] = {}
    for one in studied.ranked:  # best first
        chances.setdefault(one.candidate.order, one.chance)
    read = sorted(chances, key=lambda order: (-chances[order], order))
    lowest = chances[read[-1]]
    first = [
        replace(hits[order], score=chances[order], ranks={**hits[order].ranks, "reader": rank})
        for rank, order in enumerate(read, 1)
    ]
    rest = [replace(hit, score=min(hit.score, lowest)) for at, hit in enumerate(hits) if at not in chances]
    return first + rest
