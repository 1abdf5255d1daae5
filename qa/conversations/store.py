"""Conversations: each belongs to one owner, and nobody else sees it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType

from qa import text
from qa.conversations import rows
from qa.conversations.database import Database
from qa.conversations.nouns import Feedback, Listed, Message, Verdict
from qa.conversations.snapshot import Find
from qa.errors import NotFound
from qa.stores.finding import containing
from qa.stores.folder import Folder

WORD_CHARS = 500  # of what is said with a verdict
SEARCH_CHARS = 200  # of what is looked for: SQLite takes no more than a thousand words
LISTED = 200  # conversations shown at once; a search finds older ones


class Conversations:
    """Safe for many threads, and for many processes on one file.

    Every call names the owner; what belongs to another is NotFound, like what never was. All raise LibraryError where
    the file cannot be read or written.
    """

    def __init__(self, database: Database) -> None:
        """For `open` and `in_memory`, which are the ways in."""
        self._database = database

    @classmethod
    def open(cls, library: Path) -> Conversations:
        """Those kept in the folder of a library, which must be there. Raises LibraryError, LibraryDamaged."""
        return cls(Database(Folder(Path(library)).conversations))

    @classmethod
    def in_memory(cls) -> Conversations:
        """For a library that cannot be written: gone once closed."""
        return cls(Database(None))

    @property
    def lasts(self) -> bool:
        """Whether what is kept is still there after a restart."""
        return self._database.path is not None

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Conversations:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def listed(self, owner: str, search: str = "", limit: int = LISTED) -> tuple[Listed, ...]:
        """The owner's conversations, latest first; those whose title, questions or answers hold the words of `search`,
        traditional or simplified.
        """
        where, values = "owner = ?", [owner]
        for word in text.normalise(rows.clean(search)[:SEARCH_CHARS]).split():
            pattern = containing(word)
            where += """ AND (folded LIKE ? ESCAPE '\\' OR EXISTS (
                SELECT 1 FROM messages WHERE conversation = conversations.id AND said LIKE ? ESCAPE '\\'))"""
            values += [pattern, pattern]
        with self._database.transaction() as connection:
            found = connection.execute(
                f"SELECT id, title, updated FROM conversations WHERE {where} ORDER BY updated DESC, id LIMIT ?",
                [*values, limit],
            ).fetchall()
        return tuple(Listed(**row) for row in found)

    def messages(self, owner: str, conversation: str, find: Find) -> tuple[Message, ...]:
        """The messages, oldest first, their articles as `find` finds them now. Raises NotFound."""
        with self._database.transaction() as connection:
            rows.require(connection, owner, conversation)
            found = connection.execute(
                "SELECT m.*, verdict, word FROM messages m LEFT JOIN feedback ON message = m.number"
                " WHERE m.conversation = ? ORDER BY position",
                [conversation],
            ).fetchall()
        return tuple(rows.message(row, find) for row in found)

    def keep(
        self, owner: str, conversation: str, message: Message, *, instead_of: int = 0, dropping: bool = False
    ) -> tuple[str, Message]:
        """Put a message at the end of a conversation, a new one where `conversation` is empty; its id, and the message
        with its number.

        It takes the place of the message with the number `instead_of`; those after that one go where `dropping`.
        Raises NotFound.
        """
        message = replace(message, question=rows.clean(message.question))
        with self._database.transaction() as connection:
            if conversation:
                rows.require(connection, owner, conversation)
            else:
                conversation = rows.started(connection, owner, message.question)
            position = rows.place_for(connection, conversation, instead_of, dropping)
            number = rows.insert(connection, conversation, position, message)
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", [rows.now(), conversation])
        return conversation, replace(message, number=number)

    def rename(self, owner: str, conversation: str, title: str) -> str:
        """Give a conversation another title; the title, shortened. Raises NotFound."""
        title = rows.title_of(title)
        with self._database.transaction() as connection:
            rows.require(connection, owner, conversation)
            if title:
                values = [title, text.normalise(title), conversation]
                connection.execute("UPDATE conversations SET title = ?, folded = ? WHERE id = ?", values)
        return title

    def remove(self, owner: str, conversation: str) -> None:
        """Take a conversation out, with what was thought of its answers. Raises NotFound."""
        with self._database.transaction() as connection:
            rows.require(connection, owner, conversation)
            connection.execute("DELETE FROM conversations WHERE id = ?", [conversation])

    def move(self, owner: str, other: str) -> int:
        """Give all that an owner has to another; how many conversations that were."""
        with self._database.transaction() as connection:
            done = connection.execute("UPDATE conversations SET owner = ? WHERE owner = ?", [other, owner])
            return done.rowcount

    def rate(self, owner: str, number: int, verdict: Verdict | None, word: str = "") -> None:
        """Say what one thinks of an answer, or, without a verdict, take that back. Raises NotFound."""
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT m.* FROM messages m JOIN conversations c ON c.id = m.conversation"
                " WHERE m.number = ? AND owner = ? AND answer IS NOT NULL",
                [number, owner],
            ).fetchone()
            if row is None:
                raise NotFound("没有这一答，它可能已经删了。刷新这一页。")
            connection.execute("DELETE FROM feedback WHERE message = ?", [number])
            if verdict:
                about = json.dumps(rows.about(connection, row), ensure_ascii=False)
                values = [
                    number,
                    row["conversation"],
                    verdict,
                    rows.clean(word)[:WORD_CHARS].strip(),
                    about,
                    rows.now(),
                ]
                connection.execute("INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?)", values)

    def feedback(self) -> Iterator[Feedback]:
        """All that readers thought, oldest first, without who they were."""
        with self._database.transaction() as connection:
            found = connection.execute("SELECT * FROM feedback ORDER BY given, message").fetchall()
        for row in found:
            yield Feedback(row["verdict"], row["word"], row["given"], json.loads(row["about"]))
