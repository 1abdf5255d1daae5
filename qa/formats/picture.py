"""Pictures of printed pages: PNG, JPEG, TIFF (each of its pages), WebP, BMP, JPEG 2000, recognised by rapidocr.

A page that has no text layer is recognised by `qa.formats.picture_worker`, in a process of its own with limits; its
weights come with its package, so that nothing is fetched. What was recognised lies in the user's cache until all of
its file is: an interrupt loses a second or two, or where a page is still searched for text that search.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from qa.errors import NoText, ReadError
from qa.errors.messages import Wording
from qa.formats.files import open_checked
from qa.formats.isolated import Limits, Reader, answers_of
from qa.formats.kept import compared, letters
from qa.store import own_files
from qa.types import Block, Page, Picture, PrintedLine, Skipped, Span
from qa.types.settings import READING

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
_KEPT_SECONDS = 30 * 24 * 3600.0  # what was recognised of a file that nobody went on with


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each picture that text was found on, numbered where the file holds several.

    Pictures without text go to `on_skip`. Raises NoText where none has any, and ReadError, possibly after some pages,
    for what is damaged, too large or moves.
    """
    open_checked(path, max_bytes).close()
    found, error = 0, "empty"
    for answer in _answers(path):
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
    for answer in _answers(path, numbers):
        if "error" not in answer:
            yield _recognised(answer, source)
        elif on_skip is not None:
            on_skip(_skipped(path, answer))


def _answers(path: Path, wanted: Sequence[int] = ()) -> Iterator[dict[str, Any]]:
    """What is recognised of each page, or of those of a PDF that are wanted; what was before an interrupt comes first.
    Raises as `answers_of`.
    """
    log = _log_of(path)
    _sweep(log.parent)
    known = _known(log)
    yield from known.values()
    pages = next((answer["pages"] for answer in known.values()), 0)
    left = [number for number in wanted or range(1, pages + 1) if number not in known]
    if left or not known:
        with answers_of(READER, path, str(log), *map(str, left)) as answers:
            for answer in answers:
                if "part" in answer:
                    _keep(log, answer)
                    continue
                answer["pages"] = pages or answer["pages"]
                if answer["pages"] > 1:
                    _keep(log, answer)
                yield answer
    log.unlink(missing_ok=True)


def _log_of(path: Path) -> Path:
    """Where answers about a file lie, a line each, named by its bytes and by how it is read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    digest.update(f"{READING}".encode())
    return user_cache_path("wenbao", appauthor=False) / "scans" / f"{digest.hexdigest()}.jsonl"


def _known(log: Path) -> dict[int, dict[str, Any]]:
    """Answers by the numbers of their pages."""
    return {answer["number"]: answer for answer in _kept(log) if "part" not in answer}


def parts_of(log: Path) -> dict[int, dict[str, Any]]:
    """What was found and read of pages that were not done, by their numbers and by what it was found on."""
    found: dict[int, dict[str, Any]] = {}
    for answer in _kept(log):
        found.setdefault(answer["number"], {}).update(answer.get("part", {}))
    return found


def _kept(log: Path) -> Iterator[dict[str, Any]]:
    """What lies in a log, but for a line that was cut off."""
    with suppress(FileNotFoundError):
        for line in log.read_bytes().splitlines():
            with suppress(ValueError):
                yield json.loads(line)


def _keep(log: Path, answer: Mapping[str, Any]) -> None:
    """Add an answer. Where the cache cannot be written an interrupt loses more."""
    with suppress(OSError):
        own_files.make_folder(log.parent, parents=True)
        with open(log, "ab", buffering=0, opener=own_files.opener) as file:
            file.write(b"\n" + json.dumps(answer).encode())  # its own line behind one that was cut off


def _sweep(folder: Path) -> None:
    """Remove what lies there for long; where that is not allowed it stays."""
    with suppress(OSError):
        for log in folder.glob("*.jsonl"):
            if log.stat().st_mtime < time.time() - _KEPT_SECONDS:
                log.unlink()


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
