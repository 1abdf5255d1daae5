"""Day, reporters and file of every article as columns in memory, so that counting takes milliseconds."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.store.log import CONTENTS
from qa.store.rows import load_list

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

    def of(self, connection: sqlite3.Connection) -> Summary:
        """The summary of the state that the connection sees."""
        row = connection.execute(CONTENTS).fetchone()
        contents = row[0] if row else 0
        with self._lock:  # whoever comes meanwhile waits for the same one
            if self._made is None or self._made[0] != contents:
                self._made = contents, summarise(connection)
            return self._made[1]


def summarise(connection: sqlite3.Connection) -> Summary:
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


def _held(connection: sqlite3.Connection, numbers: Codes, files: Codes) -> tuple[Codes, Codes]:
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
