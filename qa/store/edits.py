"""Edits made by hand, as they are stored, and the pages that they concern."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from typing import NamedTuple

from qa.errors import LibraryError
from qa.store import rows
from qa.store.database import Database
from qa.store.rows import dump
from qa.types import Edit, Page

_CORRECTION = '{"correction":'


class Correction(NamedTuple):
    """A printed line that was misread, corrected by hand."""

    number: int | None  # of its page
    record: str | None
    line: str  # as it was read
    text: str  # as it is
    which: int  # of the page's lines that were read so, from 0


class StoredPage(NamedTuple):
    """A page as the library stored it."""

    file: int
    ordinal: int  # from 0, inside the file
    path: str  # of the file
    page: Page


def edits_of(database: Database, path: str) -> tuple[Edit, ...]:
    """The edits of a file, in the order they were made."""
    with database.reading() as connection:
        found = connection.execute("SELECT edit FROM edits WHERE path = ? ORDER BY number", (path,))
        return tuple(_load_edit(row[0]) for row in found if not row[0].startswith(_CORRECTION))


def corrections_of(database: Database, path: str) -> tuple[Correction, ...]:
    """What was corrected in the lines of a file, in the order it was."""
    with database.reading() as connection:
        found = connection.execute("SELECT edit FROM edits WHERE path = ? ORDER BY number", (path,))
        return tuple(Correction(*json.loads(row[0])["correction"]) for row in found if row[0].startswith(_CORRECTION))


def dump_correction(correction: Correction) -> str:
    """A correction as JSON."""
    return dump({"correction": correction})


def pages_with(database: Database, articles: Collection[str]) -> list[StoredPage]:
    """The pages on which any of the articles stands. Raises LibraryError where one was stored by format 1."""
    with database.reading() as connection:
        found = connection.execute(
            """
            SELECT pages.*, files.path, files.source, files.encoding FROM pages JOIN files ON files.id = pages.file
            WHERE (pages.file, pages.ordinal) IN
                  (SELECT places.file, page FROM json_each(?) AS wanted JOIN places ON article = wanted.value)
            ORDER BY pages.file, pages.ordinal
            """,
            (dump(sorted(articles)),),
        ).fetchall()
    for row in found:
        if row["blocks"] is None:
            raise LibraryError("library.read-by-older", source=row["source"], path=row["path"])
    return [
        StoredPage(
            row["file"],
            row["ordinal"],
            row["path"],
            Page(
                row["source"],
                rows.unpack_text(row["text"]),
                row["number"],
                row["record"],
                row["encoding"],
                rows.load_metadata(row["metadata"]),
                rows.load_blocks(row["blocks"]),
            ),
        )
        for row in found
    ]


def dump_edit(edit: Edit) -> str:
    """An edit as canonical JSON: equal edits give equal text."""
    return dump({name: value for name, value in asdict(edit).items() if value is not None})


def _load_edit(text: str) -> Edit:
    values = json.loads(text)
    if "byline" in values:
        values["byline"] = tuple(values["byline"])
    return Edit(**values)
