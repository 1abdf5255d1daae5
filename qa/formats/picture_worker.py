"""The process that recognises text: ``python -m qa.formats.picture_worker FILE``; numbers of pages follow for a PDF.

Its lines on stdout are ``{"pages": n}``, then for each picture ``{"number", "text", "blocks", "lines", "seen"}`` or
``{"number", "error": "damaged" | "small" | "large" | "empty"}``; or once ``{"error": "damaged" | "animated"}``. A block
is ``[start, end, role, level]``, a line ``[start, end, left, top, right, bottom]`` in pixels; `seen` counts the letters
recognised, those too unsure to be kept too.

Recognition is rapidocr's (PP-OCRv6 of PaddleOCR): where lines stand, then what they say, those set vertically too.
"""

from __future__ import annotations

import os
import re
import sys
from math import atan2, ceil, hypot
from typing import Any, TypeAlias

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the library is loaded, which reports its use otherwise

import cv2
import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image

from qa.formats import picture, pixels
from qa.formats.isolated import Watch, say
from qa.formats.picture_lines import Recognised, page_of
from qa.formats.pixels import Unfit

_SIDE = 3000  # pixels of the longer side that are looked at; a larger picture is made smaller
_MOST_LINES = 5000
_GUTTER = 0.9  # of a line's height: as wide is a gutter at least
_BELOW = 3  # lines that begin below one another make a column
_SPECKS = 0.04  # of a line's height: so much dirt may lie in a gutter
_ENGINE: dict[str, Any] = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.max_side_len": _SIDE,
    "Global.text_score": 0.0,
    "Det.max_candidates": _MOST_LINES,
    "Det.model_path": str(picture.WHERE),  # named, so that nothing is fetched in their place
    "Rec.model_path": str(picture.WHAT),
}
_HALF = re.compile(r"(?<=[\u2e80-\uffef])[,:;!?()]|[,:;!?()](?=[\u2e80-\uffef])")
_FULL = str.maketrans(",:;!?()", "，：；！？（）")


Corners: TypeAlias = NDArray[np.float32]
"""(4, 2): left top, right top, right bottom, left bottom; x and y in pixels."""


def main(path: str, *wanted: str) -> None:
    """`wanted` are the numbers of a PDF's pages, from 1."""
    watch = Watch(picture.LIMITS)
    try:
        loads = pixels.pages(path, [int(number) for number in wanted])
    except Unfit as error:
        say({"error": str(error)})
        return
    say({"pages": len(loads)})
    engine = rapidocr.RapidOCR(params=_ENGINE)
    for number, load in loads.items():
        watch.begin()
        try:
            answer = page_of(recognise(engine, load()))
        except Unfit as error:
            answer = {"error": str(error)}
        say({"number": number, **answer})


def recognise(engine: rapidocr.RapidOCR, picture: Image.Image) -> list[Recognised]:
    """The lines of a picture, in no order. What was taken for one line over a gutter is read again, side by side."""
    pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    found = engine(pixels, use_det=True)
    if found.boxes is None:
        return []
    lines = []
    begins = np.array([corners[0] for corners in found.boxes])
    for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True):
        parts = _parts(straightened(pixels, corners), corners, begins)
        if len(parts) == 1:
            lines.append(_recognised(corners, full_width(text), confidence))
            continue
        for part in parts:
            strip = straightened(pixels, part)
            said = engine(np.rot90(strip) if _is_tall(strip) else strip, use_det=False)
            lines.append(_recognised(part, full_width("".join(said.txts or ())), min(said.scores or (0.0,))))
    return [line for line in lines if line.text.strip()]


def straightened(pixels: NDArray[np.uint8], corners: Corners) -> NDArray[np.uint8]:
    """What stands between four corners, as a rectangle."""
    width = max(1, round(float(max(np.linalg.norm(corners[1] - corners[0]), np.linalg.norm(corners[2] - corners[3])))))
    height = max(1, round(float(max(np.linalg.norm(corners[3] - corners[0]), np.linalg.norm(corners[2] - corners[1])))))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    strip: NDArray[np.uint8] = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners.astype(np.float32), target), (width, height)
    )
    return strip


def _is_tall(strip: NDArray[np.uint8]) -> bool:
    height, width, _ = strip.shape
    return bool(height > width)


def _parts(strip: NDArray[np.uint8], corners: Corners, begins: NDArray[np.float32]) -> list[Corners]:
    """The corners of the parts of a line that a gutter parts: it is blank there, and other lines begin behind it.

    `begins` (lines, 2) is where all lines of the page begin.
    """
    gray = cv2.cvtColor(strip, cv2.COLOR_BGR2GRAY)
    _, ink = cv2.threshold(gray, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    is_tall = _is_tall(strip)
    across, length = strip.shape[1 if is_tall else 0], strip.shape[0 if is_tall else 1]
    printed = np.flatnonzero(ink.sum(axis=1 if is_tall else 0) > _SPECKS * across)
    edges = [0.0]
    for at in np.flatnonzero(np.diff(printed) > _GUTTER * across):
        last, first = (printed[at] + 1) / length, printed[at + 1] / length
        begin = _between(corners, first, 1.0, is_tall)[0]
        below = np.abs(begins - begin)[:, 1 if is_tall else 0] < across
        if below.sum() >= _BELOW:
            edges += [last, first]
    edges.append(1.0)
    return [_between(corners, *each, is_tall) for each in zip(edges[::2], edges[1::2], strict=True)]


def _between(corners: Corners, first: float, last: float, is_tall: bool) -> Corners:
    """The corners of the part of a line between two shares of its length."""
    left_top, right_top, right_bottom, left_bottom = corners
    if is_tall:
        left, right = left_bottom - left_top, right_bottom - right_top
        return np.array(
            [left_top + first * left, right_top + first * right, right_top + last * right, left_top + last * left]
        )
    top, bottom = right_top - left_top, right_bottom - left_bottom
    return np.array(
        [left_top + first * top, left_top + last * top, left_bottom + last * bottom, left_bottom + first * bottom]
    )


def full_width(text: str) -> str:
    """The text with full-width marks beside Chinese characters, where the engine gives half-width ones."""
    return _HALF.sub(lambda mark: mark[0].translate(_FULL), text)


def _recognised(corners: Corners, text: str, confidence: float) -> Recognised:
    """A line from its corners; the longer sides tell its slant."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x), float(y)) for x, y in corners)
    right = (x1 + x2 - x0 - x3) / 2, (y1 + y2 - y0 - y3) / 2
    down = (x3 + x2 - x0 - x1) / 2, (y3 + y2 - y0 - y1) / 2
    width, height = hypot(*right), hypot(*down)
    slant = atan2(right[1], right[0]) if width >= height else atan2(-down[0], down[1])
    (left, top), (edge, bottom) = corners.min(axis=0), corners.max(axis=0)
    box = int(left), int(top), ceil(edge), ceil(bottom)
    middle = (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4
    return Recognised(text, confidence, *middle, width, height, slant, box)


if __name__ == "__main__":
    main(*sys.argv[1:])
