"""PDF with a text layer: one page is one Page, read column by column, in a process of its own with limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.isolated import Limits, Reader, answers_of
from qa.formats.kept import compared, letters
from qa.formats.plausibility import reads_well
from qa.types import Block, BlockRole, Page, Picture, PrintedLine, Skipped, Span

if find_spec("pypdfium2") is None:  # the worker imports it: here it is but missed in time
    raise ModuleNotFoundError("No module named 'pypdfium2'", name="pypdfium2")

LIMITS = Limits(
    seconds=20.0,  # the fullest broadsheet takes one
    page_seconds=60.0,
    file_seconds=3600.0,
    pages=20_000,
    memory_bytes=768 << 20,  # a page of text needs a few megabytes, Python and PDFium sixty
    address_bytes=2 << 30,
)
READER = Reader(
    "qa.formats.pdf_worker",
    LIMITS,
    {"encrypted": "pdf.password", "damaged": "pdf.damaged"},
    stuck="pdf.unreadable-part",
    too_many="pdf.too-many-pages",
    too_slow="pdf.too-slow",
)
_DPI = 300  # at which a page is drawn
_SIDE = 3000  # pixels that its longer side then has at most
_UNUSABLE = 0.3  # a page of whose characters more are unknown has no text layer to speak of
_OCR = "pdf.run-ocr"
_PAGE_ERRORS = {"damaged": "pdf.page-damaged", "crowded": "pdf.page-too-full"}


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each page that holds text, numbered from 1; headlines are blocks, known by their size.

    Pages without usable text are recognised after the others where `wenbao[scan]` is there, else they go to `on_skip`.
    Raises ReadError, possibly after some pages, for a scan without text, an encrypted or damaged file, and one that
    PDFium cannot cope with.
    """
    found = 0
    names: tuple[str, ...] = ()
    scanned: list[int] = []
    with answers_of(READER, path) as answers:
        for answer in answers:
            page, trouble = _page(answer, source)
            if page is not None:
                found += 1
                page = _with_names(page, names)
                names = _names_below(page)
                yield page
            elif trouble and answer.get("error") is None and find_spec("rapidocr"):
                scanned.append(answer["number"])
            elif trouble and on_skip is not None:
                on_skip(Skipped(f"{path}:{answer['number']}", trouble, failed=answer.get("error") is not None))
    if scanned:
        from qa.formats.picture import read_pages  # which needs the extra

        for page in read_pages(path, source, scanned, on_skip):
            found += 1
            yield page
    if not found:
        raise ReadError("pdf.no-text", advice=Wording(_OCR))


def scale_of(width: float, height: float) -> float:
    """How many pixels a point has when a page of so many points is drawn."""
    return min(_DPI / 72, _SIDE / max(width, height))


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
        printed = tuple(PrintedLine(*line) for line in answer["lines"])
        where, share = Picture(number), number / answer["pages"]
        page = Page(source, text, number, blocks=blocks, printed=printed, picture=where, share=share)
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
