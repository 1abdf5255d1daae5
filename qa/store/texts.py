"""The texts of articles: a batch at a time for counting and listing, and grouped by what they reprint."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice, pairwise
from operator import itemgetter
from typing import NamedTuple

from qa.store.contents import Contents
from qa.store.database import Database, TableRow
from qa.store.rows import condition, dump, load_list
from qa.types import ArticleText, Filters
from qa.types.protocols import TermIndex

_BATCH = 500  # articles held at a time
_PLACE = itemgetter(0, 1, 2, 3)  # an article, and where it stands
_OF_PASSAGES = """
 AND articles.id IN
    (SELECT article FROM json_each(:passages) AS wanted
     CROSS JOIN passages ON passages.id = CAST(wanted.value AS BIGINT))
"""
_SIGNED = """
 AND EXISTS (SELECT 1 FROM json_each(byline) AS name WHERE name.value IN (SELECT value FROM json_each(:signed)))
"""
# The joins in this order: an article is found by its number, its places by an index that has all that is asked of them.
_STORIES = """
SELECT articles.number, places.file, places.page, places.ordinal, articles.id, title, kicker, subtitle, byline, date,
       articles.text, files.source, pages.record, pages.number
FROM json_each(?) AS wanted CROSS JOIN articles ON articles.number = CAST(wanted.value AS BIGINT)
CROSS JOIN places ON places.article = articles.id
CROSS JOIN pages ON (pages.file, pages.ordinal) = (places.file, places.page) JOIN files ON files.id = places.file
"""


class StoredTexts:
    """A `qa.types.protocols.ArticleTexts` of the tables as they stand now, without the articles `hidden` (ids)."""

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


def _story(row: TableRow) -> ArticleText:
    identity, title, kicker, subtitle, byline, date, text, source, record, page = row[4:]
    headline = tuple(filter(None, (kicker, title, subtitle)))
    return ArticleText(identity, title, headline, tuple(load_list(byline)), date, source, record, page, text)


_LOOKED_AT = 50  # first articles that one is compared with at most, the latest: a form letter has thousands of its kind


class Ungrouped(NamedTuple):
    """An article that was not compared with others yet."""

    number: int
    text: str


class Grouped(NamedTuple):
    """An article and the first article of its group, which may be itself; `keys` are what similar articles share."""

    article: int
    first: int
    keys: tuple[int, ...]


def ungrouped(database: Database) -> list[int]:
    """Numbers of the articles that were not compared with others yet, in the order of arrival."""
    with database.reading() as connection:
        articles, looked_at = connection.execute(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM stories)"
        ).fetchone()
        # They came last, as a rule: from the end on, until all are met, few others are looked at.
        found = connection.execute(
            """
            SELECT number FROM articles WHERE NOT EXISTS (SELECT 1 FROM stories WHERE article = number)
            ORDER BY number DESC LIMIT ?
            """,
            (articles - looked_at,),
        )
        return [row[0] for row in found][::-1]


def texts_of(database: Database, numbers: Collection[int]) -> list[Ungrouped]:
    """The texts of those of the articles that still exist and were not compared yet, in the order of arrival."""
    with database.reading() as connection:
        found = connection.execute(
            """
            SELECT number, text FROM articles WHERE number IN (SELECT CAST(value AS BIGINT) FROM json_each(?))
            AND NOT EXISTS (SELECT 1 FROM stories WHERE article = number) ORDER BY number
            """,
            (dump(list(numbers)),),
        )
        return [Ungrouped(*row) for row in found]


def firsts_like(database: Database, keys: Collection[int]) -> list[Ungrouped]:
    """The first articles of groups that share a key, in the order of arrival, with their texts."""
    with database.reading() as connection:
        found = connection.execute(
            """
            SELECT number, text FROM articles WHERE number IN
            (SELECT DISTINCT article FROM json_each(?) AS wanted JOIN bands ON bands.key = CAST(wanted.value AS BIGINT)
             ORDER BY article DESC LIMIT ?)
            ORDER BY number
            """,
            (dump(list(keys)), _LOOKED_AT),
        )
        return [Ungrouped(*row) for row in found]


def store_groups(database: Database, stories: Iterable[Grouped]) -> None:
    """Store groups; an article that was removed meanwhile is skipped."""
    with database.writing() as connection:
        for story in stories:
            written = connection.execute(
                """
                INSERT INTO stories SELECT ?, ? WHERE
                (SELECT count(*) FROM articles WHERE number IN (?, ?)) = CASE WHEN ? = ? THEN 1 ELSE 2 END
                ON CONFLICT (article) DO UPDATE SET first = excluded.first
                """,
                (story.article, story.first, *(story.article, story.first) * 2),
            )
            if written.rowcount and story.article == story.first:
                rows = [(key, story.article) for key in story.keys]
                connection.executemany("INSERT INTO bands VALUES (?, ?) ON CONFLICT DO NOTHING", rows)
