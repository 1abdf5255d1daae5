"""The process that reads one PDF: ``python -m qa.formats.pdf_worker FILE``, a JSON object a line on stdout.

PDFium is C++ and reads what strangers wrote: here it may crash, hang or eat memory, and the library goes on; a page has
a limit of either (`qa.formats.pdf`). Lines are ``{"pages": n}``, then for each page ``{"number", "text", "blocks",
"lines", "pictures", "shown", "unmapped"}``, or ``{"error": "encrypted"}``, ``{"error": "damaged"}``. A block is
``[start, end, role, level, cells, columns]``, a line ``[start, end, left, top, right, bottom]`` in pixels of the page
that `qa.formats.pixels` draws; `shown` counts the letters that PDFium finds, `unmapped` the characters whose font does
not say what they are. Scripts, links and forms are neither run nor followed: only the text layer is read, and where
lines are ruled.
"""

from __future__ import annotations

import ctypes
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from math import atan2, hypot, pi
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from qa.formats import pdf
from qa.formats.isolated import Watch, say
from qa.formats.kept import letters
from qa.formats.pdf_lines import Glyph, PdfLine, lines_of, once
from qa.formats.pdf_order import text_of
from qa.formats.pdf_tables import ruled, rules_of, unruled

_MOST_GLYPHS = 400_000  # on one page; the fullest broadsheet has 20,000
_MOST_PATHS = 5000
_FAR = 1e6  # points; nothing is printed further out
_LOW_HALVES = range(0xDC00, 0xE000)
_HYPHEN = 0x02  # PDFium's sign for the hyphen of a word that goes on in the next line
_FAILED = {pdfium.FPDF_ERR_PASSWORD: "encrypted", pdfium.FPDF_ERR_SECURITY: "encrypted"}


class _Printed(NamedTuple):
    """A character as PDFium tells of it, in points, y upwards."""

    text: str
    size: float
    quarters: int  # quarter turns anticlockwise of its line
    corners: tuple[tuple[float, float], ...]  # left bottom, right top, origin on the baseline


def main(path: str) -> None:
    watch = Watch(pdf.LIMITS)
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        say({"error": _FAILED.get(getattr(error, "err_code", 0) or 0, "damaged")})
        return
    say({"pages": len(document)})
    for index in range(len(document)):
        watch.begin()
        say({"number": index + 1, **_page(document, index)})


def _page(document: pypdfium2.PdfDocument, index: int) -> dict[str, object]:
    try:
        page = document[index]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return {"error": "damaged"}
    if textpage.count_chars() > _MOST_GLYPHS:
        return {"error": "crowded"}
    printed, turn = _upright(list(_printed(textpage)))
    glyphs = once(printed)
    twice = _letters(printed) - _letters(glyphs)
    tables, glyphs = ruled(glyphs, rules_of([] if turn else list(_drawn(page))))
    more, lines = unruled(lines_of(glyphs))
    text, blocks, begins = text_of(lines, [*tables, *more])
    return {
        "text": text,
        "blocks": [[*block.span, block.role, block.level, block.cells, block.columns] for block in blocks],
        "lines": [] if turn else list(_pixels(page, begins)),
        "pictures": any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3)),
        "shown": letters(textpage.get_text_range()) - twice,
        "unmapped": sum(pdfium.FPDFText_HasUnicodeMapError(textpage, at) == 1 for at in range(textpage.count_chars())),
    }


def _pixels(page: pypdfium2.PdfPage, begins: Sequence[tuple[int, PdfLine]]) -> Iterator[tuple[int, ...]]:
    """Where each line stands in the page's text, and on the page as it is drawn: left, top, right, bottom."""
    if page.get_rotation():
        return
    scale = pdf.scale_of(*page.get_size())
    edge, _, _, head = page.get_cropbox()
    for at, line in begins:
        left, top, right, bottom = zip(*line.boxes, strict=True)
        ends = min(left) - edge, min(top) + head, max(right) - edge, max(bottom) + head
        yield at, at + len(line.text), *(round(end * scale) for end in ends)


def _letters(glyphs: list[Glyph]) -> int:
    return letters("".join(glyph.text for glyph in glyphs))


def _drawn(page: pypdfium2.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """The boxes of the paths on a page: left, top, right, bottom."""
    for drawn in islice(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3), _MOST_PATHS):
        left, bottom, right, top = drawn.get_bounds()
        yield left, -top, right, -bottom


def _printed(textpage: pypdfium2.PdfTextPage) -> Iterator[_Printed]:
    """What is printed, in the file's order; characters that PDFium made up to part words and lines are left out."""
    box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    x, y = ctypes.c_double(), ctypes.c_double()
    half = 0  # the first half of a surrogate pair, whose box the second follows
    for at in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, at)
        text, half = _character(code, half), code if 0xD800 <= code < 0xDC00 else 0
        if not text or pdfium.FPDFText_IsGenerated(textpage, at) == 1:
            continue
        pdfium.FPDFText_GetLooseCharBox(textpage, at - (code in _LOW_HALVES), box)
        pdfium.FPDFText_GetMatrix(textpage, at, matrix)
        pdfium.FPDFText_GetCharOrigin(textpage, at, x, y)
        size = pdfium.FPDFText_GetFontSize(textpage, at) * hypot(matrix.c, matrix.d)
        corners = (box.left, box.bottom), (box.right, box.top), (x.value, y.value)
        if size > 0 and all(abs(value) < _FAR for point in corners for value in point):
            yield _Printed(text, size, round(atan2(matrix.b, matrix.a) / (pi / 2)) % 4, corners)


def _character(code: int, half: int) -> str:
    """The character of a code; "" where it is nothing or half of a pair without its other half."""
    if code in _LOW_HALVES:
        return chr(0x10000 + ((half - 0xD800) << 10) + (code - 0xDC00)) if half else ""
    if code == _HYPHEN:
        return "-"
    if 0xD800 <= code < 0xDC00:
        return ""
    is_control = code < 0x20 and chr(code) not in "\t\r\n"
    return "" if is_control or code in (0xFFFE, 0xFFFF) or code > sys.maxunicode else chr(code)


def _upright(printed: list[_Printed]) -> tuple[list[Glyph], int]:
    """The page turned so that most of its lines run from left to right, and by how many quarters; y downwards from then
    on.
    """
    turns = Counter(each.quarters for each in printed)
    turn = max(turns, key=lambda quarters: (turns[quarters], -quarters), default=0)
    glyphs = []
    for each in printed:
        (left, _), (right, _), (_, baseline) = (_turned(point, turn) for point in each.corners)
        glyphs.append(Glyph(each.text, min(left, right), max(left, right), -baseline, each.size))
    return glyphs, turn


def _turned(point: tuple[float, float], quarters: int) -> tuple[float, float]:
    """A point (y upwards) after so many quarter turns clockwise."""
    for _ in range(quarters):
        point = point[1], -point[0]
    return point


if __name__ == "__main__":
    main(sys.argv[1])
