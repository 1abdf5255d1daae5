"""Login keys: a library's own secret, and the keys given to browsers that were let in.

A file of its own beside the library, or tables in the database of a server. Without them nothing is lost but that
readers give the password again.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from qa.errors import LibraryDamaged, LibraryError
from qa.store import own_files
from qa.store.conversation_database import Base
from qa.store.database import Connection, on_server
from qa.store.folder import Folder, with_companions
from qa.store.schema import transaction

SECRET_BYTES = 32
_BUSY_SECONDS = 2.0  # a change is over in milliseconds, and who asks stands at the door
TABLES = (
    "CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL)",
    # `key`: a digest, so that the file opens no door; `until`: seconds since 1970
    "CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, until REAL NOT NULL)",
)


class _File:
    """The tables in SQLite, with one connection that threads take turns with."""

    def __init__(self, path: Path | None) -> None:
        """The file at `path`, made where there is none; in memory without a path."""
        self.path = path
        self._turn = threading.Lock()
        with self._mapped():
            if path:
                own_files.make_file(path)
                own_files.narrow(*with_companions(path))
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                with transaction(self._connection, "BEGIN IMMEDIATE"):
                    for table in TABLES:
                        self._connection.execute(table)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with self._mapped(), self._turn, transaction(self._connection, "BEGIN IMMEDIATE"):
            yield self._connection

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DatabaseError, OSError) as error:
            code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise LibraryDamaged("logins.damaged", path=self.path) from error
            raise LibraryError("logins.unusable", path=self.path, reason=error) from error


class Keys:
    """The login keys of a library. Safe for many threads and processes. All calls raise LibraryError,
    LibraryDamaged.
    """

    def __init__(self, base: Base, path: object) -> None:
        """For `open`, `of` and `in_memory`, which are the ways in. `path` is what the base is called by."""
        self._base = base
        self._path = path
        try:
            self.secret = self._prepared()
        except BaseException:
            base.close()
            raise

    @classmethod
    def open(cls, location: str | os.PathLike[str]) -> Keys:
        """Those of a library, by its folder or its address, which must be there."""
        return cls.of(Folder.at(location))

    @classmethod
    def of(cls, folder: Folder) -> Keys:
        """The same by what `Folder.at` makes of that."""
        if folder.server:
            return cls(on_server(folder, folder.server), folder.server)
        return cls(_File(folder.keys), folder.keys)

    @classmethod
    def in_memory(cls) -> Keys:
        """For a library that cannot be written: a restart forgets them."""
        return cls(_File(None), None)

    def give(self, key: str, now: float, until: float) -> None:
        """Let a new `key` open until then. What has run out by `now` goes."""
        with self._base.transaction() as connection:
            connection.execute("DELETE FROM keys WHERE until <= ?", [now])
            connection.execute("INSERT INTO keys VALUES (?, ?)", [key, until])

    def prolong(self, key: str, until: float) -> None:
        """Let a key that opens open until then; one that was taken stays so."""
        with self._base.transaction() as connection:
            connection.execute("UPDATE keys SET until = ? WHERE key = ?", [until, key])

    def take(self, key: str) -> None:
        """From now on `key` opens nothing."""
        with self._base.transaction() as connection:
            connection.execute("DELETE FROM keys WHERE key = ?", [key])

    def until(self, key: str) -> float:
        """When `key` runs out, in seconds since 1970; 0 for one that opens nothing."""
        with self._base.transaction() as connection:
            found = connection.execute("SELECT until FROM keys WHERE key = ?", [key]).fetchone()
        return float(found[0]) if found else 0.0

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Keys:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepared(self) -> bytes:
        """The secret, made the first time. Raises LibraryDamaged for one that is none."""
        with self._base.transaction() as connection:
            made = secrets.token_bytes(SECRET_BYTES)
            connection.execute("INSERT INTO secret VALUES (1, ?) ON CONFLICT (one) DO NOTHING", [made])
            found = connection.execute("SELECT value FROM secret").fetchone()[0]
        if not isinstance(found, bytes) or len(found) != SECRET_BYTES:
            raise LibraryDamaged("logins.damaged", path=self._path)
        return found
