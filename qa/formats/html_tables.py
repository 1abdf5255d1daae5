"""Tables of HTML -> grids of cells; tables that only lay a page out are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from qa.formats.tables import TableRow, is_data, rows_of
from qa.formats.xml import Element, local

_MOST_SPANNED = 100  # columns or rows that one cell reaches over
_REPEATED = 8  # how many times the text of a table its cells may come to, with those that reach over several rows
_ROWS = frozenset({"thead", "tbody", "tfoot", "tr"})
_BESIDE = frozenset({"caption", "colgroup", "col"})


def data_rows(table: Element, text_of: Callable[[Element], str]) -> list[TableRow]:
    """The rows of a table, `text_of` giving what a cell shows; none where it is a frame for other tables or for prose,
    or holds anything but rows.
    """
    if any(each is not table and local(each) == "table" for each in table.iter()):
        return []
    if any(local(each) not in _ROWS | _BESIDE for each in table if isinstance(each.tag, str)):
        return []
    rows = [row for row in table.iter() if local(row) == "tr"]
    grid = list(_grid(rows, text_of))
    if not is_data(grid):
        return []
    return list(rows_of(grid, _headed(rows)))


def data_characters(table: Element) -> int:
    """How many characters the cells of a table of data hold, links apart; 0 for any other element. What an article is
    made of, beside its prose.
    """
    if local(table) != "table" or any(each is not table and local(each) == "table" for each in table.iter()):
        return 0
    grid = [["".join(cell.itertext()).strip() for cell in _cells(row)] for row in table.iter() if local(row) == "tr"]
    linked = sum(len("".join(each.itertext())) for each in table.iter() if local(each) == "a")
    return max(0, sum(map(len, chain.from_iterable(grid))) - linked) if is_data(grid) else 0


def _headed(rows: list[Element]) -> int | None:
    """How many of the first rows are heads, by ``thead`` or as they have nothing but ``th``; None where none is."""
    count = 0
    for row in rows:
        cells = list(_cells(row))
        in_head = local(row.getparent()) == "thead"
        if not in_head and (not cells or any(local(cell) != "th" for cell in cells)):
            break
        count += 1
    return count if count and count < len(rows) else None


def _cells(row: Element) -> Iterator[Element]:
    return (cell for cell in row if local(cell) in ("td", "th"))


def _grid(rows: list[Element], text_of: Callable[[Element], str]) -> Iterator[list[str]]:
    """The cells by row and column. One that reaches over several rows stands in each of them, unless that is far more
    than the table says; one that reaches over several columns in the first of them.
    """
    hanging: dict[int, tuple[str, int]] = {}  # by column: what reaches down into the next row, and how many more
    told = repeated = 0
    for row in rows:
        line: list[str] = []
        below: dict[int, tuple[str, int]] = {}
        for cell in [*_cells(row), None]:
            while len(line) in hanging:
                text, left = hanging.pop(len(line))
                repeated += len(text)
                text = text if repeated <= _REPEATED * told else ""
                if left > 1:
                    below[len(line)] = text, left - 1
                line.append(text)
            if cell is not None:
                text = " ".join(text_of(cell).split())
                told += len(text)
                down = _span(cell, "rowspan")
                across = [text, *[""] * (_span(cell, "colspan") - 1)]
                if down > 1:
                    below |= {len(line) + at: (part, down - 1) for at, part in enumerate(across)}
                line += across
        hanging |= below
        yield line


def _span(cell: Element, name: str) -> int:
    written = (cell.get(name) or "").strip()
    return min(max(int(written), 1), _MOST_SPANNED) if written.isdecimal() and len(written) < 6 else 1
