"""Score the sentences that may answer a question, and compute the features that say whether the best is right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.answering.candidates import Candidate, gather
from qa.answering.coverage import TermCoverage, term_coverage
from qa.answering.premises import is_shorter_name, missing, nowhere
from qa.answering.weights import LogisticModel, sigmoid
from qa.questions.analysed import AnalysedQuestion, Listing
from qa.retrieval import timeliness
from qa.text.folding import comparable
from qa.text.sentences import headline
from qa.text.words import bigrams
from qa.types import Article, Hit, Period
from qa.types.protocols import SpanReader, Weight

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
    names: tuple[str, ...]  # names and amounts of the question

    @property
    def best(self) -> Candidate:
        return self.ranked[0].candidate

    def signs(self) -> Mapping[str, float]:
        """What the confidence is computed from."""
        features = [one.candidate.features() for one in self.ranked]
        return {
            **features[0],
            "lacks": float(bool(self.absent)),
            "best": self.ranked[0].logit,
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

    asked: AnalysedQuestion
    evidence: TermCoverage
    candidates: tuple[Candidate, ...]
    unknown: tuple[str, ...]
    unheard: tuple[str, ...]
    lacking: Mapping[str, tuple[str, ...]]  # by article, the names and amounts of the question that it has nowhere
    timely: Mapping[str, float]  # by article, what its time adds to the logits of its sentences

    def features(self) -> list[Mapping[str, float]]:
        """What the chance of each candidate is computed from: its own, and whether its article has the names and
        amounts of the question, however they are written, and it itself what an ellipsis names.
        """
        return [{**one.features(), "lacks": float(self._lacks(one))} for one in self.candidates]

    def _lacks(self, one: Candidate) -> bool:
        if self.lacking[one.hit.article.id] or self.asked.ellipsis is None:
            return bool(self.lacking[one.hit.article.id])
        named = set(bigrams(comparable(self.asked.ellipsis.named)))
        return 2 * len(named.intersection(bigrams(comparable(one.quote)))) < len(named)

    def assess(self, line: LogisticModel) -> Assessment:
        """Ranked by the chances that the line gives, what fits the question's time favoured."""
        found = [
            ScoredCandidate(one, line.logit(features) + self.timely.get(one.hit.article.id, 0.0))
            for one, features in zip(self.candidates, self.features(), strict=True)
        ]
        ranked = tuple(sorted(found, key=lambda one: -one.logit))
        return Assessment(
            self.evidence,
            ranked,
            self.asked.words,
            self.unknown,
            self.lacking[ranked[0].candidate.hit.article.id],
            self.unheard,
            tuple(one for one in self.unheard if one in self.asked.sure_names),
            self.asked.listing,
            self.asked.names,
        )


def collect(asked: AnalysedQuestion, hits: Sequence[Hit], weight: Weight, reader: SpanReader | None) -> CandidateSet:
    """What the hits, of which there is at least one, say to a question that says something."""
    evidence = term_coverage(asked, weight)
    candidates = tuple(gather(asked, hits, evidence, reader))
    said_otherwise = {word for word, _ in asked.also}
    articles = {one.hit.article.id: one.hit.article for one in candidates}
    unheard = nowhere((one for one in asked.names if one not in said_otherwise), weight)
    return CandidateSet(
        asked,
        evidence,
        candidates,
        nowhere(asked.words, weight),
        tuple(one for one in unheard if not is_shorter_name(one, weight)),
        {identity: missing(asked.names, article) for identity, article in articles.items()},
        _timely(asked.period, candidates, articles),
    )


def _timely(
    period: Period | None, candidates: Sequence[Candidate], articles: Mapping[str, Article]
) -> dict[str, float]:
    if period is None:
        return {}
    scores: dict[str, float] = {}
    for one in candidates:
        scores[one.hit.article.id] = max(scores.get(one.hit.article.id, 0.0), one.hit.score)
    favoured = timeliness.favour(scores, articles, period)
    return {article: _FAVOUR * more for article, more in favoured.items()}
