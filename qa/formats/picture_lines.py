"""Lines recognised on a picture -> the text of the page, in reading order, as of a PDF (`qa.formats.pdf_order`).

They are put upright by the slant that most of them have. A page set vertically is turned: its columns are lines.
Lengths are in pixels, x to the right, y downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, inf, sin
from statistics import median
from typing import Any, NamedTuple

from qa.formats.kept import letters
from qa.formats.pdf_lines import Box, PdfLine
from qa.formats.pdf_order import text_of

_SURE = 0.5  # confidence of a line below which it is left out
_ALIKE = 1.12  # ratio of sizes that are taken for one
_BODY = 1.2  # the same of the body's
_INK = 0.96  # of an em: how high Han characters are
_AGREED = 1.15  # ratio of what a line's height and length say of its size, where both are right
_LATIN = 0.5  # of an em: the usual width of a letter or digit
_EDGE = 0.5  # ems: how far lines of a column begin apart
_FEW = 2.2  # ems: a shorter line does not tell its size
_SET_IN = 2.5  # ems: how far the lines of one paragraph begin apart
_LEADING = 2.2  # ems: the most from the middle of a line to the next
_BLANK = 0.45  # of an em: what is white of a full-width mark at a line's end
_CLOSING, _OPENING = "。，、；：！？）》」』”’", "（《「『“‘"
_BASELINE = 0.85  # of a line's height, from the top
_TALL = 1.5  # times as high as wide: the characters of such a line stand below one another


class Recognised(NamedTuple):
    """A line as recognised: its middle, how much it measures across the page and down, its slant in radians."""

    text: str
    confidence: float
    x: float
    y: float
    width: float
    height: float
    slant: float
    box: Box = (0, 0, 0, 0)  # around it on the picture, in whole pixels
    doubts: tuple[int, ...] = ()  # which of its characters are unsure

    @property
    def is_tall(self) -> bool:
        """Whether its characters stand below one another."""
        return len(self.text) > 1 and self.height > _TALL * self.width

    @property
    def length(self) -> float:
        return self.height if self.is_tall else self.width


def page_of(lines: Sequence[Recognised]) -> dict[str, Any]:
    """Text and blocks of a page in reading order."""
    sure = [line for line in lines if line.confidence >= _SURE]
    if not sure:
        return {"error": "empty"}
    text, blocks, begins = text_of(_aligned(_printed(_straight(sure))))
    seen = sum(letters(line.text) for line in lines)
    return {
        "text": text,
        "blocks": [[*block.span, block.role, block.level] for block in blocks],
        "lines": [[at, at + len(line.text), *line.boxes[0], line.doubts] for at, line in begins],
        "seen": seen,
    }


def _straight(lines: Sequence[Recognised]) -> list[Recognised]:
    """The lines of a page that lies straight, and on its left side where it is set vertically (down becomes
    right, right becomes up).
    """
    slant = _slant(lines)
    tall = sum(len(line.text) for line in lines if line.is_tall)
    is_vertical = 2 * tall > sum(len(line.text) for line in lines)
    found = []
    for line in lines:
        x, y = line.x * cos(slant) + line.y * sin(slant), line.y * cos(slant) - line.x * sin(slant)
        upright = line._replace(x=x, y=y)
        turned = line._replace(x=y, y=-x, width=line.height, height=line.width)
        found.append(turned if is_vertical else upright)
    return found


def _slant(lines: Sequence[Recognised]) -> float:
    """The slant of the page in radians: the median of its longer lines."""
    lengths = sorted(line.length for line in lines)
    long = lengths[len(lengths) // 2]
    return median(line.slant for line in lines if line.length >= long)


def _printed(lines: Sequence[Recognised]) -> list[PdfLine]:
    """The lines as printed; sizes that are nearly the same are one."""
    found = []
    for line, size in zip(lines, _sizes(lines), strict=True):
        x0, top = line.x - line.width / 2, line.y - line.height / 2
        y = top + (size if line.is_tall else _BASELINE * line.height)
        edges = top, top + line.height
        found.append(PdfLine(line.text, x0, x0 + line.width, y, size, *edges, line.is_tall, (line.box,), line.doubts))
    return found


def _aligned(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines, those that begin nearly below one another exactly so."""
    edge = -inf
    for line in sorted(lines, key=lambda each: each.x0):
        edge = edge if line.x0 - edge <= _EDGE * line.size else line.x0
        line.x0 = edge
    return lines


def _sizes(lines: Sequence[Recognised]) -> list[float]:
    """The size of each line's characters. Sizes that are nearly the same count as one, the body's before all others."""
    sizes = [_em(line) for line in lines]
    of_characters = sorted(size for size, line in zip(sizes, lines, strict=True) for _ in line.text)
    body = of_characters[len(of_characters) // 2]
    sizes = [body if _apart(body, size) < _BODY else size for size in sizes]
    known = [body]
    for at in sorted(range(len(lines)), key=lambda at: -len(lines[at].text)):  # long lines tell best
        if _apart(sizes[at], _nearest(known, sizes[at])) > _ALIKE:
            known.append(sizes[at])
    sizes = [_nearest(known, size) for size in sizes]
    return [_above(at, lines, sizes) if _units(line.text) < _FEW else sizes[at] for at, line in enumerate(lines)]


def _above(at: int, lines: Sequence[Recognised], sizes: Sequence[float]) -> float:
    """Of a line of a character or two, whose box says little: the size of the line that it ends, right above it."""
    line, size = lines[at], sizes[at]
    left = line.x - line.width / 2
    above = [
        other
        for other, one in enumerate(lines)
        if abs(one.x - one.width / 2 - left) < _SET_IN * size and 0 < line.y - one.y < _LEADING * size
    ]
    return sizes[max(above, key=lambda other: lines[other].y)] if above else size


def _nearest(known: Sequence[float], size: float) -> float:
    return min(known, key=lambda one: _apart(one, size))


def _apart(one: float, other: float) -> float:
    """The ratio of the larger to the smaller."""
    return max(one, other) / min(one, other)


def _em(line: Recognised) -> float:
    """The size of a line's characters in pixels: what their ink measures across, and their share of the line's length;
    the smaller where these say different things, as of a line without high characters, or one with dirt above it.
    """
    across = (min(line.width, line.height) if line.is_tall else line.height) / _INK
    share = line.length / _units(line.text)
    return (across + share) / 2 if _apart(across, share) < _AGREED else min(across, share)


def _units(text: str) -> float:
    """The width of a text in ems."""
    wide = sum(_LATIN if character < "\u2e80" else 1.0 for character in text)
    return max(_LATIN, wide - _BLANK * ((text[-1] in _CLOSING) + (text[0] in _OPENING)))
