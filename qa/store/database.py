"""The library's database, in SQLite: a read is one snapshot, a write is one transaction, its errors become ours.

What is asked of the library goes through a `Connection`, which is SQLite's own, or another engine's.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, NoLibrary
from qa.errors.messages import Wording
from qa.store import own_files, schema
from qa.store.folder import Folder, Standing, WriterLock, refuse_too_long
from qa.store.schema import transaction

if TYPE_CHECKING:
    from qa.store.addresses import Address
    from qa.store.jobs import Jobs
    from qa.store.postgres import PostgresDatabase

_BUSY_SECONDS = 10.0
_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FIXES = {
    sqlite3.SQLITE_FULL: "sqlite.disk-full",
    sqlite3.SQLITE_READONLY: "sqlite.read-only",
    sqlite3.SQLITE_CANTOPEN: "sqlite.cannot-open",
    sqlite3.SQLITE_IOERR: "sqlite.disk-failed",
}


class TableRow(Protocol):
    """A row that a statement found: by position, by the name of a column, or all in order. An `sqlite3.Row` is one."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Cursor(Protocol):
    """What a statement found, or how many rows it changed."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What statements are executed on, in one transaction: an `sqlite3.Connection` as it is. Statements are in the SQL
    that all engines share; their values stand for `?`, or for `:name`.
    """

    def execute(self, statement: str, values: Any = ..., /) -> Cursor: ...
    def executemany(self, statement: str, values: Iterable[Any], /) -> Cursor: ...


Begin = Literal["ONCE", "BEGIN", "BEGIN IMMEDIATE"]
"""To read with one statement, to read, to write."""

_Row = TypeVar("_Row", bound=TableRow)


class Disordered(Exception):
    """Rows came in another order than was asked for, or one that every library has did not come."""


class Database:
    """The library's database. Safe for many threads: each reading or writing has a connection to itself.

    On a folder that cannot be written it reads alone, and sees the library as it was when it was opened. Once its file
    is deleted or another one put there, every call raises LibraryError.
    """

    def __init__(self, folder: Folder, *, create: bool = False) -> None:
        """Raises NoLibrary where there is none and `create` is false, LibraryDamaged, LibraryError."""
        self._folder = folder
        self.is_writable = folder.is_writable
        self._idle: deque[sqlite3.Connection] = deque()
        self._is_closed = False
        if not folder.has_database:
            self._refuse_unless(create)
            self._make()
        with self._mapped():
            connection = self._connect(create)
            try:
                if schema.is_empty(connection):
                    self._refuse_unless(create)
                    schema.create(connection)
                if self.is_writable:
                    schema.migrate(connection)
                schema.verify(connection, str(folder.database))
                self._standing = Standing(folder.database)
            except BaseException:
                connection.close()
                raise
        self._idle.append(connection)

    @classmethod
    def at(cls, folder: Folder, *, create: bool = False) -> Database:
        """The database of the folder's library: in it, or the one that a server has. Raises as `Database`, and
        LibraryError where what speaks to that server is not installed.
        """
        return on_server(folder, folder.server, create=create) if folder.server else cls(folder, create=create)

    @contextmanager
    def reading(self, *, once: bool = False) -> Iterator[Connection]:
        """A connection that sees one state of the library throughout. `once`: for a single statement, which does so by
        itself; a server that is far away is asked one time, not three.
        """
        try:
            with self._transaction("ONCE" if once else "BEGIN") as connection:
                yield connection
        except (zlib.error, UnicodeDecodeError, JSONDecodeError, Disordered) as error:  # not what was written
            raise self._damaged() from error

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in one transaction: all of it is kept, or after any exception nothing."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    def jobs(self) -> Jobs | None:
        """The files that wait to be read by whoever is free; None where the library is in a folder: it has none."""
        return None

    def writer_lock(self) -> WriterLock:
        """What admits one writer at a time."""
        return WriterLock(self._folder)

    def require_writable(self) -> None:
        """Raises LibraryError where the library can be read alone."""
        if not self.is_writable:
            raise LibraryError("library.read-only", path=self._folder.root)

    def errors(self, connection: Connection) -> tuple[tuple[str, ...], int]:
        """What SQLite finds wrong with its file, and how many rows point to nothing. Every text is read: one that is no
        UTF-8 raises LibraryDamaged inside `reading`, SQLite's own check does not look into values.
        """
        found = tuple(row[0] for row in connection.execute("PRAGMA integrity_check(5)") if row[0] != "ok")
        dangling: int = connection.execute("SELECT count(*) FROM pragma_foreign_key_check").fetchone()[0]
        for table in [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]:
            for _ in connection.execute(f'SELECT * FROM "{table}"'):
                pass
        return found, dangling

    def tidy(self) -> None:
        """Move what the write-ahead log holds into the database file, as far as readers allow."""
        with self._mapped(), self._connection() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def require(self) -> None:
        """Raises LibraryError where the file is deleted, or another one put there, since it was opened."""
        self._standing.require()

    def close(self) -> None:
        """Connections in use are closed by whoever gives them back: the last one takes the log along."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().close()

    def _refuse_unless(self, create: bool) -> None:
        """No database: not made yet, or lost while the indexes made from it are still there."""
        folder = self._folder
        if folder.vectors.exists() or folder.terms.exists():
            raise self._damaged()
        if not create:
            raise NoLibrary("library.missing", path=folder.root)

    def _make(self) -> None:
        """An empty file, private before anything is in it; what SQLite keeps beside it gets the same permissions."""
        try:
            own_files.make_file(self._folder.database)
        except OSError as error:
            trouble = Wording(_FIXES[sqlite3.SQLITE_FULL if error.errno == ENOSPC else sqlite3.SQLITE_CANTOPEN])
            raise LibraryError("library.trouble", trouble=trouble, path=self._folder.root) from error

    def _connect(self, create: bool = False) -> sqlite3.Connection:
        uri = self._folder.database.absolute().as_uri()
        if self.is_writable:
            uri += f"?mode={'rwc' if create else 'rw'}"
        else:
            log = self._folder.database.with_name(f"{self._folder.database.name}-wal")
            uri += "?mode=ro" if log.exists() and log.stat().st_size else "?mode=ro&immutable=1"
        connection = sqlite3.connect(
            uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute(
                "PRAGMA synchronous = FULL"
            )  # an index must never know of a change that a power cut undid
        except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in its complaint
            connection.close()
            raise self._damaged() from error
        return connection

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        self.require()
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._connect()
        try:
            yield connection
        finally:
            self._idle.append(connection)
            if self._is_closed:
                self.close()

    @contextmanager
    def _transaction(self, begin: Begin) -> Iterator[Connection]:
        beginning: Literal["BEGIN", "BEGIN IMMEDIATE"] = "BEGIN" if begin == "ONCE" else begin
        with self._mapped(), self._connection() as connection, transaction(connection, beginning):
            yield connection

    def _damaged(self) -> LibraryDamaged:
        return LibraryDamaged("library.damaged", file=self._folder.database, path=self._folder.root)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", None)
            if code is None and isinstance(error, sqlite3.OperationalError):  # Python's own: a text that is no UTF-8
                code = sqlite3.SQLITE_CORRUPT
            code = (code or sqlite3.SQLITE_ERROR) & 0xFF  # an extended code's primary one
            if code in _DAMAGED:
                raise self._damaged() from error
            if code in _BUSY:
                raise LibraryBusy("library.busy", path=self._folder.root) from error
            if code == sqlite3.SQLITE_CANTOPEN:
                refuse_too_long(self._folder.database)
            if code in _FIXES:
                raise LibraryError("library.trouble", trouble=Wording(_FIXES[code]), path=self._folder.root) from error
            raise


def on_server(folder: Folder, server: Address, *, create: bool = False) -> PostgresDatabase:
    """The database that a server has; `folder` is what this machine keeps beside it. Raises as `Database.at`."""
    try:
        from qa.store.postgres import PostgresDatabase
    except ModuleNotFoundError as error:
        raise LibraryError("postgres.no-package", missing=error.name) from error
    database = PostgresDatabase(folder, server, create=create)
    try:
        folder.make()
    except BaseException:
        database.close()
        raise
    return database


def ascending(rows: Iterable[_Row], after: int) -> list[_Row]:
    """Rows whose first value rises from above `after`, as was asked for: a damaged table gives them in any order, and
    who goes on behind the last one would never end. For use inside `Database.reading`, which says that it is damaged.
    """
    found = list(rows)
    if any(row[0] <= before for before, row in zip([after, *(row[0] for row in found)], found, strict=False)):
        raise Disordered
    return found


def present(row: _Row | None) -> _Row:
    """A row that every library has; likewise inside `Database.reading`."""
    if row is None:
        raise Disordered
    return row
