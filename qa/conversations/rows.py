"""Rows of the file of conversations, read and written inside a transaction."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, replace
from datetime import UTC, datetime
from sqlite3 import Connection, Row
from typing import Any

from qa import text
from qa.conversations.nouns import Feedback, Listed, Message
from qa.conversations.snapshot import NOT_WRITTEN_SO, Find, made, read, write
from qa.errors import LibraryError, NotFound

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
        raise NotFound("没有这个对话，它可能已经删了。从左边另选一个，或开始新对话。")
    return row[0] if isinstance(row[0], str) else conversation


def listed(row: Row) -> Listed | None:
    """None where the row is damaged."""
    try:
        return made(Listed, dict(row))
    except NOT_WRITTEN_SO:
        return None


def started(connection: Connection, owner: str, question: str) -> str:
    """A new conversation, named after its first question; its id."""
    id, title = secrets.token_urlsafe(12), title_of(question)
    connection.execute(
        "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", [id, owner, title, text.normalise(title), now()]
    )
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
        raise NotFound("没有这一问，它可能已经改过了。刷新这一页。")
    position = int(found[0])
    gone = ">=" if dropping else "="
    connection.execute(f"DELETE FROM messages WHERE conversation = ? AND position {gone} ?", [conversation, position])
    return position


def insert(connection: Connection, conversation: str, position: int, message: Message) -> int:
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
        "said": text.normalise(clean(f"{message.question}\n{answer.text if answer else ''}")),
    }
    marks = ", ".join(f":{name}" for name in values)
    done = connection.execute(f"INSERT INTO messages ({', '.join(values)}) VALUES ({marks})", values)
    return int(done.lastrowid or 0)


def message(row: Row, find: Find) -> Message:
    """The message of a row; an answer that cannot be read becomes its problem. Raises one of NOT_WRITTEN_SO where
    anything else is damaged.
    """
    said = {name: row[name] for name in ("question", "problem", "seconds", "number", "verdict")}
    told = {name: json.loads(row[name]) for name in ("filters", "refused")}
    found = made(Message, {**said, **told, "word": row["word"] or ""})
    if row["answer"] is None:
        return found
    try:
        return replace(found, answer=read(row["answer"], find))
    except LibraryError as error:
        return replace(found, problem=str(error))


def feedback(row: Row) -> Feedback | None:
    """None where the row is damaged."""
    said = {name: row[name] for name in ("verdict", "word", "given")}
    try:
        return made(Feedback, {**said, "about": json.loads(row["about"])})
    except NOT_WRITTEN_SO:
        return None


def about(connection: Connection, row: Row) -> dict[str, Any]:
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
                "source": one.article.place.source,
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
    """What SQLite can hold: a lone surrogate, which a browser may send, becomes "?"."""
    return words.encode("utf-8", "replace").decode("utf-8")


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
