"""The process that recognises text: ``python -m qa.formats.picture_worker FILE``; numbers of pages follow for a PDF.

Its lines on stdout are ``{"pages": n}``, then for each picture ``{"number", "text", "blocks", "seen"}`` (a
block is ``[start, end, role, level]``; `seen` counts the letters recognised, those too unsure to be kept too) or
``{"number", "error": "damaged" | "small" | "large" | "empty"}``; or once ``{"error": "damaged" | "animated"}``.

Recognition is rapidocr's (PP-OCRv6 of PaddleOCR): where lines stand, then what they say, those set vertically too.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from functools import partial
from math import atan2, hypot
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the library is loaded, which reports its use otherwise

import numpy as np
import rapidocr
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from qa.formats import picture
from qa.formats.isolated import Watch, say
from qa.formats.picture_lines import Recognised, page_of

_LEAST_SIDE = 200  # pixels; what is smaller is a sign or a portrait, no page
_MOST_PIXELS = 150_000_000  # a broadsheet of 40 x 56 cm at 400 dpi has 55 million
_SIDE = 3000  # pixels of the longer side that are looked at; a larger picture is made smaller
_DPI = 300  # at which a page of a PDF is drawn
_MOST_LINES = 5000
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

_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError)  # what Pillow says of a damaged file

Picture = NDArray[np.uint8]
"""(height, width, 3): blue, green, red."""


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
    """A line from its corners: left top, right top, right bottom, left bottom. The longer sides tell its slant."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = ((float(x), float(y)) for x, y in corners)
    right = (x1 + x2 - x0 - x3) / 2, (y1 + y2 - y0 - y3) / 2
    down = (x3 + x2 - x0 - x1) / 2, (y3 + y2 - y0 - y1) / 2
    width, height = hypot(*right), hypot(*down)
    slant = atan2(right[1], right[0]) if width >= height else atan2(-down[0], down[1])
    return Recognised(text, confidence, (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4, width, height, slant)


if __name__ == "__main__":
    main(*sys.argv[1:])
