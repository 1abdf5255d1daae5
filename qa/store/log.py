"""The change log: whether an index is up to date, and which changes it has to replay; the change record: who made them.

The record is kept with each change, from when accounts are used.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal, NamedTuple

from qa.errors import Forbidden, IndexUnusable
from qa.store import lineage
from qa.store.database import Connection, Database, ascending, present
from qa.store.rows import dump
from qa.types import HistoryEntry, Sender

ACTIVE = "(SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'model')"
"""The number of the model whose vectors serve."""

_NAMED = "(SELECT id FROM models WHERE fingerprint = :fingerprint)"

_STATE = f"""
SELECT meta.value, (SELECT max(number) FROM changes), (SELECT max(number) FROM changes WHERE kind = 'text'),
       models.name, fingerprint, dimension
FROM meta LEFT JOIN models ON models.id = {ACTIVE} WHERE meta.key = 'library'
"""

_UNEMBEDDED = """
NOT EXISTS (SELECT 1 FROM vectors WHERE passage = passages.id
            AND model = (SELECT id FROM models WHERE fingerprint = ?))
"""

CONTENTS = "SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'contents'"
"""A number that grows with every change of articles, of what is said of them, and of files; no row before the first."""

CONTENTS_CHANGE = """
INSERT INTO meta VALUES ('contents', '1') ON CONFLICT (key) DO UPDATE SET value = CAST(meta.value AS BIGINT) + 1
"""


def count_vectors(model: str) -> str:
    """SQL that counts the vectors of a model; where no other model has any, SQLite need not look at each row."""
    return f"""
    (SELECT CASE WHEN EXISTS (SELECT 1 FROM models WHERE id IS DISTINCT FROM {model})
     THEN (SELECT count(*) FROM vectors WHERE model = {model}) ELSE (SELECT count(*) FROM vectors) END)
    """


class Model(NamedTuple):
    """A model that made vectors of this library."""

    name: str
    fingerprint: str
    dimension: int


class State(NamedTuple):
    """The change numbers of a library, which tell whether an index is up to date."""

    library: str  # made once with the library
    change: int  # the last change number
    text_change: int  # the last one of a passage's text
    model: Model | None  # whose vectors serve; None before the first


class Census(NamedTuple):
    """How many passages and vectors there were at a change number."""

    change: int
    text_change: int
    passages: int
    vectors: int  # by the model that serves


class Change(NamedTuple):
    """A passage whose text or vector changed, with its current vector; None where it has none or is gone."""

    number: int
    passage: int
    vector: bytes | None


NOTE = "INSERT OR REPLACE INTO changes (passage, kind) VALUES (?, ?)"


def note(connection: Connection, passage: int, kind: Literal["text", "vector"]) -> None:
    """Record a change of a passage, as the library's newest."""
    connection.execute(NOTE, (passage, kind))


class ChangeLog:
    """Reads the library's changes and its state. Each method reads one consistent state."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def state(self) -> State:
        with self._database.reading(once=True) as connection:
            library, change, text_change, *model = present(connection.execute(_STATE).fetchone())
        return State(library, change or 0, text_change or 0, Model(*model) if model[0] is not None else None)

    def census(self) -> Census:
        with self._database.reading() as connection:
            change, text_change, passages, vectors = connection.execute(
                f"""
                SELECT (SELECT max(number) FROM changes), (SELECT max(number) FROM changes WHERE kind = 'text'),
                       (SELECT count(*) FROM passages),
                       {count_vectors(ACTIVE)}
                """
            ).fetchone()
        return Census(change or 0, text_change or 0, passages, vectors)

    def changes(self, after: int, limit: int, fingerprint: str | None) -> list[Change]:
        """The next changes after a change number, ascending, with the vectors of a model. Raises IndexUnusable where
        the number is of a change that was lost.
        """
        with self._database.reading(once=True) as connection:
            found = connection.execute(
                """
                SELECT number, changes.passage, vector FROM changes LEFT JOIN vectors
                ON vectors.passage = changes.passage AND model = (SELECT id FROM models WHERE fingerprint = ?)
                WHERE number > ? ORDER BY number LIMIT ?
                """,
                (fingerprint, after, limit),
            )
            changes = [Change(*row) for row in ascending(found, after)]
            _require_seen(connection, after, changes[-1].number if changes else after)
        return changes

    def text_changes(self, after: int, limit: int) -> list[tuple[int, int]]:
        """The next changes of texts after a change number, ascending: (number, passage). Raises as `changes`."""
        with self._database.reading(once=True) as connection:
            found = connection.execute(
                "SELECT number, passage FROM changes WHERE kind = 'text' AND number > ? ORDER BY number LIMIT ?",
                (after, limit),
            )
            changes = [(row[0], row[1]) for row in ascending(found, after)]
            _require_seen(connection, after, changes[-1][0] if changes else after)
        return changes

    def stored_vectors(self, fingerprint: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next vectors by the model after a passage's id, ascending: (passage, vector)."""
        with self._database.reading() as connection:
            found = connection.execute(
                """
                SELECT passage, vector FROM vectors
                WHERE passage > ? AND model = (SELECT id FROM models WHERE fingerprint = ?) ORDER BY passage LIMIT ?
                """,
                (after, fingerprint, limit),
            )
            return [(row[0], row[1]) for row in ascending(found, after)]

    def without_vector(self, fingerprint: str, after: int, limit: int) -> list[int]:
        """The next passages after an id that have no vector by the model, ascending."""
        with self._database.reading() as connection:
            found = connection.execute(
                f"SELECT id FROM passages WHERE id > ? AND {_UNEMBEDDED} ORDER BY id LIMIT ?",
                (after, fingerprint, limit),
            )
            return [row[0] for row in ascending(found, after)]

    def newest_without_vector(self, fingerprint: str, limit: int) -> list[int]:
        """At most `limit` passages that have no vector by the model, those that came last first. Where no more are
        missing, all others are never looked at.
        """
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT passages.id FROM changes JOIN passages ON passages.id = changes.passage "
                f"WHERE kind = 'text' AND {_UNEMBEDDED} ORDER BY number DESC LIMIT ?",
                (fingerprint, limit),
            )
            return [row[0] for row in found]

    def without_vector_of(self, fingerprint: str, articles: Iterable[str]) -> list[int]:
        """The passages of articles that have no vector by the model."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT passages.id FROM json_each(?) AS wanted JOIN passages ON article = wanted.value "
                f"WHERE {_UNEMBEDDED}",
                (dump(list(articles)), fingerprint),
            )
            return [row[0] for row in found]

    def without_vector_in(self, fingerprint: str, path: str) -> list[int]:
        """The passages of a file, by its path, that have no vector by the model."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT DISTINCT passages.id FROM files JOIN places ON places.file = files.id "
                f"JOIN passages ON passages.article = places.article WHERE files.path = ? AND {_UNEMBEDDED}",
                (path, fingerprint),
            )
            return [row[0] for row in found]

    def planned_model(self) -> Model | None:
        """The model that shall serve once all its vectors are made."""
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT name, fingerprint, dimension FROM models "
                "WHERE id = (SELECT CAST(value AS BIGINT) FROM meta WHERE key = 'next')"
            ).fetchone()
        return Model(*found) if found else None

    def count_without_vector(self, fingerprint: str) -> int:
        with self._database.reading() as connection:
            passages, vectors = connection.execute(
                f"SELECT (SELECT count(*) FROM passages), {count_vectors(_NAMED)}", {"fingerprint": fingerprint}
            ).fetchone()
        missing: int = passages - vectors  # a vector never outlives its passage
        return missing


def _require_seen(connection: Connection, seen: int, later: int) -> None:
    if not lineage.holds(connection, seen, later):
        raise IndexUnusable("it has seen changes that the library has lost")


Did = Literal["added", "changed", "mended", "removed"]

HISTORY = """
CREATE TABLE IF NOT EXISTS history (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,               -- ISO 8601, UTC
    name TEXT NOT NULL,             -- of the account; empty without one
    did TEXT NOT NULL CHECK (did IN ('added', 'changed', 'mended', 'removed')),
    source TEXT NOT NULL,
    title TEXT NOT NULL             -- of the article that was mended, before
)
"""
_IS_KEPT = "SELECT 1 FROM meta WHERE key = 'history'"
_ADDED_BY = "SELECT name FROM history WHERE source = ? AND did = 'added' ORDER BY number DESC LIMIT 1"


def begin_history(database: Database) -> None:
    """Keep it from now on."""
    with database.writing() as connection:
        connection.execute(HISTORY)
        connection.execute("INSERT INTO meta VALUES ('history', '1') ON CONFLICT (key) DO NOTHING")


def note_done(connection: Connection, by: Sender, did: Did, source: str, title: str = "") -> None:
    """Keep what is done in this transaction; nothing where no record is kept."""
    if connection.execute(_IS_KEPT).fetchone():
        at = datetime.now(UTC).isoformat(timespec="seconds")
        values = (at, by.name, did, source, title)
        connection.execute("INSERT INTO history (at, name, did, source, title) VALUES (?, ?, ?, ?, ?)", values)


def require_own(connection: Connection, by: Sender, source: str) -> None:
    """Raises Forbidden where an editor would remove or replace a file that somebody else added."""
    by.require("editor")
    if by.may("owner"):
        return
    found = connection.execute(_ADDED_BY, (source,)).fetchone()
    if found is None or found[0] != by.name:
        raise Forbidden("accounts.not-own", source=source)


def history(database: Database, limit: int) -> tuple[HistoryEntry, ...]:
    """The latest, oldest first; none where no record is kept."""
    with database.reading() as connection:
        if not connection.execute(_IS_KEPT).fetchone():
            return ()
        latest = "SELECT at, name, did, source, title FROM history ORDER BY number DESC LIMIT ?"
        found = connection.execute(latest, (limit,)).fetchall()
    return tuple(HistoryEntry(*row) for row in reversed(found))
