"""The printed lines of a page, and the paragraphs that they make."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal

from qa.text import fold
from qa.types import Block, BlockRole, Page, Span

Role = Literal["heading", "body", "caption", "signature"]
_AROUND = ("story", "page")  # blocks that hold whole stories say nothing of a line's role


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line without the white space around it.

    `text` is folded (half width, simplified, lower case), one character for one: an offset in it, counted from
    `start`, is an offset in the page.
    """

    start: int
    end: int
    text: str
    gap: int = 0  # blank lines before it
    role: BlockRole | None = None  # what the page's format says of it
    level: int = 0  # depth of a heading, 0 where none is given
    indent: int = 0  # how far it is set in, in half-width characters

    def __len__(self) -> int:
        return self.end - self.start

    @property
    def depth(self) -> int:
        """How deep a heading the format or a Markdown mark makes of it, from 1; 0 where neither does."""
        return self.level or len(self.text) - len(self.text.lstrip("#"))


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that run on from one to the next: a paragraph of the body, a caption, or one line of a heading."""

    role: Role
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The folded lines put together."""
        return "".join(line.text for line in self.lines)

    @property
    def start(self) -> int:
        return self.lines[0].start


def lines_of(page: Page) -> list[Line]:
    """The lines of a page that hold anything, in order, a front matter left out. Line ends of every kind count, form
    feeds too.
    """
    folded = fold(page.text)
    blocks = sorted((block for block in page.blocks if block.role not in _AROUND), key=lambda block: block.span)
    starts = [block.span.start for block in blocks]
    lines = []
    gap = end = 0
    for raw in page.text.splitlines(keepends=True):
        position, end = end, end + len(raw)
        span = _trim(raw, position)
        if span is None:
            gap += 1
            continue
        block = _block_at(blocks, starts, span)
        if block and block.role == "metadata":
            continue
        role, level = (block.role, block.level) if block else (None, 0)
        indent = sum(2 if mark == "\u3000" else 1 for mark in raw[: span.start - position])
        lines.append(Line(span.start, span.end, folded[span.start : span.end], gap, role, level, indent))
        gap = 0
    return lines


def _trim(raw: str, position: int) -> Span | None:
    """The range of the page that a raw line fills, white space left out; None for a blank line."""
    stripped = raw.strip()
    if not stripped:
        return None
    start = position + raw.index(stripped[0])
    return Span(start, start + len(stripped))


def _block_at(blocks: list[Block], starts: list[int], line: Span) -> Block | None:
    """The last block that starts before the line's end, where it reaches into the line: marks may stand before it."""
    index = bisect_right(starts, line.end - 1) - 1
    if index < 0 or line.start >= blocks[index].span.end:
        return None
    return blocks[index]
