"""Rows of the tables -> values, and back."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Collection, Iterable
from dataclasses import asdict
from typing import Any

from qa.store.schema import ATTRIBUTES
from qa.types import Article, Block, FileInfo, Location, Metadata, Page, Passage, Piece, Reprint, Span

ARTICLE_COLUMNS = ", ".join(f"articles.{name}" for name in ("number", "id", "text", *ATTRIBUTES))


def dump(value: Any) -> str:
    """Compact JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def load_list(text: str) -> list[Any]:
    """The list of a JSON column."""
    found: list[Any] = json.loads(text)
    return found


def pack_text(text: str) -> bytes:
    """A page's text, compressed. Raises UnicodeEncodeError for a lone surrogate."""
    return zlib.compress(text.encode("utf-8"), 1)


def unpack_text(blob: bytes) -> str:
    """A page's text from its compressed column."""
    return zlib.decompress(blob).decode("utf-8")


def dump_blocks(page: Page) -> str:
    """A page's blocks as a JSON column."""
    return dump([[*block.span, block.role, block.level] for block in page.blocks])


def load_blocks(text: str) -> tuple[Block, ...]:
    """A page's blocks from their JSON column."""
    return tuple(Block(Span(start, end), role, level) for start, end, role, level in json.loads(text))


def dump_metadata(metadata: Metadata) -> str:
    """A page's metadata as a JSON column."""
    return dump(asdict(metadata))


def load_metadata(text: str) -> Metadata:
    """A page's metadata from its JSON column."""
    values = json.loads(text)
    return Metadata(**{**values, "byline": tuple(values["byline"])})


def attributes(article: Article) -> list[Any]:
    """The values of ATTRIBUTES of an article, as its columns hold them."""
    values = [getattr(article, name) for name in ATTRIBUTES]
    values[ATTRIBUTES.index("byline")] = dump(article.byline)
    return values


def articles(connection: sqlite3.Connection, rows: Iterable[sqlite3.Row]) -> list[Article]:
    """Articles from rows with ARTICLE_COLUMNS, in their order, each with its locations and reprints."""
    found = list(rows)
    ids = {row["id"] for row in found}
    places, stories = _places(connection, ids), _stories(connection, ids)
    return [_article(row, tuple(places[row["id"]]), *stories.get(row["id"], (None, ()))) for row in found]


def passage(row: sqlite3.Row, article: Article) -> Passage:
    """A passage from its row."""
    start, end = row["start"], row["end"]
    sentences = tuple(Span(*pair) for pair in json.loads(row["sentences"]))
    return Passage(row["id"], article.id, start, end, article.text[start:end], sentences)


def file_info(row: sqlite3.Row) -> FileInfo:
    """A file from its row."""
    return FileInfo(
        row["source"],
        row["path"],
        row["size"],
        row["sha256"],
        row["encoding"],
        row["articles"],
        row["added"],
        bool(row["complete"]),
    )


def _article(
    row: sqlite3.Row, places: tuple[Location, ...], story: str | None, reprints: tuple[Reprint, ...]
) -> Article:
    values = {name: row[name] for name in ATTRIBUTES}
    values["byline"] = tuple(json.loads(row["byline"]))
    values["title_inferred"] = bool(row["title_inferred"])
    return Article(id=row["id"], text=row["text"], locations=places, reprints=reprints, story=story, **values)


def _stories(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, tuple[str, tuple[Reprint, ...]]]:
    """The first article of each one's story and its reprints, for those that have any."""
    rows = connection.execute(
        """
        SELECT mine.id, firsts.id, others.id FROM json_each(?) AS wanted JOIN articles AS mine ON mine.id = wanted.value
        JOIN stories ON stories.article = mine.number
        JOIN stories AS same ON same.first = stories.first AND same.article <> mine.number
        JOIN articles AS others ON others.number = same.article
        JOIN articles AS firsts ON firsts.number = stories.first
        ORDER BY others.number
        """,
        (dump(list(ids)),),
    ).fetchall()
    places = _places(connection, {row[2] for row in rows}) if rows else {}
    found: dict[str, tuple[str, tuple[Reprint, ...]]] = {}
    for mine, first, other in rows:
        _, before = found.get(mine, (first, ()))
        found[mine] = (first, (*before, Reprint(other, places[other][0])))
    return found


def _places(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, list[Location]]:
    """Where each article stands, first place first."""
    rows = connection.execute(
        """
        SELECT places.article, files.source, pages.record, pages.number, places.pieces
        FROM json_each(?) AS wanted
        JOIN places ON places.article = wanted.value
        JOIN pages ON pages.file = places.file AND pages.ordinal = places.page
        JOIN files ON files.id = places.file
        ORDER BY places.file, places.page, places.ordinal
        """,
        (dump(list(ids)),),
    )
    found: dict[str, list[Location]] = {one: [] for one in ids}
    for article, source, record, number, pieces in rows:
        found[article].append(Location(source, record, number, tuple(Piece(*piece) for piece in json.loads(pieces))))
    return found
