"""Reading the library: files, articles, passages, and what the indexes replay."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from qa.errors import NotFound
from qa.stores import rows
from qa.stores.database import Database
from qa.stores.finding import condition, file_number, full_id
from qa.stores.rows import ARTICLE_COLUMNS, dump
from qa.types import Article, FileInfo, Filters, Metadata, Passage, Stats

_ACTIVE = "(SELECT value + 0 FROM meta WHERE key = 'model')"  # the number of the model whose vectors serve
_EVERY = Filters()
_UNEMBEDDED = """
NOT EXISTS (SELECT 1 FROM vectors WHERE passage = passages.id
            AND model = (SELECT id FROM models WHERE fingerprint = ?))
"""
_FILES = """
SELECT files.*, (SELECT count(DISTINCT article) FROM places WHERE places.file = files.id) AS articles FROM files
"""


class Model(NamedTuple):
    """A model that vectors of this library were made with."""

    name: str
    fingerprint: str
    dimension: int


class State(NamedTuple):
    """What tells whether an index is up to date."""

    library: str  # made once with the library
    change: int  # the last change number
    text_change: int  # the last one of a passage's text
    model: Model | None  # whose vectors serve; None before the first


class Census(NamedTuple):
    """How many passages and vectors there are at a change number."""

    change: int
    text_change: int
    passages: int
    vectors: int  # by the model that serves


class Change(NamedTuple):
    """A passage whose text or vector changed, and its vector now: None where it has none, or is gone."""

    number: int
    passage: int
    vector: bytes | None


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What tells whether a file has changed since it was added."""

    source: str
    size: int
    mtime_ns: int
    sha256: str
    given: Metadata
    added: str


class Truth:
    """The library as it stands. Every method sees one state throughout."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> State:
        with self._database.reading() as connection:
            library = connection.execute("SELECT value FROM meta WHERE key = 'library'").fetchone()[0]
            change, text_change = connection.execute(
                "SELECT max(number), (SELECT max(number) FROM changes WHERE kind = 'text') FROM changes"
            ).fetchone()
            model = connection.execute(
                f"SELECT name, fingerprint, dimension FROM models WHERE id = {_ACTIVE}"
            ).fetchone()
        return State(library, change or 0, text_change or 0, Model(*model) if model else None)

    def census(self) -> Census:
        with self._database.reading() as connection:
            change, text_change, passages, vectors = connection.execute(
                f"""
                SELECT (SELECT max(number) FROM changes), (SELECT max(number) FROM changes WHERE kind = 'text'),
                       (SELECT count(*) FROM passages),
                       (SELECT count(*) FROM vectors WHERE model = {_ACTIVE})
                """
            ).fetchone()
        return Census(change or 0, text_change or 0, passages, vectors)

    def files(self) -> tuple[FileInfo, ...]:
        """In the order of adding."""
        with self._database.reading() as connection:
            return tuple(map(rows.file_info, connection.execute(f"{_FILES} ORDER BY files.id")))

    def stored_files(self) -> dict[str, StoredFile]:
        """By absolute path."""
        with self._database.reading() as connection:
            return {row["path"]: _stored_file(row) for row in connection.execute("SELECT * FROM files")}

    def articles(self, filters: Filters = _EVERY, offset: int = 0, limit: int | None = None) -> tuple[Article, ...]:
        """In the order of arrival."""
        with self._database.reading() as connection:
            where, values = condition(connection, filters, ())
            found = connection.execute(
                f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE {where} ORDER BY number LIMIT :limit OFFSET :offset",
                {**values, "limit": -1 if limit is None else limit, "offset": offset},
            )
            return tuple(rows.articles(connection, found))

    def article(self, identity: str) -> Article:
        """The article of an id, or of the first four or more of its characters. Raises NotFound."""
        with self._database.reading() as connection:
            full = full_id(connection, identity)
            found = connection.execute(f"SELECT {ARTICLE_COLUMNS} FROM articles WHERE id = ?", (full,))
            return rows.articles(connection, found)[0]

    def articles_of(self, source: str) -> tuple[Article, ...]:
        """The articles of a file in its order, once each. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT article FROM places WHERE file = ? ORDER BY page, ordinal", (file_number(connection, source),)
            )
            ids = list(dict.fromkeys(row[0] for row in found))
            articles = _articles_by_id(connection, ids)
            return tuple(articles[one] for one in ids)

    def articles_of_records(self, records: Collection[str]) -> frozenset[str]:
        """Ids of the articles that stand in any of the records."""
        with self._database.reading() as connection:
            found = connection.execute(
                """
                SELECT places.article FROM json_each(?) AS wanted JOIN pages ON pages.record = wanted.value
                JOIN places ON places.file = pages.file AND places.page = pages.ordinal
                """,
                (dump(list(records)),),
            )
            return frozenset(row[0] for row in found)

    def page_texts(self, source: str) -> Iterator[str]:
        """The texts of a file's pages as read, in its order. Raises NotFound."""
        with self._database.reading() as connection:
            file = file_number(connection, source)
            found = connection.execute("SELECT text FROM pages WHERE file = ? ORDER BY ordinal", (file,))
            yield from (rows.unpack_text(row[0]) for row in found)

    def page_text(self, source: str, record: str | None = None, page: int | None = None) -> str:
        """The text that spans count in. Raises NotFound."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT text FROM pages WHERE file = ? AND record IS ? AND number IS ? ORDER BY ordinal LIMIT 1",
                (file_number(connection, source), record, page),
            ).fetchone()
        if found is None:
            raise NotFound(f"{source} 里没有这一页或这条记录：{record or page}。用 qa show {source} 查看。")
        return rows.unpack_text(found[0])

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, Article]]:
        """The passages that the library holds, with their articles, in the order of `ids`; others are left out."""
        wanted = list(dict.fromkeys(ids))
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT passages.* FROM json_each(?) AS wanted JOIN passages ON passages.id = wanted.value",
                (dump(wanted),),
            ).fetchall()
            articles = _articles_by_id(connection, {row["article"] for row in found})
        held = {row["id"]: row for row in found}
        return {
            one: (rows.passage(held[one], articles[held[one]["article"]]), articles[held[one]["article"]])
            for one in wanted
            if one in held
        }

    def allowed(self, filters: Filters, hidden: Collection[str] = ()) -> frozenset[int] | None:
        """Ids of the passages that pass the filters and are of no hidden article; None where all do.

        Raises NotFound for a source or an article that the library does not hold.
        """
        if not filters and not hidden:
            return None
        with self._database.reading() as connection:
            where, values = condition(connection, filters, hidden)
            found = connection.execute(
                f"SELECT passages.id FROM articles JOIN passages ON passages.article = articles.id WHERE {where}",
                values,
            )
            return frozenset(row[0] for row in found)

    def stats(self) -> Stats:
        with self._database.reading() as connection:
            files, articles, passages, embedded, dated, updated = connection.execute(
                f"""
                SELECT (SELECT count(*) FROM files), (SELECT count(*) FROM articles), (SELECT count(*) FROM passages),
                       (SELECT count(*) FROM vectors WHERE model = {_ACTIVE}),
                       (SELECT count(*) FROM articles WHERE date IS NOT NULL), (SELECT max(added) FROM files)
                """
            ).fetchone()
        return Stats(files, articles, passages, embedded, dated, updated)

    def changes(self, after: int, limit: int, fingerprint: str | None) -> list[Change]:
        """The next changes after a change number, ascending, with the vectors of a model."""
        with self._database.reading() as connection:
            found = connection.execute(
                """
                SELECT number, changes.passage, vector FROM changes LEFT JOIN vectors
                ON vectors.passage = changes.passage AND model = (SELECT id FROM models WHERE fingerprint = ?)
                WHERE number > ? ORDER BY number LIMIT ?
                """,
                (fingerprint, after, limit),
            )
            return [Change(*row) for row in found]

    def text_changes(self, after: int, limit: int) -> list[tuple[int, int]]:
        """The next changes of texts after a change number, ascending: (number, passage)."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT number, passage FROM changes WHERE kind = 'text' AND number > ? ORDER BY number LIMIT ?",
                (after, limit),
            )
            return [(row[0], row[1]) for row in found]

    def without_vector(self, fingerprint: str, after: int, limit: int) -> list[int]:
        """The next passages after an id that have no vector by the model, ascending."""
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT id FROM passages WHERE id > ? AND {_UNEMBEDDED} ORDER BY id LIMIT ?",
                (after, fingerprint, limit),
            )
            return [row[0] for row in found]

    def count_without_vector(self, fingerprint: str) -> int:
        with self._database.reading() as connection:
            count: int = connection.execute(
                f"SELECT count(*) FROM passages WHERE {_UNEMBEDDED}", (fingerprint,)
            ).fetchone()[0]
        return count


def _stored_file(row: sqlite3.Row) -> StoredFile:
    given = json.loads(row["given"])
    given["byline"] = tuple(given["byline"])
    return StoredFile(row["source"], row["size"], row["mtime_ns"], row["sha256"], Metadata(**given), row["added"])


def _articles_by_id(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, Article]:
    found = connection.execute(
        f"SELECT {ARTICLE_COLUMNS} FROM json_each(?) AS wanted JOIN articles ON articles.id = wanted.value",
        (dump(list(ids)),),
    )
    return {article.id: article for article in rows.articles(connection, found)}
