"""Models and the vectors made with them: one serves, another may be on its way to take its place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from qa.stores.database import Database
from qa.stores.log import Model, note


def store_vectors(database: Database, model: Model, vectors: Iterable[tuple[int, bytes]]) -> None:
    """Keep a batch of passages' vectors; a passage that has gone meanwhile is passed over."""
    with database.writing() as connection:
        number = _model_number(connection, model)
        serves = _value(connection, "model") == number
        for passage, vector in vectors:
            stored = connection.execute(
                "INSERT OR REPLACE INTO vectors (passage, model, vector) SELECT id, ?, ? FROM passages WHERE id = ?",
                (number, vector, passage),
            )
            if serves and stored.rowcount:
                note(connection, passage, "vector")


def serve_model(database: Database, model: Model) -> None:
    """Let a model's vectors serve, and drop those of all others."""
    with database.writing() as connection:
        number = _model_number(connection, model)
        if _value(connection, "model") != number:
            _set(connection, "model", number)
            connection.execute("UPDATE models SET name = ? WHERE id = ?", (model.name, number))
            connection.execute("DELETE FROM vectors WHERE model <> ?", (number,))
            connection.execute("DELETE FROM models WHERE id <> ?", (number,))
        connection.execute("DELETE FROM meta WHERE key = 'next'")


def plan_model(database: Database, model: Model) -> None:
    """Note which model shall serve once all its vectors are made; what was made for any other but the one that serves
    is dropped.
    """
    with database.writing() as connection:
        number = _model_number(connection, model)
        _set(connection, "next", number)
        kept = (number, _value(connection, "model"))
        connection.execute("DELETE FROM vectors WHERE model NOT IN (?, ?)", kept)
        connection.execute("DELETE FROM models WHERE id NOT IN (?, ?)", kept)


def _model_number(connection: sqlite3.Connection, model: Model) -> int:
    connection.execute(
        "INSERT INTO models (name, fingerprint, dimension) VALUES (?, ?, ?) ON CONFLICT (fingerprint) DO NOTHING", model
    )
    row = connection.execute("SELECT id FROM models WHERE fingerprint = ?", (model.fingerprint,)).fetchone()
    number: int = row[0]
    return number


def _value(connection: sqlite3.Connection, key: str) -> int | None:
    row = connection.execute("SELECT value + 0 FROM meta WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def _set(connection: sqlite3.Connection, key: str, number: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, str(number)))
