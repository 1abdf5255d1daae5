"""PDF with a text layer: one page is one Page, read column by column, in a process of its own with limits.

Inside that process a thread looks every few hundredths of a second at its time and memory and ends it at once, with a
code that says why. Behind it stand the system's own limits, where there are any, for what grows faster than that.
Memory is measured on Linux, macOS and other Unix; Windows tells it to no program without further packages: there only
time is limited.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from qa.errors import ReadError
from qa.formats.files import MEGABYTE
from qa.formats.kept import compared, letters
from qa.formats.plausibility import reads_well
from qa.messages import Wording
from qa.types import Block, BlockRole, Page, Skipped, Span

if find_spec("pypdfium2") is None:  # the worker imports it: here it is but missed in time
    raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")

_WORKER = "qa.formats.pdf_worker"
_PAGE_SECONDS = 60.0  # by the clock, without a page for so long, the process is ended; it ends by itself before
_FILE_SECONDS = 3600.0  # and for all of a file
_MOST_PAGES = 20_000
_UNUSABLE = 0.3  # a page of whose characters more are unknown has no text layer to speak of
_OCR = "pdf.run-ocr"
_ERRORS = {
    "encrypted": "pdf.password",
    "damaged": "pdf.damaged",
}
_STUCK = "pdf.unreadable-part"
_CRASHED = "pdf.page-crashed"
_SLOW = "pdf.page-too-slow"
_LARGE = "pdf.page-too-large"
_PAGE_ERRORS = {"damaged": "pdf.page-damaged", "crowded": "pdf.page-too-full"}


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each page that holds text, numbered from 1; headlines are blocks, known by their size.

    Pages without usable text go to `on_skip`. Raises ReadError, possibly after some pages, for a scan without text, an
    encrypted or damaged file, and one that PDFium cannot cope with.
    """
    found = 0
    names: tuple[str, ...] = ()
    with _worker(path) as answers:
        for answer in answers:
            page, trouble = _page(answer, source)
            if page is not None:
                found += 1
                page = _with_names(page, names)
                names = _names_below(page)
                yield page
            elif trouble and on_skip is not None:
                on_skip(Skipped(f"{path}:{answer['number']}", trouble, failed=answer.get("error") is not None))
    if not found:
        raise ReadError("pdf.no-text", advice=Wording(_OCR))


def _page(answer: dict[str, Any], source: str) -> tuple[Page | None, str | None]:
    """The page, or why there is none; neither for a blank one."""
    if error := answer.get("error"):
        return None, Wording(_PAGE_ERRORS[error])
    text: str = answer["text"]
    characters = len("".join(text.split()))
    unknown = answer["unmapped"] + sum("\ue000" <= one <= "\uf8ff" or one == "\ufffd" for one in text)
    if characters and (unknown <= _UNUSABLE * characters or reads_well(text)):
        blocks = tuple(_block(*block) for block in answer["blocks"])
        number = answer["number"]
        page = Page(source, text, number=number, blocks=blocks, share=number / answer["pages"])
        return compared(page, letters(text), answer["shown"]), None
    if characters:
        return None, Wording("pdf.unknown-characters", advice=Wording(_OCR))
    return None, Wording("pdf.page-is-picture", advice=Wording(_OCR)) if answer["pictures"] else None


def _names_below(page: Page) -> tuple[str, ...]:
    """The names of the columns of a table that goes on to the bottom of a page; none where none does."""
    rows = [block for block in page.blocks if block.role == "row"]
    if not rows or page.text[rows[-1].span.end :].strip():
        return ()
    return max((row.columns for row in rows), key=len)


def _with_names(page: Page, names: tuple[str, ...]) -> Page:
    """A page whose first lines are the rest of the table on the page before: its rows under the same names."""
    rows = sorted((block for block in page.blocks if block.role == "row"), key=lambda block: block.span)
    if not rows or not names or page.text[: rows[0].span.start].strip() or len(rows[0].cells) != len(names):
        return page
    said = tuple(page.text[cell.start : cell.end] for cell in rows[0].cells)
    if said == names:
        return page
    blocks = (
        replace(one, columns=names) if one.role == "row" and len(one.cells) == len(names) else one
        for one in page.blocks
    )
    return replace(page, blocks=tuple(blocks))


def _block(
    start: int, end: int, role: BlockRole, level: int, cells: list[tuple[int, int]], columns: list[str]
) -> Block:
    return Block(Span(start, end), role, level, tuple(Span(*cell) for cell in cells), tuple(columns))


@contextmanager
def _worker(path: Path) -> Iterator[Iterator[dict[str, Any]]]:
    """The answers of a process that reads the file, one a page. It is ended with the block, or when it is silent."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", _WORKER, str(path)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        yield _answers(process, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _answers(process: subprocess.Popen[bytes], stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    head = _next(process, stream, 1)
    if error := head.get("error"):
        raise ReadError(_ERRORS[error])
    if head["pages"] > _MOST_PAGES:
        raise ReadError("pdf.too-many-pages", pages=head["pages"], most=_MOST_PAGES)
    end = time.monotonic() + _FILE_SECONDS
    for page in range(1, head["pages"] + 1):
        if time.monotonic() > end:
            raise ReadError("pdf.too-slow", minutes=_FILE_SECONDS / 60)
        yield _next(process, stream, page) | {"pages": head["pages"]}


def _next(process: subprocess.Popen[bytes], stream: IO[bytes], page: int) -> dict[str, Any]:
    """The next line of the process, ended where none comes in time. Raises ReadError where it died."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        process.kill()

    silence = threading.Timer(_PAGE_SECONDS, end)
    silence.start()
    try:
        line = stream.readline()
    finally:
        silence.cancel()
    if not line.endswith(b"\n"):
        slow = Wording(_SLOW, page=page, seconds=_PAGE_SECONDS)
        raise ReadError(_STUCK, trouble=slow if is_over.is_set() else _trouble(process.wait(), page))
    answer: dict[str, Any] = json.loads(line)
    return answer


def _trouble(code: int, page: int) -> Wording:
    """Why a process ended before its time, by its exit code."""
    if code == TOO_LONG:
        return Wording(_SLOW, page=page, seconds=SECONDS)
    if code == TOO_MUCH:
        return Wording(_LARGE, page=page, most=MEMORY_BYTES // MEGABYTE)
    return Wording(_CRASHED, page=page)


MEMORY_BYTES = 768 << 20  # resident; a page of text needs a few megabytes, Python and PDFium sixty
SECONDS = 20.0  # of the processor, for one page; the fullest broadsheet takes one
TOO_MUCH, TOO_LONG = 71, 72  # exit codes
_SPACE = 2 << 30  # bytes of address space, of which more is reserved than used
_LOOK_SECONDS = 0.05


class Watch:
    """Ends this process when it exceeds its limits. Time is counted anew from each `begin`."""

    def __init__(self) -> None:
        self._begun = time.process_time()
        _limit_by_system()
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        self._begun = time.process_time()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.process_time() - self._begun > SECONDS:
                os._exit(TOO_LONG)
            if (resident_bytes() or 0) > MEMORY_BYTES:
                os._exit(TOO_MUCH)


def resident_bytes() -> int | None:
    """The memory that this process holds, or where only that is told, the most that it ever held; None on Windows."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no Linux
        pass
    try:
        import resource
    except ModuleNotFoundError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _limit_by_system() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
    except (ValueError, OSError):  # macOS may take no such limit: the thread measures there, too
        return
