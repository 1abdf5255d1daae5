"""Files that wait to be read into a library on a server, and their bytes, in its database: whoever is free reads them.

A job is taken with `FOR UPDATE SKIP LOCKED`, for as long as its worker is heard of; what a worker does counts only
while the job is still its own, which is looked at in the transaction that does it. Times are those of the server's
clock.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from qa.errors import LibraryError, NotFound, QaError, reason_of
from qa.errors.messages import Wording
from qa.store import own_files
from qa.store.addresses import BROUGHT
from qa.store.database import Connection, TableRow
from qa.store.inbox import Incoming
from qa.store.rows import dump_metadata, load_metadata
from qa.store.turns import plain
from qa.types import ANYBODY, Metadata, Sender

if TYPE_CHECKING:
    from qa.store.postgres import PostgresDatabase

State = Literal["waiting", "reading", "done", "failed", "stopped"]
MOST_TRIES = 3  # of a job whose worker was not heard of any more: a file may be what ends it
LOST_SECONDS = 15.0  # without a word of its worker, after which a job is taken by another
BEAT_SECONDS = 3.0  # between two words of a worker
LOOK_SECONDS = 1.0  # between two looks for jobs that nobody told of: those of lost workers
CHUNK_BYTES = 1 << 20
_NOTHING_GIVEN = Metadata()

TABLES = (
    """
    CREATE TABLE brought (          -- files whose bytes lie here
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL,         -- as in files
        sha256 TEXT NOT NULL,
        mtime_ns INTEGER NOT NULL,
        UNIQUE (path, sha256)
    )
    """,
    """
    CREATE TABLE brought_parts (    -- their bytes in order
        brought INTEGER NOT NULL REFERENCES brought ON DELETE CASCADE,
        ordinal INTEGER NOT NULL,
        bytes BLOB NOT NULL,
        PRIMARY KEY (brought, ordinal)
    )
    """,
    """
    CREATE TABLE jobs (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        path TEXT NOT NULL UNIQUE,  -- as in files
        brought INTEGER REFERENCES brought ON DELETE SET NULL,
        name TEXT NOT NULL,         -- as it is shown
        given TEXT NOT NULL,        -- metadata that the user gave with the file, JSON
        keeps INTEGER NOT NULL,     -- 1: the bytes lie nowhere else, and stay when it is read
        state TEXT NOT NULL CHECK (state IN ('waiting', 'reading', 'done', 'failed', 'stopped')),
        tries INTEGER NOT NULL,
        worker TEXT NOT NULL,       -- process and machine of the last one
        lease TEXT NOT NULL,        -- of the one that reads it, another each time
        heard REAL NOT NULL ,       -- seconds since 1970
        told TEXT NOT NULL          -- JSON: how far it is, or what came of it
    )
    """,
    "CREATE INDEX jobs_by_state ON jobs (state, number)",
)

BY = ("ALTER TABLE jobs ADD COLUMN sender TEXT NOT NULL DEFAULT ''",)  # who had it read, as `Sender.written`

_CLOCK = "extract(epoch FROM clock_timestamp())::float8"
_TAKE = f"""
UPDATE jobs SET state = 'reading', tries = tries + 1, worker = :worker, lease = :lease, heard = {_CLOCK}, told = '{{}}'
WHERE number = (
    SELECT number FROM jobs WHERE (state = 'waiting' OR (state = 'reading' AND heard < {_CLOCK} - :lost))
    AND number = coalesce(CAST(:number AS BIGINT), number) ORDER BY number LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING number, path, brought, name, given, tries, lease, sender
"""
_PUT = """
INSERT INTO jobs (path, brought, name, given, keeps, sender, state, tries, worker, lease, heard, told)
VALUES (?, ?, ?, ?, ?, ?, 'waiting', 0, '', '', 0, '{}')
ON CONFLICT (path) DO UPDATE SET brought = excluded.brought, name = excluded.name, given = excluded.given,
keeps = excluded.keeps, sender = excluded.sender, state = 'waiting', tries = 0, lease = '', told = '{}'
RETURNING number
"""
_LIES_ELSEWHERE = """
DELETE FROM brought WHERE number = :brought AND 0 = (SELECT keeps FROM jobs WHERE number = :number)
AND NOT EXISTS (SELECT 1 FROM prints JOIN files ON files.id = prints.file WHERE files.path = brought.path)
"""
"""The bytes of a file that was read, and of which no picture is shown."""
_OF_NOTHING = """
DELETE FROM brought WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.brought = brought.number)
AND NOT EXISTS (SELECT 1 FROM files WHERE files.path = brought.path AND files.sha256 = brought.sha256)
"""
"""Bytes that neither wait nor are of a file of the library."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file that waits, is read, or was."""

    number: int
    path: str  # what the file is known by
    name: str  # as it is shown
    state: State
    worker: str  # process and machine that had it last
    told: dict[str, Any] = field(default_factory=dict)


class Claim(NamedTuple):
    """A job that is this worker's, for as long as it is heard of."""

    number: int
    path: str
    brought: int
    name: str
    given: Metadata
    tries: int
    lease: str
    by: Sender


class Overtaken(QaError):
    """A job is another worker's by now, or nobody's: what was done of it does not count."""

    def __init__(self) -> None:
        super().__init__("jobs.overtaken")


class Jobs:
    """Safe for many threads, processes and machines. Each call raises LibraryError where the server is away."""

    def __init__(self, database: PostgresDatabase) -> None:
        self._database = database

    def bring(
        self, path: Path, known_as: str, name: str, given: Metadata = _NOTHING_GIVEN, by: Sender = ANYBODY
    ) -> int:
        """Have a file read by whoever is free: its bytes are on the server when this returns. The job's number.

        Raises LibraryError where the file cannot be read.
        """
        try:
            sha256, mtime_ns = _sha256(path), path.stat().st_mtime_ns
            with self._database.transaction() as connection:
                brought = _bring(connection, known_as, sha256, mtime_ns, path)
                keeps = known_as.startswith(BROUGHT)
                return self._put(connection, known_as, brought, name, given, by, keeps=keeps)
        except OSError as error:
            raise LibraryError("file.not-opened", name=path, reason=reason_of(error)) from error

    def keep(self, whole: Path, incoming: Incoming, given: Metadata, by: Sender) -> str:
        """The same for a file that came whole, under its name; one that has the name and other bytes is left alone: the
        new one gets a number. The name.
        """
        with self._database.transaction() as connection:
            connection.execute("SELECT pg_advisory_xact_lock(?)", (self._database.key("inbox"),))
            for number in count(1):
                name = incoming.name.numbered(number)
                held = _held(connection, BROUGHT + name)
                if not held or incoming.sha256 in held:
                    break
            brought = _bring(connection, BROUGHT + name, incoming.sha256, whole.stat().st_mtime_ns, whole)
            self._put(connection, BROUGHT + name, brought, name, given, by, keeps=True)
        return name

    def take(self, worker: str, number: int | None = None) -> Claim | None:
        """The next job, or the one of a number, from now on this worker's; None where there is none. One whose workers
        were lost too often is given up.
        """
        while True:
            with self._database.transaction() as connection:
                values = {"worker": worker, "lease": secrets.token_hex(8), "lost": LOST_SECONDS, "number": number}
                row = connection.execute(_TAKE, values).fetchone()
                if row is None:
                    return None
                if row["tries"] <= MOST_TRIES:
                    number, path, brought, name, given, tries, lease, sender = row
                    return Claim(number, path, brought, name, load_metadata(given), tries, lease, Sender.read(sender))
                told = json.dumps({"problem": plain(Wording("jobs.lost", tries=MOST_TRIES))})
                connection.execute(
                    "UPDATE jobs SET state = 'failed', lease = '', told = ? WHERE number = ?", (told, row["number"])
                )

    def say(self, claim: Claim, told: dict[str, Any]) -> None:
        """That its worker is at it, and how far it is. Raises Overtaken."""
        with self._database.transaction() as connection:
            changed = connection.execute(
                f"UPDATE jobs SET heard = {_CLOCK}, told = ? WHERE number = ? AND lease = ?",
                (json.dumps(told), claim.number, claim.lease),
            )
            if not changed.rowcount:
                raise Overtaken

    @staticmethod
    def require(connection: Connection, claim: Claim) -> None:
        """In a transaction that does part of a job: it is nobody else's until that ends. Raises Overtaken."""
        held = connection.execute(
            "SELECT 1 FROM jobs WHERE number = ? AND lease = ? FOR UPDATE", (claim.number, claim.lease)
        )
        if held.fetchone() is None:
            raise Overtaken

    def end(self, claim: Claim, state: State, told: dict[str, Any]) -> None:
        """What came of a job; "waiting" gives it back untried. Its bytes go where they lie elsewhere too and no picture
        is shown from them. Raises Overtaken.
        """
        with self._database.transaction() as connection:
            self.require(connection, claim)
            tries = claim.tries - 1 if state == "waiting" else claim.tries
            connection.execute(
                "UPDATE jobs SET state = ?, lease = '', tries = ?, told = ? WHERE number = ?",
                (state, tries, json.dumps(told), claim.number),
            )
            if state == "waiting":
                self._tell(connection)
            if state == "done":
                connection.execute("DELETE FROM brought WHERE path = ? AND number <> ?", (claim.path, claim.brought))
                connection.execute(_LIES_ELSEWHERE, {"number": claim.number, "brought": claim.brought})

    def read(self, number: int, folder: Path, name: str) -> Path:
        """The file that was brought, in a folder of this machine. Raises NotFound, LibraryError."""
        with self._database.transaction() as connection:
            row = connection.execute("SELECT mtime_ns FROM brought WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise NotFound("jobs.no-bytes", name=name)
        try:
            own_files.make_folder(folder, parents=True)
            path = folder / name
            with open(path, "wb", opener=own_files.opener) as file:
                for chunk in self._chunks(number):
                    file.write(chunk)
            os.utime(path, ns=(row["mtime_ns"], row["mtime_ns"]))
        except OSError as error:
            raise LibraryError("api.not-kept", reason=reason_of(error)) from error
        return path

    def number_of(self, path: str, sha256: str) -> int | None:
        """The number of the bytes that the server has of a file, by what it is known by; None where it has none."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT number FROM brought WHERE path = ? AND sha256 = ?", (path, sha256)
            ).fetchone()
            return row["number"] if row else None

    def forget(self, paths: Iterable[str]) -> None:
        """These files are not of the library any more: what the server has of them goes."""
        with self._database.transaction() as connection:
            for path in paths:
                connection.execute("DELETE FROM jobs WHERE path = ?", (path,))
                connection.execute("DELETE FROM brought WHERE path = ?", (path,))

    def again(self, paths: Iterable[str]) -> None:
        """Have files read once more whose bytes the server has; of others nothing."""
        with self._database.transaction() as connection:
            for path in paths:
                row = connection.execute(
                    "SELECT brought.number, source, given FROM brought JOIN files USING (path, sha256) WHERE path = ?",
                    (path,),
                ).fetchone()
                if row:
                    keeps = path.startswith(BROUGHT)
                    given = load_metadata(row["given"])
                    self._put(connection, path, row[0], row["source"], given, ANYBODY, keeps=keeps)

    def listed(self, limit: int) -> tuple[Job, ...]:
        """The latest jobs, in the order of arrival; those that are read or wait before those that have ended."""
        with self._database.transaction() as connection:
            found = connection.execute(
                f"SELECT {_SHOWN} FROM jobs ORDER BY state IN ('waiting', 'reading') DESC, number DESC LIMIT ?",
                (limit,),
            ).fetchall()
        return tuple(sorted(map(_job, found), key=lambda job: job.number))

    def job(self, number: int) -> Job | None:
        """None for one that was forgotten."""
        with self._database.transaction() as connection:
            row = connection.execute(f"SELECT {_SHOWN} FROM jobs WHERE number = ?", (number,)).fetchone()
        return _job(row) if row else None

    def drop(self, number: int) -> None:
        """Forget a job, and what it would have read."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE number = ?", (number,))
            connection.execute(_OF_NOTHING)

    def count(self, states: Iterable[State]) -> int:
        with self._database.transaction() as connection:
            marks = list(states)
            found = connection.execute(
                f"SELECT count(*) FROM jobs WHERE state IN ({', '.join('?' * len(marks))})", marks
            ).fetchone()
            return int(found[0])

    def set_states(self, old: Iterable[State], new: State) -> None:
        """What is in one of some states is in another from now on, to be tried anew."""
        with self._database.transaction() as connection:
            connection.executemany(
                "UPDATE jobs SET state = ?, tries = 0, told = '{}' WHERE state = ?", [(new, one) for one in old]
            )
            if new == "waiting":
                self._tell(connection)

    def clear(self) -> None:
        """Forget the jobs that have ended, and the bytes of files that could not be read."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM jobs WHERE state IN ('done', 'failed')")
            connection.execute(_OF_NOTHING)

    def wait(self, seconds: float) -> None:
        """Until a job is there, or so long."""
        self._database.hear(seconds)

    def _put(
        self, connection: Connection, path: str, brought: int, name: str, given: Metadata, by: Sender, *, keeps: bool
    ) -> int:
        shown = name.encode("utf-8", "backslashreplace").decode()
        values = (path, brought, shown, dump_metadata(given), int(keeps), by.written)
        number: int = connection.execute(_PUT, values).fetchone()[0]
        self._tell(connection)
        return number

    def _tell(self, connection: Connection) -> None:
        """Those who wait hear it once the transaction is kept."""
        connection.execute("SELECT pg_notify(?, '')", (self._database.channel,))

    def _chunks(self, number: int) -> Iterator[bytes]:
        for ordinal in count():
            with self._database.transaction() as connection:
                row = connection.execute(
                    "SELECT bytes FROM brought_parts WHERE brought = ? AND ordinal = ?", (number, ordinal)
                ).fetchone()
            if row is None:
                return
            yield row["bytes"]


_SHOWN = "number, path, name, state, worker, told"


def _job(row: TableRow) -> Job:
    number, path, name, state, worker, told = row
    return Job(number, path, name, state, worker, json.loads(told))


def _bring(connection: Connection, path: str, sha256: str, mtime_ns: int, file: Path) -> int:
    """The number of a file's bytes, which are there from now on."""
    row = connection.execute(
        "INSERT INTO brought (path, sha256, mtime_ns) VALUES (?, ?, ?) ON CONFLICT (path, sha256) DO NOTHING "
        "RETURNING number",
        (path, sha256, mtime_ns),
    ).fetchone()
    if row is None:
        held = connection.execute("SELECT number FROM brought WHERE path = ? AND sha256 = ? FOR SHARE", (path, sha256))
        return int(held.fetchone()[0])
    with file.open("rb") as stream:
        for ordinal in count():
            if not (chunk := stream.read(CHUNK_BYTES)):
                break
            connection.execute("INSERT INTO brought_parts VALUES (?, ?, ?)", (row["number"], ordinal, chunk))
    return int(row["number"])


def _held(connection: Connection, path: str) -> frozenset[str]:
    """The digests of what the server has under a name."""
    found = connection.execute("SELECT sha256 FROM brought WHERE path = ?", (path,))
    return frozenset(row["sha256"] for row in found)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
