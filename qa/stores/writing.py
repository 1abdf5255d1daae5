"""Changing the library: each function is one transaction and logs what the indexes have to replay."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from qa.changes import Edit
from qa.errors import ReadError
from qa.stores import rows
from qa.stores.database import Database
from qa.stores.edits import dump_edit
from qa.stores.finding import file_number
from qa.stores.log import Model
from qa.stores.rows import dump
from qa.stores.schema import ATTRIBUTES
from qa.types import Article, Metadata, Page, Passage

Stories = Sequence[tuple[Article, Sequence[Passage]]]
"""The articles of a page in order, each with its passages."""

Cut = tuple[Page, Stories]

_HEADLINE = tuple(ATTRIBUTES.index(name) for name in ("title", "kicker", "subtitle"))  # goes into vectors and terms


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to store: `size` and `mtime_ns` as they were before it was read."""

    path: str  # absolute
    source: str
    size: int  # bytes
    mtime_ns: int
    sha256: str
    given: Metadata


class Recut(NamedTuple):
    """The stories of a page that is there already."""

    file: int
    ordinal: int
    stories: Stories


class Stored(NamedTuple):
    """What a file brought."""

    articles: int  # places counted: the same story twice is two
    passages: int


def store_file(database: Database, file: NewFile, pages: Iterable[Cut]) -> Stored:
    """Put a file in, or in place of what it held before. `pages` may be as long as it likes: it is never held whole.

    Whatever `pages` raises leaves the library as it was. Passages that stay keep their vectors. Raises ReadError for
    text that is no Unicode.
    """
    try:
        with database.writing() as connection:
            return _FileWriter(connection, file).write(pages)
    except UnicodeEncodeError as error:
        raise ReadError("文字里有不成对的代理字符，不是合法的 Unicode") from error


def touch_file(database: Database, path: str, size: int, mtime_ns: int) -> None:
    """Note that a file was looked at again and holds the same bytes."""
    with database.writing() as connection:
        connection.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", (size, mtime_ns, path))


def remove_files(database: Database, names: Iterable[str]) -> tuple[str, ...]:
    """Take files out, all or none, by source name or absolute path; their sources. Raises NotFound."""
    with database.writing() as connection:
        numbers = list(dict.fromkeys(file_number(connection, name) for name in names))
        sources = []
        for number in numbers:
            articles = _articles_of(connection, number)
            sources.append(connection.execute("SELECT source FROM files WHERE id = ?", (number,)).fetchone()[0])
            connection.execute("DELETE FROM files WHERE id = ?", (number,))
            _settle(connection, articles)
    return tuple(sources)


def store_vectors(database: Database, model: Model, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Keep a batch of passages' vectors; a passage that has gone meanwhile is passed over."""
    with database.writing() as connection:
        number = _model_number(connection, model)
        serves = _serving(connection) == number
        for passage, vector in vectors:
            stored = connection.execute(
                "INSERT OR REPLACE INTO vectors (passage, model, vector) SELECT id, ?, ? FROM passages WHERE id = ?",
                (number, vector, passage),
            )
            if serves and stored.rowcount:
                _log(connection, passage, "vector")


def serve_model(database: Database, model: Model) -> None:
    """Let a model's vectors serve, and drop those of all others."""
    with database.writing() as connection:
        number = _model_number(connection, model)
        if _serving(connection) != number:
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('model', ?)", (str(number),))
            connection.execute("UPDATE models SET name = ? WHERE id = ?", (model.name, number))
            connection.execute("DELETE FROM vectors WHERE model <> ?", (number,))
            connection.execute("DELETE FROM models WHERE id <> ?", (number,))


def amend(
    database: Database, added: Mapping[str, Edit], dropped: Mapping[str, Collection[Edit]], pages: Iterable[Recut]
) -> None:
    """Keep an edit, and forget others, by the path of their file; and put the pages' articles as they are then."""
    with database.writing() as connection:
        for path, edits in dropped.items():
            gone = [(path, dump_edit(edit)) for edit in edits]
            connection.executemany("DELETE FROM edits WHERE path = ? AND edit = ?", gone)
        kept = [(path, dump_edit(edit)) for path, edit in added.items()]
        connection.executemany("INSERT INTO edits (path, edit) VALUES (?, ?)", kept)
        writer = _StoryWriter(connection)
        for page in pages:
            writer.rewrite(page)
        writer.settle()


class _StoryWriter:
    """The articles of pages on their way into the tables, inside a transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._known: dict[str, None] = {}  # articles that were there before, to be settled at the end

    def rewrite(self, page: Recut) -> None:
        key = (page.file, page.ordinal)
        found = self._connection.execute("SELECT article FROM places WHERE file = ? AND page = ?", key)
        self._known.update((row[0], None) for row in found.fetchall())
        self._connection.execute("DELETE FROM places WHERE file = ? AND page = ?", key)
        self._write_stories(*page)

    def settle(self) -> None:
        _settle(self._connection, self._known)

    def _write_stories(self, file: int, ordinal: int, stories: Stories) -> None:
        for position, (article, passages) in enumerate(stories):
            self._write_article(article, passages)
            self._connection.execute(
                "INSERT INTO places VALUES (?, ?, ?, ?, ?, ?)",
                (file, ordinal, position, article.id, dump(article.place.pieces), dump(rows.attributes(article))),
            )

    def _write_article(self, article: Article, passages: Sequence[Passage]) -> None:
        columns = ("id", "text", *ATTRIBUTES)
        written = self._connection.execute(
            f"INSERT INTO articles ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))}) "
            "ON CONFLICT (id) DO NOTHING",
            (article.id, article.text, *rows.attributes(article)),
        )
        if not written.rowcount:
            self._known[article.id] = None
        _write_passages(self._connection, article.id, passages)


class _FileWriter(_StoryWriter):
    """One file on its way into the tables, inside a transaction."""

    def __init__(self, connection: sqlite3.Connection, file: NewFile) -> None:
        super().__init__(connection)
        self._file = file

    def write(self, pages: Iterable[Cut]) -> Stored:
        number = self._replace()
        articles = passages = 0
        encoding = None
        for ordinal, (page, stories) in enumerate(pages):
            encoding = encoding or page.encoding
            told = (rows.dump_blocks(page), rows.dump_metadata(page.metadata))
            self._connection.execute(
                "INSERT INTO pages (file, ordinal, record, number, text, blocks, metadata) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, ordinal, page.record, page.number, rows.pack_text(page.text), *told),
            )
            self._write_stories(number, ordinal, stories)
            articles += len(stories)
            passages += sum(len(split) for _, split in stories)
        self._connection.execute("UPDATE files SET encoding = ? WHERE id = ?", (encoding, number))
        self.settle()
        return Stored(articles, passages)

    def _replace(self) -> int:
        """The file's number, its row up to date, and nothing below it."""
        file = self._file
        row = self._connection.execute("SELECT id FROM files WHERE path = ?", (file.path,)).fetchone()
        if row is not None:
            self._known = dict.fromkeys(_articles_of(self._connection, row[0]))
            self._connection.execute("DELETE FROM pages WHERE file = ?", (row[0],))
        added = datetime.now(UTC).isoformat(timespec="seconds")
        written = self._connection.execute(
            """
            INSERT INTO files (path, source, size, mtime_ns, sha256, given, added) VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (path) DO UPDATE SET source = excluded.source, size = excluded.size,
            mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, given = excluded.given, added = excluded.added
            RETURNING id
            """,
            (file.path, file.source, file.size, file.mtime_ns, file.sha256, rows.dump_metadata(file.given), added),
        )
        number: int = written.fetchone()[0]
        return number


def _write_passages(connection: sqlite3.Connection, article: str, passages: Sequence[Passage]) -> None:
    """Make the article's passages these; those that were there already keep their vectors."""
    held = {row[0] for row in connection.execute("SELECT id FROM passages WHERE article = ?", (article,))}
    for passage in passages:
        if passage.id not in held:
            connection.execute(
                "INSERT INTO passages VALUES (?, ?, ?, ?, ?)",
                (passage.id, article, passage.start, passage.end, dump(passage.sentences)),
            )
            _log(connection, passage.id, "text")
    for gone in sorted(held.difference(passage.id for passage in passages)):
        connection.execute("DELETE FROM passages WHERE id = ?", (gone,))
        _log(connection, gone, "text")


def _settle(connection: sqlite3.Connection, articles: Iterable[str]) -> None:
    """Drop the articles that stand nowhere any more; give the others the attributes of their first place."""
    for article in articles:
        place = connection.execute(
            "SELECT attributes FROM places WHERE article = ? ORDER BY file, page, ordinal LIMIT 1", (article,)
        ).fetchone()
        if place is None:
            _write_passages(connection, article, ())
            connection.execute("DELETE FROM articles WHERE id = ?", (article,))
        else:
            _take_attributes(connection, article, rows.load_list(place[0]))


def _take_attributes(connection: sqlite3.Connection, article: str, new: list[object]) -> None:
    """Set an article's attributes. A new headline makes its vectors stale, and its terms."""
    old = list(connection.execute(f"SELECT {', '.join(ATTRIBUTES)} FROM articles WHERE id = ?", (article,)).fetchone())
    if old == new:
        return
    assignments = ", ".join(f"{name} = ?" for name in ATTRIBUTES)
    connection.execute(f"UPDATE articles SET {assignments} WHERE id = ?", (*new, article))
    if any(old[position] != new[position] for position in _HEADLINE):
        for passage in _passages_of(connection, article):
            connection.execute("DELETE FROM vectors WHERE passage = ?", (passage,))
            _log(connection, passage, "text")


def _articles_of(connection: sqlite3.Connection, file: int) -> list[str]:
    return [row[0] for row in connection.execute("SELECT DISTINCT article FROM places WHERE file = ?", (file,))]


def _passages_of(connection: sqlite3.Connection, article: str) -> Iterator[int]:
    yield from [row[0] for row in connection.execute("SELECT id FROM passages WHERE article = ?", (article,))]


def _log(connection: sqlite3.Connection, passage: int, kind: str) -> None:
    """The passage's last change of this kind is the library's newest."""
    connection.execute("INSERT OR REPLACE INTO changes (passage, kind) VALUES (?, ?)", (passage, kind))


def _model_number(connection: sqlite3.Connection, model: Model) -> int:
    connection.execute(
        "INSERT INTO models (name, fingerprint, dimension) VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING", model
    )
    row = connection.execute("SELECT id FROM models WHERE fingerprint = ?", (model.fingerprint,)).fetchone()
    number: int = row[0]
    return number


def _serving(connection: sqlite3.Connection) -> int | None:
    row = connection.execute("SELECT value + 0 FROM meta WHERE key = 'model'").fetchone()
    return row[0] if row else None
