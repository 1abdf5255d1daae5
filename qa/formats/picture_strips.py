"""A printed line -> the strip that a network reads, from left to right.

A line whose characters stand below one another lies on its side. The network knows Han characters on their side, but
few marks: a comma in the upper right of its place is a quotation mark to it, a full stop nothing. So the marks of such
a line are told by their ink, which stands alone between its characters, and painted over before it is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from qa.formats.picture_ink import Corners, Pixels, extent, ink_of, is_tall, part_of, runs_of, straightened, widest

Ink: TypeAlias = NDArray[np.bool_]

_MARGIN = 0.25  # of a line's height: what is shown before and behind a line that is to be read
_FAINT = 0.02  # of a line's width: the ink of a row that is part of it
# in ems:
_SMALL, _LEAST = 0.45, 0.1  # a mark measures so much at most, and its dots at least
_TORN = 0.06  # so far apart may the parts of one dot lie
_NEAR = 0.6  # the two dots of a colon
_ALONE = 0.4  # blank before, within and behind a mark together
_AROUND = 0.05  # what is painted over around it
_ROUND = 1.35  # ratio of the sides of a full stop at most
_LEANS = 0.3  # correlation of down and right in the ink of an enumeration comma, which leans as others do not
_TAILED = 1.35  # ratio of the heights of a semicolon's dots at least


class Mark(NamedTuple):
    """A mark and where it stands, in pixels from the left end of its strip."""

    text: str
    at: float


class Strip(NamedTuple):
    """A line as it is read, without those of its marks that are known."""

    pixels: Pixels
    marks: tuple[Mark, ...] = ()
    is_down: bool = False  # set from top to bottom


class _Dot(NamedTuple):
    """The place of a small piece of ink."""

    top: int
    bottom: int
    left: int
    right: int


def strip_of(pixels: Pixels, corners: Corners) -> Strip:
    """A line as it is read; one that lies on its side has more paper behind it."""
    margin = _MARGIN * min(extent(corners)) / max(extent(corners))
    down = is_tall(corners)
    strip = straightened(pixels, part_of(corners, -margin, 1 + margin, down))
    if not down:
        return Strip(strip)
    paper = np.median(strip, axis=(0, 1)).astype(np.uint8)
    around = round(_AROUND * strip.shape[1])
    marks = []
    for text, dots in _marks(ink_of(strip)):
        marks.append(Mark(text, (dots[0].top + dots[-1].bottom) / 2))
        for top, bottom, left, right in dots:
            strip[max(0, top - around) : bottom + around, max(0, left - around) : right + around] = paper
    behind = np.full((strip.shape[1], strip.shape[1], 3), paper, np.uint8)
    return Strip(np.hstack([np.rot90(strip), behind]), tuple(marks), True)


def laid_out(strip: Strip) -> Strip:
    """The characters of a line that lies on its side, set upright one beside the other: squares as wide as the line."""
    side, length, _ = strip.pixels.shape
    edges = np.linspace(0, length, max(1, round(length / side)) + 1).astype(int)
    squares = [np.rot90(strip.pixels[:, low:high], -1) for low, high in pairwise(edges)]
    return Strip(np.hstack([cv2.resize(np.ascontiguousarray(square), (side, side)) for square in squares]))


def turned_over(strip: Strip) -> Strip:
    return Strip(np.ascontiguousarray(np.rot90(strip.pixels, 2)))


def _marks(ink: Ink) -> Iterator[tuple[str, list[_Dot]]]:
    """The marks of a line that runs down, each with its dots."""
    first, last = widest(ink.mean(axis=0) > _FAINT)
    em = last - first
    rows = runs_of(ink.mean(axis=1) > _FAINT, _TORN * em)
    dots = [_dot(ink, top, bottom, em) for top, bottom in rows]
    ends = [0, *(bottom for _, bottom in rows)]  # of what stands before each row
    begins = [*(top for top, _ in rows[1:]), len(ink) + em]  # of what stands behind it
    at = 0
    while at < len(rows):
        found, last = [dot] if (dot := dots[at]) else [], at
        if found and at + 1 < len(rows) and (second := dots[at + 1]) and second.top - found[0].bottom < _NEAR * em:
            found, last = [*found, second], at + 1
        blank = begins[last] - ends[at] - sum(dot.bottom - dot.top for dot in found)
        text = _name(ink, found) if found and blank > _ALONE * em else None
        if text:
            yield text, found
        at = last + 1


def _dot(ink: Ink, top: int, bottom: int, em: int) -> _Dot | None:
    """What stands between two rows, if it is as small as a mark."""
    columns = np.flatnonzero(ink[top:bottom].any(axis=0))
    left, right = int(columns[0]), int(columns[-1]) + 1
    is_mark = all(_LEAST * em < side < _SMALL * em for side in (bottom - top, right - left))
    return _Dot(top, bottom, left, right) if is_mark else None


def _name(ink: Ink, dots: list[_Dot]) -> str | None:
    """The mark that has this form: a ring, a drop that leans either way, or two dots; None of any other."""
    if len(dots) == 2:
        first, second = dots
        if abs(first.left + first.right - second.left - second.right) > first.right - first.left:
            return None
        return "；" if second.bottom - second.top > _TAILED * (first.bottom - first.top) else "："
    top, bottom, left, right = dots[0]
    form = ink[top:bottom, left:right]
    height, width = form.shape
    y, x = np.nonzero(form)
    leans = float(np.corrcoef(y, x)[0, 1]) if np.ptp(y) and np.ptp(x) else 0.0
    if leans > _LEANS:
        return "、"
    middle = form[height // 3 : height - height // 3, width // 3 : width - width // 3]
    if max(height, width) < _ROUND * min(height, width):
        return "。" if middle.mean() < 0.5 else None
    return "，" if height > width else None
