"""Tables that plain text draws: with strokes, commas, tabs or blanks between the cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.formats.tables import names_columns, placed, row_of, usual_width
from qa.types import Block, Span

_LINE = re.compile(r"(?<=\n)(?:[^\S\r\n]*+\r?\n)+|[^\r\n]+")
_STROKE = re.compile(r"(?<!\\)\|")
_DELIMITER = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-+:?[ \t]*\|?[ \t]*")
_FEWEST_ROWS = 3
_SENTENCE = re.compile('[。，！？；“”"]')
_CELL = re.compile(
    r"[^\s|│┃｜]+(?:[ \u3000](?=[^\s|│┃｜])[^\s|│┃｜]+)*"
)  # one blank may stand in a cell, two part cells
_STROKES = re.compile("[|│┃｜]")
_RULE = re.compile(r"[\s\-=_+|─━═┄┈│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╪╞╡]+")
_LONGEST, _USUAL = 40, 12  # characters of the longest cell, and of the median one
_USUAL_OF_TWO = 8  # of two columns, where print set side by side may look like a table
_NEAR = 2  # half-width characters that cells of one column begin, or end, apart
_SENTENCE_END = re.compile(r"[。！？；]$")


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


class _Cell(NamedTuple):
    """A cell of a drawn line: where it stands in the text, and on the line in half-width characters."""

    span: Span
    text: str
    left: int
    right: int


class _Row(NamedTuple):
    line: TextLine
    cells: list[_Cell]


def drawn(lines: Iterator[TextLine]) -> Iterator[Block]:
    """The rows of the tables among lines that follow each other; rules between them belong to no story."""
    run: list[_Row] = []
    rules: list[TextLine] = []
    for line in lines:
        if run and line.text.strip() and _RULE.fullmatch(line.text):
            rules.append(line)
            continue
        cells = _cells_of(line)
        if len(cells) < 2:
            yield from _table(run, rules)
            run, rules = [], []
        else:
            run.append(_Row(line, cells))
    yield from _table(run, rules)


def _cells_of(line: TextLine) -> list[_Cell]:
    """The cells of a line, none where it is too long for one of a table."""
    if len(line.text) > 400 or ("\t" not in line.text and "  " not in line.text and not _SPACED.search(line.text)):
        return []
    found, at, width = [], 0, 0
    for match in _CELL.finditer(line.text):
        left = width + _width(line.text[at : match.start()])
        at, width = match.end(), left + _width(match.group())
        span = Span(line.start + match.start(), line.start + match.end())
        found.append(_Cell(span, match.group(), left, width))
    return found


_SPACED = re.compile("\u3000{2}|[|│┃｜]")


def _width(text: str) -> int:
    """In half-width characters; a tab reaches far."""
    return sum(8 if one == "\t" else 2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _table(run: Sequence[_Row], rules: Sequence[TextLine]) -> Iterator[Block]:
    if len(run) < _FEWEST_ROWS:
        return
    width = usual_width([len(row.cells) for row in run], _FEWEST_ROWS)
    full = [row.cells for row in run if len(row.cells) == width]
    if width < 2 or any(len(row.cells) > width for row in run):
        return
    grid = [placed(row.cells, full, width, _distance) for row in run]
    if not _is_table(grid, run, width):
        return
    texts = [[cell.text if cell else "" for cell in row] for row in grid]
    names = texts[0] if names_columns(texts[0], texts[1:]) else []
    for row, said in zip(grid, texts, strict=True):
        cells = tuple(cell.span for cell in row if cell)
        columns = row_of(said, names).columns
        yield Block(Span(cells[0].start, cells[-1].end), "row", cells=cells, columns=columns)
    yield from (Block(Span(rule.start, rule.start + len(rule.text)), "metadata") for rule in rules)


def _is_table(grid: Sequence[Sequence[_Cell | None]], run: Sequence[_Row], width: int) -> bool:
    """Whether cells are short, and stand below each other or between strokes."""
    lengths = sorted(len(cell.text) for row in run for cell in row.cells)
    if lengths[-1] > _LONGEST or lengths[len(lengths) // 2] > (_USUAL if width > 2 else _USUAL_OF_TWO):
        return False
    if sum(bool(_SENTENCE_END.search(row.cells[-1].text)) for row in run) > len(run) / 3:
        return False
    marked = sum("\t" in row.line.text or bool(_STROKES.search(row.line.text)) for row in run)
    columns = ([row[at] for row in grid] for at in range(1, width))
    return 2 * marked > len(run) or all(_is_aligned([cell for cell in column if cell]) for column in columns)


def _is_aligned(cells: Sequence[_Cell]) -> bool:
    """Whether most cells of a column begin, or end, at the same place."""
    edges = (Counter(cell.left for cell in cells), Counter(cell.right for cell in cells))
    return any(max(near.values()) * 3 >= 2 * len(cells) for near in map(_smeared, edges))


def _smeared(places: Counter[int]) -> Counter[int]:
    return Counter({at: sum(places[at + step] for step in range(-_NEAR, _NEAR + 1)) for at in places})


def _distance(cell: _Cell, other: _Cell) -> int:
    return min(abs(cell.left - other.left), abs(cell.right - other.right))
