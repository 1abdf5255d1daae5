"""Glyphs of a PDF page -> printed lines.

Lengths are in points, x to the right, y downwards. A font's size is its em.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

_SAME_LINE = 0.3  # em: how far the baselines of one line lie apart
_SAME_SIZE = 1.15  # ratio
_BACKWARDS = 0.5  # em: how far a glyph may reach back into the one before it (italics, kerning)
_WORD_GAP = 0.22  # em: Latin words further apart are set with a space
_GUTTER = 0.9  # em of the body: what is further apart stands in two columns
_SPREAD = 2.0  # em: how far the single characters of a spread headline lie apart
_LARGE = 1.25  # a headline's size over the body's
_INDENT = 2.2  # em: how far vertical lines of one text start apart
_COLUMN_GAP = 1.3  # em: the most between them
_STACK = 3  # characters: fewer below one another are no vertical line
_LEADING = 2.0  # em: the most from one character of a vertical line to the next
_ASCENT = 0.88  # em: the top of a Han character above the baseline
_OVERPRINT = 0.07  # em: the same character so near is the same one printed twice (a bold face made of a plain one)


Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""


class Glyph(NamedTuple):
    """A character at its position on the page; `y` is its baseline."""

    text: str
    x0: float
    x1: float
    y: float
    size: float


@dataclass(slots=True)
class PdfLine:
    """Characters that are read from left to right, or with `vertical` from top to bottom."""

    text: str
    x0: float
    x1: float
    y: float
    size: float
    top: float
    bottom: float
    vertical: bool = False
    boxes: tuple[Box, ...] = ()  # where its parts stand on the page as printed, or on its picture
    doubts: tuple[int, ...] = ()  # which of its characters are unsure


def lines_of(glyphs: Sequence[Glyph]) -> list[PdfLine]:
    """The printed lines of a page, in no order. A page set vertically is turned, so that its columns are lines."""
    lines = _across(glyphs)
    if 2 * sum(len(line.text) for line in lines if line.vertical) > sum(len(line.text) for line in lines):
        lines = _across([_turned(glyph) for glyph in glyphs])
        for line in lines:
            middle = -line.y  # the baseline of a turned line is the middle of its column
            line.boxes = ((middle - line.size / 2, line.x0, middle + line.size / 2, line.x1),)
        return lines
    for line in lines:
        line.boxes = ((line.x0, line.top, line.x1, line.bottom),)
    return lines


def body_size(lines: Iterable[PdfLine]) -> float:
    """The font size of most characters; 0 where there are none."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], -size), default=0.0)


def _turned(glyph: Glyph) -> Glyph:
    """Seen with the page on its left side: down becomes right, right becomes up."""
    top = glyph.y - _ASCENT * glyph.size
    return Glyph(glyph.text, top, top + glyph.size, -(glyph.x0 + glyph.x1) / 2, glyph.size)


def once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Each character that is printed over itself but once."""
    seen: set[tuple[str, int, int]] = set()
    kept = []
    for glyph in glyphs:
        cell = max(0.1, _OVERPRINT * glyph.size)
        x, y = int(glyph.x0 / cell), int(glyph.y / cell)
        near = {(glyph.text, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
        if glyph.text.isspace() or seen.isdisjoint(near):
            seen.add((glyph.text, x, y))
            kept.append(glyph)
    return kept


def _across(glyphs: Sequence[Glyph]) -> list[PdfLine]:
    upright, stacks = _stacks(glyphs)
    fragments = _fragments(upright)
    return _merged(fragments, _GUTTER * body_size(fragments + stacks)) + stacks


def _stacks(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[PdfLine]]:
    """Characters printed one right below the other, three and more, as vertical lines; and all the others."""
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _is_below(runs[-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    others: list[Glyph] = []
    stacks: list[PdfLine] = []
    for run, after in zip_longest(runs, runs[1:]):
        tail = 1 if after and len(run) > 1 and _follows(_line(run[-1]), after[0], False) else 0
        head = 1 if others and _follows(_line(others[-1]), run[0], False) else 0
        chain = run[head : len(run) - tail]
        if sum(not glyph.text.isspace() for glyph in chain) >= _STACK:
            others += [*run[:head], *run[len(run) - tail :]]
            stacks.append(_stack(chain))
        else:
            others += run
    return others, _beside(stacks)


def _beside(stacks: Sequence[PdfLine]) -> list[PdfLine]:
    """Vertical lines that stand side by side, put together from right to left."""
    joined: list[PdfLine] = []
    for line in sorted(stacks, key=lambda each: (-each.x1, each.top)):
        right = next((each for each in joined if _is_left_of(line, each)), None)
        if right is None:
            joined.append(line)
        else:
            right.text += line.text
            right.x0, right.bottom = line.x0, max(right.bottom, line.bottom)
    return joined


def _is_left_of(line: PdfLine, right: PdfLine) -> bool:
    if not _alike(line.size, right.size) or abs(line.top - right.top) > _INDENT * line.size:
        return False
    return -_BACKWARDS * line.size <= right.x0 - line.x1 <= _COLUMN_GAP * line.size


def _is_below(run: Sequence[Glyph], glyph: Glyph) -> bool:
    last = run[-1]
    aside = abs((last.x0 + last.x1) - (glyph.x0 + glyph.x1)) / 2
    return (
        _alike(last.size, glyph.size) and aside <= 0.3 * last.size and 0.7 <= (glyph.y - last.y) / last.size <= _LEADING
    )


def _stack(chain: Sequence[Glyph]) -> PdfLine:
    lines = [_line(glyph) for glyph in chain]
    x0, x1 = min(line.x0 for line in lines), max(line.x1 for line in lines)
    text = "".join(line.text for line in lines).strip()
    return PdfLine(text, x0, x1, lines[0].y, lines[0].size, lines[0].top, lines[-1].bottom, vertical=True)


def _fragments(glyphs: Sequence[Glyph]) -> list[PdfLine]:
    """Glyphs that were printed one after the other and stand side by side."""
    found: list[PdfLine] = []
    space = ""
    for glyph in glyphs:
        if glyph.text.isspace():
            space += " " if glyph.text in "\r\n\t" else glyph.text
            continue
        last = found[-1] if found else None
        if last is not None and _follows(last, glyph, bool(space)):
            last.text += _between(last, glyph.text, glyph.x0, space) + glyph.text
            last.x1 = max(last.x1, glyph.x1)
        else:
            found.append(_line(glyph))
        space = ""
    return found


def _line(glyph: Glyph) -> PdfLine:
    top = glyph.y - _ASCENT * glyph.size
    return PdfLine(glyph.text, glyph.x0, glyph.x1, glyph.y, glyph.size, top, top + glyph.size)


def _follows(line: PdfLine, glyph: Glyph, spaced: bool) -> bool:
    if not _alike(line.size, glyph.size) or abs(line.y - glyph.y) > _SAME_LINE * line.size:
        return False
    return -_BACKWARDS * line.size <= glyph.x0 - line.x1 <= (_SPREAD if spaced else _WORD_GAP * 2) * line.size


def _alike(one: float, other: float) -> bool:
    return max(one, other) <= _SAME_SIZE * min(one, other)


def _between(line: PdfLine, text: str, x0: float, space: str = "") -> str:
    """The white space between two neighbours: as written, else a space where the gap parts words."""
    if space:
        return space
    latin = line.text[-1] < "\u2e80" and text[0] < "\u2e80"
    return " " if x0 - line.x1 > (_WORD_GAP if latin else 0.6) * line.size else ""


def _merged(fragments: Iterable[PdfLine], gutter: float) -> list[PdfLine]:
    """Fragments of one baseline whose gap is no gutter, whatever the order they were printed in."""
    rows: list[list[PdfLine]] = []
    for line in sorted(fragments, key=lambda each: (each.y, each.x0)):
        if rows and abs(rows[-1][0].y - line.y) <= _SAME_LINE * min(rows[-1][0].size, line.size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in _joined_row(sorted(row, key=lambda each: each.x0), gutter)]


def _joined_row(row: Sequence[PdfLine], gutter: float) -> list[PdfLine]:
    joined: list[PdfLine] = []
    for line in row:
        last = joined[-1] if joined else None
        if last is not None and line.x0 - last.x1 <= _reach(last, line, gutter):
            last.text += _between(last, line.text, line.x0) + line.text
            last.x1 = max(last.x1, line.x1)
            last.size = max(last.size, line.size)
            last.top, last.bottom = min(last.top, line.top), max(last.bottom, line.bottom)
        else:
            joined.append(line)
    return joined


def _reach(last: PdfLine, line: PdfLine, gutter: float) -> float:
    """How far apart two neighbours of a row may be to be one line."""
    is_spread = len(line.text) == 1 and all(len(part) == 1 for part in last.text.split())
    is_large = _alike(last.size, line.size) and last.size > _LARGE * gutter / _GUTTER
    return _SPREAD * line.size if is_spread and is_large else min(gutter, _GUTTER * min(last.size, line.size))
