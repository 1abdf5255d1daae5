"""The printed lines of a page, and the paragraphs that they make."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from qa.text import fold
from qa.types import Block, BlockRole, Page, Span

Role = Literal["heading", "body", "caption", "signature"]
_MARKS = re.compile("#*")
_INK = re.compile(r"\S")
_LINE_END = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")  # as `str.splitlines` sees them
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
        return self.level or _MARKS.match(self.text).end()  # type: ignore[union-attr]  # it matches the empty text


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that run on from one to the next: a paragraph of the body, a caption, or one line of a heading.

    `text` is the folded lines put together, once: every step asks for it, and a paragraph may have any number of lines.
    """

    role: Role
    lines: tuple[Line, ...]
    text: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(line.text for line in self.lines))

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
    gap = 0
    for blank, span in _inked(page.text):
        *above, before = (blank + ".").splitlines()  # a mark, as a line end at the end would leave no line behind it
        gap += len(above)
        block = _block_at(blocks, starts, span)
        if block and block.role == "metadata":
            continue
        role, level = (block.role, block.level) if block else (None, 0)
        indent = len(before) - 1 + before.count("\u3000")
        lines.append(Line(span.start, span.end, folded[span.start : span.end], gap, role, level, indent))
        gap = 0
    return lines


def _inked(text: str) -> Iterator[tuple[str, Span]]:
    """Each line that holds anything, white space left out, and what white space stands between it and the one above.

    Blank lines are passed over together: there may be millions.
    """
    end = 0
    while ink := _INK.search(text, end):
        line_end = _LINE_END.search(text, ink.start())
        stripped = text[ink.start() : line_end.start() if line_end else len(text)].rstrip()
        yield text[end : ink.start()], Span(ink.start(), ink.start() + len(stripped))
        end = line_end.end() if line_end else len(text)


def _block_at(blocks: list[Block], starts: list[int], line: Span) -> Block | None:
    """The last block that starts before the line's end, where it reaches into the line: marks may stand before it."""
    index = bisect_right(starts, line.end - 1) - 1
    if index < 0 or line.start >= blocks[index].span.end:
        return None
    return blocks[index]
