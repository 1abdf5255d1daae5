"""Plain text: one file is one page, tables drawn in it are rows; a file of tabs whose cells are texts is records."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.records import Intake
from qa.formats.sheets import has_text, row_pages
from qa.formats.text_tables import comma_separated, drawn, lines_of, piped
from qa.types import Block, BlockRole, Metadata, Page, Skipped, Span

_WORD = re.compile(r"\w")
_TIME = r"(?:\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]*)?(?:[上下]午|晚上|凌晨)?\s?\d{1,2}:\d\d(?::\d\d)?"
_TURN = re.compile(rf"\S[^:：]{{0,30}}\s{_TIME}|{_TIME}\s+\S[^:：]{{0,30}}")  # 张主任  08:12
_TURN_CHARS, _LEAST_TURNS, _TURNS = 60, 3, 0.25  # of a line; how many; the share of the lines
_IN_CHAT: tuple[BlockRole, ...] = ("story", "paragraphs", "body")
_LOOKED_AT = 50  # lines, to tell whether all have as many tabs


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page. ReadError where it cannot be read or decoded."""
    text, encoding = decode(read_bytes(path, max_bytes))
    rows = _tabbed(text)
    intake = Intake(path, source, on_skip)
    if rows and has_text(rows, intake):
        every = enumerate((line.split("\t") for line in text.splitlines()), 1)
        filled = ((number, row) for number, row in every if any(map(str.strip, row)))
        yield from (replace(page, encoding=encoding) for page in row_pages(filled, intake))
        return
    if _is_chat(text):
        whole = Span(0, len(text))
        told = tuple(Block(whole, role) for role in _IN_CHAT)
        yield Page(source, text, encoding=encoding, blocks=told, metadata=Metadata(title=path.stem), share=1.0)
        return
    found = (tuple(rows(lines_of(text))) for rows in (piped, comma_separated, drawn))
    blocks = next(filter(None, found), ())
    metadata = Metadata(title=path.stem) if blocks and not _has_more(text, blocks) else Metadata()
    yield Page(source=source, text=text, encoding=encoding, blocks=blocks, metadata=metadata, share=1.0)


def _is_chat(text: str) -> bool:
    """Whether a text is what people wrote to each other, as chat programs save it: many lines are a name and a time."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    turns = sum(len(line) <= _TURN_CHARS and _TURN.fullmatch(line) is not None for line in lines)
    return turns >= _LEAST_TURNS and turns >= _TURNS * len(lines)


def _tabbed(text: str) -> list[list[str]]:
    """The first lines as rows where each has as many cells, parted by tabs; else nothing."""
    lines = (line for line in text.splitlines() if line.strip())
    rows = [line.split("\t") for line in islice(lines, _LOOKED_AT)]
    same = len(rows) > 1 and len({len(row) for row in rows}) == 1
    return rows if same and len(rows[0]) > 1 and all(row[0].strip() for row in rows) else []


def _has_more(text: str, blocks: tuple[Block, ...]) -> bool:
    """Whether words stand beside the rows of tables."""
    at = 0
    for start, end in sorted(block.span for block in blocks):
        if _WORD.search(text, at, start):
            return True
        at = end
    return bool(_WORD.search(text, at))
