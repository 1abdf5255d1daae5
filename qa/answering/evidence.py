"""How much of a question a sentence covers: weighted term overlap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa import text

Weight = Callable[[str, str], float]
"""``weight(field, term)``: what a term is worth, its inverse document frequency."""


_SAID_ABOVE = 0.3  # what a term still counts in a sentence when the headline above has it


@dataclass(frozen=True, slots=True)
class Evidence:
    """The terms of a question with their weights."""

    words: Mapping[str, float]
    grams: Mapping[str, float]

    def within(self, headline: str) -> Evidence:
        """The same, for the sentences under a headline: what it says already, a sentence need not say again."""
        plain = text.normalise(headline)
        return Evidence(_discounted(self.words, plain), _discounted(self.grams, plain))

    def covers(self, sentence: str) -> float:
        """Share of the question's weight whose terms stand in the sentence, in [0, 1]: mean over words and bigrams."""
        plain = text.normalise(sentence)
        return (_share(self.words, plain) + _share(self.grams, plain)) / 2

    def terms_in(self, sentence: str) -> frozenset[str]:
        """The question's words that stand in the sentence."""
        plain = text.normalise(sentence)
        return frozenset(word for word in self.words if word in plain)


def weigh(question: str, weight: Weight) -> Evidence:
    """The question's content words and all its bigrams, each by its weight; an unknown one as the rarest known."""
    words = {word: weight("words", word) for word in text.content_words(question)}
    grams = {gram: weight("grams", gram) for gram in dict.fromkeys(text.bigrams(question))}
    return Evidence(_with_unknown(words), _with_unknown(grams))


def _with_unknown(terms: Mapping[str, float]) -> dict[str, float]:
    rarest = max(terms.values(), default=0.0)
    return {term: value or rarest for term, value in terms.items()}


def _discounted(terms: Mapping[str, float], headline: str) -> dict[str, float]:
    return {term: value * (_SAID_ABOVE if term in headline else 1.0) for term, value in terms.items()}


def _share(terms: Mapping[str, float], plain: str) -> float:
    total = sum(terms.values())
    return sum(value for term, value in terms.items() if term in plain) / total if total else 0.0
