"""JSON: a list of records, an object that holds one, or a single record."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import ReadError
from qa.formats import jsonl
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.records import TEXT_KEYS, Broken, Intake
from qa.messages import Wording
from qa.types import Page, Skipped

_EXPECTED = "json.expected"
_AFTER_FIRST = "Extra data"  # the wording of Python's own parser: a second value follows, as in JSON lines


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each record of the one list that the file is or holds, or for the one record that it is.

    Keys as in `records.page_of`, the place in the list, from 1, where there is no id. A file of JSON lines under this
    name is read as such. Raises ReadError where it is no JSON, or no record gives a page.
    """
    text, encoding = decode(read_bytes(path, max_bytes))
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != _AFTER_FIRST:
            raise ReadError("json.broken-at", line=error.lineno, column=error.colno) from error
        yield from jsonl.read(path, source, max_bytes=max_bytes, on_skip=on_skip)
        return
    except RecursionError as error:
        raise ReadError("json.far-too-deep") from error
    except ValueError as error:  # Python takes no number of more than some thousand digits
        raise ReadError("json.number-too-long") from error
    intake = Intake(path, source, on_skip)
    found = _records(value)
    for number, record in enumerate(found, 1):
        if page := intake.take(number, partial(_object, record)):
            yield replace(page, encoding=encoding, share=number / len(found))
    intake.end()
    if not intake.taken:
        raise ReadError("records.none", expected=Wording(_EXPECTED))


def _records(value: object) -> list[object]:
    """The list itself, the only list of objects in an object without text of its own, else the value as one record."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and not any(key in value for key in TEXT_KEYS):
        lists = [
            each for each in value.values() if isinstance(each, list) and any(isinstance(one, dict) for one in each)
        ]
        if len(lists) > 1:
            raise ReadError("json.several-lists", lists=len(lists), expected=Wording(_EXPECTED))
        return lists[0] if lists else [value]
    return [value]


def _object(record: object) -> Mapping[str, object]:
    if not isinstance(record, dict):
        raise Broken("json.not-object")
    return record
