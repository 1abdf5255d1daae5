"""The reading order of a PDF page's lines: group lines into blocks, then cut the page along white space.

The XY-cut (Nagy and Seth 1984) with one addition: where the page can be cut both ways, a cut right above a headline, or
above the caption of a picture, goes before a cut between columns, and that before a cut that would part a headline from
its text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.formats.pdf_lines import PdfLine, body_size
from qa.formats.pdf_tables import PrintedTable
from qa.formats.tables import TableRow
from qa.types import Block, BlockRole, Span

_SAME_SIZE = 1.12  # ratio
_LEADING = 2.1  # em: the most from one baseline of a block to the next
_HEADLINE = 1.25  # a headline's size over the body's
_TITLE = 1.45  # the same of a story's title; what is smaller may be a heading inside one
_HEADLINE_CHARS = 120  # no headline is longer
_SMALLER = 0.87  # a kicker's or subtitle's size over the title's
_SET_IN = (1.2, 3.5)  # em: how far the first line of a paragraph is set in
_PICTURE = 4.0  # em: a blank so high may hold a picture,
_CAPTION_LINES = 2  # and so many lines below it, alone in their row, are its caption
_SLACK = 0.25  # em: how far boxes may reach into each other and still be apart
_DEEPEST = 60  # cuts within cuts; beyond, blocks go by their height on the page


@dataclass(slots=True)
class Region:
    """Lines that stand below one another, in one size."""

    lines: list[PdfLine]
    headline: bool
    x0: float
    x1: float
    top: float
    bottom: float
    rows: tuple[TableRow, ...] = ()  # of a table, in place of lines


class PageText(NamedTuple):
    """The text of a page, its headlines and rows, and where each printed line begins in it."""

    text: str
    blocks: tuple[Block, ...]
    lines: tuple[tuple[int, PdfLine], ...]


def text_of(lines: Sequence[PdfLine], tables: Sequence[PrintedTable] = ()) -> PageText:
    """The page's text in reading order, a printed line a line, what is set in after two wide spaces, a blank line above
    each headline, each row of a table on a line; and the headlines and the rows.

    Of headline lines that follow each other the largest are the "heading", smaller ones above it "kicker", below it
    "subtitle".
    """
    em = body_size(lines)
    parts: list[str] = []
    blocks: list[Block] = []
    begins: list[tuple[int, PdfLine]] = []
    at = 0
    after_headline = True
    framed = [Region([], False, each.x0, each.x1, each.top, each.bottom, each.rows) for each in tables]
    for group in _groups(_ordered([*_regions(lines, em), *framed], em, 0)):
        if group[0].headline and not after_headline:
            parts.append("\n")
            at += 1
        after_headline = group[0].headline
        for region, role in zip(group, _roles(group), strict=True):
            for index, line in enumerate(region.lines):
                if role is not None:
                    level = _level(line, em) if role == "heading" and index == 0 else 0
                    blocks.append(Block(Span(at, at + len(line.text)), role, level))
                parts.append(_indent(line, region) + line.text + "\n")
                at += len(parts[-1])
                begins.append((at - 1 - len(line.text), line))
            for row in region.rows:
                blocks.append(row.block(at))
                parts.append(row.text + "\n")
                at += len(parts[-1])
    return PageText("".join(parts), tuple(blocks), tuple(begins))


def _groups(regions: Sequence[Region]) -> Iterator[list[Region]]:
    """Runs of headline regions, and of others."""
    group: list[Region] = []
    for region in regions:
        if group and group[-1].headline != region.headline:
            yield group
            group = []
        group.append(region)
    if group:
        yield group


def _roles(group: Sequence[Region]) -> list[BlockRole | None]:
    if not group[0].headline:
        return [None] * len(group)
    sizes = [region.lines[0].size for region in group]
    main = sizes.index(max(sizes))
    small = [size < _SMALLER * sizes[main] for size in sizes]
    return [("kicker" if at < main else "subtitle") if small[at] else "heading" for at in range(len(group))]


def _indent(line: PdfLine, region: Region) -> str:
    """White space for a line of the body that is set in, as a paragraph's first is."""
    is_set_in = _SET_IN[0] * line.size <= line.x0 - region.x0 <= _SET_IN[1] * line.size
    return "\u3000\u3000" if is_set_in and not region.headline else ""


def _level(line: PdfLine, em: float) -> int:
    """2 for a heading so small that it may stand inside a story."""
    return 1 if line.size >= _TITLE * em else 2


def _regions(lines: Sequence[PdfLine], em: float) -> list[Region]:
    """Chains of lines: two are linked where each is the only one of its size that the other meets next to it."""
    ordered = sorted(lines, key=lambda line: (line.y, line.x0))
    below: list[list[int]] = [[] for _ in ordered]
    above: list[list[int]] = [[] for _ in ordered]
    for first, line in enumerate(ordered):
        for second in range(first + 1, len(ordered)):
            other = ordered[second]
            if other.y - line.y > _LEADING * line.size:
                break
            if _meet(line, other):
                below[first].append(second)
                above[second].append(first)
    _keep_nearest(ordered, below, above)
    linked = {first: seconds[0] for first, seconds in enumerate(below) if len(seconds) == 1}
    follows = {first: second for first, second in linked.items() if above[second] == [first]}
    starts = set(range(len(ordered))) - set(follows.values())
    return [_region([ordered[at] for at in _chain(start, follows)], em) for start in sorted(starts)]


def _meet(line: PdfLine, other: PdfLine) -> bool:
    """Whether `other` stands below `line` in the same column and size."""
    if line.vertical or other.vertical or other.y - line.y < 0.5 * line.size:
        return False
    if max(line.size, other.size) > _SAME_SIZE * min(line.size, other.size):
        return False
    overlap = min(line.x1, other.x1) - max(line.x0, other.x0)
    is_set_in = 0 <= other.x0 - line.x0 <= _SET_IN[1] * line.size  # of a last line of a word or two it may see nothing
    return is_set_in or overlap > 0.3 * min(line.x1 - line.x0, other.x1 - other.x0)


def _keep_nearest(ordered: Sequence[PdfLine], below: list[list[int]], above: list[list[int]]) -> None:
    """Of the lines met below each, and above each, those of the nearest row."""
    for index, line in enumerate(ordered):
        for met in (below[index], above[index]):
            if met:
                nearest = min(abs(ordered[other].y - line.y) for other in met)
                met[:] = [other for other in met if abs(ordered[other].y - line.y) < nearest + 0.5 * line.size]


def _chain(start: int, follows: dict[int, int]) -> Iterator[int]:
    at: int | None = start
    while at is not None:
        yield at
        at = follows.get(at)


def _region(lines: list[PdfLine], em: float) -> Region:
    is_headline = lines[0].size >= _HEADLINE * em and sum(len(line.text) for line in lines) <= _HEADLINE_CHARS
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    return Region(lines, is_headline, x0, x1, min(line.top for line in lines), max(line.bottom for line in lines))


def _ordered(regions: Sequence[Region], em: float, depth: int) -> list[Region]:
    done: list[Region] = []
    while len(regions) > 1 and depth < _DEEPEST:
        rows = _cut(regions, lambda each: (each.top, each.bottom), _SLACK * em)
        columns = _cut(regions, lambda each: (each.x0, each.x1), -_SLACK * em)
        ways = _above_headlines(rows, em), _captions_behind(columns, em)
        parts = next((parts for parts in ways if len(parts) > 1), None)
        if parts is not None:
            return [*done, *(region for part in parts for region in _ordered(part, em, depth + 1))]
        if len(rows) == 1:
            break
        done += _ordered(rows[0], em, depth + 1)  # below it there may be columns
        regions = [region for row in rows[1:] for region in row]
    return [*done, *sorted(regions, key=lambda each: (each.top, each.x0))]


def _cut(regions: Sequence[Region], sides: Callable[[Region], tuple[float, float]], slack: float) -> list[list[Region]]:
    """Parts between which there is white space from side to side; `slack` is how much they may overlap all the same."""
    parts: list[list[Region]] = []
    reached = 0.0
    for region in sorted(regions, key=sides):
        low, high = sides(region)
        if parts and low < reached - slack:
            parts[-1].append(region)
        else:
            parts.append([region])
            reached = high
        reached = max(reached, high)
    return parts


def _above_headlines(rows: Sequence[list[Region]], em: float) -> list[list[Region]]:
    """Rows put together again but where the lower one starts with a headline and the upper one does not end in one, or
    is a caption: it says nothing of the columns above its picture.
    """
    parts: list[list[Region]] = []
    for row in rows:
        starts = min(row, key=lambda each: (each.x0, each.top)).headline
        if parts and not (starts and not _ends_in_headline(parts[-1])) and not _is_caption(row, parts[-1], em):
            parts[-1] += row
        else:
            parts.append(list(row))
    return parts


def _captions_behind(columns: Sequence[list[Region]], em: float) -> list[list[Region]]:
    """Columns, a caption at the foot of one behind those that go on without a headline above the same picture."""
    parts: list[list[Region]] = []
    waiting: list[list[Region]] = []
    for column in columns:
        if waiting and (any(each.headline for each in column) or not _is_caption(waiting[0], column, em)):
            parts += waiting
            waiting = []
        *rest, last = sorted(column, key=lambda each: each.bottom)
        if not waiting and rest and _is_caption([last], rest, em):
            parts.append(rest)
            waiting = [[last]]
        else:
            parts.append(column)
    return parts + waiting


def _is_caption(row: Sequence[Region], above: Sequence[Region], em: float) -> bool:
    blank = row[0].top - max(region.bottom for region in above)
    return len(row) == 1 and 0 < len(row[0].lines) <= _CAPTION_LINES and blank > _PICTURE * em


def _ends_in_headline(part: Sequence[Region]) -> bool:
    """Whether a headline has nothing below it."""
    return any(
        region.headline
        and not any(other.top > region.top and min(other.x1, region.x1) > max(other.x0, region.x0) for other in part)
        for region in part
    )
