"""A question as it is understood: what all rules and both indexes read of it, each thing worked out once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qa.questions.forms import Listing, answer_forms, listing
from qa.questions.names import is_surely_name, names_and_amounts
from qa.text.folding import comparable, normalise
from qa.text.terms import number_terms, query_terms
from qa.text.words import Tagged, bigrams, content_words, tagged_words
from qa.types import Assumption, Filters, Period, Query


@dataclass(frozen=True)
class AnalysedQuestion:
    """A Query with what it means beyond its words, every assumption named in `assumed`.

    What follows from these fields is worked out when it is first asked for, and kept.
    """

    query: Query
    carried: str = ""  # words of earlier questions that this one leaves out
    leaning: float = 0.0  # what the question with the carried words counts in retrieval; by itself it counts 1
    period: Period | None = None  # the time that it is about
    is_reported: bool = False  # that time is when something was reported
    respelt: tuple[tuple[str, str], ...] = ()  # words of the question, and what the library prints for them
    also: tuple[tuple[str, str], ...] = ()  # words of the question as spelt, and others that mean the same
    assumed: tuple[Assumption, ...] = ()

    @property
    def written(self) -> str:
        """The question as the user wrote it."""
        return self.query.question

    @cached_property
    def spelt(self) -> str:
        """The question, its words as the library spells them."""
        return self._spelt(self.written)

    @cached_property
    def text(self) -> str:
        """What is searched for: the carried words in front of the question, spelt as the library spells them; behind
        it words that mean the same.
        """
        asked = self._spelt(f"{self.carried} {self.written}" if self.carried else self.written)
        return " ".join([asked, *(other for _, other in self.also)])

    @cached_property
    def embedded(self) -> str:
        """The text that stands for the question among the vectors."""
        return normalise(self.text)

    @cached_property
    def plain(self) -> str:
        """The text in one form, numbers in digits: what is the same, however written, reads the same."""
        return comparable(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Those that say what is asked, in order, once each."""
        return tuple(content_words(self.plain))

    @cached_property
    def grams(self) -> tuple[str, ...]:
        """All pairs of characters, once each."""
        return tuple(dict.fromkeys(bigrams(self.plain)))

    @cached_property
    def terms(self) -> Mapping[str, Sequence[str]]:
        """For the term index, by field."""
        return query_terms(self.plain)

    @cached_property
    def number_terms(self) -> Mapping[str, Sequence[str]]:
        """Those of its numbers written otherwise, by field."""
        return number_terms(self.plain)

    @property
    def is_empty(self) -> bool:
        """Whether it has no word at all."""
        return not self.terms["words"]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names and the amounts that it takes for granted, normalised."""
        return tuple(dict.fromkeys(names_and_amounts(self._tagged, self.plain)))

    @cached_property
    def sure_names(self) -> frozenset[str]:
        """Those words of it that surely are names."""
        return frozenset(word for word, tag in self._tagged if is_surely_name(word, tag))

    @cached_property
    def wording(self) -> str:
        """The words that tell the form of the answer: with those carried over where its own do not (中年组呢？)."""
        return self.written if answer_forms(self.written) else self.text

    @cached_property
    def forms(self) -> tuple[re.Pattern[str], ...]:
        """The forms of the answer that is asked for, the closest first; none where its words do not tell."""
        return answer_forms(self.wording)

    @cached_property
    def listing(self) -> Listing | None:
        """How many things it asks for; None where it asks for one."""
        return listing(self.written) or listing(self.text)

    @cached_property
    def filters(self) -> Filters:
        """The user's, and the time at which what is asked for was reported."""
        return _within(self.query.filters, self.period if self.is_reported else None)

    @cached_property
    def filters_in_time(self) -> Filters:
        """The user's, and the time that the question is about, of whatever kind."""
        return _within(self.query.filters, self.period)

    @cached_property
    def alone(self) -> AnalysedQuestion:
        """The same without what it took over from its history."""
        if not self.carried:
            return self
        assumed = tuple(one for one in self.assumed if one.kind != "follow-up")
        return replace(self, carried="", leaning=0.0, assumed=assumed)

    @cached_property
    def _tagged(self) -> Sequence[Tagged]:
        return tagged_words(self.text)

    def _spelt(self, words: str) -> str:
        for written, printed in self.respelt:
            words = words.replace(written, printed)
        return words


def _within(filters: Filters, period: Period | None) -> Filters:
    if period is None or filters.since or filters.until:
        return filters
    return replace(filters, since=period.since, until=period.until)
