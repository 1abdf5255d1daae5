"""AnalysedQuestion -> Hits: search both indexes, fuse their scores, extend each passage by sentences around it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import exp, log
from typing import NamedTuple

from qa.articles import reprints
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval import timeliness
from qa.retrieval.expansion import expanded
from qa.types import Article, Hit, Passage, Period
from qa.types.protocols import Sources
from qa.types.settings import CANDIDATES


@dataclass(frozen=True, slots=True)
class Fusion:
    """The mean of a passage's two scores, the share of the vectors falling with the question's length.

    Short questions say too little for terms, long ones name what they want. Overlap is BM25 over the most that the
    question's terms can weigh, so both scores have a scale of their own and a passage's score does not depend on which
    others were found. `bench/quality/fusion.py` fits the numbers, for the default model.
    """

    even_at: float  # characters of a question for which both scores count the same
    cosine: float  # what is taken off each score
    overlap: float
    slope: float

    def fuse(self, cosine: float | None, overlap: float, characters: int) -> float:
        """Without any vector, terms alone tell passages apart, and a score keeps its scale."""
        share = self.even_at / (self.even_at + characters)
        near = 0.0 if cosine is None else cosine - self.cosine
        return share * near + (1 - share) * (overlap - self.overlap)

    def scale(self, fused: float) -> float:
        """Into (0, 1), order kept: of a first hit, about the chance that it is of the right article."""
        return 1 / (1 + exp(-self.slope * fused))


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that an index found, with both its scores."""

    id: int
    cosine: float | None  # of the farthest other where its vector is not stored yet; None where none is
    overlap: float  # 0 where it is not among the best of the term index
    ranks: Mapping[str, int]  # from 1, in each index that found it


class Ranked(NamedTuple):
    """A passage's fused score and its ranks."""

    fused: float
    ranks: Mapping[str, int]


FUSION = Fusion(even_at=50, cosine=0.769, overlap=-0.216, slope=13.7)
_LOOKED_UP = 2  # passages looked up for each hit that is wanted; more only where those make too few hits


def retrieve(
    asked: AnalysedQuestion, sources: Sources, fusion: Fusion = FUSION, most: int | None = None
) -> tuple[Hit, ...]:
    """Passages, the best `most` or all, best first, ties by passage id; no two overlap."""
    return tuple(islice(best_first(asked, sources, fusion, most), most))


def best_first(
    asked: AnalysedQuestion, sources: Sources, fusion: Fusion = FUSION, likely: int | None = None
) -> Iterator[Hit]:
    """All passages as `retrieve` gives them, one at a time, as they are taken: about so many as are `likely`.

    A passage whose vector is not stored yet is ranked by its terms alone. What a question takes over from its history
    counts by `asked.leaning`: see `_in_context`.
    """
    found = _ranked(asked, sources, fusion)
    if asked.carried:
        found = _in_context(found, _ranked(asked.alone, sources, fusion), asked.leaning)
    ordered = sorted(found, key=lambda one: (-found[one].fused, one))
    together = _LOOKED_UP * (likely or len(ordered)) or 1
    hits = (
        Hit(passage, article, fusion.scale(found[passage.id].fused), found[passage.id].ranks)
        for start in range(0, len(ordered), together)
        for passage, article in sources.passages(ordered[start : start + together]).values()
    )
    return expanded(_told_once(hits))


def _ranked(asked: AnalysedQuestion, sources: Sources, fusion: Fusion) -> dict[int, Ranked]:
    characters = len(asked.text)
    found = {
        one.id: Ranked(fusion.fuse(one.cosine, one.overlap, characters), one.ranks)
        for one in candidates(asked, sources)
    }
    return _timely(found, sources.passages(list(found)), asked.period) if asked.period else found


def _in_context(together: Mapping[int, Ranked], alone: Mapping[int, Ranked], leaning: float) -> dict[int, Ranked]:
    """The mean of what a passage scores for the question alone and for it with the words carried over, which count
    `leaning`; each with its rank by the question alone.

    A question that changes the subject names what it is about, and scores high alone where that stands; one that leaves
    its subject out scores alike in many places, and the carried words decide. A passage that one of the two searches
    does not find counts there as its last one.
    """
    if not alone:
        return dict(together)
    last_alone = min(one.fused for one in alone.values())
    last_together = min((one.fused for one in together.values()), default=last_alone)
    places = {one: rank for rank, one in enumerate(sorted(alone, key=lambda one: (-alone[one].fused, one)), 1)}
    found = {}
    for one in sorted({*together, *alone}):
        by_itself = alone[one].fused if one in alone else last_alone
        joined = together[one].fused if one in together else last_together
        ranks = dict((together.get(one) or alone[one]).ranks)
        if one in places:
            ranks["alone"] = places[one]
        found[one] = Ranked((by_itself + leaning * joined) / (1 + leaning), ranks)
    return found


def _timely(
    found: Mapping[int, Ranked], held: Mapping[int, tuple[Passage, Article]], period: Period
) -> dict[int, Ranked]:
    """What the library holds of it, the articles of the period favoured."""
    articles = {article.id: article for _, article in held.values()}
    best: dict[str, float] = {}
    for one, (_, article) in held.items():
        best[article.id] = max(best.get(article.id, found[one].fused), found[one].fused)
    more = timeliness.favour(best, articles, period)
    return {one: Ranked(found[one].fused + more[article.id], found[one].ranks) for one, (_, article) in held.items()}


def candidates(asked: AnalysedQuestion, sources: Sources) -> list[FoundPassage]:
    """The best CANDIDATES passages of each index, as far as the filters allow them, in no order that means anything."""
    allowed = sources.allowed(asked.filters)
    if (allowed is not None and not allowed) or asked.is_empty:  # nothing left, or nothing asked
        return []
    wanted = {field: [*terms, *asked.number_terms[field]] for field, terms in asked.terms.items()}
    matching, heaviest = sources.terms.search(wanted, CANDIDATES, allowed), _heaviest(asked.terms, sources)
    vector = sources.query_vector(asked.embedded)  # the last: it may have been begun
    near = sources.vectors.search(vector, CANDIDATES, allowed)
    places = {"vectors": _ranks(near), "terms": _ranks(matching)}
    ids = sorted({*places["vectors"], *places["terms"]})
    cosines, bm25 = sources.vectors.scores(vector, ids), dict(matching)
    farthest = min(cosines.values(), default=None)
    return [
        FoundPassage(
            one,
            cosines.get(one, farthest),
            bm25.get(one, 0.0) / heaviest,
            {index: ranks[one] for index, ranks in places.items() if one in ranks},
        )
        for one in ids
    ]


def _heaviest(terms: Mapping[str, Sequence[str]], sources: Sources) -> float:
    """The sum of the weights of the question's terms; one that is unknown weighs as one that a single passage holds."""
    rarest = log(1 + (sources.passage_count + 0.5) / 0.5)
    return sum(sources.weight(field, term) or rarest for field, found in terms.items() for term in found) or 1.0


def _ranks(found: Sequence[tuple[int, float]]) -> dict[int, int]:
    return {identity: rank for rank, (identity, _) in enumerate(found, 1)}


def _told_once(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Without what a reprint only says again: of each story the article that was found first speaks."""
    speaking: dict[str, Article] = {}
    for hit in hits:
        article = hit.article
        first = speaking.setdefault(article.story, article) if article.story else article
        if first.id == article.id or not reprints.holds(first.text, hit.passage.text):
            yield hit
