"""Boxes in which text was found on a picture -> its printed lines, by the ink in them.

A detector's boxes are wider than what is printed, some reach over a gutter, and some end where a line has a wide gap.
Boxes are cut where they are blank, pieces that stand in one row of one column are put together, and what is white
around them is left out. Corners are (4, 2) arrays in pixels: left top, right top, right bottom, left bottom.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import atan2, cos, sin
from statistics import median
from typing import NamedTuple, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Corners: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]

_TALL = 1.5  # times as high as wide: the characters of such a box stand below one another
_GAP = 0.7  # of a line's height: a blank so wide may be a gutter
_SPECKS = 0.04  # of a line's height: so much dirt may lie in a blank
_FAINT = 0.02  # of a line's length: the ink of a row that is part of it
_TORN = 0.2  # of a line's height: so far apart may the parts of its characters lie
_BESIDE = 0.1  # of the width of a short line's ink: the white that stays beside it
_MORE = 0.1  # of such a line's length: the white below it
_WIDEST = 1.7  # of a line's height: the widest blank within a line
_ROW = 0.35  # of a line's height: how far the middles of a row's pieces lie apart
_ALIKE = 1.5  # ratio of the heights of a row's pieces
_MARK = 0.7  # of a line's width: a mark behind it reaches no farther
_EDGE = 0.45  # of a line's height: how far boxes reach into each other
_NEAR, _BELOW = 6.0, 2  # heights; so many lines that begin so near make a column
_SET_IN = 2.5  # of a line's height: how far the lines of a column begin apart


class Piece(NamedTuple):
    """A part of a line. Its place is told as on an upright page, turned so that its characters follow each other along
    x: where it begins and ends, where its middle is, how much it measures across.
    """

    corners: Corners
    box: int  # its number
    is_first: bool  # of its box
    is_tall: bool
    x0: float
    x1: float
    middle: float
    height: float


def lines_of(pixels: Pixels, boxes: Sequence[Corners]) -> list[Corners]:
    """The corners of the printed lines, each as high as its box and as long as its ink."""
    boxes = [_ordered(corners) for corners in boxes]
    slant = slant_of(boxes)
    pieces = [piece for box, corners in enumerate(boxes) for piece in _pieces(pixels, corners, box, slant)]
    across, down = [one for one in pieces if not one.is_tall], [one for one in pieces if one.is_tall]
    return [*_joined(across), *(_with_mark(pixels, _narrowed(pixels, line)) for line in _joined(down))]


def slant_of(lines: Sequence[Corners]) -> float:
    """The slant of a page in radians: the median of its longer lines."""
    told = sorted(((max(extent(corners)), _slant(corners)) for corners in lines), reverse=True)
    return median(slant for _, slant in told[: len(told) // 2 + 1]) if told else 0.0


def tight(pixels: Pixels, corners: Corners) -> Corners:
    """The corners of a line's ink: without what is white on both sides of it."""
    down = is_tall(corners)
    ink = ink_of(straightened(pixels, corners)).mean(axis=0 if down else 1) > _FAINT
    first, last = widest(ink)
    return part_of(corners, first / len(ink), last / len(ink), not down)


def extent(corners: Corners) -> tuple[float, float]:
    """Width and height."""
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    return float(sides[0] + sides[2]) / 2, float(sides[1] + sides[3]) / 2


def is_tall(corners: Corners) -> bool:
    """Whether a line's characters stand below one another."""
    width, height = extent(corners)
    return height > _TALL * width


def _ordered(corners: Corners) -> Corners:
    """The corners of a rectangle that is turned by less than an eighth, the left top first: of a long line
    down the page that leans, the two to the left are both its upper or both its lower ones.
    """
    sides = np.roll(corners, -1, axis=0) - corners
    return np.roll(corners, -int(np.argmax(sides[:, 0] / np.linalg.norm(sides, axis=1))), axis=0)


def _narrowed(pixels: Pixels, corners: Corners) -> Corners:
    """A line that runs down with less white beside it, and more below the mark that ends it, where it is so short that
    it would not look tall otherwise.
    """
    if is_tall(corners):
        return corners
    ink = ink_of(straightened(pixels, corners)).mean(axis=0) > _FAINT
    first, last = widest(ink)
    margin = _BESIDE * (last - first)
    narrow = part_of(corners, max(0.0, first - margin) / len(ink), min(len(ink), last + margin) / len(ink), False)
    width, height = extent(narrow)
    return part_of(narrow, 0.0, max(1.0, _TALL * width / height) + _MORE, True)


def _slant(corners: Corners) -> float:
    """How much a line runs down to the right, or one that runs down the page to the left, in radians."""
    left_top, right_top, right_bottom, left_bottom = corners
    right, down = right_top + right_bottom - left_top - left_bottom, left_bottom + right_bottom - left_top - right_top
    return atan2(-down[0], down[1]) if is_tall(corners) else atan2(right[1], right[0])


def straightened(pixels: Pixels, corners: Corners) -> Pixels:
    """What stands between four corners, as a rectangle."""
    width, height = (max(1, round(side)) for side in extent(corners))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    turn = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    strip: Pixels = cv2.warpPerspective(pixels, turn, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return strip


def part_of(corners: Corners, first: float, last: float, down: bool) -> Corners:
    """The part of a rectangle between two shares of its width, or `down` of its height."""
    a, b, c, d = corners
    if down:
        return np.array([a + first * (d - a), b + first * (c - b), b + last * (c - b), a + last * (d - a)], np.float32)
    return np.array([a + first * (b - a), a + last * (b - a), d + last * (c - d), d + first * (c - d)], np.float32)


def ink_of(strip: Pixels) -> NDArray[np.bool_]:
    """Where a strip is printed: what is dark, or light where most of it is dark."""
    gray = cv2.cvtColor(strip, cv2.COLOR_RGB2GRAY)
    _, dark = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    ink: NDArray[np.bool_] = dark == (dark.mean() < 0.5)
    return ink


def runs_of(flags: NDArray[np.bool_], gap: float) -> list[tuple[int, int]]:
    """Ranges of what is true, those closer than `gap` put together."""
    true = np.flatnonzero(flags)
    breaks = np.flatnonzero(np.diff(true) > gap)
    starts, ends = [*true[:1], *true[breaks + 1]], [*true[breaks], *true[-1:]]
    return [(int(start), int(end) + 1) for start, end in zip(starts, ends, strict=True)]


def widest(ink: NDArray[np.bool_]) -> tuple[int, int]:
    """Where the longest part of a line's rows, or columns, of ink begins and ends; all of it where there is none."""
    return max(runs_of(ink, _TORN * len(ink)), key=lambda run: run[1] - run[0], default=(0, len(ink)))


def _pieces(pixels: Pixels, corners: Corners, box: int, slant: float) -> Iterator[Piece]:
    """What stands in a box between wide blanks."""
    strip = straightened(pixels, corners)
    down = is_tall(corners)
    ink = ink_of(strip).mean(axis=1 if down else 0) > _SPECKS
    upright = np.array([[cos(slant), -sin(slant)], [sin(slant), cos(slant)]], np.float32)
    for at, (first, last) in enumerate(runs_of(ink, _GAP * strip.shape[1 if down else 0])):
        part = part_of(corners, first / len(ink), last / len(ink), down)
        along, across = (part @ upright).T[:: -1 if down else 1]
        ends = float(along.min()), float(along.max()), float(across.mean())
        yield Piece(part, box, at == 0, down, *ends, extent(part)[0 if down else 1])


def _joined(pieces: Sequence[Piece]) -> list[Corners]:
    """The lines that pieces make up, which all have their characters in one direction."""
    found = sorted(_once(pieces), key=lambda each: each.x0)
    rows = _Rows(found)
    lines: dict[int, list[Piece]] = {}  # by the place of their last piece
    for at, piece in enumerate(found):
        last = rows.before(piece)
        if last is not None and rows.begins_column(piece, found[last]):
            last = None
        lines[at] = [*(lines.pop(last) if last is not None else ()), piece]
        rows.end(at, last)
    return [_around(line) for line in lines.values()]


def _with_mark(pixels: Pixels, corners: Corners) -> Corners:
    """A line that runs down the page with the comma or full stop that it ends with, which stands apart from it in the
    upper right of its place and which no box has.
    """
    width, height = extent(corners)
    whole = 1 + _MARK * width / height
    ink = ink_of(straightened(pixels, part_of(corners, 0, whole, True))).mean(axis=1) > _SPECKS
    behind = np.flatnonzero(ink[round(len(ink) / whole) :])
    is_apart = len(behind) and not ink[-1]
    return part_of(corners, 0, 1 + (behind[-1] + 1) * whole / len(ink), True) if is_apart else corners


def _once(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces without those that another box has as well."""
    x0, x1 = np.array([each.x0 for each in pieces]), np.array([each.x1 for each in pieces])
    middles = np.array([each.middle for each in pieces])
    for piece in pieces:
        slack = _EDGE * piece.height
        holds = (x0 <= piece.x0 + slack) & (piece.x1 <= x1 + slack) & (x1 - x0 > piece.x1 - piece.x0)
        if not (holds & (np.abs(middles - piece.middle) < piece.height / 2)).any():
            yield piece


def _around(line: Sequence[Piece]) -> Corners:
    """The corners of pieces that follow each other."""
    first, last = line[0].corners, line[-1].corners
    if line[0].is_tall:
        return np.array([first[0], first[1], last[2], last[3]], np.float32)
    return np.array([first[0], last[1], last[2], first[3]], np.float32)


class _Rows:
    """Where pieces stand, and how far the lines reach that are put together from them."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self._x0, self._x1 = np.array([each.x0 for each in pieces]), np.array([each.x1 for each in pieces])
        self._middles = np.array([each.middle for each in pieces])
        self._heights = np.array([each.height for each in pieces])
        self._first = np.array([each.is_first for each in pieces], np.bool_)
        self._ends = np.full(len(pieces), -np.inf)  # of the lines, by their last pieces

    def end(self, piece: int, before: int | None) -> None:
        """A line ends with a piece now, in place of the one before it."""
        self._ends[piece] = self._x1[piece]
        if before is not None:
            self._ends[before] = -np.inf

    def before(self, piece: Piece) -> int | None:
        """The last piece of the line that a piece goes on from."""
        height, gaps = np.maximum(self._heights, piece.height), piece.x0 - self._ends
        goes_on = self._are_alike(piece) & (np.abs(self._middles - piece.middle) < _ROW * height)
        goes_on &= (-_EDGE * height < gaps) & (gaps < _WIDEST * height)
        return int(np.argmin(np.where(goes_on, gaps, np.inf))) if goes_on.any() else None

    def begins_column(self, piece: Piece, last: Piece) -> bool:
        """Whether a gutter parts two pieces: lines above and below begin behind it, and fewer reach over it, or none
        where one box holds both; then those of their size count. One that begins behind it is enough where another
        ends before it and none reaches over it.
        """
        apart, blank = np.abs(self._middles - piece.middle), (last.x1 + piece.x0) / 2
        near, is_inside = (apart > 0) & (apart < _NEAR * piece.height), last.box == piece.box
        near &= self._are_alike(piece) | (not is_inside)
        behind = near & self._first & (blank < self._x0) & (self._x0 < piece.x0 + _SET_IN * piece.height)
        over = near & (self._x0 < blank) & (self._x1 > blank)
        ends = near & (np.abs(self._x1 - last.x1) < _EDGE * piece.height)
        if behind.any() and ends.any() and not over.any():
            return True
        return bool(behind.sum() >= _BELOW and over.sum() < (1 if is_inside else behind.sum()))

    def _are_alike(self, piece: Piece) -> NDArray[np.bool_]:
        """Which pieces are about as high."""
        alike: NDArray[np.bool_] = np.maximum(self._heights, piece.height) < _ALIKE * np.minimum(
            self._heights, piece.height
        )
        return alike
