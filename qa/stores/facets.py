"""Counts beside filters: how many articles each value would leave, the other filters kept."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from qa.shelf import Count, Facets, FilterName
from qa.stores.finding import condition
from qa.stores.rows import load_list
from qa.types import Filters

_NAMES: tuple[FilterName, ...] = ("since", "until", "source", "byline", "article")


def facets(connection: sqlite3.Connection, filters: Filters, find_source: str, find_byline: str, limit: int) -> Facets:
    """Raises NotFound for a source or an article that the library does not hold."""
    where, values = condition(connection, filters, ())
    sources = _sources(connection, filters, find_source)
    names = _names(connection, filters)
    matching = sorted((name for name in names if find_byline in name), key=lambda name: (-names[name], name))
    return Facets(
        articles=count(connection, where, values),
        undated=count(connection, f"{where} AND date IS NULL", values),
        years=_years(connection, filters),
        sources=sources[:limit],
        more_sources=max(0, len(sources) - limit),
        bylines=tuple(_byline(connection, filters, name, names) for name in matching[:limit]),
        more_bylines=max(0, len(matching) - limit),
        without=_without(connection, filters),
    )


def count(connection: sqlite3.Connection, where: str, values: Mapping[str, str | None]) -> int:
    """How many articles a WHERE clause leaves."""
    found: int = connection.execute(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0]
    return found


def _years(connection: sqlite3.Connection, filters: Filters) -> tuple[Count, ...]:
    where, values = condition(connection, replace(filters, since=None, until=None), ())
    found = connection.execute(
        f"SELECT substr(date, 1, 4), count(*) FROM articles WHERE {where} AND date IS NOT NULL GROUP BY 1 ORDER BY 1",
        values,
    )
    return tuple(Count(*row) for row in found)


def _sources(connection: sqlite3.Connection, filters: Filters, find: str) -> tuple[Count, ...]:
    """The files with `find` in their name; without it, the files and folders of the level that is chosen."""
    where, values = condition(connection, replace(filters, source=None), ())
    within = "" if where == "true" else f"AND places.article IN (SELECT articles.id FROM articles WHERE {where})"
    folder = "" if find else _folder(connection, filters.source or "")
    found = connection.execute(
        f"""
        SELECT CASE WHEN :find = '' AND instr(substr(source, length(:folder) + 1), '/')
                    THEN substr(source, 1, length(:folder) + instr(substr(source, length(:folder) + 1), '/') - 1)
                    ELSE source END AS level, count(DISTINCT article)
        FROM files JOIN places ON places.file = files.id
        WHERE instr(source, :find) AND substr(source, 1, length(:folder)) = :folder {within}
        GROUP BY level ORDER BY level
        """,
        {**values, "find": find, "folder": folder},
    )
    return tuple(Count(*row) for row in found)


def _folder(connection: sqlite3.Connection, source: str) -> str:
    """What stands before the names of the level at which a source is chosen: the folder itself, or that of the file."""
    below = connection.execute(
        "SELECT 1 FROM files WHERE substr(source, 1, length(:below)) = :below LIMIT 1", {"below": f"{source}/"}
    )
    folder = source if below.fetchone() else source.rpartition("/")[0]
    return f"{folder}/" if folder else ""


def _names(connection: sqlite3.Connection, filters: Filters) -> Mapping[str, int]:
    """Every reporter, with the articles that name exactly that one."""
    where, values = condition(connection, replace(filters, byline=None), ())
    names: Counter[str] = Counter()
    for byline, articles in connection.execute(
        f"SELECT byline, count(*) FROM articles WHERE {where} GROUP BY byline", values
    ):
        names.update(dict.fromkeys(load_list(byline), articles))
    return names


def _byline(connection: sqlite3.Connection, filters: Filters, name: str, names: Mapping[str, int]) -> Count:
    """What a reporter's name leaves as a filter: articles by others whose names hold it too."""
    if not any(name in other for other in names if other != name):
        return Count(name, names[name])
    where, values = condition(connection, replace(filters, byline=name), ())
    return Count(name, count(connection, where, values))


def _without(connection: sqlite3.Connection, filters: Filters) -> dict[FilterName, int]:
    found: dict[FilterName, int] = {}
    for name in _NAMES:
        if getattr(filters, name):
            where, values = condition(connection, replace(filters, **{name: None}), ())
            found[name] = count(connection, where, values)
    return found
