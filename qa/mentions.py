"""The nouns of counting: an article as it is looked through, and what counting reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple, Protocol

from qa.protocols import TermIndex
from qa.types import Article, Filters


class Story(NamedTuple):
    """An article with its first place, lighter than `Article`: thousands are looked through for one question."""

    id: str
    title: str
    headline: tuple[str, ...]  # kicker, title and subtitle, those there are
    byline: tuple[str, ...]
    date: str | None
    source: str
    record: str | None
    page: int | None
    text: str


class Stories(Protocol):
    """What counting reads: the term index, and all articles behind the passages that it finds."""

    @property
    def terms(self) -> TermIndex: ...

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, hidden: Collection[str], signed: Collection[str]
    ) -> frozenset[int]:
        """Numbers of the articles that any of the passages is of, signed with any of the names, as far as the filters
        allow them; all passages for None, all names for none.
        """

    def stories(self, numbers: Collection[int]) -> Iterator[Story]:
        """The articles of these numbers that are still there, in the order of arrival."""

    def reporters(self) -> frozenset[str]:
        """The names that articles are signed with, as printed."""

    def article(self, identity: str) -> Article:
        """The article of an id. Raises NotFound."""
