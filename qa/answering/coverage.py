"""How many of a question's words a sentence holds, and whether it has the form of the answer: a date, an amount."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from qa.questions.analysed import AnalysedQuestion
from qa.text.folding import comparable
from qa.text.matching import stands
from qa.types import Span
from qa.types.protocols import Weight

_SAID_ABOVE = 0.3  # what a term still counts in a sentence when the headline above has it


@dataclass(frozen=True, slots=True)
class TermCoverage:
    """The terms of a question with their weights."""

    words: Mapping[str, float]
    grams: Mapping[str, float]

    def within(self, headline: str) -> TermCoverage:
        """The same, for the sentences under a headline: what it says already, a sentence need not say again."""
        plain = comparable(headline)
        return TermCoverage(_discounted(self.words, plain), _discounted(self.grams, plain))

    def without(self, said: Sequence[str]) -> TermCoverage:
        """The same, but for the terms that some words are made of."""
        left = [
            {term: value for term, value in terms.items() if not any(term in one for one in said)}
            for terms in (self.words, self.grams)
        ]
        return TermCoverage(*left)

    def covers(self, sentence: str) -> float:
        """Share of the question's weight whose terms stand in the sentence, in [0, 1]: mean over words and bigrams."""
        plain = comparable(sentence)
        return (_share(self.words, plain) + _share(self.grams, plain)) / 2

    def terms_in(self, sentence: str) -> frozenset[str]:
        """The question's words that stand in the sentence."""
        plain = comparable(sentence)
        return frozenset(word for word in self.words if stands(word, plain))


def term_coverage(asked: AnalysedQuestion, weight: Weight) -> TermCoverage:
    """The question's content words and all its bigrams, each by its weight; an unknown one as the rarest known."""
    words = {word: weight("words", word) for word in asked.words}
    grams = {gram: weight("grams", gram) for gram in asked.grams}
    return TermCoverage(_with_unknown(words), _with_unknown(grams))


def _with_unknown(terms: Mapping[str, float]) -> dict[str, float]:
    rarest = max(terms.values(), default=0.0) or 1.0  # none may be known: they count alike
    return {term: value or rarest for term, value in terms.items()}


def _discounted(terms: Mapping[str, float], headline: str) -> dict[str, float]:
    return {term: value * (_SAID_ABOVE if stands(term, headline) else 1.0) for term, value in terms.items()}


def _share(terms: Mapping[str, float], plain: str) -> float:
    total = sum(terms.values())
    return sum(value for term, value in terms.items() if stands(term, plain)) / total if total else 0.0


def fits_form(sentence: str, expected: Sequence[re.Pattern[str]]) -> float:
    """1 where a sentence has the closest form, 1/2 where the next, 0 where none."""
    return next((1 / rank for rank, one in enumerate(expected, 1) if one.search(sentence)), 0.0)


def locate_form(asked: AnalysedQuestion, quote: str, anchors: frozenset[str]) -> Span:
    """The part of a quote that has the expected form and stands nearest to the question's words, else all of it."""
    found: list[Span] = []
    for expected in asked.forms:
        spans = (Span(*match.span()) for match in expected.finditer(quote))
        found = found or [span for span in spans if quote[span.start : span.end] not in asked.wording]
    if not found:
        return Span(0, len(quote))
    places = [quote.find(anchor) for anchor in anchors if anchor in quote]
    return min(found, key=lambda span: (sum(abs(span.start - place) for place in places), span.start))
