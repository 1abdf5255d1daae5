"""The nouns of looking a library over: rows of its tables, counts beside a filter, what it covers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from qa.types import DateSource

ArticleOrder = Literal["arrival", "title", "date"]
FileOrder = Literal["arrival", "source", "articles"]
FilterName = Literal["since", "until", "source", "byline", "article"]
_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True)
class Window(Generic[_Row]):
    """Some rows of a table, and how many there are in all."""

    rows: tuple[_Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article as a table shows it, with its first place."""

    id: str
    title: str
    title_inferred: bool
    byline: tuple[str, ...]
    date: str | None
    date_from: DateSource | None
    source: str
    record: str | None
    page: int | None
    characters: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many articles have a value."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What filters leave, and what other values of each would leave beside the other filters."""

    articles: int
    undated: int  # of them: they pass every date
    years: tuple[Count, ...]  # ascending; under the filters that are not dates
    sources: tuple[Count, ...]  # files and folders of one level, by name; under the filters other than the source
    more_sources: int  # that are not among `sources`
    bylines: tuple[Count, ...]  # most articles first; under the filters other than the byline
    more_bylines: int
    without: Mapping[FilterName, int]  # articles that pass when one filter alone is dropped


@dataclass(frozen=True, slots=True)
class Coverage:
    """When the articles of a library were printed, and how they fall on its files."""

    months: tuple[Count, ...]  # YYYY-MM or YYYY, ascending
    undated: int
    files: tuple[Count, ...]  # by name
    per_file: tuple[tuple[int, int], ...]  # (articles, files that hold so many), ascending
