"""Workbooks (XLSX, XLSM, XLS, ET, ODS): each sheet shown is a table, or a record a row where a column holds text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from qa.errors import ReadError
from qa.formats.files import read_bytes
from qa.formats.kept import compared_in_all, letters
from qa.formats.records import NO_COLUMNS, Columns, Intake
from qa.formats.sheets import NumberedRow, row_pages
from qa.formats.tables import clean, columns_of, is_above_numbers
from qa.formats.zip import open_zip
from qa.types import Page, Skipped

_MOST_CELLS = 5_000_000  # of a sheet, empty ones too: they take memory
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})(\d{1,7})"')
_BESIDE = re.compile(r"xl/(?:drawings/drawing|comments/?(?:comment)?|threadedComments/)[^/]*\.xml")
_ODS_BESIDE = re.compile(rb"<(office:annotation|draw:text-box)\b.*?</\1>", re.DOTALL)
_WRITTEN = re.compile(rb"<(?:(?:\w+:)?(?:t|text)|text:(?:p|span))(?:\s[^>]*)?>([^<]*)")
_ODS_ROW = re.compile(rb"<table:table-row\b([^>]*)>(.*?)</table:table-row>", re.DOTALL)
_ODS_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(/?)>")
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="(\d{1,9})"')
_PLAIN_NAME = re.compile(r"(?:Sheet|工作表)\s*\d*", re.IGNORECASE)  # what programs call a sheet by themselves
_DAMAGED = "xlsx.damaged"

_Cell = int | float | str | bool | time | date | datetime | timedelta


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Page]:
    """Pages as of CSV, sheet by sheet, numbered where they are several. Merged cells stand in each row that they reach
    over. The first page tells where much stands in text boxes and comments, which are not read. `columns` are as in
    `Intake`.

    Raises ReadError for a workbook that is damaged or locked, one whose sheets are beyond all measure, and one without
    anything in it.
    """
    data = read_bytes(path, max_bytes)
    beside = _checked(path, max_bytes) if data.startswith(b"PK") else 0
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [book.get_sheet_by_name(name) for name in _shown(book)]
    except PasswordError as error:
        raise ReadError("xlsx.password") from error
    except (CalamineError, ValueError, OSError) as error:
        raise ReadError(_DAMAGED) from error
    pages = list(_pages(sheets, Intake(path, source, on_skip, columns), path.stem))
    if not pages:
        raise ReadError("csv.no-text")
    pages = list(compared_in_all(pages, beside + sum(letters(page.text) for page in pages)))
    several = len(pages) > 1
    for number, page in enumerate(pages, 1):
        told = number if several and page.record is None else None
        yield replace(page, number=told, share=number / len(pages))


def _shown(book: CalamineWorkbook) -> list[str]:
    """The names of the worksheets that are not hidden; of all where every one is."""
    sheets = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    return [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible] or [one.name for one in sheets]


def _pages(sheets: list[CalamineSheet], intake: Intake, stem: str) -> Iterator[Page]:
    """The pages of the sheets; rows count on from sheet to sheet, so that each has a number of its own."""
    before = 0
    filled = [sheet for sheet in sheets if sheet.height]
    for sheet in filled:
        is_named = len(filled) > 1 and not _PLAIN_NAME.fullmatch(sheet.name)
        for table in _tables(list(_rows(sheet, before))):
            yield from row_pages(iter(table), intake, f"{stem} {sheet.name}" if is_named else stem)
        before += sheet.total_height


def _tables(rows: list[NumberedRow]) -> Iterator[list[NumberedRow]]:
    """The tables of a sheet: one begins behind empty rows where names of columns follow."""
    starts = [0, *(at for at in range(1, len(rows)) if rows[at][0] > rows[at - 1][0] + 1), len(rows)]
    table: list[NumberedRow] = []
    for start, end in pairwise(starts):
        part = rows[start:end]
        if table and _begins_table([clean(cells) for _, cells in part]):
            yield table
            table = []
        table += part
    yield table


def _begins_table(rows: list[list[str]]) -> bool:
    """Whether rows begin with names of columns, surely: below a title of their own, or above numbers."""
    start, names = columns_of(rows)
    return bool(names) and (start > 1 or is_above_numbers(names, rows[start:]))


def _rows(sheet: CalamineSheet, before: int) -> Iterator[NumberedRow]:
    """The rows that hold anything, as text, each with its number in the workbook."""
    grid = [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom + 1, len(grid))):
            if left < min(len(grid[row]), right + 1):
                grid[row][left] = grid[top][left]
    return ((before + number, row) for number, row in enumerate(grid, 1) if any(row))


def _text(cell: _Cell) -> str:
    """A cell as it reads; whole numbers without a decimal point, dates in digits."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(round(cell, 10))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "minutes")
    return str(cell)


def _checked(path: Path, max_bytes: int) -> int:
    """How many letters stand in text boxes and comments. All parts are unpacked once within the limits. Raises
    ReadError where a sheet has more cells than memory is for.
    """
    beside = 0
    with open_zip(path, max_bytes) as packed:
        for name in packed.names():
            data = packed.read(name)
            cells = _cells(data) if _SHEET.fullmatch(name) else _ods_cells(data) if name == "content.xml" else 0
            if cells > _MOST_CELLS:
                raise ReadError("xlsx.too-many-cells", most=_MOST_CELLS)
            if name == "content.xml":
                beside += sum(_letters(each[0]) for each in _ODS_BESIDE.finditer(data))
            elif _BESIDE.fullmatch(name):
                beside += _letters(data)
    return beside


def _letters(markup: bytes) -> int:
    """How many letters the paragraphs of a text box or a comment have."""
    return sum(letters(said.decode("utf-8", "replace")) for said in _WRITTEN.findall(markup))


def _cells(sheet: bytes) -> int:
    """How many cells a sheet has up to its last row and column, empty ones too."""
    found = [(_column(match[1]), int(match[2])) for match in _CELL.finditer(sheet)]
    width, height = (max(edge, default=0) for edge in zip(*found, strict=True)) if found else (0, 0)
    return width * height


def _ods_cells(content: bytes) -> int:
    """The same of the sheets of an ODS, which says of cells and rows how often they are repeated; those behind the last
    that holds anything count nothing.
    """
    width = height = filled = 0
    for row in _ODS_ROW.finditer(content):
        height += _repeated(row[1])
        columns = 0
        for cell in _ODS_CELL.finditer(row[2]):
            columns += _repeated(cell[1])
            if not cell[2]:
                width, filled = max(width, columns), height
    return width * filled


def _repeated(attributes: bytes) -> int:
    found = _REPEATED.search(attributes)
    return int(found[1]) if found else 1


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
