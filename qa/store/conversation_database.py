"""Conversations in a database: their tables, what is said to those, and the SQLite file beside a library in a folder.

Those of a library on a server are in its database, in the same tables.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from qa.errors import LibraryBusy, LibraryDamaged, LibraryError, NotFound, reason_of
from qa.errors.messages import Wording
from qa.store import own_files
from qa.store.database import Connection, TableRow
from qa.store.folder import Standing, refuse_too_long, with_companions
from qa.store.schema import transaction
from qa.store.turns import NOT_WRITTEN_SO, ConversationTitle, Feedback, Find, Turn, made, read, write
from qa.text.folding import normalise

APPLICATION, FORMAT = 0x77626371, 1  # "wbcq", in the file's header
_BUSY_SECONDS = 10.0
_NOT_KEPT = "conversations.not-kept"
_NOT_THEIRS = "conversations.no-conversation"

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
TABLES = tuple(_TABLES.split(";\n"))


class Base(Protocol):
    """A database that has these tables. All of a transaction is kept, or after any exception nothing."""

    def transaction(self) -> AbstractContextManager[Connection]: ...
    def close(self) -> None: ...


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
                for statement in TABLES:
                    connection.execute(statement)
                connection.execute(f"PRAGMA application_id = {APPLICATION}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
            found = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version")]
        if found[0] != APPLICATION:
            raise LibraryDamaged(_damaged(self.path))
        if found[1] != FORMAT:
            raise LibraryError(
                "conversations.other-version",
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
                raise LibraryBusy("conversations.busy", path=self.path) from error
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
        own_files.make_file(path)
    except OSError as error:
        raise LibraryError(_NOT_KEPT, path=path, reason=reason_of(error)) from error
    own_files.narrow(*with_companions(path))


def _damaged(path: Path | None) -> Wording:
    return Wording("conversations.damaged", path=path)


TITLE_CHARS = 60
NUMBERS = "SELECT rowid FROM conversations WHERE owner = ? ORDER BY updated DESC"  # read from an index alone
MESSAGES = (
    "SELECT m.*, verdict, word FROM messages m LEFT JOIN feedback ON message = m.number"
    " WHERE m.conversation = ? ORDER BY position"
)


def require(connection: Connection, owner: str, conversation: str) -> str:
    """The conversation's title, or its id where the title cannot be read. Raises NotFound unless it is the owner's."""
    mine = connection.execute("SELECT title FROM conversations WHERE id = ? AND owner = ?", [conversation, owner])
    row = mine.fetchone()
    if row is None:
        raise NotFound(_NOT_THEIRS)
    return row[0] if isinstance(row[0], str) else conversation


def hold(connection: Connection, owner: str, conversation: str) -> None:
    """Note that a conversation changes now: who changes it as well waits. Raises NotFound unless it is the owner's."""
    changed = connection.execute(
        "UPDATE conversations SET updated = ? WHERE id = ? AND owner = ?", [now(), conversation, owner]
    )
    if not changed.rowcount:
        raise NotFound(_NOT_THEIRS)


def listed(row: TableRow) -> ConversationTitle | None:
    """None where the row is damaged."""
    try:
        return made(ConversationTitle, {name: row[name] for name in ("id", "title", "updated")})
    except NOT_WRITTEN_SO:
        return None


def started(connection: Connection, owner: str, question: str) -> str:
    """A new conversation, named after its first question; its id."""
    id, title = secrets.token_urlsafe(12), title_of(question)
    connection.execute("INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", [id, owner, title, normalise(title), now()])
    return id


def place_for(connection: Connection, conversation: str, instead_of: int, dropping: bool) -> int:
    """The position for a message: that of another, which goes, or the next one at the end. Raises NotFound."""
    if not instead_of:
        last = connection.execute(
            "SELECT max(CAST(position AS INTEGER)) FROM messages WHERE conversation = ?", [conversation]
        )
        return int(last.fetchone()[0] or 0) + 1
    found = connection.execute(
        "SELECT CAST(position AS INTEGER) FROM messages WHERE number = ? AND conversation = ?",
        [instead_of, conversation],
    ).fetchone()
    if found is None:
        raise NotFound("conversations.no-question")
    position = int(found[0])
    gone = ">=" if dropping else "="
    connection.execute(f"DELETE FROM messages WHERE conversation = ? AND position {gone} ?", [conversation, position])
    return position


def insert(connection: Connection, conversation: str, position: int, message: Turn) -> int:
    """The number that the message gets."""
    answer = message.answer
    values = {
        "conversation": conversation,
        "position": position,
        "question": message.question,
        "filters": json.dumps(asdict(message.filters)),
        "refused": json.dumps([asdict(one) for one in message.refused]),
        "answer": write(answer) if answer else None,
        "problem": message.problem,
        "seconds": message.seconds,
        "said": normalise(clean(f"{message.question}\n{answer.text if answer else ''}")),
    }
    marks = ", ".join(f":{name}" for name in values)
    done = connection.execute(f"INSERT INTO messages ({', '.join(values)}) VALUES ({marks}) RETURNING number", values)
    return int(done.fetchone()[0])


def message(row: TableRow, find: Find) -> Turn:
    """The message of a row; an answer that cannot be read becomes its problem. Raises one of NOT_WRITTEN_SO where
    anything else is damaged.
    """
    said = {name: row[name] for name in ("question", "problem", "seconds", "number", "verdict")}
    told = {name: json.loads(row[name]) for name in ("filters", "refused")}
    found = made(Turn, {**said, **told, "word": row["word"] or ""})
    if row["answer"] is None:
        return found
    try:
        return replace(found, answer=read(row["answer"], find))
    except LibraryError as error:
        return replace(found, problem=str(error))


def feedback(row: TableRow) -> Feedback | None:
    """None where the row is damaged."""
    said = {name: row[name] for name in ("verdict", "word", "given")}
    try:
        return made(Feedback, {**said, "about": json.loads(row["about"])})
    except NOT_WRITTEN_SO:
        return None


def about(connection: Connection, row: TableRow) -> dict[str, Any]:
    """The question of a message with those before it, its answer, and what that quoted. Raises LibraryError, and
    TypeError where a question is damaged.
    """
    answer = read(row["answer"], lambda gone: ())
    earlier = connection.execute(
        "SELECT question FROM messages WHERE conversation = ? AND position < ? ORDER BY position",
        [row["conversation"], row["position"]],
    )
    return {
        "question": row["question"],
        "history": [one[0] for one in earlier],
        "answered": answer.answered,
        "answer": answer.text,
        "reason": answer.reason.text if answer.reason else None,
        "citations": [
            {
                "article": one.article.id,
                "title": one.article.title,
                "source": one.article.location.source,
                "quote": one.quote,
            }
            for one in answer.citations
        ],
    }


def title_of(words: str) -> str:
    """The words on one line, shortened."""
    words = " ".join(clean(words).split())
    return words if len(words) <= TITLE_CHARS else words[: TITLE_CHARS - 1] + "…"


def clean(words: str) -> str:
    """What databases can hold: a lone surrogate, which a browser may send, and a zero byte become "?"."""
    return words.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


_LONGEST = 40  # characters of what is named


def damages(path: Path) -> Iterator[str]:
    """What is wrong with the file, and the name of each conversation that is damaged."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory, connection.text_factory = sqlite3.Row, decoded
            yield from (row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok")
            for row in connection.execute("SELECT id, title, updated FROM conversations ORDER BY updated").fetchall():
                if not listed(row) or not _reads(connection, row["id"]):
                    yield f"对话“{str(row['title'])[:_LONGEST]}”读不出来"
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        yield str(error)


def _reads(connection: sqlite3.Connection, conversation: object) -> bool:
    try:
        return all(_is_whole(row) for row in connection.execute(MESSAGES, [conversation]))
    except (sqlite3.DatabaseError, *NOT_WRITTEN_SO):
        return False


def _is_whole(row: sqlite3.Row) -> bool:
    """Whether the message and its answer can be read. Raises one of NOT_WRITTEN_SO."""
    return message(row, lambda gone: ()).answer is not None or row["answer"] is None
