"""The process that recognises text: ``python -m qa.formats.picture_worker FILE``; numbers of pages follow for a PDF.

Its lines on stdout are ``{"pages": n}``, then for each picture ``{"number", "text", "blocks", "seen"}`` (a
block is ``[start, end, role, level]``; `seen` counts the letters recognised, those too unsure to be kept too) or
``{"number", "error": "damaged" | "small" | "large" | "empty"}``; or once ``{"error": "damaged" | "animated"}``.

Recognition is rapidocr's (PP-OCRv6 of PaddleOCR): where lines stand, then what they say. Lines are put upright by the
slant that most of them have, and in order as those of a PDF (`qa.formats.pdf_order`).
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import atan2, cos, hypot, inf, sin
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the library is loaded, which reports its use otherwise

import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from qa.formats import picture
from qa.formats.isolated import Watch, say
from qa.formats.kept import letters
from qa.formats.pdf_lines import PdfLine
from qa.formats.pdf_order import text_of

_LEAST_SIDE = 200  # pixels; what is smaller is a sign or a portrait, no page
_MOST_PIXELS = 150_000_000  # a broadsheet of 40 x 56 cm at 400 dpi has 55 million
_SIDE = 3000  # pixels of the longer side that are looked at; a larger picture is made smaller
_DPI = 300  # at which a page of a PDF is drawn
_MOST_LINES = 5000
_SURE = 0.5  # confidence of a line below which it is left out
_ALIKE = 1.2  # ratio of sizes that are taken for one
_LATIN = 0.5  # of an em: the usual width of a letter or digit
_ECHO = 3  # characters of the next column, at most
_WORD_GAP = 0.5  # ems: parts of one line are no further apart
_SAME_LINE = 0.5  # ems: their baselines likewise
_BELOW = 3  # lines that begin below one another make a column
_FEW = 2.2  # ems: a shorter line does not tell its size
_SET_IN = 2.5  # ems: how far the lines of one paragraph begin apart
_LEADING = 2.2  # ems: the most from the middle of a line to the next
_BLANK = 0.45  # of an em: what is white of a full-width mark at a line's end
_CLOSING, _OPENING = "。，、；：！？）》」』”’", "（《「『“‘"
_BASELINE = 0.85  # of a line's height, from the top
_MODELS = Path(rapidocr.__file__).parent / "models"
_ENGINE: dict[str, Any] = {
    "Global.log_level": "critical",
    "Global.use_cls": False,
    "Global.max_side_len": _SIDE,
    "Global.text_score": 0.0,
    "Det.max_candidates": _MOST_LINES,
    "Det.model_path": str(_MODELS / "PP-OCRv6_det_small.onnx"),  # named, so that nothing is fetched in their place
    "Rec.model_path": str(_MODELS / "PP-OCRv6_rec_small.onnx"),
}
_HALF = re.compile(r"(?<=[\u2e80-\uffef])[,:;!?()]|[,:;!?()](?=[\u2e80-\uffef])")
_FULL = str.maketrans(",:;!?()", "，：；！？（）")

_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)  # what Pillow says of a damaged file

Picture = NDArray[np.uint8]
"""(height, width, 3): blue, green, red."""


class Recognised(NamedTuple):
    """A line as recognised: its middle, length along the text, height across it, and slant in radians."""

    text: str
    confidence: float
    x: float
    y: float
    length: float
    height: float
    slant: float


class _Unfit(Exception):
    """A picture, or a file, that is not recognised; its text names the reason."""


def main(path: str, *wanted: str) -> None:
    """`wanted` are the numbers of a PDF's pages, from 1."""
    watch = Watch(picture.LIMITS)
    try:
        loads = _drawn(path, wanted) if wanted else _frames(path)
    except _Unfit as error:
        say({"error": str(error)})
        return
    say({"pages": len(loads)})
    engine = rapidocr.RapidOCR(params=_ENGINE)
    for number, load in loads.items():
        watch.begin()
        try:
            answer = page_of(recognise(engine, load()))
        except _Unfit as error:
            answer = {"error": str(error)}
        say({"number": number, **answer})


def _frames(path: str) -> dict[int, Callable[[], Picture]]:
    """The pictures of a file by their numbers from 1, not yet unpacked."""
    Image.MAX_IMAGE_PIXELS = None  # each picture's size is looked at before it is unpacked
    try:
        file = Image.open(path)
        count = getattr(file, "n_frames", 1)
    except _BROKEN as error:
        raise _Unfit("damaged") from error
    if count > 1 and file.format != "TIFF":
        raise _Unfit("animated")
    return {index + 1: partial(_frame, file, index) for index in range(count)}


def _frame(file: Image.Image, index: int) -> Picture:
    try:
        file.seek(index)
        if min(file.size) < _LEAST_SIDE:
            raise _Unfit("small")
        if file.width * file.height > _MOST_PIXELS:
            raise _Unfit("large")
        return upright(file)
    except _BROKEN as error:
        raise _Unfit("damaged") from error


def _drawn(path: str, wanted: Sequence[str]) -> dict[int, Callable[[], Picture]]:
    """Pages of a PDF by their numbers, not yet drawn."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)

    def draw(number: int) -> Picture:
        page = document[number - 1]
        scale = min(_DPI / 72, _SIDE / max(page.get_size()))
        drawn: Picture = page.render(scale=scale).to_numpy()[:, :, :3]
        return drawn

    return {int(number): partial(draw, int(number)) for number in wanted}


def upright(image: Image.Image) -> Picture:
    """The pixels of a picture, turned as its camera says, on white where it is transparent."""
    turned = ImageOps.exif_transpose(image)
    if "A" in turned.getbands() or "transparency" in turned.info:
        seen = turned.convert("RGBA")
        turned = Image.alpha_composite(Image.new("RGBA", seen.size, "white"), seen)
    return np.asarray(turned.convert("RGB"))[:, :, ::-1]


def recognise(engine: rapidocr.RapidOCR, pixels: Picture) -> list[Recognised]:
    """The lines of a picture, in no order."""
    found = engine(pixels)
    if found.boxes is None:
        return []
    lines = zip(found.boxes, found.txts, found.scores, strict=True)
    return [_recognised(corners, full_width(text), confidence) for corners, text, confidence in lines if text.strip()]


def full_width(text: str) -> str:
    """The text with full-width marks beside Chinese characters, where the engine gives half-width ones."""
    return _HALF.sub(lambda mark: mark[0].translate(_FULL), text)


def _recognised(corners: NDArray[np.float32], text: str, confidence: float) -> Recognised:
    """A line from its corners: left top, right top, right bottom, left bottom."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x), float(y)) for x, y in corners)
    across, down = (x1 + x2 - x0 - x3) / 2, (y1 + y2 - y0 - y3) / 2
    height = hypot(x3 + x2 - x0 - x1, y3 + y2 - y0 - y1) / 2
    middle = (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4
    return Recognised(text, confidence, *middle, hypot(across, down), height, atan2(down, across))


def page_of(lines: Sequence[Recognised]) -> dict[str, Any]:
    """Text and blocks of a page in reading order."""
    sure = [line for line in lines if line.confidence >= _SURE]
    if not sure:
        return {"error": "empty"}
    text, blocks = text_of(_joined(_without_reach(_aligned(list(_printed(sure))))))
    seen = sum(letters(line.text) for line in lines)
    return {"text": text, "blocks": [[*block.span, block.role, block.level] for block in blocks], "seen": seen}


def _printed(lines: Sequence[Recognised]) -> Iterator[PdfLine]:
    """The lines as printed on a page that lies straight; sizes that are nearly the same are one."""
    slant = _slant(lines)
    sizes = _sizes(lines)
    for line, size in zip(lines, sizes, strict=True):
        x = line.x * cos(slant) + line.y * sin(slant)
        y = line.y * cos(slant) - line.x * sin(slant)
        top = y - line.height / 2
        x0 = x - line.length / 2
        yield PdfLine(line.text, x0, x0 + line.length, top + _BASELINE * line.height, size, top, top + line.height)


def _aligned(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines, those that begin nearly below one another exactly so."""
    edge = -inf
    for line in sorted(lines, key=lambda each: each.x0):
        edge = edge if line.x0 - edge <= _WORD_GAP * line.size else line.x0
        line.x0 = edge
    return lines


def _without_reach(lines: list[PdfLine]) -> list[PdfLine]:
    """The lines, no wider than their text: some boxes reach into the gutter, or take in what the next column's line
    begins with.
    """
    for line in lines:
        for other in lines:
            is_beside = abs(line.y - other.y) < line.size / 2 and line.x0 < other.x0 < line.x1 < other.x1
            shared = next((n for n in range(_ECHO, 0, -1) if line.text.endswith(other.text[:n])), 0) if is_beside else 0
            if shared and shared < len(line.text):
                line.text = line.text[:-shared]
        line.x1 = min(line.x1, line.x0 + (_units(line.text) + _WORD_GAP / 2) * line.size)
    return lines


def _joined(lines: Sequence[PdfLine]) -> list[PdfLine]:
    """Lines whose parts were found apart, put together; what begins where a column does is no part of a line."""
    found: list[PdfLine] = []
    for line in sorted(lines, key=lambda each: each.x0):
        begins = sum(abs(other.x0 - line.x0) < _WORD_GAP * line.size for other in lines) > _BELOW
        before = [] if begins else [one for one in found if abs(one.y - line.y) < _SAME_LINE * line.size]
        last = max(before, key=lambda one: one.x1, default=None)
        if last is not None and abs(line.x0 - last.x1) <= _WORD_GAP * line.size:
            last.text, last.x1 = last.text + line.text, line.x1
        else:
            found.append(line)
    return found


def _slant(lines: Sequence[Recognised]) -> float:
    """The slant of the page in radians: the median of its longer lines."""
    lengths = sorted(line.length for line in lines)
    long = lengths[len(lengths) // 2]
    return median(line.slant for line in lines if line.length >= long)


def _sizes(lines: Sequence[Recognised]) -> list[float]:
    """The size of each line's characters. Sizes that are nearly the same count as one, the body's before all others."""
    sizes = [_em(line) for line in lines]
    of_characters = sorted(size for size, line in zip(sizes, lines, strict=True) for _ in line.text)
    known = [of_characters[len(of_characters) // 2]]
    for at in sorted(range(len(lines)), key=lambda at: -len(lines[at].text)):  # long lines tell best
        if _apart(sizes[at], _nearest(known, sizes[at])) > _ALIKE:
            known.append(sizes[at])
    sizes = [_nearest(known, size) for size in sizes]
    return [_above(at, lines, sizes) if _units(line.text) < _FEW else sizes[at] for at, line in enumerate(lines)]


def _above(at: int, lines: Sequence[Recognised], sizes: Sequence[float]) -> float:
    """Of a line of a character or two, whose box says little: the size of the line that it ends, right above it."""
    line, size = lines[at], sizes[at]
    left = line.x - line.length / 2
    above = [
        other
        for other, one in enumerate(lines)
        if abs(one.x - one.length / 2 - left) < _SET_IN * size and 0 < line.y - one.y < _LEADING * size
    ]
    return sizes[max(above, key=lambda other: lines[other].y)] if above else size


def _nearest(known: Sequence[float], size: float) -> float:
    return min(known, key=lambda one: _apart(one, size))


def _apart(one: float, other: float) -> float:
    """The ratio of the larger to the smaller."""
    return max(one, other) / min(one, other)


def _em(line: Recognised) -> float:
    """The size of a line's characters in pixels: its length shared out among them; no more than its height, which alone
    says little of a short line.
    """
    return min(line.length / _units(line.text), line.height)


def _units(text: str) -> float:
    """The width of a text in ems."""
    wide = sum(_LATIN if character < "\u2e80" else 1.0 for character in text)
    return max(_LATIN, wide - _BLANK * ((text[-1] in _CLOSING) + (text[0] in _OPENING)))


if __name__ == "__main__":
    main(*sys.argv[1:])
