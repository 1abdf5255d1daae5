"""CSV and TSV: a row is a record where a column holds text, else a row of a table."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.records import NO_COLUMNS, Columns, Intake
from qa.formats.sheets import row_pages
from qa.types import Page, Skipped

_DELIMITERS = ",\t;|"
_SEPARATOR_ROW = "sep="  # what Excel writes to say which delimiter follows


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Page]:
    """A page for each row, the text column as the page's text; columns as in `records.page_of`, the row's line where
    there is no id. Where no column holds text, the rows are a table's. `columns` are as in `Intake`.

    The delimiter is the one that the first row has most of; cells are quoted as in RFC 4180. Raises ReadError, before
    the first page or half-way, for a quotation mark that is not closed, and where no row holds anything.
    """
    text, encoding = decode(read_bytes(path, max_bytes))
    head, _, below = text.partition("\n")
    told = _told(head)
    delimiter, text = (told, below) if told else (max(_DELIMITERS, key=head.count), text)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a cell holds an article; `max_bytes` has limited the file
    stream = io.StringIO(text, newline="")
    rows = csv.reader(stream, delimiter=delimiter, strict=True)
    numbered = ((rows.line_num, row) for row in rows if row)
    page = None
    try:
        for page in row_pages(numbered, Intake(path, source, on_skip, columns)):
            yield replace(page, encoding=encoding, share=min(stream.tell() / len(text), 1.0))
    except csv.Error as error:
        raise ReadError("csv.open-quote", line=rows.line_num) from error
    if page is None:
        raise ReadError("csv.no-text")


def _told(head: str) -> str | None:
    """The delimiter that a row of its own names; None where the first row is none of those."""
    row = head.strip()
    if not row.lower().startswith(_SEPARATOR_ROW) or len(row) > len(_SEPARATOR_ROW) + 1:
        return None
    return row[len(_SEPARATOR_ROW) :].strip('"') or "\t"  # a blank, which was stripped, or what quotes cells: no other
