"""Iterate over the texts of articles for counting and listing, a batch in memory at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from itertools import islice, pairwise
from operator import itemgetter

from qa.protocols import TermIndex
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.lookup import condition
from qa.store.rows import dump, load_list
from qa.types import ArticleText, Filters

_BATCH = 500  # articles held at a time
_PLACE = itemgetter(0, 1, 2, 3)  # an article, and where it stands
_OF_PASSAGES = """
 AND articles.id IN
    (SELECT article FROM json_each(:passages) AS wanted CROSS JOIN passages ON passages.id = wanted.value)
"""
_SIGNED = """
 AND EXISTS (SELECT 1 FROM json_each(byline) AS name WHERE name.value IN (SELECT value FROM json_each(:signed)))
"""
# The joins in this order: an article is found by its number, its places by an index that has all that is asked of them.
_STORIES = """
SELECT articles.number, places.file, places.page, places.ordinal, articles.id, title, kicker, subtitle, byline, date,
       articles.text, files.source, pages.record, pages.number
FROM json_each(?) AS wanted CROSS JOIN articles ON articles.number = wanted.value
CROSS JOIN places ON places.article = articles.id
CROSS JOIN pages ON (pages.file, pages.ordinal) = (places.file, places.page) JOIN files ON files.id = places.file
"""


class StoredTexts:
    """A `qa.protocols.ArticleTexts` of the tables as they stand now, without the articles `hidden` (ids)."""

    def __init__(
        self, database: Database, contents: Contents, terms: TermIndex, hidden: Collection[str] = frozenset()
    ) -> None:
        self.terms = terms
        self.article = contents.article
        self._database = database
        self._hidden = hidden

    def articles_of(
        self, passages: Collection[int] | None, filters: Filters, signed: Collection[str]
    ) -> frozenset[int]:
        """Numbers of the articles that any of the passages is of, signed with any of the names, as far as the filters
        allow them; all passages for None, all names for none.

        Raises NotFound for a source or an article that the library does not hold.
        """
        with self._database.reading() as connection:
            where, values = condition(connection, filters, self._hidden)
            if passages is not None:
                where += _OF_PASSAGES
                values = {**values, "passages": dump(sorted(passages))}  # as the table has them
            if signed:
                where += _SIGNED
                values = {**values, "signed": dump(list(signed))}
            found = connection.execute(f"SELECT articles.number FROM articles WHERE {where}", values)
            return frozenset(row[0] for row in found)

    def stories(self, numbers: Collection[int]) -> Iterator[ArticleText]:
        """The articles of these numbers that are still there, in the order of arrival."""
        left = iter(sorted(numbers))
        while batch := list(islice(left, _BATCH)):
            with self._database.reading() as connection:
                rows = connection.execute(_STORIES, (dump(batch),)).fetchall()
            rows.sort(key=_PLACE)
            yield from (_story(row) for before, row in pairwise([None, *rows]) if not before or before[0] != row[0])

    def reporters(self) -> frozenset[str]:
        """The names that articles are signed with, as printed."""
        with self._database.reading() as connection:
            found = connection.execute("SELECT DISTINCT byline FROM articles")
            return frozenset(name for row in found for name in load_list(row[0]))


def _story(row: sqlite3.Row) -> ArticleText:
    identity, title, kicker, subtitle, byline, date, text, source, record, page = row[4:]
    headline = tuple(filter(None, (kicker, title, subtitle)))
    return ArticleText(identity, title, headline, tuple(load_list(byline)), date, source, record, page, text)
