"""Rows of the tables and the values that they stand for, and the conditions that find them."""

from __future__ import annotations

import difflib
import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from qa.errors import NotFound
from qa.errors.messages import Wording
from qa.store.database import Connection, TableRow
from qa.store.schema import ATTRIBUTES
from qa.store.successors import successor
from qa.types import (
    Article,
    Block,
    BlockRole,
    FileInfo,
    Filters,
    Location,
    Metadata,
    Page,
    Passage,
    Picture,
    Piece,
    PrintedLine,
    Reprint,
    Row,
    Span,
)

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
    return dump([[*block.span, block.role, block.level, *_table_part(block)] for block in page.blocks])


def pack_printed(page: Page) -> bytes:
    """Where a page's lines stand on its picture, compressed."""
    lines = [line if line.doubts else line[:-1] for line in page.printed]
    return zlib.compress(dump(lines).encode("ascii"))


def unpack_printed(blob: bytes) -> tuple[PrintedLine, ...]:
    """Where a page's lines stand, from their compressed column."""
    return tuple(_printed(*line) for line in json.loads(zlib.decompress(blob)))


def _printed(start: int, end: int, x0: int, y0: int, x1: int, y1: int, doubts: Sequence[int] = ()) -> PrintedLine:
    return PrintedLine(start, end, x0, y0, x1, y1, tuple(doubts))


def dump_picture(picture: Picture) -> str:
    """Which picture a page's lines stand on, as a JSON column."""
    return dump(picture)


def load_picture(text: str | None, number: int | None) -> Picture:
    """Which picture it is, from its JSON column, on the page of a number in its file."""
    if text is None:
        return Picture(number or 1)
    which, turn, inside, beside, frame = json.loads(text)
    return Picture(which, turn, tuple(inside), beside, tuple(frame))


def load_blocks(text: str) -> tuple[Block, ...]:
    """A page's blocks from their JSON column."""
    return tuple(_block(*each) for each in json.loads(text))


def _table_part(block: Block) -> list[list[Any]]:
    """Of a row, where its cells are and the names of their columns."""
    return [[edge for cell in block.cells for edge in cell], list(block.columns)] if block.cells else []


def _block(
    start: int, end: int, role: BlockRole, level: int, edges: Sequence[int] = (), columns: Sequence[str] = ()
) -> Block:
    cells = tuple(map(Span, edges[::2], edges[1::2]))
    return Block(Span(start, end), role, level, cells, tuple(columns))


def dump_rows(rows: Sequence[Row]) -> str | None:
    """An article's rows as a JSON column: those of the same columns together."""
    if not rows:
        return None
    groups = groupby(rows, key=lambda row: row.columns)
    return dump([[list(columns), *(edge for row in group for edge in row[:2])] for columns, group in groups])


def load_rows(text: str | None) -> tuple[Row, ...]:
    """An article's rows from their JSON column."""
    found = []
    for names, *edges in json.loads(text or "[]"):
        columns = tuple(names)
        found += [Row(start, end, columns) for start, end in zip(edges[::2], edges[1::2], strict=True)]
    return tuple(found)


def dump_metadata(metadata: Metadata) -> str:
    """A page's metadata as a JSON column."""
    seldom = {"columns": metadata.columns, "kept": metadata.kept}
    return dump({key: one for key, one in asdict(metadata).items() if key not in seldom or seldom[key]})


def load_metadata(text: str) -> Metadata:
    """A page's metadata from its JSON column."""
    values = json.loads(text)
    columns = tuple((theirs, ours) for theirs, ours in values.get("columns", ()))
    return Metadata(**{**values, "byline": tuple(values["byline"]), "columns": columns})


def attributes(article: Article) -> list[Any]:
    """The values of ATTRIBUTES of an article, as its columns hold them."""
    values = [getattr(article, name) for name in ATTRIBUTES]
    values[ATTRIBUTES.index("byline")] = dump(article.byline)
    values[ATTRIBUTES.index("rows")] = dump_rows(article.rows)
    return values


def articles(connection: Connection, rows: Iterable[TableRow]) -> list[Article]:
    """Articles from rows with ARTICLE_COLUMNS, in their order, each with its locations and reprints."""
    found = list(rows)
    ids = {row["id"] for row in found}
    places, stories = _places(connection, ids), _stories(connection, ids)
    return [_article(row, tuple(places[row["id"]]), *stories.get(row["id"], (None, ()))) for row in found]


def passage(row: TableRow, article: Article) -> Passage:
    """A passage from its row."""
    start, end = row["start"], row["end"]
    sentences = tuple(Span(*pair) for pair in json.loads(row["sentences"]))
    return Passage(row["id"], article.id, start, end, article.text[start:end], sentences)


def file_info(row: TableRow, articles: int) -> FileInfo:
    """A file that holds so many articles, from its row."""
    return FileInfo(
        row["source"],
        row["path"],
        row["size"],
        row["sha256"],
        row["encoding"],
        articles,
        row["added"],
        bool(row["complete"]),
    )


def _article(row: TableRow, places: tuple[Location, ...], story: str | None, reprints: tuple[Reprint, ...]) -> Article:
    values = {name: row[name] for name in ATTRIBUTES}
    values["byline"] = tuple(json.loads(row["byline"]))
    values["title_inferred"] = bool(row["title_inferred"])
    values["rows"] = load_rows(row["rows"])
    return Article(id=row["id"], text=row["text"], locations=places, reprints=reprints, story=story, **values)


def _stories(connection: Connection, ids: Collection[str]) -> dict[str, tuple[str, tuple[Reprint, ...]]]:
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


def _places(connection: Connection, ids: Collection[str]) -> dict[str, list[Location]]:
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


_SHORTEST_ID = 4  # characters of an article's id that may stand for it
_SHOWN = 5  # near names, or ids that a short one fits, in a message

_EARLIER = "substr(date, 1, length(:{0})) {1} substr(:{0}, 1, length(date))"


def file_number(connection: Connection, name: str) -> int:
    """The file with this source name or this absolute path. Raises NotFound, naming near ones."""
    row = connection.execute(
        "SELECT id FROM files WHERE source = :name OR path = :name ORDER BY source = :name DESC", {"name": name}
    ).fetchone()
    if row is None:
        raise NotFound("library.no-such-source", name=name, near=_near(connection, name))
    number: int = row[0]
    return number


def full_id(connection: Connection, identity: str) -> str:
    """The whole id of an article from its first four or more characters; of one that is no more, the id of that which
    took its place. Raises NotFound.
    """
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
    if len(identity) >= _SHORTEST_ID and not found and (now := successor(connection, identity)):
        return now
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


def condition(connection: Connection, filters: Filters, hidden: Collection[str]) -> tuple[str, dict[str, str | None]]:
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
        clauses.append("EXISTS (SELECT 1 FROM json_each(byline) AS name WHERE instr(name.value, :byline) > 0)")
    if filters.source:
        values["files"] = dump(files_below(connection, filters.source))
        clauses.append(
            "articles.id IN (SELECT article FROM places "
            "WHERE file IN (SELECT CAST(value AS BIGINT) FROM json_each(:files)))"
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


def files_below(connection: Connection, name: str) -> list[int]:
    """The numbers of the files of a folder, or of one file. Raises NotFound, naming near ones."""
    folder = name.rstrip("/") + "/"
    found = connection.execute(
        "SELECT id FROM files WHERE substr(source, 1, length(:folder)) = :folder", {"folder": folder}
    )
    return [row[0] for row in found] or [file_number(connection, name)]


def _near(connection: Connection, name: str) -> str:
    sources = [row[0] for row in connection.execute("SELECT source FROM files ORDER BY source")]
    near = difflib.get_close_matches(name, sources, _SHOWN) or [one for one in sources if name in one][:_SHOWN]
    return Wording("library.similar", names="、".join(near)) if near else Wording("library.see-list")
