"""Rows of a sheet (CSV, XLSX) -> pages: a record a row where a column holds text, else the rows of one table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, islice
from statistics import median

from qa.formats.records import TEXT_KEYS, Broken, Intake
from qa.formats.tables import pages_of
from qa.types import Page

NumberedRow = tuple[int, Sequence[str]]
"""The cells of a row and its line or place in the file, from 1."""

_LOOKED_AT = 50  # rows, to tell what columns hold
_STORY_CHARS = 200  # the median cell of a column that holds texts, whatever its name
_LONG = 40
_VAGUE = frozenset({"内容", "內容", "content", "article"})  # any column of a table may be called so
_ENDS = re.compile(r"[。！？；…]")


def row_pages(rows: Iterator[NumberedRow], intake: Intake, title: str | None = None) -> Iterator[Page]:
    """The pages of rows that have cells; a table is called `title`, else as its file, unless it has one of its own."""
    ahead = list(islice(rows, 1 + _LOOKED_AT))
    if not ahead:
        return
    every = chain(ahead, rows)
    names = _text_columns([cells for _, cells in ahead], intake)
    if names is None:
        yield from pages_of((cells for _, cells in every), Page(intake.source, ""), title or intake.path.stem)
        return
    for number, cells in every if _is_headless(names) else islice(every, 1, None):
        if page := intake.take(number, partial(_record, names, cells)):
            yield page
    intake.end()


def has_text(rows: Sequence[Sequence[str]], intake: Intake) -> bool:
    """Whether rows are records, by the names of their columns and what the first of them hold."""
    return _text_columns(rows, intake) is not None


def _text_columns(ahead: Sequence[Sequence[str]], intake: Intake) -> list[str] | None:
    """The names of the columns, in lower case, where one of them holds the text of a record; None for a table."""
    names = [name.strip().lower() for name in ahead[0]]
    known = intake.renamed(dict.fromkeys(names))
    text = next((key for key in TEXT_KEYS if key in known), None)
    at = names.index(text) if text in names else None
    if text and (at is None or text not in _VAGUE or _holds_prose(ahead[1:], at)):
        return names
    longest = max(range(len(names)), key=lambda column: _usual_length(ahead[1:], column))
    if at is None and _usual_length(ahead[1:], longest) >= _STORY_CHARS:
        return [TEXT_KEYS[0] if column == longest else name for column, name in enumerate(names)]
    if len(names) == 2 and all(len(row) == 2 and _ENDS.search(row[1]) and not _ENDS.search(row[0]) for row in ahead):
        return _HEADLESS
    return None


_HEADLESS = ["", TEXT_KEYS[0]]  # a label and a text in each row, the first among them


def _is_headless(names: Sequence[str]) -> bool:
    return names is _HEADLESS


def _holds_prose(rows: Sequence[Sequence[str]], at: int) -> bool:
    """Whether most cells of a column have sentences or are long, or none holds anything."""
    cells = [row[at] for row in rows if at < len(row) and row[at].strip()]
    return 2 * sum(bool(_ENDS.search(cell)) or len(cell) >= _LONG for cell in cells) >= len(cells)


def _usual_length(rows: Sequence[Sequence[str]], at: int) -> float:
    return median([len(row[at]) if at < len(row) else 0 for row in rows] or [0])


def _record(names: Sequence[str], row: Sequence[str]) -> Mapping[str, object]:
    """The cells of a row by their columns; a row may have fewer of them."""
    if len(row) > len(names):
        raise Broken("csv.too-many-cells")
    return dict(zip(names, row, strict=False))
