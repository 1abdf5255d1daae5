"""How much of a question a sentence covers: weighted term overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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
        plain = text.comparable(headline)
        return Evidence(_discounted(self.words, plain), _discounted(self.grams, plain))

    def without(self, said: Sequence[str]) -> Evidence:
        """The same, but for the terms that some words are made of."""
        left = [
            {term: value for term, value in terms.items() if not any(term in one for one in said)}
            for terms in (self.words, self.grams)
        ]
        return Evidence(*left)

    def covers(self, sentence: str) -> float:
        """Share of the question's weight whose terms stand in the sentence, in [0, 1]: mean over words and bigrams."""
        plain = text.comparable(sentence)
        return (_share(self.words, plain) + _share(self.grams, plain)) / 2

    def terms_in(self, sentence: str) -> frozenset[str]:
        """The question's words that stand in the sentence."""
        plain = text.comparable(sentence)
        return frozenset(word for word in self.words if _stands(word, plain))


def weigh(question: str, weight: Weight) -> Evidence:
    """The question's content words and all its bigrams, each by its weight; an unknown one as the rarest known."""
    plain = text.comparable(question)
    words = {word: weight("words", word) for word in text.content_words(plain)}
    grams = {gram: weight("grams", gram) for gram in dict.fromkeys(text.bigrams(plain))}
    return Evidence(_with_unknown(words), _with_unknown(grams))


def _with_unknown(terms: Mapping[str, float]) -> dict[str, float]:
    rarest = max(terms.values(), default=0.0)
    return {term: value or rarest for term, value in terms.items()}


def _discounted(terms: Mapping[str, float], headline: str) -> dict[str, float]:
    return {term: value * (_SAID_ABOVE if _stands(term, headline) else 1.0) for term, value in terms.items()}


def _share(terms: Mapping[str, float], plain: str) -> float:
    total = sum(terms.values())
    return sum(value for term, value in terms.items() if _stands(term, plain)) / total if total else 0.0


def _stands(term: str, plain: str) -> bool:
    """Whether a term is in a text; digits only as a number of their own: 20 is not in 2025."""
    if not term.isdecimal():
        return term in plain
    return re.search(rf"(?<!\d){term}(?!\d)", plain) is not None
