"""Articles by what they hold: for counting and listing all of them, none held longer than it is looked at."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from itertools import islice

from qa.mentions import Story
from qa.stores.database import Database
from qa.stores.finding import condition
from qa.stores.rows import dump, load_list
from qa.types import Filters

_BATCH = 500  # articles held at a time
_OF_PASSAGES = """
 AND articles.id IN
    (SELECT article FROM json_each(:passages) AS wanted CROSS JOIN passages ON passages.id = wanted.value)
"""
_SIGNED = """
 AND EXISTS (SELECT 1 FROM json_each(byline) AS name WHERE name.value IN (SELECT value FROM json_each(:signed)))
"""
_STORIES = """
SELECT articles.number, articles.id, articles.title, articles.kicker, articles.subtitle, articles.byline, articles.date,
       articles.text, files.source, pages.record, pages.number AS page
FROM json_each(?) AS wanted JOIN articles ON articles.number = wanted.value
JOIN places ON (places.article, places.file, places.page, places.ordinal) =
    (SELECT article, file, page, ordinal FROM places WHERE article = articles.id ORDER BY file, page, ordinal LIMIT 1)
JOIN pages ON (pages.file, pages.ordinal) = (places.file, places.page) JOIN files ON files.id = places.file
ORDER BY articles.number
"""


class Mentions:
    """What `qa.counting` reads of the tables."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, hidden: Collection[str], signed: Collection[str]
    ) -> frozenset[int]:
        """Numbers of the articles that any of the passages is of, signed with any of the names, as far as the filters
        allow them; all passages for None, all names for none.

        Raises NotFound for a source or an article that the library does not hold.
        """
        with self._database.reading() as connection:
            where, values = condition(connection, filters, hidden)
            if passages is not None:
                where += _OF_PASSAGES
                values = {**values, "passages": dump(list(passages))}
            if signed:
                where += _SIGNED
                values = {**values, "signed": dump(list(signed))}
            found = connection.execute(f"SELECT articles.number FROM articles WHERE {where}", values)
            return frozenset(row[0] for row in found)

    def stories(self, numbers: Collection[int]) -> Iterator[Story]:
        """The articles of these numbers that are still there, in the order of arrival."""
        left = iter(sorted(numbers))
        while batch := list(islice(left, _BATCH)):
            with self._database.reading() as connection:
                rows = connection.execute(_STORIES, (dump(batch),)).fetchall()
            yield from map(_story, rows)

    def reporters(self) -> frozenset[str]:
        """The names that articles are signed with, as printed."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT byline FROM articles")
            return frozenset(name for row in found for name in load_list(row[0]))


def _story(row: sqlite3.Row) -> Story:
    headline = tuple(filter(None, (row["kicker"], row["title"], row["subtitle"])))
    byline = tuple(load_list(row["byline"]))
    return Story(
        row["id"], row["title"], headline, byline, row["date"], row["source"], row["record"], row["page"], row["text"]
    )
