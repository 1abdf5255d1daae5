"""Tables of a PDF page: cells between ruled lines, or short cells that stand below each other.

Lengths are in points, x to the right, y downwards, as in `pdf_lines`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from qa.formats.pdf_lines import Glyph, PdfLine, body_size, lines_of
from qa.formats.tables import Grid, TableRow, is_data, placed, rows_of, usual_width

_THIN = 3.0  # points: a path no thicker is a ruled line
_NEAR = 3.0  # points: ruled lines so near are one
_LONG = 12.0  # points: a shorter one rules nothing
_MOST_RULES = 1500
_ROW = 0.4  # em: how far the baselines of a row lie apart
_ROW_GAP = 3.2  # em: the most from one row to the next
_FEWEST_ROWS = 3
_LONGEST_CELL = 200  # characters; what is longer is an article in a frame
_CELL_CHARS, _CELL_CHARS_OF_TWO = 12, 8  # of the median cell; printed columns are longer
_FILLED, _FILLED_OF_TWO = 0.75, 0.6  # of a column's breadth by the usual cell; print fills its columns
_PAUSE = re.compile("[，。；！？]")
_PAUSED = 0.1  # of the cells, that have a pause in them: print has more
_ALIGNED = 1.2  # em: how far cells of a column begin, end, or have their middle, apart


class Rule(NamedTuple):
    """A ruled line, across or down."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_across(self) -> bool:
        return self.x1 - self.x0 >= self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """The rows of a table and where it stands."""

    rows: tuple[TableRow, ...]
    x0: float
    x1: float
    top: float
    bottom: float
    size: float


def rules_of(boxes: Sequence[tuple[float, float, float, float]]) -> list[Rule]:
    """Ruled lines from the boxes (x0, y0, x1, y1) of what is drawn: thin boxes as they are, others by their edges."""
    found: list[Rule] = []
    for x0, y0, x1, y1 in boxes[:_MOST_RULES]:
        if x1 - x0 <= _THIN or y1 - y0 <= _THIN:
            found.append(Rule(x0, y0, x1, y1))
        else:
            found += [Rule(x0, y, x1, y) for y in (y0, y1)] + [Rule(x, y0, x, y1) for x in (x0, x1)]
    return [rule for rule in found if max(rule.x1 - rule.x0, rule.y1 - rule.y0) >= _LONG]


def ruled(glyphs: Sequence[Glyph], rules: Sequence[Rule]) -> tuple[list[PrintedTable], list[Glyph]]:
    """The tables with ruled cells, and the characters outside of them."""
    tables: list[PrintedTable] = []
    left = list(glyphs)
    for frame in _frames(rules):
        inside = [glyph for glyph in left if frame.holds(glyph)]
        table = frame.table(inside)
        if table is not None:
            taken = set(map(id, inside))
            left = [glyph for glyph in left if id(glyph) not in taken]
            tables.append(table)
    return tables, left


@dataclass(frozen=True, slots=True)
class _Frame:
    """The ruled lines of one table: heights of those across, and those down."""

    heights: tuple[float, ...]
    down: tuple[Rule, ...]  # those inside
    columns: tuple[float, ...]  # where they stand
    x0: float
    x1: float

    def holds(self, glyph: Glyph) -> bool:
        middle = (glyph.x0 + glyph.x1) / 2
        return self.x0 <= middle <= self.x1 and self.heights[0] <= glyph.y - glyph.size / 3 <= self.heights[-1]

    def table(self, glyphs: Sequence[Glyph]) -> PrintedTable | None:
        """The rows that the frame makes of characters; None where it is none of a table."""
        grid = [self._row(glyphs, top, bottom) for top, bottom in pairwise(self.heights)]
        if not is_data(grid) or max(len(cell) for row in grid for cell in row) > _LONGEST_CELL:
            return None
        size = Counter(round(glyph.size, 1) for glyph in glyphs).most_common(1)[0][0]
        return PrintedTable(tuple(rows_of(grid)), self.x0, self.x1, self.heights[0], self.heights[-1], size)

    def _row(self, glyphs: Sequence[Glyph], top: float, bottom: float) -> list[str]:
        """The cells of a row; one that no line parts from its neighbour stands in the first of both."""
        middle = (top + bottom) / 2
        edges = [rule.x0 for rule in self.down if rule.y0 - _NEAR <= middle <= rule.y1 + _NEAR]
        places = sorted({bisect_right(self.columns, edge + _NEAR) for edge in edges})
        cells: list[list[Glyph]] = [[] for _ in range(len(self.columns) + 1)]
        for glyph in glyphs:
            if top <= glyph.y - glyph.size / 3 < bottom:
                at = bisect_right(places, bisect_right(self.columns, (glyph.x0 + glyph.x1) / 2))
                cells[places[at - 1] if at else 0].append(glyph)
        return [_text(cell) for cell in cells]


def _text(glyphs: Sequence[Glyph]) -> str:
    lines = sorted(lines_of(glyphs), key=lambda line: (round(line.y / max(line.size, 1)), line.x0)) if glyphs else []
    return "".join(line.text.strip() for line in lines)


def _frames(rules: Sequence[Rule]) -> Iterator[_Frame]:
    """Ruled lines that touch each other: three and more across, with some down between them."""
    across = [rule for rule in rules if rule.is_across]
    downs = [rule for rule in rules if not rule.is_across]
    for box in _boxes(downs, across):
        heights = tuple(_apart(sorted(rule.y0 for rule in across if _within(rule, box))))
        down = (rule for rule in downs if _within(rule, box))
        inner = tuple(rule for rule in down if box.x0 + _NEAR < rule.x0 < box.x1 - _NEAR)
        if len(heights) > 2 and inner:
            columns = tuple(_apart(sorted(rule.x0 for rule in inner)))
            yield _Frame(heights, inner, columns, box.x0, box.x1)


def _within(rule: Rule, box: Rule) -> bool:
    return (
        box.x0 - _NEAR <= rule.x0
        and rule.x1 <= box.x1 + _NEAR
        and box.y0 - _NEAR <= rule.y0
        and rule.y1 <= box.y1 + _NEAR
    )


def _boxes(downs: Sequence[Rule], across: Sequence[Rule]) -> list[Rule]:
    """The boxes around ruled lines that touch each other, directly or by others."""
    boxes: list[Rule] = []
    for rule in sorted([*downs, *across]):
        box = rule
        touching = [each for each in boxes if _touch(each, box)]
        for each in touching:
            box = Rule(min(box.x0, each.x0), min(box.y0, each.y0), max(box.x1, each.x1), max(box.y1, each.y1))
        boxes = [each for each in boxes if each not in touching] + [box]
    return boxes


def _touch(one: Rule, other: Rule) -> bool:
    return (
        one.x0 - _NEAR <= other.x1
        and other.x0 - _NEAR <= one.x1
        and one.y0 - _NEAR <= other.y1
        and other.y0 - _NEAR <= one.y1
    )


def _apart(places: Sequence[float]) -> list[float]:
    """Places in order, those that are near to the one before left out."""
    kept: list[float] = []
    for place in places:
        if not kept or place - kept[-1] > _NEAR:
            kept.append(place)
    return kept


def unruled(lines: Sequence[PdfLine]) -> tuple[list[PrintedTable], list[PdfLine]]:
    """The tables without ruled lines: rows of several short cells, below each other; and all other lines."""
    em = body_size(lines)
    run: list[list[PdfLine]] = []
    tables: list[PrintedTable] = []
    taken: set[int] = set()
    for row in [*_rows(lines, em), []]:
        goes_on = run and row and row[0].y - run[-1][0].y <= _ROW_GAP * em
        if len(row) < 2 or not goes_on:
            if table := _table(run, em):
                tables.append(table)
                taken |= {id(line) for each in run for line in each}
            run = []
        if len(row) > 1:
            run.append(row)
    return tables, [line for line in lines if id(line) not in taken]


def _rows(lines: Sequence[PdfLine], em: float) -> list[list[PdfLine]]:
    rows: list[list[PdfLine]] = []
    for line in sorted((line for line in lines if not line.vertical), key=lambda each: (each.y, each.x0)):
        if rows and line.y - rows[-1][0].y <= _ROW * em:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda each: each.x0) for row in rows]


def _table(run: Sequence[Sequence[PdfLine]], em: float) -> PrintedTable | None:
    """The table that rows are, most of which have the same number of cells; None where they are columns of print."""
    if len(run) < _FEWEST_ROWS:
        return None
    width = usual_width([len(row) for row in run], _FEWEST_ROWS)
    full = [row for row in run if len(row) == width]
    if width < 2 or any(len(row) > width for row in run):
        return None
    if _reads_like_print([line.text for row in run for line in row], width) or _fill(full) > (
        _FILLED if width > 2 else _FILLED_OF_TWO
    ):
        return None
    by_column = [placed(row, full, width, _distance) for row in run]
    columns = ([line for row in by_column if (line := row[at])] for at in range(width))
    if not all(_is_aligned(column, em) for column in columns):
        return None
    grid: Grid = [[line.text if line else "" for line in row] for row in by_column]
    every = [line for row in run for line in row]
    edges = min(line.x0 for line in every), max(line.x1 for line in every)
    height = min(line.top for line in every), max(line.bottom for line in every)
    return PrintedTable(tuple(rows_of(grid)), *edges, *height, em)


def _reads_like_print(cells: Sequence[str], width: int) -> bool:
    """Whether cells are rather lines of print: long ones, or with pauses and full stops in them."""
    lengths = sorted(map(len, cells))
    usual = lengths[len(lengths) // 2]
    paused = sum(bool(_PAUSE.search(cell)) for cell in cells)
    return usual > (_CELL_CHARS if width > 2 else _CELL_CHARS_OF_TWO) or paused > _PAUSED * len(cells)


def _fill(rows: Sequence[Sequence[PdfLine]]) -> float:
    """How much of the breadth up to the next cell the usual cell takes."""
    shares = sorted((line.x1 - line.x0) / max(1.0, after.x0 - line.x0) for row in rows for line, after in pairwise(row))
    return shares[len(shares) // 2]


def _is_aligned(cells: Sequence[PdfLine], em: float) -> bool:
    """Whether most cells of a column begin, end, or have their middle, at the same place."""
    places = ([each.x0 for each in cells], [each.x1 for each in cells], [(each.x0 + each.x1) / 2 for each in cells])
    return any(3 * _most_near(sorted(each), _ALIGNED * em) >= 2 * len(cells) for each in places)


def _most_near(places: Sequence[float], reach: float) -> int:
    return max(bisect_right(places, place + reach) - at for at, place in enumerate(places))


def _distance(line: PdfLine, other: PdfLine) -> float:
    left, right = line.x0 - other.x0, line.x1 - other.x1
    return min(abs(left), abs(right), abs(left + right) / 2)
