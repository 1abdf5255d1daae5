"""Resolve names of files, short article ids and filters to rows."""

from __future__ import annotations

import difflib
import sqlite3
from collections.abc import Collection

from qa.errors import NotFound
from qa.messages import Wording
from qa.store.rows import dump
from qa.types import Filters

_SHORTEST_ID = 4  # characters of an article's id that may stand for it
_SHOWN = 5  # near names, or ids that a short one fits, in a message

_EARLIER = "substr(date, 1, min(length(date), length(:{0}))) {1} substr(:{0}, 1, min(length(date), length(:{0})))"


def file_number(connection: sqlite3.Connection, name: str) -> int:
    """The file with this source name or this absolute path. Raises NotFound, naming near ones."""
    row = connection.execute(
        "SELECT id FROM files WHERE source = :name OR path = :name ORDER BY source = :name DESC", {"name": name}
    ).fetchone()
    if row is None:
        raise NotFound("library.no-such-source", name=name, near=_near(connection, name))
    number: int = row[0]
    return number


def full_id(connection: sqlite3.Connection, identity: str) -> str:
    """The whole id of an article from its first four or more characters. Raises NotFound."""
    found = [
        row[0]
        for row in connection.execute(
            """
            SELECT id FROM articles WHERE id >= :part AND substr(id, 1, length(:part)) = :part ORDER BY id LIMIT :limit
            """,
            {"part": identity, "limit": _SHOWN},
        )
    ]
    if identity in found:
        return identity
    if len(identity) < _SHORTEST_ID or not found:
        raise NotFound(
            "library.no-such-article",
            identity=identity,
            least=_SHORTEST_ID,
        )
    if len(found) > 1:
        raise NotFound("library.ambiguous-article", identity=identity, found="、".join(found))
    whole: str = found[0]
    return whole


def condition(
    connection: sqlite3.Connection, filters: Filters, hidden: Collection[str]
) -> tuple[str, dict[str, str | None]]:
    """A WHERE clause over `articles` and its values.

    Dates compare by prefix, so 2025 is neither before nor after 2025-03. A source is a file, or a folder in front of
    files. A byline is a part of a name. Raises NotFound for a source or an article that the library does not hold.
    """
    values: dict[str, str | None] = {"since": filters.since, "until": filters.until, "byline": filters.byline}
    clauses = ["true"]
    if filters.since:
        clauses.append(f"(date IS NULL OR {_EARLIER.format('since', '>=')})")
    if filters.until:
        clauses.append(f"(date IS NULL OR {_EARLIER.format('until', '<=')})")
    if filters.byline:
        clauses.append("EXISTS (SELECT 1 FROM json_each(byline) AS name WHERE instr(name.value, :byline))")
    if filters.source:
        values["files"] = dump(files_below(connection, filters.source))
        clauses.append(
            "articles.id IN (SELECT article FROM places WHERE file IN (SELECT value FROM json_each(:files)))"
        )
    if filters.article:
        values["article"] = full_id(connection, filters.article)
        clauses.append("articles.id = :article")
    if hidden:
        values["hidden"] = dump(sorted(hidden))
        clauses.append("articles.id NOT IN (SELECT value FROM json_each(:hidden))")
    return " AND ".join(clauses), values


def containing(words: str) -> str:
    """A LIKE pattern (ESCAPE is a backslash) for texts that contain the words, upper and lower case alike."""
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def files_below(connection: sqlite3.Connection, name: str) -> list[int]:
    """The numbers of the files of a folder, or of one file. Raises NotFound, naming near ones."""
    folder = name.rstrip("/") + "/"
    found = connection.execute(
        "SELECT id FROM files WHERE substr(source, 1, length(:folder)) = :folder", {"folder": folder}
    )
    return [row[0] for row in found] or [file_number(connection, name)]


def _near(connection: sqlite3.Connection, name: str) -> str:
    sources = [row[0] for row in connection.execute("SELECT source FROM files ORDER BY source")]
    near = difflib.get_close_matches(name, sources, _SHOWN) or [one for one in sources if name in one][:_SHOWN]
    return Wording("library.similar", names="、".join(near)) if near else Wording("library.see-list")
