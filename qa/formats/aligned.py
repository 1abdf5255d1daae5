"""Tables that plain text draws: columns set with tabs or blanks, or strokes between the cells."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa.formats.tables import names_columns, placed, row_of, usual_width
from qa.formats.text_tables import TextLine
from qa.types import Block, Span

_CELL = re.compile(
    r"[^\s|│┃｜]+(?:[ \u3000](?=[^\s|│┃｜])[^\s|│┃｜]+)*"
)  # one blank may stand in a cell, two part cells
_STROKES = re.compile("[|│┃｜]")
_RULE = re.compile(r"[\s\-=_+|─━═┄┈│┃┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╪╞╡]+")
_FEWEST_ROWS = 3
_LONGEST, _USUAL = 40, 12  # characters of the longest cell, and of the median one
_USUAL_OF_TWO = 8  # of two columns, where print set side by side may look like a table
_NEAR = 2  # half-width characters that cells of one column begin, or end, apart
_SENTENCE = re.compile(r"[。！？；]$")


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
    if sum(bool(_SENTENCE.search(row.cells[-1].text)) for row in run) > len(run) / 3:
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
