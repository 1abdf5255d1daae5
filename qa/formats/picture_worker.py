"""The process that recognises text: ``python -m qa.formats.picture_worker FILE LOG``, then the numbers of pages.

Without numbers all pages of a picture file are recognised. Its lines on stdout are ``{"pages": n}``, then for each
picture ``{"number", "turn", "text", "blocks", "lines", "seen"}`` or ``{"number", "error": "damaged" | "small" | "large"
| "empty"}``; or once ``{"error": "damaged" | "animated"}``. A block is ``[start, end, role, level]``, a line ``[start,
end, left, top, right, bottom, doubts]`` in pixels of the picture after `turn` quarter turns clockwise, `doubts` being
which of its characters are unsure; `seen` counts the letters recognised, those too unsure to be kept too.

Before a page it says ``{"number", "part": {key: value}}``: where text stands on a picture, or what strips say, by a
digest of their pixels. What `LOG` holds of these, from a process that was interrupted, is not done again.

Recognition is PP-OCRv6 of PaddleOCR, as rapidocr brings it: where text stands, then what it says.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from pathlib import Path
from typing import Any

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # before the library is loaded, which reports its use otherwise

import numpy as np
import rapidocr
from PIL import Image

from qa.formats import picture, pixels
from qa.formats.isolated import Watch, say
from qa.formats.picture_ink import Corners, Pixels, extent, is_tall, lines_of, slant_of, tight
from qa.formats.picture_lines import Recognised, page_of
from qa.formats.picture_strips import Strip, laid_out, strip_of, turned_over
from qa.formats.picture_text import Alphabet, Said, in_one_script
from qa.formats.pixels import Unfit
from qa.types.settings import cores

_SIDE = 3000  # pixels of the longer side that are searched for text; a larger picture is made smaller for that
_LEAST_SIDE = 736  # of the shorter; a smaller picture is made larger
_GRAIN = 32  # the network takes sides that are multiples of it
_BAND, _AROUND = 576, 96  # pixels: so high are the bands that are searched at a time, and what is seen around them
_BLANK = 32  # levels of grey: where a band has no more, the network sees text in paper
_MOST_SPOTS = 50_000  # that may be lines; the grain of empty paper alone makes ten thousand
_TRIED = 4  # lines that tell how a page lies
_TOLD = 8  # strips that are read before they are told
_STANDING = 0.5  # confidence from which characters that are read one by one stand upright
_SURE = 0.9  # confidence below which a character is doubted
_LIES_SO = 0.9  # confidence above which lines lie as they are read
_ENGINE: dict[str, Any] = {
    "Global.log_level": "critical",
    "Det.max_candidates": _MOST_SPOTS,
    "Det.limit_side_len": _GRAIN,  # no picture is scaled here
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,  # several bands or lines at once instead: a third less work
    "Rec.rec_batch_num": 1,  # so that what is read does not depend on what is read with it
    "Det.model_path": str(picture.WHERE),  # named, so that nothing is fetched in their place
    "Rec.model_path": str(picture.WHAT),
}


class Engine:
    """The two networks."""

    def __init__(self) -> None:
        both = rapidocr.RapidOCR(params=_ENGINE)
        self._where, self._what = both._load_det_model(), both._load_rec_model()
        self._alphabet = Alphabet(self._what.postprocess_op.character)
        self._threads = ThreadPoolExecutor(cores())

    def find(self, page: Image.Image) -> list[Corners]:
        """Where text stands. The page is looked at in bands, so that memory does not grow with it."""
        scale = max(min(1.0, _SIDE / max(page.size)), _LEAST_SIDE / min(page.size))
        width, height = (max(1, round(side * scale / _GRAIN)) * _GRAIN for side in page.size)
        way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
        seen = np.asarray(page.resize((width, height), way))[:, :, ::-1]

        def shares(top: int) -> Any:
            low, end = max(0, top - _AROUND), min(height, top + _BAND)
            if np.ptp(seen[low : end + _AROUND]) < _BLANK:
                return np.zeros((1, 1, end - top, width), np.float32)
            band = self._where.get_preprocess()(np.ascontiguousarray(seen[low : end + _AROUND]))
            return self._where.session(band)[:, :1, top - low : end - low]

        bands = list(self._threads.map(shares, range(0, height, _BAND)))
        boxes, _ = self._where.postprocess_op(np.concatenate(bands, axis=2), (height, width))
        back = np.array([page.width / width, page.height / height], np.float32)
        return [np.asarray(corners, np.float32) * back for corners in boxes]

    def read(self, strips: Sequence[Strip]) -> list[Said]:
        """What each strip says."""
        return list(self._threads.map(self._said, strips))

    def _said(self, strip: Strip) -> Said:
        height, width, _ = strip.pixels.shape
        _, high, least = self._what.rec_image_shape
        shape = max(width / height, least / high)  # a shorter strip is filled up
        shares = self._what.session(self._what.resize_norm_img(strip.pixels[:, :, ::-1], shape)[np.newaxis])[0]
        return self._alphabet.said(shares, shape * height / len(shares), strip)


class Resumed:
    """The networks for the page of a number. What they say is told as they go, what is `known` is not asked again."""

    def __init__(self, engine: Engine, number: int, known: dict[str, Any]) -> None:
        self._engine, self._number, self._known = engine, number, known

    def find(self, page: Image.Image) -> list[Corners]:
        key = _digest(page.tobytes(), page.size)
        if key not in self._known:
            self._learn({key: [corners.tolist() for corners in self._engine.find(page)]})
        return [np.array(corners, np.float32) for corners in self._known[key]]

    def read(self, strips: Sequence[Strip]) -> list[Said]:
        keys = [_digest(strip.pixels.tobytes(), (strip.pixels.shape, strip.marks)) for strip in strips]
        left = [at for at, key in enumerate(keys) if key not in self._known]
        for first in range(0, len(left), _TOLD):
            group = left[first : first + _TOLD]
            said = self._engine.read([strips[at] for at in group])
            self._learn({keys[at]: each for at, each in zip(group, said, strict=True)})
        return [Said(text, tuple(sure), other) for text, sure, other in (self._known[key] for key in keys)]

    def _learn(self, part: dict[str, Any]) -> None:
        self._known.update(part)
        say({"number": self._number, "part": part})


def _digest(data: bytes, more: object) -> str:
    return hashlib.blake2b(data + repr(more).encode(), digest_size=12).hexdigest()


def main(path: str, log: str, *wanted: str) -> None:
    """`log` is a file of what was said before, or none, `wanted` are numbers of pages, from 1."""
    watch = Watch(picture.LIMITS)
    try:
        loads = pixels.pages(path, [int(number) for number in wanted])
    except Unfit as error:
        say({"error": str(error)})
        return
    say({"pages": len(loads)})
    engine, known = Engine(), picture.parts_of(Path(log))
    for number, load in loads.items():
        watch.begin()
        try:
            turn, lines = recognise(Resumed(engine, number, known.get(number, {})), load())
            answer = {"turn": turn, **page_of(lines)}
        except Unfit as error:
            answer = {"error": str(error)}
        say({"number": number, **answer})


def recognise(engine: Resumed, page: Image.Image) -> tuple[int, list[Recognised]]:
    """How many quarter turns clockwise put a page upright, and its lines after that, in no order."""
    seen = np.asarray(page)
    lines = lines_of(seen, engine.find(page))
    turn = _turn(engine, seen, lines)
    if turn:
        page = pixels.turned(page, turn)
        seen = np.asarray(page)
        lines = lines_of(seen, engine.find(page))
    said = in_one_script(engine.read([strip_of(seen, corners) for corners in lines]))
    return turn, [_recognised(tight(seen, at), each) for at, each in zip(lines, said, strict=True) if each.text]


def _turn(engine: Resumed, seen: Pixels, lines: Sequence[Corners]) -> int:
    """How many quarter turns clockwise put a page upright: its longest lines are read as they lie, and upside down.

    Where they run down the page, it lies on its side, unless their characters can be read upright, one by one.
    """
    tried = sorted(lines, key=lambda corners: -max(extent(corners)))[:_TRIED]
    if not tried:
        return 0
    strips = [strip_of(seen, corners) for corners in tried]
    over = [turned_over(strip) for strip in strips]
    lies = 2 * sum(map(is_tall, tried)) > len(tried)
    confidence = _confidence(engine, strips)
    if confidence > _LIES_SO and not lies:
        return 0
    is_over = _confidence(engine, over) > confidence
    stands = lies and _confidence(engine, [laid_out(strip) for strip in (over if is_over else strips)]) > _STANDING
    if lies and not stands:
        return 1 if is_over else 3
    return 2 if is_over else 0


def _confidence(engine: Resumed, strips: Sequence[Strip]) -> float:
    found = engine.read(strips)
    return sum(said.confidence for said in found) / len(found)


def _recognised(corners: Corners, said: Said) -> Recognised:
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    box = max(0, int(left)), max(0, int(top)), ceil(right), ceil(bottom)
    x, y = (float(each) for each in corners.mean(axis=0))
    (width, height), slant = extent(corners), slant_of([corners])
    doubts = tuple(at for at, sure in enumerate(said.sure) if sure < _SURE)
    return Recognised(said.text, said.confidence, x, y, width, height, slant, box, doubts)


if __name__ == "__main__":
    main(*sys.argv[1:])
