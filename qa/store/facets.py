"""Counts beside the filters: how many articles each value would leave, from arrays that stand for all articles."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.store.database import Connection
from qa.store.log import CONTENTS
from qa.store.rows import files_below, full_id, load_list
from qa.types import Filters

Mask = NDArray[np.bool_]
"""Of articles, True for those that pass: (articles,)."""

Codes = NDArray[np.int64]
"""Positions in a list of distinct values."""

_Value = TypeVar("_Value", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Summary:
    """Columns over all articles, in no particular order."""

    numbers: Codes  # of the articles, in the order of arrival: (articles,)
    days: Sequence[str | None]  # distinct
    day_of: Codes  # (articles,)
    names: Sequence[str]  # of reporters, distinct
    byline_of: Codes  # (articles,)
    byline_names: tuple[Codes, Codes]  # a byline and a name in it, each pair once
    files: Sequence[int]  # their numbers
    sources: Sequence[str]  # their names, ascending
    held: tuple[Codes, Codes]  # an article's position and a file that holds it, each pair once
    shared: Mask  # of these pairs: the article stands in other files too

    def __len__(self) -> int:
        return len(self.numbers)

    def of_days(self, passes: Callable[[str | None], bool]) -> Mask:
        """The articles whose day passes."""
        return np.array([passes(day) for day in self.days], bool)[self.day_of]

    def of_name(self, part: str) -> Mask:
        """The articles with `part` in one of their reporters' names."""
        bylines, names = self.byline_names
        passes = np.array([part in name for name in self.names], bool)
        found = np.zeros(int(self.byline_of.max(initial=-1)) + 1, bool)
        found[bylines[passes[names]]] = True
        return found[self.byline_of]

    def of_files(self, numbers: Iterable[int]) -> Mask:
        """The articles that stand in any of the files."""
        wanted = frozenset(numbers)
        articles, files = self.held
        found = np.zeros(len(self), bool)
        found[articles[np.array([number in wanted for number in self.files], bool)[files]]] = True
        return found

    def per_day(self, mask: Mask) -> Codes:
        """Articles by day: (days,)."""
        return np.bincount(self.day_of[mask], minlength=len(self.days))

    def per_name(self, mask: Mask) -> Codes:
        """Articles by reporter's name: (names,)."""
        bylines, names = self.byline_names
        written = np.bincount(self.byline_of[mask], minlength=int(self.byline_of.max(initial=-1)) + 1)
        return np.bincount(names, written[bylines], len(self.names)).astype(np.int64)

    def per_group(self, mask: Mask, group_of: Codes, groups: int) -> Codes:
        """Articles by group of files, each once in a group: (groups,). `group_of` (files,) is negative outside all."""
        articles, files = self.held
        group = group_of[files]
        counted = mask[articles] & (group >= 0)
        once, again = counted & ~self.shared, counted & self.shared
        pairs = np.unique(articles[again] * groups + group[again])
        return np.bincount(group[once], minlength=groups) + np.bincount(pairs % max(groups, 1), minlength=groups)

    def articles_held(self) -> dict[int, int]:
        """How many articles each file holds, by its number, in the order of the files' names."""
        articles = np.bincount(self.held[1], minlength=len(self.files))
        return dict(zip(self.files, articles.tolist(), strict=True))


class Summaries:
    """The current summary of a library, computed again after a change. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: tuple[int, Summary] | None = None

    def of(self, connection: Connection) -> Summary:
        """The summary of the state that the connection sees."""
        row = connection.execute(CONTENTS).fetchone()
        contents = row[0] if row else 0
        with self._lock:  # whoever comes meanwhile waits for the same one
            if self._made is None or self._made[0] != contents:
                self._made = contents, summarise(connection)
            return self._made[1]


def summarise(connection: Connection) -> Summary:
    """Compute the summary: reads every article's row once, without its text."""
    rows = connection.execute("SELECT number, date, byline FROM articles").fetchall()
    numbers = np.fromiter((row[0] for row in rows), np.int64, len(rows))
    days, day_of = _coded([row[1] for row in rows])
    bylines, byline_of = _coded([row[2] for row in rows])
    written = [(code, name) for code, byline in enumerate(bylines) for name in dict.fromkeys(load_list(byline))]
    names, name_of = _coded([name for _, name in written])
    files = connection.execute("SELECT id, source FROM files ORDER BY source").fetchall()
    held = _held(connection, numbers, np.array([row[0] for row in files], np.int64))
    return Summary(
        numbers=numbers,
        days=days,
        day_of=day_of,
        names=names,
        byline_of=byline_of,
        byline_names=(np.array([code for code, _ in written], np.int64), name_of),
        files=[row[0] for row in files],
        sources=[row[1] for row in files],
        held=held,
        shared=np.bincount(held[0], minlength=len(numbers))[held[0]] > 1,
    )


def _coded(values: Sequence[_Value]) -> tuple[list[_Value], Codes]:
    """The distinct values in the order they are met, and the position of each value among them."""
    codes: dict[_Value, int] = {}
    coded = np.fromiter((codes.setdefault(value, len(codes)) for value in values), np.int64, len(values))
    return list(codes), coded


def _held(connection: Connection, numbers: Codes, files: Codes) -> tuple[Codes, Codes]:
    """Positions of an article among `numbers` and of a file that holds it among `files`, each pair once."""
    places = connection.execute(
        "SELECT articles.number, file FROM places JOIN articles ON articles.id = places.article"
    ).fetchall()
    article = _positions(numbers, np.fromiter((row[0] for row in places), np.int64, len(places)))
    file = _positions(files, np.fromiter((row[1] for row in places), np.int64, len(places)))
    pairs = np.unique(article * len(files) + file)
    return np.divmod(pairs, max(len(files), 1))


def _positions(among: Codes, wanted: Codes) -> Codes:
    order = np.argsort(among)
    return order[np.searchsorted(among, wanted, sorter=order)] if len(wanted) else wanted


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


def facets(connection: Connection, summary: Summary, filters: Filters, wanted: FacetSearch) -> Facets:
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


def _masks(connection: Connection, summary: Summary, filters: Filters) -> Mapping[FilterName, Mask]:
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
