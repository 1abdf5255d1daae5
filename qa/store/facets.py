"""Count beside the filters: how many articles each value would leave, the other filters kept."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np

from qa.store.lookup import files_below, full_id
from qa.store.summary import Mask, Summary
from qa.types import Filters

FilterName = Literal["since", "until", "source", "byline", "article"]


@dataclass(frozen=True, slots=True)
class Count:
    """A value, and how many articles have it."""

    value: str
    articles: int


@dataclass(frozen=True, slots=True)
class Facets:
    """How many articles pass the filters, and how many would pass with another value of each filter."""

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
    """How the articles of a library are distributed over months and files."""

    months: tuple[Count, ...]  # YYYY-MM or YYYY, ascending
    undated: int
    files: tuple[Count, ...]  # by name
    per_file: tuple[tuple[int, int], ...]  # (articles, files that hold so many), ascending


class FacetSearch(NamedTuple):
    """The words typed to narrow down the values, and how many values to return."""

    source: str
    byline: str
    limit: int


def facets(connection: sqlite3.Connection, summary: Summary, filters: Filters, wanted: FacetSearch) -> Facets:
    """Count the articles for each value of each filter. Raises NotFound for a source or an article that the library
    does not hold.
    """
    masks = _masks(connection, summary, filters)
    left = _passing(summary, masks)
    sources = _sources(summary, _passing(summary, masks, "source"), filters.source or "", wanted.source)
    bylines, more_bylines = _bylines(summary, _passing(summary, masks, "byline"), wanted)
    return Facets(
        articles=int(left.sum()),
        undated=int((left & summary.of_days(lambda day: day is None)).sum()),
        years=_days(summary, _passing(summary, masks, "since", "until"), len("YYYY")),
        sources=sources[: wanted.limit],
        more_sources=max(0, len(sources) - wanted.limit),
        bylines=bylines,
        more_bylines=more_bylines,
        without={name: int(_passing(summary, masks, name).sum()) for name in masks},
    )


def coverage(summary: Summary) -> Coverage:
    """Count the articles by month and by file."""
    months = _days(summary, _passing(summary, {}), len("YYYY-MM"))
    files = tuple(map(Count, summary.sources, summary.articles_held().values()))
    return Coverage(
        months=months,
        undated=len(summary) - sum(month.articles for month in months),
        files=files,
        per_file=tuple(sorted(Counter(file.articles for file in files).items())),
    )


def _masks(connection: sqlite3.Connection, summary: Summary, filters: Filters) -> Mapping[FilterName, Mask]:
    """What each filter that is set leaves by itself; the same as `finding.condition`."""
    masks: dict[FilterName, Mask] = {}
    if since := filters.since:
        masks["since"] = summary.of_days(_dated(since, lambda day, edge: day >= edge))
    if until := filters.until:
        masks["until"] = summary.of_days(_dated(until, lambda day, edge: day <= edge))
    if filters.source:
        masks["source"] = summary.of_files(files_below(connection, filters.source))
    if filters.byline:
        masks["byline"] = summary.of_name(filters.byline)
    if filters.article:
        found = connection.execute("SELECT number FROM articles WHERE id = ?", (full_id(connection, filters.article),))
        masks["article"] = summary.numbers == found.fetchone()[0]
    return masks


def _dated(edge: str, compares: Callable[[str, str], bool]) -> Callable[[str | None], bool]:
    """Dates compare by prefix, so 2025 is neither before nor after 2025-03; an undated article passes."""
    return lambda day: day is None or compares(day[: len(edge)], edge[: len(day)])


def _passing(summary: Summary, masks: Mapping[FilterName, Mask], *dropped: FilterName) -> Mask:
    passing = np.ones(len(summary), bool)
    for name, mask in masks.items():
        if name not in dropped:
            passing &= mask
    return passing


def _days(summary: Summary, mask: Mask, characters: int) -> tuple[Count, ...]:
    """Articles by the first characters of their date."""
    counts: Counter[str] = Counter()
    for day, articles in zip(summary.days, summary.per_day(mask).tolist(), strict=True):
        if day and articles:
            counts[day[:characters]] += articles
    return tuple(Count(*one) for one in sorted(counts.items()))


def _sources(summary: Summary, mask: Mask, chosen: str, find: str) -> tuple[Count, ...]:
    """The files with `find` in their name; without it, the files and folders of the level that is chosen."""
    folder = "" if find else _folder(summary, chosen)
    levels: dict[str, int] = {}
    group_of = np.full(len(summary.sources), -1, np.int64)
    for position, source in enumerate(summary.sources):
        if find in source and source.startswith(folder):
            level = source if find else folder + source[len(folder) :].partition("/")[0]
            group_of[position] = levels.setdefault(level, len(levels))
    counted = summary.per_group(mask, group_of, len(levels)).tolist()
    return tuple(Count(level, counted[group]) for level, group in sorted(levels.items()) if counted[group])


def _folder(summary: Summary, source: str) -> str:
    """What stands before the names of the level at which a source is chosen: the folder itself, or that of the file."""
    if not source:
        return ""
    below = f"{source}/"
    folder = source if any(one.startswith(below) for one in summary.sources) else source.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _bylines(summary: Summary, mask: Mask, wanted: FacetSearch) -> tuple[tuple[Count, ...], int]:
    """Reporters, those with most articles of their own first, and how many more there are."""
    own = summary.per_name(mask).tolist()
    matching = [code for code, name in enumerate(summary.names) if own[code] and wanted.byline in name]
    matching.sort(key=lambda code: (-own[code], summary.names[code]))
    # As a filter a name leaves articles by others too whose names hold it.
    shown = (summary.names[code] for code in matching[: wanted.limit])
    counts = tuple(Count(name, int((mask & summary.of_name(name)).sum())) for name in shown)
    return counts, max(0, len(matching) - wanted.limit)
