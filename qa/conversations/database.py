"""The file of conversations: its tables, one connection, foreign errors mapped to ours."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from qa import private
from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, Wording
from qa.stores.folder import refuse_too_long, with_companions
from qa.stores.standing import Standing
from qa.stores.transaction import transaction
from qa.system import reason_of

APPLICATION, FORMAT = 0x77626371, 1  # "wbcq", in the file's header
_BUSY_SECONDS = 10.0
_NOT_KEPT = "对话存不下：{path}（{reason}）。检查磁盘空间与文件夹的权限。"

_TABLES = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,            -- random
    owner TEXT NOT NULL,            -- hash of a browser's cookie
    title TEXT NOT NULL,
    folded TEXT NOT NULL,           -- the title as it is searched
    updated TEXT NOT NULL           -- ISO 8601, UTC
);
CREATE INDEX conversations_by_owner ON conversations (owner, updated);

CREATE TABLE messages (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    position INTEGER NOT NULL,      -- from 1
    question TEXT NOT NULL,
    filters TEXT NOT NULL,          -- JSON
    refused TEXT NOT NULL,          -- JSON, the assumptions taken back
    answer BLOB,                    -- snapshot; NULL where a problem came instead
    problem TEXT,
    seconds REAL NOT NULL,
    said TEXT NOT NULL,             -- question and answer as they are searched
    UNIQUE (conversation, position)
);

CREATE TABLE feedback (
    message INTEGER PRIMARY KEY,    -- outlives the message: a bad answer is often asked again
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    verdict TEXT NOT NULL CHECK (verdict IN ('up', 'down')),
    word TEXT NOT NULL,
    about TEXT NOT NULL,            -- JSON: question, history, answer, citations
    given TEXT NOT NULL             -- ISO 8601, UTC
);
"""


class Database:
    """One connection that threads take turns with: a call is over in a millisecond."""

    def __init__(self, path: Path | None) -> None:
        """The file at `path`, made where there is none; in memory without a path.

        Raises LibraryError where it cannot be written, LibraryDamaged where it is not ours.
        """
        self.path = path
        self._turn = threading.Lock()
        if path:
            _make_private(path)
        with self._mapped():
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.row_factory = sqlite3.Row
            self._connection.text_factory = decoded
            try:
                self._prepare()
                self._standing = Standing(path) if path else None
            except BaseException:
                self._connection.close()
                raise

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        connection = self._connection
        with transaction(connection, "BEGIN IMMEDIATE"):
            if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
                for statement in _TABLES.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if found[0] != APPLICATION:
            raise LibraryDamaged(_damaged(self.path))
        if found[1] != FORMAT:
            raise LibraryError(
                "对话文件是另一版问报的（格式 {format}）：{path}。升级问报，或把它改名。",
                format=found[1],
                path=self.path,
            )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it is kept, or after any exception nothing. Raises LibraryBusy, LibraryDamaged, LibraryError, which is
        also raised once the file is deleted or another one put there.
        """
        if self._standing:
            self._standing.require()
        with self._mapped(), self._turn, transaction(self._connection, "BEGIN IMMEDIATE"):
            yield self._connection

    def close(self) -> None:
        with self._turn:
            self._connection.close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:  # SQLite quotes a damaged schema in its complaint
            raise LibraryDamaged(_damaged(self.path)) from error
        except sqlite3.DatabaseError as error:
            code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise LibraryDamaged(_damaged(self.path)) from error
            if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise LibraryBusy("另一个程序正占着对话文件：{path}。稍后再试。", path=self.path) from error
            if code == sqlite3.SQLITE_CANTOPEN and self.path:
                refuse_too_long(self.path)
            raise LibraryError(_NOT_KEPT, path=self.path, reason=error) from error


def decoded(text: bytes) -> str | bytes:
    """A text of the database; as it stands where it is no UTF-8, so that one damaged value does not hide all others."""
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text


def _make_private(path: Path) -> None:
    """The file, empty where there is none, for this account alone: SQLite gives what it keeps beside it the same."""
    try:
        private.make_file(path)
    except OSError as error:
        raise LibraryError(_NOT_KEPT, path=path, reason=reason_of(error)) from error
    private.narrow(*with_companions(path))


def _damaged(path: Path | None) -> Wording:
    return Wording("对话文件损坏：{path}。把它改名或删掉，再运行一次；库本身不受影响。", path=path)
