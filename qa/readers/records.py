"""JSON lines, plain or compressed: one record is one page. Streamed: one line is in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from qa.errors import ReadError
from qa.readers.lines import Lines
from qa.readers.metadata import metadata_of
from qa.types import Metadata, Page, Skipped

_EXPECTED = "每行要是一个 JSON 对象，正文在 text 里"
_HOPELESS = 100  # so many lines without one JSON object among them: it is another kind of file


class _Broken(Exception):
    """A line that gives no page; the message is the reason."""


class _NoText(_Broken):
    """A sound record with nothing to read in it."""


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each record, its `text` as the page's text, in the file's order.

    ``id`` or ``_id`` (else the line's number), ``title``, ``text``, ``date``, ``byline``, ``paper``, ``edition``; what
    is missing at the top is read from ``metadata``. A broken line, a record without text and a second record of the
    same id go to `on_skip` and are left out. Raises ReadError where no line gives a page, and as `Lines`, possibly
    after some pages.
    """
    seen: set[str] = set()
    lines = Lines(path, max_bytes)
    sound = 0
    for number, line in lines:
        try:
            record = _parse(lines, line)
            sound += 1
            page = _page(record, number, source, lines.encoding)
            if page.record in seen:
                raise _Broken(f"编号 {page.record} 前面已有一条，这一条没有读入")
        except _Broken as broken:
            if on_skip is not None:
                on_skip(Skipped(f"{path}:{number}", str(broken), failed=not isinstance(broken, _NoText)))
            if sound == 0 and number >= _HOPELESS:
                raise ReadError(f"前 {number} 行都不是 JSON 对象。{_EXPECTED}") from broken
            continue
        seen.add(str(page.record))
        yield page
    if not seen:
        raise ReadError(f"没有读到一条记录。{_EXPECTED}")


def _parse(lines: Lines, line: bytes) -> Mapping[str, object]:
    try:
        record = json.loads(lines.text(line))
    except ReadError as error:
        raise _Broken(str(error)) from error
    except ValueError as error:
        raise _Broken("不是完整的 JSON") from error
    except RecursionError as error:
        raise _Broken("JSON 嵌套太深") from error
    if not isinstance(record, dict):
        raise _Broken("不是 JSON 对象")
    return record


def _page(record: Mapping[str, object], number: int, source: str, encoding: str) -> Page:
    inner = record.get("metadata")
    given = {key: value for key, value in record.items() if value not in (None, "")}
    values = {**(inner if isinstance(inner, dict) else {}), **given}
    text = values.get("text")
    if text is None or (isinstance(text, str) and not text.strip()):
        raise _NoText("没有正文（text）")
    if not isinstance(text, str):
        raise _Broken("正文（text）不是文字")
    metadata = metadata_of(values)
    name = _id(given, values, number)
    if not _is_unicode(text, name, metadata):
        raise _Broken("有不成对的代理字符（\\ud800 之类），不是合法的文字")
    return Page(source=source, text=text, record=name, encoding=encoding, metadata=metadata)


def _id(given: Mapping[str, object], values: Mapping[str, object], number: int) -> str:
    """The record's own id before one in its metadata, ``id`` before ``_id``; without any, the line's number."""
    for where in (given, values):
        for key in ("id", "_id"):
            if key in where:
                value = where[key]
                if isinstance(value, bool) or not isinstance(value, str | int | float):
                    raise _Broken("编号（id）不是文字或数字")
                return str(value)
    return str(number)


def _is_unicode(text: str, name: str, metadata: Metadata) -> bool:
    """Whether everything is text: JSON can escape half of a surrogate pair, which nothing can store."""
    given = (text, name, metadata.title, metadata.paper, metadata.edition, *metadata.byline)
    try:
        "".join(part for part in given if part).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
