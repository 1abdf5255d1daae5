"""CSV and TSV: a row is a record, the first row names the columns, in Chinese or in English."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.records import TEXT_KEYS, Broken, Intake
from qa.types import Page, Skipped

_DELIMITERS = ",\t;|"
_SEPARATOR_ROW = "sep="  # what Excel writes to say which delimiter follows


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each row, the text column as the page's text; columns as in `records.page_of`, the row's line where
    there is no id.

    The delimiter is the one that the first row has most of; cells are quoted as in RFC 4180. Raises ReadError, before
    the first page or half-way, for a quotation mark that is not closed, and where no column holds text.
    """
    text, encoding = decode(read_bytes(path, max_bytes))
    head, _, below = text.partition("\n")
    told = _told(head)
    delimiter, text = (told, below) if told else (max(_DELIMITERS, key=head.count), text)
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # a cell holds an article; `max_bytes` has limited the file
    stream = io.StringIO(text, newline="")
    rows = csv.reader(stream, delimiter=delimiter, strict=True)
    intake = Intake(path, source, on_skip)
    try:
        names = _columns(next(rows, []))
        for row in filter(None, rows):
            if page := intake.take(rows.line_num, partial(_record, names, row)):
                yield replace(page, encoding=encoding, share=stream.tell() / len(text))
    except csv.Error as error:
        raise ReadError("csv.open-quote", line=rows.line_num) from error
    intake.end()
    if not intake.taken:
        raise ReadError("csv.no-text")


def _told(head: str) -> str | None:
    """The delimiter that a row of its own names; None where the first row is none of those."""
    row = head.strip()
    if not row.lower().startswith(_SEPARATOR_ROW) or len(row) > len(_SEPARATOR_ROW) + 1:
        return None
    return row[len(_SEPARATOR_ROW) :].strip('"') or "\t"  # a blank, which was stripped, or what quotes cells: no other


def _columns(head: Sequence[str]) -> list[str]:
    """The names of the columns, in lower case. Raises ReadError where none of them is of text."""
    names = [name.strip().lower() for name in head]
    if not any(key in names for key in TEXT_KEYS):
        raise ReadError("csv.no-text-column", names="、".join(names)[:80] or "–")
    return names


def _record(names: Sequence[str], row: Sequence[str]) -> Mapping[str, object]:
    """The cells of a row by their columns; a row may have fewer of them."""
    if len(row) > len(names):
        raise Broken("csv.too-many-cells")
    return dict(zip(names, row, strict=False))
