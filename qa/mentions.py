"""The nouns of counting: an article as it is looked through, and what counting reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

from qa.protocols import TermIndex
from qa.types import Article, Filters


@dataclass(frozen=True, slots=True)
class Story:
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
        self, passages: Collection[int] | None, filters: Filters, hidden: Collection[str]
    ) -> frozenset[int]:
        """Numbers of the articles that any of the passages is of (all for None), as far as the filters allow them."""

    def stories(self, numbers: Collection[int]) -> Iterator[Story]:
        """The articles of these numbers that are still there, in the order of arrival."""

    def has_reporter(self, name: str) -> bool:
        """Whether an article is signed with exactly this name."""

    def article(self, identity: str) -> Article:
        """The article of an id. Raises NotFound."""
