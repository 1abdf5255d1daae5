"""JSON lines, plain or compressed: one record is one page. Streamed: one line is in memory at a time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import ReadError
from qa.readers.lines import Lines
from qa.readers.record import Broken, Intake
from qa.types import Page, Skipped

_EXPECTED = "每行要是一个 JSON 对象，正文在 text 里"
_HOPELESS = 100  # so many lines without one JSON object among them: it is another kind of file


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each record, its `text` as the page's text, in the file's order.

    Keys as in `record.page_of`, the line's number where there is no id. A broken line, a record without text and a
    second record of the same id go to `on_skip` and are left out. Raises ReadError where no line gives a page, and as
    `Lines`, possibly after some pages.
    """
    lines = Lines(path, max_bytes)
    intake = Intake(path, source, on_skip)
    for number, line in lines:
        page = intake.take(number, partial(_parse, lines, line))
        if page is not None:
            yield replace(page, encoding=lines.encoding, share=lines.share)
        elif intake.sound == 0 and number >= _HOPELESS:
            raise ReadError("前 {number} 行都不是 JSON 对象。{expected}", number=number, expected=_EXPECTED)
    intake.end()
    if not intake.taken:
        raise ReadError("没有读到一条记录。{expected}", expected=_EXPECTED)


def _parse(lines: Lines, line: bytes) -> Mapping[str, object]:
    try:
        record = json.loads(lines.text(line))
    except ReadError as error:
        raise Broken(str(error)) from error
    except ValueError as error:
        raise Broken("不是完整的 JSON") from error
    except RecursionError as error:
        raise Broken("JSON 嵌套太深") from error
    if not isinstance(record, dict):
        raise Broken("不是 JSON 对象")
    return record
