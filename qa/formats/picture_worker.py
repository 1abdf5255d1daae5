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
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the library is loaded, which reports its use otherwise

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
    """The lines of a picture, in no order."""
    found = engine(np.asarray(picture)[:, :, ::-1])
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
    (left, top), (edge, bottom) = corners.min(axis=0), corners.max(axis=0)
    box = int(left), int(top), ceil(edge), ceil(bottom)
    middle = (x0 + x1 + x2 + x3) / 4, (y0 + y1 + y2 + y3) / 4
    return Recognised(text, confidence, *middle, width, height, slant, box)


if __name__ == "__main__":
    main(*sys.argv[1:])
