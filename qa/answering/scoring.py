"""Score the sentences that may answer a question, and compute the features that say whether the best is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.answering.candidates import Candidate, gather, headline
from qa.answering.coverage import TermCoverage, term_coverage
from qa.answering.lists import Listing, listing
from qa.answering.premises import missing, nowhere, premises, proper
from qa.answering.weights import LogisticModel, sigmoid
from qa.protocols import SpanReader, Weight
from qa.retrieval import timeliness
from qa.text.folding import comparable
from qa.text.words import content_words
from qa.types import Hit, Query

_FAR = 8.0  # a lead beyond it, or over nothing, counts as this
_FAVOUR = 20.0  # logits for each point of fused score that retrieval gives an article for its time


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with the logit of its chance to hold the answer."""

    candidate: Candidate
    logit: float

    @property
    def chance(self) -> float:
        return sigmoid(self.logit)


@dataclass(frozen=True, slots=True)
class Assessment:
    """`ranked` is best first and never empty."""

    evidence: TermCoverage
    ranked: tuple[ScoredCandidate, ...]
    words: Sequence[str]  # of the question, those that say what is asked
    unknown: tuple[str, ...]  # those of them that stand nowhere in the library
    absent: tuple[str, ...]  # names and amounts of the question that the best sentence's article has nowhere
    unheard: tuple[str, ...]  # names and amounts of the question that stand nowhere in the library
    strange: tuple[str, ...]  # those of them that surely are names
    asked: Listing | None  # where several things are asked for
    premises: tuple[str, ...]  # names and amounts of the question

    @property
    def best(self) -> Candidate:
        return self.ranked[0].candidate

    def signs(self) -> Mapping[str, float]:
        """What the confidence is computed from."""
        features = [one.candidate.features() for one in self.ranked]
        return {
            **features[0],
            "best": self.ranked[0].logit,
            "crowd": float(np.logaddexp.reduce([one.logit for one in self.ranked])),
            "hit_most": max(one["hit"] for one in features),
            **({"answers_most": max(one["answers"] for one in features)} if self.best.marked else {}),
            "lead": self._lead(any_article=True),
            "lead_elsewhere": self._lead(any_article=False),
            "passage": self.evidence.covers(self.best.hit.passage.text),
            "unknown": len(self.unknown) / len(self.words),
            "absent": min(len(self.absent), 2) / 2,
            "unheard": min(len(self.unheard), 2) / 2,
        }

    def nearest(self) -> Hit:
        """The hit that has most of the question, the better of those that have as much."""
        return max((one.candidate.hit for one in self.ranked), key=self.covers)

    def covers(self, hit: Hit, without: Sequence[str] = ()) -> float:
        """The share of the question that stands in a passage or above it, some of its words left aside."""
        return self.evidence.without(without).covers(f"{headline(hit.article)}\n{hit.passage.text}")

    def _lead(self, *, any_article: bool) -> float:
        """How far the best is above the next, or above the next of another article."""
        home = self.best.hit.article.id
        others = (one for one in self.ranked[1:] if any_article or one.candidate.hit.article.id != home)
        following = next(others, None)
        return min(self.ranked[0].logit - following.logit, _FAR) if following else _FAR


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """A question and the sentences that may answer it, at least one, none of them ranked yet."""

    query: Query
    evidence: TermCoverage
    candidates: tuple[Candidate, ...]
    words: tuple[str, ...]
    unknown: tuple[str, ...]
    unheard: tuple[str, ...]
    strange: tuple[str, ...]
    timely: tuple[float, ...]  # by candidate, what its time adds to its logit

    def features(self) -> list[Mapping[str, float]]:
        """What the chance of each candidate is computed from: its own, and whether its article has the names and
        amounts of the question, however they are written.
        """
        named = premises(self.query.text)
        articles = {one.hit.article.id: one.hit.article for one in self.candidates}
        absent = {identity: float(bool(missing(named, article))) for identity, article in articles.items()}
        return [{**one.features(), "lacks": absent[one.hit.article.id]} for one in self.candidates]

    def assess(self, line: LogisticModel) -> Assessment:
        """Ranked by the chances that the line gives, what fits the question's time favoured."""
        found = [
            ScoredCandidate(one, line.logit(features) + timely)
            for one, features, timely in zip(self.candidates, self.features(), self.timely, strict=True)
        ]
        ranked = tuple(sorted(found, key=lambda one: -one.logit))
        named = premises(self.query.text)
        return Assessment(
            self.evidence,
            ranked,
            self.words,
            self.unknown,
            missing(named, ranked[0].candidate.hit.article),
            self.unheard,
            self.strange,
            listing(self.query.question) or listing(self.query.text),
            named,
        )


def collect(query: Query, hits: Sequence[Hit], weight: Weight, reader: SpanReader | None) -> CandidateSet:
    """What the hits, of which there is at least one, say to a question that says something."""
    evidence, words = term_coverage(query.text, weight), content_words(comparable(query.text))
    candidates = gather(query, hits, evidence, reader)
    timely = _timely(query, candidates)
    said_otherwise = {word for word, _ in query.also}
    named = [one for one in premises(query.text) if one not in said_otherwise]
    unheard, surely = nowhere(named, weight), proper(query.text)
    strange = tuple(one for one in unheard if one in surely)
    return CandidateSet(
        query,
        evidence,
        tuple(candidates),
        tuple(words),
        nowhere(words, weight),
        unheard,
        strange,
        tuple(timely.get(one.hit.article.id, 0.0) for one in candidates),
    )


def _timely(query: Query, candidates: Sequence[Candidate]) -> dict[str, float]:
    """By article, what its time adds to the logits of its sentences."""
    if query.period is None:
        return {}
    scores: dict[str, float] = {}
    for one in candidates:
        scores[one.hit.article.id] = max(scores.get(one.hit.article.id, 0.0), one.hit.score)
    favoured = timeliness.favour(scores, {one.hit.article.id: one.hit.article for one in candidates}, query.period)
    return {article: _FAVOUR * more for article, more in favoured.items()}
