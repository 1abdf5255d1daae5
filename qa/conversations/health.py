"""What `qa check` asks of the file of conversations: it is looked at and not changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from qa.conversations import rows
from qa.conversations.database import decoded
from qa.conversations.snapshot import NOT_WRITTEN_SO

_LONGEST = 40  # characters of what is named


def damages(path: Path) -> Iterator[str]:
    """What is wrong with the file, and the name of each conversation that is damaged."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory, connection.text_factory = sqlite3.Row, decoded
            yield from (row[0] for row in connection.execute("PRAGMA integrity_check(1)") if row[0] != "ok")
            for row in connection.execute("SELECT id, title, updated FROM conversations ORDER BY updated").fetchall():
                if not rows.listed(row) or not _reads(connection, row["id"]):
                    yield f"对话“{str(row['title'])[:_LONGEST]}”读不出来"
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        yield str(error)


def _reads(connection: sqlite3.Connection, conversation: object) -> bool:
    try:
        return all(_is_whole(row) for row in connection.execute(rows.MESSAGES, [conversation]))
    except (sqlite3.DatabaseError, *NOT_WRITTEN_SO):
        return False


def _is_whole(row: sqlite3.Row) -> bool:
    """Whether the message and its answer can be read. Raises one of NOT_WRITTEN_SO."""
    return rows.message(row, lambda gone: ()).answer is not None or row["answer"] is None
