"""Choose one to three verbatim sentences as the answer, each with its citation, or refuse and say why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from itertools import islice

from qa.answering.candidates import Candidate, looked_at
from qa.answering.coverage import TermCoverage, locate_form
from qa.answering.lead import lead_of
from qa.answering.lists import enough, members, note
from qa.answering.premises import may_be_named, missing
from qa.answering.scoring import Assessment, ScoredCandidate, collect
from qa.answering.weights import FittedWeights, fitted_weights
from qa.messages import Wording
from qa.protocols import SpanReader, Weight
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval.expansion import expanded
from qa.settings import PASSAGE_CHARS
from qa.text.headlines import blankless, headline, is_headline
from qa.text.sentences import sentences_of
from qa.text.zh import ASKING, ENDS_ASKING, MOODS, is_han
from qa.types import Answer, AnswerKind, Article, Citation, Explanation, Filters, Hit, Reason, Span

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


_UNKNOWN = 0.5  # share of a question's words that, unknown, make it a question about something else
_ON_TOPIC = 0.3  # of the question that a passage must cover for its article to be called a report on it

_ASKS = re.compile(f"[?？{MOODS}]|{ASKING}|{ENDS_ASKING}|啥|咋|几")  # what makes a sentence a question

_UNTOLD = Reason("fact-missing", Wording("reason.fact-missing"))
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
    return (_lacking(study) or _UNTOLD) if len(study.unknown) >= _UNKNOWN * len(study.words) else None


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
    return _UNTOLD


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
