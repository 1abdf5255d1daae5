"""Tables that a text draws: Markdown's, with strokes between the cells; and those with commas between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.formats.tables import names_columns, row_of
from qa.types import Block, Span

_LINE = re.compile(r"(?<=\n)(?:[^\S\r\n]*+\r?\n)+|[^\r\n]+")
_STROKE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_FEWEST_ROWS = 3
_SENTENCE = re.compile('[。，！？；“”"]')


class TextLine(NamedTuple):
    """A line of a text without its end, and where it begins."""

    start: int
    text: str


def lines_of(text: str) -> Iterator[TextLine]:
    """The lines of a text; of blank ones that follow each other, of which there may be millions, the first."""
    for match in _LINE.finditer(text):
        said = match.group()
        yield TextLine(match.start(), "" if said.endswith("\n") else said)


def piped(lines: Iterable[TextLine]) -> Iterator[Block]:
    """The rows of Markdown's tables among lines that follow each other: names, a line of strokes and dashes (a block
    that belongs to no story), and the rows below up to a line without strokes.
    """
    above: TextLine | None = None
    names: Sequence[str] | None = None
    for line in lines:
        has_stroke = "|" in line.text
        if names is not None and has_stroke:
            yield from _row(_cells(line), names)
        elif above is not None and has_stroke and _DELIMITER.fullmatch(line.text):
            cells = _cells(above)
            names = [text for _, text in cells]
            yield from _row(cells, names)
            yield Block(Span(line.start, line.start + len(line.text)), "metadata")
        else:
            names = None
        above = line if has_stroke and names is None else None


def comma_separated(lines: Iterable[TextLine]) -> Iterator[Block]:
    """The rows of a text that is one table with commas between its cells, as programs save it; nothing where a line has
    another number of them, or a sentence or a quotation mark in it.
    """
    held = [line for line in lines if line.text.strip()]
    commas = {line.text.count(",") for line in held}
    if len(held) < _FEWEST_ROWS or len(commas) > 1 or commas == {0} or commas == {1}:
        return
    if any(_SENTENCE.search(line.text) for line in held):
        return
    rows = [list(_between_commas(line)) for line in held]
    said = [[text for _, text in row] for row in rows]
    names = said[0] if names_columns(said[0], said[1:]) else []
    for row in rows:
        yield from _row(row, names)


def _between_commas(line: TextLine) -> Iterator[tuple[Span, str]]:
    at = line.start
    for cell in line.text.split(","):
        start = at + len(cell) - len(cell.lstrip())
        yield Span(start, start + len(cell.strip())), cell.strip()
        at += len(cell) + 1


def _cells(line: TextLine) -> list[tuple[Span, str]]:
    """The cells between strokes, blanks around them left out; those outside of the outer strokes are none."""
    bounds = [match.start() for match in _STROKE.finditer(line.text)]
    edges = [-1, *bounds, len(line.text)]
    found = []
    for left, right in pairwise(edges):
        cell = line.text[left + 1 : right]
        at = line.start + left + 1 + len(cell) - len(cell.lstrip())
        found.append((Span(at, at + len(cell.strip())), cell.strip()))
    first = 1 if bounds and not found[0][1] else 0
    last = -1 if len(found) > first + 1 and bounds and not found[-1][1] else None
    return found[first:last]


def _row(cells: Sequence[tuple[Span, str]], names: Sequence[str]) -> Iterator[Block]:
    """The block of a row; none where no cell of it holds anything."""
    held = tuple(span for span, text in cells if text)
    if held:
        columns = row_of([text for _, text in cells], names).columns
        yield Block(Span(held[0].start, held[-1].end), "row", cells=held, columns=columns)
