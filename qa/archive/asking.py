"""A question through all that answers it: planned, its names read as the library prints them, counted or quoted."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from qa import answering, counting, questions, retrieve, spelling
from qa.archive.sources import LibrarySources
from qa.mentions import Story
from qa.protocols import Reader, TermIndex
from qa.stores.mentions import Mentions
from qa.stores.truth import Truth
from qa.types import Answer, Article, Filters, Hit, Query


class LibraryStories:
    """A `qa.mentions.Stories`: the term index of `sources`, the tables as they stand now."""

    def __init__(self, terms: TermIndex, mentions: Mentions, truth: Truth) -> None:
        self.terms = terms
        self._mentions = mentions
        self._truth = truth

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, hidden: Collection[str]
    ) -> frozenset[int]:
        return self._mentions.articles_of(passages, filters, hidden)

    def stories(self, numbers: Collection[int]) -> Iterator[Story]:
        return self._mentions.stories(numbers)

    def has_reporter(self, name: str) -> bool:
        return self._mentions.has_reporter(name)

    def article(self, identity: str) -> Article:
        return self._truth.article(identity)


def search(query: Query, sources: LibrarySources) -> tuple[Hit, ...]:
    """The passages that fit best, best first."""
    return retrieve.retrieve(_planned(query, sources), sources)


def answer(query: Query, sources: LibrarySources, stories: LibraryStories, reader: Reader | None) -> Answer:
    """What the library says, how often it says it or where: whatever the question asks for."""
    planned = _planned(query, sources)
    hits = retrieve.retrieve(planned, sources)
    if asked := counting.understand(planned, stories.has_reporter):
        return counting.answer(planned, counting.tally(asked, planned, stories), hits, stories)
    return answering.answer(questions.settle(planned, hits), hits, sources.weight, reader)


def _planned(query: Query, sources: LibrarySources) -> Query:
    """The query as it is understood: what it leaves to its history, how the library spells what it names."""
    return spelling.respell(questions.plan(query), sources)
