"""Store conversations: each belongs to one owner, and nobody else can read it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from types import TracebackType

from qa.errors import LibraryDamaged, NotFound
from qa.store import conversation_database as database
from qa.store.conversation_database import Base, Database
from qa.store.database import TableRow, on_server
from qa.store.folder import Folder
from qa.store.rows import containing
from qa.store.turns import NOT_WRITTEN_SO, ConversationTitle, Feedback, Find, Turn, Verdict
from qa.text.folding import normalise

WORD_CHARS = 500  # of what is said with a verdict
SEARCH_CHARS = 200  # of what is looked for: SQLite takes no more than a thousand words
LISTED = 200  # conversations shown at once; a search finds older ones
_DAMAGED = "conversations.one-damaged"
_RATE = """
INSERT INTO feedback VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (message) DO UPDATE
SET verdict = excluded.verdict, about = excluded.about, given = excluded.given,
 word = CASE WHEN ? AND feedback.verdict = excluded.verdict THEN feedback.word ELSE excluded.word END
RETURNING word
"""


class Conversations:
    """Safe for many threads, and for many processes on one file.

    Every call names the owner; what belongs to another is NotFound, like what never was. All raise LibraryError where
    the file cannot be read or written.
    """

    def __init__(self, database: Base, *, lasts: bool = True) -> None:
        """For `open`, `of` and `in_memory`, which are the ways in."""
        self._database = database
        self.lasts = lasts  # whether what is kept is still there after a restart

    @classmethod
    def open(cls, location: str | os.PathLike[str]) -> Conversations:
        """Those of the library in a folder or at an address, which must be there. Raises LibraryError."""
        return cls.of(Folder.at(location))

    @classmethod
    def of(cls, folder: Folder) -> Conversations:
        """The same by what `Folder.at` makes of that."""
        return cls(on_server(folder, folder.server) if folder.server else Database(folder.conversations))

    @classmethod
    def in_memory(cls) -> Conversations:
        """For a library that cannot be written: gone once closed."""
        return cls(Database(None), lasts=False)

    def close(self) -> None:
        self._database.close()

    def __enter__(self) -> Conversations:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def listed(self, owner: str, search: str = "", limit: int = LISTED) -> tuple[ConversationTitle, ...]:
        """The owner's conversations, latest first; those whose title, questions or answers hold the words of `search`,
        traditional or simplified. A damaged one is left out: `qa check` names it.
        """
        where, values = "owner = ?", [owner]
        for word in normalise(database.clean(search)[:SEARCH_CHARS]).split():
            pattern = containing(word)
            where += """ AND (folded LIKE ? ESCAPE '\\' OR EXISTS (
                SELECT 1 FROM messages WHERE conversation = conversations.id AND said LIKE ? ESCAPE '\\'))"""
            values += [pattern, pattern]
        select = f"SELECT id, title, updated FROM conversations WHERE {where}"
        try:
            found = self._rows(f"{select} ORDER BY updated DESC, id LIMIT ?", [*values, limit])
        except LibraryDamaged:
            found = self._each_alone(f"{select} AND rowid = ?", values)[:limit]
        return tuple(one for row in found if (one := database.listed(row)))

    def messages(self, owner: str, conversation: str, find: Find) -> tuple[Turn, ...]:
        """The messages, oldest first, their articles as `find` finds them now. Raises NotFound, and LibraryDamaged that
        names the conversation where it alone is damaged.
        """
        with self._database.transaction() as connection:
            title = database.require(connection, owner, conversation)
        try:
            return tuple(database.message(row, find) for row in self._rows(database.MESSAGES, [conversation]))
        except (LibraryDamaged, *NOT_WRITTEN_SO) as error:
            raise LibraryDamaged(_DAMAGED, title=title) from error

    def _rows(self, select: str, values: Sequence[object]) -> list[TableRow]:
        with self._database.transaction() as connection:
            return connection.execute(select, values).fetchall()

    def _each_alone(self, select: str, values: Sequence[object]) -> list[TableRow]:
        """Rows of an owner's conversations that can be read, latest first; the owner is the first of `values`."""
        found: list[TableRow] = []
        for number, *_ in self._rows(database.NUMBERS, values[:1]):
            with suppress(LibraryDamaged):  # `qa check` names it
                found += self._rows(select, [*values, number])
        return found

    def keep(
        self, owner: str, conversation: str, message: Turn, *, instead_of: int = 0, dropping: bool = False
    ) -> tuple[str, Turn]:
        """Put a message at the end of a conversation, a new one where `conversation` is empty; its id, and the message
        with its number.

        It takes the place of the message with the number `instead_of`; those after that one go where `dropping`.
        Raises NotFound.
        """
        message = replace(message, question=database.clean(message.question))
        with self._database.transaction() as connection:
            conversation = conversation or database.started(connection, owner, message.question)
            database.hold(connection, owner, conversation)
            position = database.place_for(connection, conversation, instead_of, dropping)
            number = database.insert(connection, conversation, position, message)
        return conversation, replace(message, number=number)

    def rename(self, owner: str, conversation: str, title: str) -> str:
        """Give a conversation another title; the title, shortened. Raises NotFound."""
        title = database.title_of(title)
        with self._database.transaction() as connection:
            database.require(connection, owner, conversation)
            if title:
                values = [title, normalise(title), conversation]
                connection.execute("UPDATE conversations SET title = ?, folded = ? WHERE id = ?", values)
        return title

    def remove(self, owner: str, conversation: str) -> None:
        """Take a conversation out, with what was thought of its answers. Raises NotFound."""
        with self._database.transaction() as connection:
            database.require(connection, owner, conversation)
            connection.execute("DELETE FROM conversations WHERE id = ?", [conversation])

    def move(self, owner: str, other: str) -> int:
        """Give all that an owner has to another; how many conversations that were."""
        with self._database.transaction() as connection:
            done = connection.execute("UPDATE conversations SET owner = ? WHERE owner = ?", [other, owner])
            return done.rowcount

    def rate(self, owner: str, number: int, verdict: Verdict | None, word: str | None = None) -> str:
        """Say what one thinks of an answer, or, without a verdict, take that back; without a word, what was said with
        the same verdict stays. Gives the words that are kept. Raises NotFound.
        """
        with self._database.transaction() as connection:
            row = connection.execute(
                "SELECT m.*, title FROM messages m JOIN conversations c ON c.id = m.conversation"
                " WHERE m.number = ? AND owner = ? AND answer IS NOT NULL",
                [number, owner],
            ).fetchone()
            if row is None:
                raise NotFound("conversations.no-answer")
            if not verdict:
                connection.execute("DELETE FROM feedback WHERE message = ?", [number])
                return ""
            try:
                about = json.dumps(database.about(connection, row), ensure_ascii=False)
            except NOT_WRITTEN_SO as error:
                raise LibraryDamaged(_DAMAGED, title=row["title"]) from error
            said = database.clean(word or "")[:WORD_CHARS].strip()
            values = [number, row["conversation"], verdict, said, about, database.now(), word is None]
            return str(connection.execute(_RATE, values).fetchone()["word"])

    def feedback(self) -> Iterator[Feedback]:
        """All that readers thought, oldest first, without who they were. Raises LibraryDamaged behind the last where
        some are damaged, with their number.
        """
        found = [database.feedback(row) for row in self._rows("SELECT * FROM feedback ORDER BY given, message", [])]
        yield from (one for one in found if one)
        if lost := found.count(None):
            raise LibraryDamaged("conversations.feedback-damaged", count=lost)
