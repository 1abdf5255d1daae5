"""Tables: a grid of cells -> rows with the names of their columns, and rows -> lines of a page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, islice
from typing import NamedTuple, TypeVar

from qa.types import Block, Metadata, Page, Span

_PAGE_ROWS = 500
_LONGEST_NAME = 24  # characters; a longer cell names no column
_NO_NAME = re.compile(r"[。！？；…]$|^(?=.*\d)[\d\s.,:：%％/年月日￥¥$+()（）-]+$")
_USUAL, _LONGEST = 60, 400  # characters of the median cell of a table of data, and of its longest
_NUMBER = re.compile(r"\d")
SEPARATOR = "\t"
_COMPARED = 20  # rows, to tell where the cells of a column stand
_T = TypeVar("_T")

Grid = Sequence[Sequence[str]]
"""The cells of a table, row by row; one that is empty, or that another one reaches over, is an empty text."""


class TableRow(NamedTuple):
    """A row as a line of text, and the name of each cell that holds anything; no names where none are known."""

    text: str
    columns: tuple[str, ...]

    def block(self, at: int) -> Block:
        """The block of the line, which begins at `at` of a page's text."""
        cells, start = [], at
        for cell in self.text.split(SEPARATOR):
            cells.append(Span(start, start + len(cell)))
            start += len(cell) + len(SEPARATOR)
        return Block(Span(at, at + len(self.text)), "row", cells=tuple(cells), columns=self.columns)


def rows_of(grid: Grid, headed: int | None = None) -> Iterator[TableRow]:
    """The rows that hold anything. The first `headed` of them name the columns, together where they are several; where
    that is not known, the first row of several cells does if it looks like names.
    """
    rows = [row for row in map(clean, grid) if any(row)]
    start, names = columns_of(rows, headed)
    for number, row in enumerate(rows):
        if number < start:
            held = tuple(filter(None, row))
            yield TableRow(SEPARATOR.join(held), held if names and len(held) > 1 else ())
        else:
            yield row_of(row, names)


def clean(row: Sequence[str]) -> list[str]:
    """The cells of a row, each on one line."""
    return [" ".join(cell.split()) for cell in row]


def row_of(row: Sequence[str], names: Sequence[str]) -> TableRow:
    """A row of the body: what its cells hold, and the names of their columns; a cell alone in a wide row has none."""
    held = [(cell, names[at] if at < len(names) else "") for at, cell in enumerate(row) if cell]
    is_named = any(name for _, name in held) and (len(held) > 1 or len(names) < 2)
    columns = tuple(name for _, name in held) if is_named else ()
    return TableRow(SEPARATOR.join(cell for cell, _ in held), columns)


def columns_of(rows: Grid, headed: int | None = None) -> tuple[int, list[str]]:
    """How many rows stand above the first of the body, and the names that they give the columns; none: no names."""
    first = next((at for at, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))  # after a title
    if headed is None:
        if first < len(rows) - 1 and names_columns(rows[first], rows[first + 1 :]):
            return first + 1, list(rows[first])
        return columns_of(rows, first + 2) if _are_in_two_rows(rows[first:]) else (first, [])
    width = max(map(len, rows), default=0)
    heads = [row for row in rows[first:headed] if any(row)]
    heads = [*map(_spread, heads[:-1]), *heads[-1:]]
    names = [" ".join(dict.fromkeys(row[at] for row in heads if at < len(row) and row[at])) for at in range(width)]
    return (headed, names) if heads else (first, [])


def _are_in_two_rows(rows: Grid) -> bool:
    """Whether names of columns stand in the first two rows, the upper ones over several columns each."""
    if len(rows) < 3 or not 1 < _filled(rows[0]) < _filled(rows[1]):
        return False
    upper = [cell for cell in rows[0] if cell]
    is_named = all(len(name) <= _LONGEST_NAME and not _NO_NAME.search(name) for name in upper)
    return is_named and names_columns(rows[1], rows[2:]) and is_above_numbers(rows[1], rows[2:])


def _spread(names: Sequence[str]) -> list[str]:
    """The upper of several rows of names, each over the columns behind it that it reaches over."""
    filled: Iterator[str] = accumulate(names, lambda before, name: name or before)
    return list(filled)


def names_columns(row: Sequence[str], below: Grid) -> bool:
    """Whether the first row of a table names its columns: short cells, all different and none a number or a sentence.

    In a table of two columns the first row may be like all others (项目 | 完工): there a column of numbers, or cells
    longer than their name, must stand below.
    """
    names = [cell for cell in row if cell]
    if len(names) < 2 or len(set(names)) < len(names) or len(names) < max(map(_filled, below), default=0) - 1:
        return False
    if any(len(name) > _LONGEST_NAME or _NO_NAME.search(name) for name in names):
        return False
    return len(row) > 2 or is_above_numbers(row, below)


def is_above_numbers(row: Sequence[str], below: Grid) -> bool:
    """Whether a cell of a row that is no number stands above numbers."""
    return any(_tells(row[at], [each[at] for each in below if at < len(each)]) for at in range(len(row)))


def _filled(row: Sequence[str]) -> int:
    return sum(map(bool, row))


def _tells(name: str, cells: Sequence[str]) -> bool:
    """Whether the cells below a name are of another kind."""
    held = [cell for cell in cells if cell]
    numbers = sum(bool(_NUMBER.search(cell)) for cell in held)
    return bool(held) and not _NUMBER.search(name) and 2 * numbers > len(held)


def usual_width(counts: Sequence[int], fewest: int) -> int:
    """How many columns rows of so many cells each have, where cells may be empty: as many as the first row has, where
    no other has more; else the most that so many rows have; 0 where none do.
    """
    if counts[0] == max(counts):
        return counts[0]
    return max((count for count, rows in Counter(counts).items() if rows >= fewest), default=0)


def placed(
    row: Sequence[_T], full: Sequence[Sequence[_T]], width: int, distance: Callable[[_T, _T], float]
) -> list[_T | None]:
    """The cells of a row by column; of one with fewer than `width`, each where cells of the `full` rows are nearest."""
    if len(row) == width:
        return list(row)
    found: list[_T | None] = [None] * width
    first = 0
    for at, cell in enumerate(row):
        columns = range(first, width - len(row) + at + 1)
        best = min(columns, key=lambda column: min(distance(cell, each[column]) for each in full[:_COMPARED]))
        found[best], first = cell, best + 1
    return found


def is_data(grid: Grid) -> bool:
    """Whether a grid is a table of data and no frame of a page: two rows of several cells, none of them an article."""
    wide = sum(_filled(row) > 1 for row in grid)
    lengths = sorted(len(cell) for row in grid for cell in row if cell)
    return wide > 1 and lengths[len(lengths) // 2] <= _USUAL and lengths[-1] <= _LONGEST


def lines_with_rows(lines: Iterable[str | TableRow]) -> tuple[str, tuple[Block, ...]]:
    """Lines and rows as a text, each on a line of its own, and the blocks of the rows."""
    parts, blocks, at = list[str](), list[Block](), 0
    for line in lines:
        text = line if isinstance(line, str) else line.text
        if isinstance(line, TableRow):
            blocks.append(line.block(at))
        parts.append(text + "\n")
        at += len(text) + 1
    return "".join(parts), tuple(blocks)


def pages_of(rows: Iterable[Sequence[str]], page: Page, title: str) -> Iterator[Page]:
    """A table as pages like `page`, each one story of at most `_PAGE_ROWS` rows; a single row above the table is its
    title, else `title`.
    """
    rest = iter(rows)
    first = [row for row in map(clean, islice(rest, _PAGE_ROWS)) if any(row)]
    start, names = columns_of(first)
    title = " ".join(filter(None, first[0])) if start and sum(map(bool, first[0])) == 1 else title
    listed = list(rows_of(first))
    number = 1
    while listed:
        following = [row_of(row, names) for row in map(clean, islice(rest, _PAGE_ROWS)) if any(row)]
        text, blocks = lines_with_rows(listed)
        several = number if following or number > 1 else page.number
        story = Block(Span(0, len(text)), "story")
        metadata = Metadata(title=title).over(page.metadata)
        yield replace(page, text=text, number=several, blocks=(story, *blocks), metadata=metadata)
        listed, number = following, number + 1
