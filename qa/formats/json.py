"""JSON: a list of records, an object that holds one, or a single record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats import jsonl
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.records import NO_COLUMNS, TEXT_KEYS, Broken, Columns, Intake
from qa.formats.tables import pages_of
from qa.types import Page, Skipped

_EXPECTED = "json.expected"
_DEEPEST = 3  # objects in objects, around a list: {"data": {"list": […]}}
_AFTER_FIRST = "Extra data"  # the wording of Python's own parser: a second value follows, as in JSON lines


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Page]:
    """A page for each record of the one list that the file is or holds, or for the one record that it is.

    Keys as in `records.page_of`, `columns` as in `Intake`, the place in the list, from 1, where there is no id. Objects
    without any text are the rows of a table. A file of JSON lines under this name is read as such. Raises ReadError
    where it is no JSON, or no record gives a page.
    """
    text, encoding = decode(read_bytes(path, max_bytes))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != _AFTER_FIRST:
            raise ReadError("json.broken-at", line=error.lineno, column=error.colno) from error
        yield from jsonl.read(path, source, max_bytes=max_bytes, on_skip=on_skip, columns=columns)
        return
    except RecursionError as error:
        raise ReadError("json.far-too-deep") from error
    except ValueError as error:  # Python takes no number of more than some thousand digits
        raise ReadError("json.number-too-long") from error
    intake = Intake(path, source, on_skip, columns)
    found = _records(value)
    if grid := _grid(found, intake):
        yield from pages_of(grid, Page(source, "", encoding=encoding), path.stem)
        return
    for number, record in enumerate(found, 1):
        if page := intake.take(number, partial(_object, record)):
            yield replace(page, encoding=encoding, share=number / len(found))
    intake.end()
    if not intake.taken:
        raise ReadError("records.none", expected=Wording(_EXPECTED))


def _records(value: object) -> list[object]:
    """The list itself, the only list of objects in an object without text of its own or in objects inside it, else the
    value as one record.
    """
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not any(key in value for key in TEXT_KEYS):
        lists = list(_lists(value))
        if len(lists) > 1:
            raise ReadError("json.several-lists", lists=len(lists), expected=Wording(_EXPECTED))
        return lists[0] if lists else [value]
    return [value]


def _lists(value: Mapping[str, object], depth: int = 1) -> Iterator[list[object]]:
    """The lists of objects in an object, else those in the objects inside it."""
    inside = [each for each in value.values() if isinstance(each, list) and any(isinstance(one, dict) for one in each)]
    if inside or depth == _DEEPEST:
        yield from inside
        return
    for each in value.values():
        if isinstance(each, dict):
            yield from _lists(each, depth + 1)


def _grid(records: list[object], intake: Intake) -> list[list[str]]:
    """Several objects of plain fields as the rows of a table, the names of the fields above them; nothing where one of
    them has a text.
    """
    rows = [intake.renamed(record) for record in records if isinstance(record, dict)]
    if len(rows) < max(2, len(records)) or any(key in row or "metadata" in row for row in rows for key in TEXT_KEYS):
        return []
    names = list(dict.fromkeys(name for row in rows for name in row))
    if len(names) < 2 or any(isinstance(value, list | dict) for row in rows for value in row.values()):
        return []
    return [names, *([_cell(row.get(name)) for name in names] for row in rows)]


def _cell(value: object) -> str:
    return "" if value is None else str(value)


def _object(record: object) -> Mapping[str, object]:
    if not isinstance(record, dict):
        raise Broken("json.not-object")
    return record
