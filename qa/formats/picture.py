"""Pictures of printed pages: PNG, JPEG, TIFF (each of its pages), WebP, BMP, JPEG 2000, recognised by rapidocr.

A page that has no text layer is recognised by `qa.formats.picture_worker`, in a process of its own with limits; its
weights come with its package, so that nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qa.errors import NoText, ReadError
from qa.errors.messages import Wording
from qa.formats.files import open_checked
from qa.formats.isolated import Limits, Reader, answers_of
from qa.formats.kept import compared, letters
from qa.types import Block, Page, Picture, PrintedLine, Skipped, Span

_PACKAGE = find_spec("rapidocr")
if _PACKAGE is None or _PACKAGE.origin is None:  # the worker imports it: here it is but missed in time
    raise ModuleNotFoundError("No module named 'rapidocr'", name="rapidocr")
_MODELS = Path(_PACKAGE.origin).parent / "models"
WHERE, WHAT = _MODELS / "PP-OCRv6_det_small.onnx", _MODELS / "PP-OCRv6_rec_small.onnx"
"""Weights that come with the package: where lines stand, what they say."""

LIMITS = Limits(
    seconds=300.0,  # a broadsheet of 12,000 characters takes some 40
    page_seconds=600.0,
    file_seconds=24 * 3600.0,
    pages=20_000,
    memory_bytes=3 << 30,  # a page of 4,000 pixels' height takes one gigabyte
    address_bytes=16 << 30,
)
READER = Reader(
    "qa.formats.picture_worker",
    LIMITS,
    {"damaged": "picture.damaged", "animated": "picture.animated"},
    stuck="picture.unreadable-part",
    too_many="picture.too-many-pages",
    too_slow="picture.too-slow",
)
_PAGE_ERRORS = {
    "damaged": "picture.page-damaged",
    "small": "picture.too-small",
    "large": "picture.too-many-pixels",
    "empty": "picture.no-text",
}
_NO_TEXT = ("empty", "small")


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each picture that text was found on, numbered where the file holds several.

    Pictures without text go to `on_skip`. Raises NoText where none has any, and ReadError, possibly after some pages,
    for what is damaged, too large or moves.
    """
    open_checked(path, max_bytes).close()
    found, error = 0, "empty"
    with answers_of(READER, path) as answers:
        for answer in answers:
            if "error" in answer:
                error = answer["error"]
                if answer["pages"] > 1 and on_skip is not None:
                    on_skip(_skipped(path, answer))
            else:
                found += 1
                page = _recognised(answer, source)
                yield page if answer["pages"] > 1 else replace(page, number=None)
    if not found:
        raise (NoText if error in _NO_TEXT else ReadError)(_PAGE_ERRORS[error])


def read_pages(
    path: Path, source: str, numbers: Sequence[int], on_skip: Callable[[Skipped], None] | None
) -> Iterator[Page]:
    """Pages of a PDF, by their numbers from 1, that have no text layer. Those without text go to `on_skip`."""
    with answers_of(READER, path, *map(str, numbers)) as answers:
        for answer in answers:
            if "error" not in answer:
                yield _recognised(answer, source)
            elif on_skip is not None:
                on_skip(_skipped(path, answer))


def _skipped(path: Path, answer: Mapping[str, Any]) -> Skipped:
    error = answer["error"]
    return Skipped(f"{path}:{answer['number']}", Wording(_PAGE_ERRORS[error]), failed=error == "damaged")


def _recognised(answer: Mapping[str, Any], source: str) -> Page:
    """The page of an answer of the worker. Lines that it was too unsure of are left out, and the share kept is said."""
    blocks = tuple(Block(Span(start, end), role, level) for start, end, role, level in answer["blocks"])
    number, text = answer["number"], answer["text"]
    printed = tuple(PrintedLine(*line[:6])._replace(doubts=tuple(line[6])) for line in answer["lines"])
    where = Picture(number, answer["turn"])
    page = Page(source, text, number, blocks=blocks, printed=printed, picture=where, share=number / answer["pages"])
    return compared(page, letters(text), answer["seen"])
