"""Groups of reprints in the tables: each article refers to the first article of its group.

An article joins the first one, in the order of arrival, that it resembles, else it is one itself. When a first article
goes, those that had joined it are looked at again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from qa.store.database import Database
from qa.store.rows import dump

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
            SELECT number, text FROM articles WHERE number IN (SELECT value FROM json_each(?))
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
            (SELECT DISTINCT article FROM json_each(?) AS wanted JOIN bands ON bands.key = wanted.value
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
                INSERT OR REPLACE INTO stories SELECT ?, ? WHERE
                (SELECT count(*) FROM articles WHERE number IN (?, ?)) = CASE WHEN ? = ? THEN 1 ELSE 2 END
                """,
                (story.article, story.first, *(story.article, story.first) * 2),
            )
            if written.rowcount and story.article == story.first:
                rows = [(key, story.article) for key in story.keys]
                connection.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
