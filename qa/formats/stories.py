"""Lines with their roles -> a page that is one story."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from qa.formats.tables import TableRow, lines_with_rows
from qa.types import Block, BlockRole, Page, Span


class Line(NamedTuple):
    """A line of a story, or a row of a table in it, and what it is; None where nobody tells."""

    said: str | TableRow
    role: BlockRole | None = None


def story_page(lines: Iterable[Line], page: Page) -> Page | None:
    """`page` with the lines as its text, one story; None where they hold nothing."""
    held = [line for line in lines if isinstance(line.said, TableRow) or line.said.strip()]
    text, blocks = lines_with_rows(line.said for line in held)
    if not text.strip():
        return None
    return page_of_blocks(page, text, (Block(Span(0, len(text)), "paragraphs"), *blocks, *_roles(held)))


def page_of_blocks(page: Page, text: str, blocks: Iterable[Block]) -> Page:
    """`page` with a text that is one story, and the blocks in it."""
    told = sorted(blocks, key=lambda block: (block.span.start, -block.span.end))
    return replace(page, text=text, blocks=(Block(Span(0, len(text)), "story"), *told))


def _roles(lines: Iterable[Line]) -> list[Block]:
    blocks, at = [], 0
    for said, role in lines:
        length = len(said.text if isinstance(said, TableRow) else said)
        if role is not None:
            blocks.append(Block(Span(at, at + length), role, 1 if role == "heading" else 0))
        at += length + 1
    return blocks
