"""The queue of files that were accepted and are not read yet, on disk, so that a kill loses none.

A database of its own: a file is accepted while somebody else writes to the library, however long that takes.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, reason_of
from qa.store import own_files
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.schema import transaction
from qa.types import ANYBODY, Sender

APPLICATION, FORMAT = 0x77626171, 2  # "wbaq", in the file's header
_BUSY_SECONDS = 10.0
_DAMAGED = "queue.damaged"
_NOT_KEPT = "queue.not-queued"

_TABLE = """
CREATE TABLE waiting (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice
    path BLOB NOT NULL UNIQUE,      -- as the system writes it; relative where it lies in the library's own folder
    name TEXT NOT NULL,             -- as it is shown
    sender TEXT NOT NULL DEFAULT '' -- who has it read, as `Sender.written`
)
"""


class Waiting(NamedTuple):
    """A file or a folder that waits to be read."""

    number: int
    path: Path  # absolute
    name: str  # as it is shown
    by: Sender = ANYBODY


class Queue:
    """Safe for many threads and processes. Each call raises LibraryError where the file cannot be read or written, and
    LibraryDamaged where it is not ours.
    """

    def __init__(self, folder: Folder, database: Database) -> None:
        self._folder = folder
        self._database = database

    def require(self) -> None:
        """Raises LibraryError where nothing can be accepted: the library is gone."""
        self._database.require()

    def put(self, path: Path, name: str, by: Sender = ANYBODY) -> int:
        """Accept a file or a folder: it is on the disk when this returns. Its number, the old one where it waits."""
        shown = name.encode("utf-8", "backslashreplace").decode()
        with self._transaction() as connection:
            return _put(connection, self._kept(path), shown, by)

    def waiting(self) -> tuple[Waiting, ...]:
        """In the order of acceptance; nothing where the library cannot be written, for nothing is accepted there."""
        if not self._database.is_writable:
            return ()
        with self._transaction() as connection:
            found = connection.execute("SELECT number, path, name, sender FROM waiting ORDER BY number").fetchall()
        if any(None in row for row in found):
            raise LibraryDamaged(_DAMAGED, path=self._folder.queue)
        return tuple(
            Waiting(number, self._root / os.fsdecode(path), name, Sender.read(sender))
            for number, path, name, sender in found
        )

    def drop(self, numbers: Iterable[int]) -> None:
        """These are read, or not wanted any more."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM waiting WHERE number = ?", [(number,) for number in numbers])

    @property
    def _root(self) -> Path:
        return self._folder.root.absolute()

    def _kept(self, path: Path) -> bytes:
        path = path.absolute()
        return os.fsencode(path.relative_to(self._root) if path.is_relative_to(self._root) else path)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection for one call: nothing is held open between two."""
        self._database.require()
        try:
            own_files.make_file(self._folder.queue)
            with closing(self._connect()) as connection, transaction(connection, "BEGIN IMMEDIATE"):
                self._prepare(connection)
                yield connection
        except sqlite3.DatabaseError as error:
            raise self._trouble(error) from error
        except OSError as error:
            raise LibraryError(_NOT_KEPT, path=self._folder.queue, reason=reason_of(error)) from error

    def _connect(self) -> sqlite3.Connection:
        uri = f"{self._folder.queue.absolute().as_uri()}?mode=rw"
        connection = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = EXTRA")  # a power cut undoes nothing that was accepted
        except sqlite3.DatabaseError:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        """Make the table where there is none. What a library without a queue has in its inbox, and has not read,
        waits.
        """
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
            connection.execute(_TABLE)
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
            for path in self._unread():
                _put(connection, self._kept(path), path.name, ANYBODY)
        header = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if header == [APPLICATION, 1]:
            connection.execute("ALTER TABLE waiting ADD COLUMN sender TEXT NOT NULL DEFAULT ''")
            connection.execute(f"PRAGMA user_version = {FORMAT}")
        elif header != [APPLICATION, FORMAT]:
            raise LibraryDamaged(_DAMAGED, path=self._folder.queue)

    def _unread(self) -> list[Path]:
        """Files of the inbox that the library does not hold whole, oldest first."""
        inbox = self._folder.inbox
        brought = [path for path in inbox.glob("[!.]*") if path.is_file() and path.stat().st_size]
        if not brought:
            return []
        held = {path for path, stored in Contents(self._database).stored_files().items() if stored.complete}
        unread = (path for path in brought if str(path.resolve()) not in held)
        return sorted(unread, key=lambda path: (path.stat().st_mtime_ns, path.name))

    def _trouble(self, error: sqlite3.DatabaseError) -> LibraryError:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF  # Python's own: a text that is none
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return LibraryBusy("queue.busy", path=self._folder.queue)
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR):
            return LibraryDamaged(_DAMAGED, path=self._folder.queue)
        return LibraryError(_NOT_KEPT, path=self._folder.queue, reason=error)


def _put(connection: sqlite3.Connection, path: bytes, name: str, by: Sender) -> int:
    found = connection.execute(
        "INSERT INTO waiting (path, name, sender) VALUES (?, ?, ?) ON CONFLICT (path) DO UPDATE "
        "SET name = excluded.name, sender = excluded.sender RETURNING number",
        (path, name, by.written),
    )
    number: int = found.fetchone()[0]
    return number
