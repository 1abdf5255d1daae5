"""One to three verbatim sentences, each with its citation, or a plain refusal with its reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from qa import text
from qa.answering import refusing
from qa.answering.candidates import looked_at
from qa.answering.choosing import choose, cite
from qa.answering.evidence import Weight
from qa.answering.lists import note
from qa.answering.numbers import numbers
from qa.answering.study import Scored, Study, collect
from qa.growing import grown
from qa.protocols import Reader
from qa.settings import PASSAGE_CHARS
from qa.types import Answer, Citation, Hit, Query, Reason, Span


def answer(query: Query, hits: Sequence[Hit], weight: Weight, reader: Reader | None = None) -> Answer:
    """Answer from the hits, best first. `weight` of an unknown term is 0 where no passage holds it.

    Refuses where the question says nothing, where the filters leave nothing, where a name in it or half of its words
    (with a reader, all of them) stand nowhere in the library, and where the chance that the answer is right is
    below the threshold. With a reader, the hits that it read come in the order of their chances to hold the answer.
    """
    words = text.content_words(text.comparable(query.text))
    if not words:
        return _refuse(query, (), refusing.EMPTY)
    if not hits:
        filtered = refusing.nothing_left(query.filters) if query.filters else None
        return _refuse(query, (), filtered or refusing.unknown(words))
    decided = numbers(reader is not None)
    least = decided.threshold if query.least is None else query.least
    studied = collect(query, hits, weight, reader).study(decided.sentence)
    confidence = decided.confidence.chance(studied.signs())
    chosen = choose(studied, decided.further)
    shown = _shown(query, _reranked(hits, studied) if reader else hits, chosen, studied)
    if beyond := refusing.beyond(studied):
        return _refuse(query, shown, beyond, min(confidence, decided.threshold / 2))
    if confidence < least:
        nearest = cite(query, chosen[:1], studied.evidence) if confidence >= decided.perhaps else ()
        return _refuse(query, shown, refusing.why(studied), confidence, nearest)
    return _quoted(query, studied, chosen, confidence, shown)


def outside_dates(query: Query, hits: Sequence[Hit], held: tuple[str, str] | None) -> Answer:
    """The refusal where the library, whose first and last date are `held`, has nothing of the time asked about."""
    return _refuse(query, tuple(hits[: query.k]), refusing.outside_dates(held))


def threshold(reader: Reader | None) -> float:
    """The confidence below which nothing is answered, unless a query says otherwise."""
    return numbers(reader is not None).threshold


def _quoted(
    query: Query, studied: Study, chosen: Sequence[Scored], confidence: float, shown: tuple[Hit, ...]
) -> Answer:
    citations = cite(query, chosen, studied.evidence)
    said = "".join(f"{citation.quote}[{citation.n}]" for citation in citations)
    lacking = note(studied.asked, [citation.quote for citation in citations])
    return Answer(query.question, "quote", said, confidence, citations, shown, query.assumed, note=lacking)


def _refuse(
    query: Query,
    shown: tuple[Hit, ...],
    reason: Reason,
    confidence: float = 0.0,
    nearest: tuple[Citation, ...] = (),
) -> Answer:
    return Answer(query.question, "quote", "", confidence, (), shown, query.assumed, reason, nearest=nearest)


def _shown(query: Query, hits: Sequence[Hit], chosen: Sequence[Scored], studied: Study) -> tuple[Hit, ...]:
    """The passages that are shown; where several things are asked for, the first begins where their list does."""
    home = hits[0].article
    starts = [one.candidate.start for one in chosen if one.candidate.hit.article.id == home.id]
    if studied.asked is None or studied.best.hit.article.id != home.id:
        return tuple(hits[: query.k])
    near = [start for start in starts if studied.best.end - start <= PASSAGE_CHARS]
    return tuple(islice(grown(hits[: looked_at(query.k)], Span(min(near), studied.best.end)), query.k))


def _reranked(hits: Sequence[Hit], studied: Study) -> list[Hit]:
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
