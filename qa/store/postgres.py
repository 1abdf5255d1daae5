"""The way to a library in PostgreSQL: connections, transactions, errors, the writers' lock.

What is said to the server otherwise than to SQLite stands in `dialect`.
"""

from __future__ import annotations

import os
import platform
import select
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from errno import ENOSPC
from hashlib import blake2b
from typing import Any, NoReturn

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.types.string import StrDumper

from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, NoLibrary, ReadError, UsageError
from qa.errors.messages import Wording
from qa.store import beside, dialect, lineage, schema
from qa.store.addresses import Address
from qa.store.database import Begin, Connection, Database
from qa.store.folder import Folder, WriterLock
from qa.store.jobs import Jobs

_BUSY_SECONDS = 10
_PATIENCE: Mapping[str, Any] = {  # with a server that a cut network hides, unless the address says otherwise
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
_SERVER_PATIENCE = {  # the server's with us, by the same numbers: what a lost machine holds is let go of no later
    "keepalives_idle": "tcp_keepalives_idle",
    "keepalives_interval": "tcp_keepalives_interval",
    "keepalives_count": "tcp_keepalives_count",
    "tcp_user_timeout": "tcp_user_timeout",
}
_BUSY = frozenset({"55P03", "40P01", "40001"})  # a lock that was waited for, a deadlock, a change in between
_NO_ROOM = os.strerror(ENOSPC)  # said where it cannot even let anybody in
_AWAY = ("08", "57P")  # classes: the connection broke, the server stops or starts


class PostgresDatabase(Database):
    """The library's schema in a database of a server, with connections of its own for each reading and writing. While
    the server is away every call says so; afterwards they go on.
    """

    def __init__(self, folder: Folder, address: Address, *, create: bool = False, settings: Sequence[str] = ()) -> None:
        """`settings` are statements that each connection begins with. Raises NoLibrary where there is none and `create`
        is false, LibraryError.
        """
        self._folder = folder
        self._address = address
        self._settings = (f'SET search_path = "{address.schema}"', *settings)
        self._inner: deque[psycopg.Connection[Any]] = deque()
        self._ear: psycopg.Connection[Any] | None = None
        self.channel = f"wenbao_{address.schema}"[:63]
        self._is_closed = False
        try:
            with self.session() as session:
                self._open(session, create)
                self.is_writable = _may_write(session)
                self._bring_up(session)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self, *, once: bool = False) -> Iterator[Connection]:
        """As in a folder; and raises UsageError where what is asked for has a NUL, for no text here has one."""
        try:
            with super().reading(once=once) as connection:
                yield connection
        except ReadError as error:
            raise UsageError("text.zero") from error

    def writer_lock(self) -> WriterLock:
        return self.lock("library")

    def lock(self, purpose: str) -> WriterLock:
        """What admits one at a time to a purpose, whichever machine asks."""
        return ServerLock(self._folder, self, purpose)

    def jobs(self) -> Jobs:
        return Jobs(self)

    def tidy(self) -> None:
        """The server does so by itself."""

    def require(self) -> None:
        """A library that is gone is told by whatever asks it."""

    def require_writable(self) -> None:
        if not self.is_writable:
            raise LibraryError("postgres.read-only", server=self._address)

    def errors(self, connection: Connection) -> tuple[tuple[str, ...], int]:
        """The server answers for its files, and that no row points to nothing."""
        return (), 0

    def close(self) -> None:
        self._is_closed = True
        while self._inner:
            self._inner.pop().close()
        if self._ear:
            self._ear.close()

    def hear(self, seconds: float) -> None:
        """Until something is told on `channel`, or so long; at once where nobody listened before."""
        with self._mapped():
            if self._ear is None or self._ear.closed:
                self._ear = self._connected()
                self._ear.execute(f"LISTEN {self.channel}")
                return
            for _ in self._ear.notifies(timeout=seconds, stop_after=1):
                return

    def key(self, purpose: str) -> int:
        """The number of an advisory lock of this library."""
        digest = blake2b(f"wenbao {self._address.schema} {purpose}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big", signed=True)

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection outside of any transaction. Raises LibraryError where the server is away."""
        with self._mapped():
            inner = self._ready()
            try:
                yield inner
            finally:
                self._keep(inner)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction on what the server has beside the library: it waits for nobody who changes the library."""
        with self.session() as session, session.transaction():
            yield dialect.PostgresConnection(session)

    @contextmanager
    def _transaction(self, begin: Begin) -> Iterator[Connection]:
        """A reading sees one state. Writings come one after the other, so changes are seen in the order of their
        numbers.
        """
        with self.session() as inner:
            try:
                if begin == "ONCE":
                    yield dialect.PostgresConnection(inner)
                    return
                if begin == "BEGIN":
                    yield dialect.PostgresReading(inner)
                else:
                    locking = _LOCKING.format(self.key("write"))
                    limit = f"SET LOCAL lock_timeout = '{_BUSY_SECONDS}s'"
                    _go_on(inner, inner.execute(f"BEGIN; {limit}; {locking}; {lineage.ORIGIN}"))
                    yield dialect.PostgresConnection(inner)
                if inner.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    inner.execute("COMMIT")
            finally:
                if not inner.closed and inner.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                    inner.execute("ROLLBACK")

    def _ready(self) -> psycopg.Connection[Any]:
        """A connection that answers: one that was left by a server that has been away is thrown away."""
        while self._inner:
            inner = self._inner.pop()
            if _answers(inner):
                return inner
            inner.close()
        return self._connected()

    def _keep(self, inner: psycopg.Connection[Any]) -> None:
        if not _is_idle(inner):
            inner.close()  # without it the server takes all back
        if inner.broken or inner.closed:
            return
        self._inner.append(inner)
        if self._is_closed:
            self.close()

    def _connected(self) -> psycopg.Connection[Any]:
        name = f"wenbao {os.getpid()} {platform.node()}"[:63]
        told = {**_PATIENCE, **conninfo_to_dict(self._address.conninfo)}
        inner = psycopg.connect(
            make_conninfo("", **told),
            autocommit=True,
            row_factory=dialect.rows_of,
            application_name=name,
        )
        inner.adapters.register_dumper(str, StrDumper)  # a text, where PostgreSQL would have to guess
        patience = [f"SET {there} = {int(told[here])}" for here, there in _SERVER_PATIENCE.items()]
        inner.execute("; ".join([*self._settings, *patience]))
        return inner

    def _open(self, session: psycopg.Connection[Any], create: bool) -> None:
        if not _holds_library(session, self._address.schema):
            if not create:
                raise NoLibrary("postgres.no-library", server=self._address)
            with session.transaction():
                session.execute(_LOCKING.format(self.key("write")))
                if not _holds_library(session, self._address.schema):
                    dialect.create(session, self._address.schema)
        found = session.execute("SELECT value FROM meta WHERE key = 'format'").fetchone()
        schema.verify_format(int(found[0]) if found else 0, self._address)

    def _bring_up(self, session: psycopg.Connection[Any]) -> None:
        if beside.is_up(session, self._address) or not self.is_writable:
            return
        with session.transaction():
            session.execute(_LOCKING.format(self.key("write")))
            beside.bring_up(session, self._address)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            if _is_of_interrupt(error):
                raise KeyboardInterrupt from error
            self._say(error)

    def _say(self, error: psycopg.Error) -> NoReturn:
        state = error.sqlstate
        reason = (error.diag.message_primary or str(error)).strip().splitlines()[0]
        if state in _BUSY:
            raise LibraryBusy("library.busy", path=self._address) from error
        if state is None and isinstance(error, psycopg.DataError):  # psycopg's own: a zero byte
            raise ReadError("text.zero") from error
        if isinstance(error, psycopg.errors.DiskFull) or _NO_ROOM in reason:
            raise LibraryError("postgres.full", server=self._address, reason=reason) from error
        if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):  # a replica, where a primary was expected
            raise LibraryError("postgres.read-only", server=self._address) from error
        if isinstance(error, psycopg.OperationalError) and (state is None or state.startswith(_AWAY)):
            raise LibraryError("postgres.away", server=self._address, reason=reason) from error
        raise LibraryError("postgres.refused", server=self._address, reason=reason) from error

    def _damaged(self) -> LibraryDamaged:
        return LibraryDamaged("postgres.damaged", server=self._address)


def _go_on(session: psycopg.Connection[Any], begun: psycopg.Cursor[Any]) -> None:
    """With the changes of this server, or after it was set back with those of another era."""
    while begun.nextset():
        pass
    before, now = begun.fetchone() or (None, "")
    if before != now:
        lineage.begin_era(session, before, now)


_LOCKING = "SELECT pg_advisory_xact_lock({})"


def _holds_library(session: psycopg.Connection[Any], name: str) -> bool:
    query = "SELECT 1 FROM pg_tables WHERE schemaname = %s AND tablename = 'meta'"
    return session.execute(query, (name,)).fetchone() is not None


def _may_write(session: psycopg.Connection[Any]) -> bool:
    """Not on a replica, and not for an account that may only read."""
    found = session.execute("SELECT NOT pg_is_in_recovery() AND has_table_privilege('files', 'INSERT')").fetchone()
    return bool(found and found[0])


def _is_of_interrupt(error: BaseException) -> bool:
    """Whether it was raised while Ctrl-C was dealt with: a connection amid a statement takes nothing else."""
    before = error.__context__
    return before is not None and (isinstance(before, KeyboardInterrupt) or _is_of_interrupt(before))


def _is_idle(inner: psycopg.Connection[Any]) -> bool:
    """Whether it is outside of any statement, pipeline or transaction, where Ctrl-C may have left it."""
    info = inner.info
    idle, off = psycopg.pq.TransactionStatus.IDLE, psycopg.pq.PipelineStatus.OFF
    return info.transaction_status == idle and info.pipeline_status == off


def _answers(inner: psycopg.Connection[Any]) -> bool:
    """Whether the server has not hung up, which it does before it stops: told by the socket, nothing is sent."""
    with suppress(psycopg.Error, OSError, ValueError):
        readable, _, _ = select.select([inner.fileno()], [], [], 0)
        return not readable
    return False


class ServerLock(WriterLock):
    """The right to change a library, or what is kept beside it, whichever machine asks. The server releases it when the
    connection ends.
    """

    def __init__(self, folder: Folder, database: PostgresDatabase, purpose: str) -> None:
        super().__init__(folder)
        self._database = database
        self._key = database.key(purpose)

    @contextmanager
    def keep_out(self, patience_seconds: float = 0) -> Iterator[bool]:
        with self._database.session() as session:
            if not _taken(session, self._key, patience_seconds):
                yield False
                return
            try:
                self._thread = threading.get_ident()
                yield True
            finally:
                self._thread = None
                with suppress(psycopg.Error):  # with the connection the lock is gone as well
                    session.execute("SELECT pg_advisory_unlock(%s)", (self._key,))

    def _holder(self) -> str:
        with self._database.session() as session:
            found = session.execute(
                "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' "
                "AND granted AND (classid::bigint << 32 | objid::bigint) = %s AND objsubid = 1",
                (self._key,),
            ).fetchone()
        return str(found[0]).removeprefix("wenbao ") if found else Wording("library.unknown-holder")


def _taken(session: psycopg.Connection[Any], key: int, patience_seconds: float) -> bool:
    """Who waits gets it in turn."""
    found: Sequence[bool] | None = session.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone()
    if (found and found[0]) or not patience_seconds:
        return bool(found and found[0])
    session.execute(f"SET lock_timeout = {round(patience_seconds * 1000)}")
    try:
        session.execute("SELECT pg_advisory_lock(%s)", (key,))
        return True
    except psycopg.errors.LockNotAvailable:
        return False
    finally:
        session.execute("RESET lock_timeout")
