"""hOCR, as Tesseract, OCRopus and Kraken write it: an ``ocr_page`` is a page, an ``ocr_line`` a printed line."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from qa.errors import ReadError
from qa.formats.alto import Place, Sheet, TextBlock, pages_of, with_headlines
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.html_parser import parse as parse_html
from qa.formats.kept import letters
from qa.formats.xml import Element, local, parse
from qa.types import BlockRole, Page, Skipped

_IMAGE = re.compile(r"""\bimage\s+["']?([^"';]+)""")
_BOX = re.compile(r"\bbbox\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)\s+(-?\d+)")
_BLOCKS = frozenset({"ocr_par", "ocr_carea", "ocrx_block"})
_LINES: dict[str, BlockRole | None] = {
    "ocr_line": None,
    "ocrx_line": None,
    "ocr_textfloat": None,
    "ocr_header": None,
    "ocr_caption": "caption",
    "ocr_title": "heading",
}
_WIDE = 0.5  # of the line's height: a gap so wide between Han characters was meant as a space


class _Word(NamedTuple):
    text: str
    left: int
    right: int


class _Line(NamedTuple):
    """A printed line with its place in half its blocks; `height` 0 where no box is told."""

    text: str
    role: BlockRole | None
    left: int
    height: int
    place: Place


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each page that holds text, numbered where they are several. Raises ReadError where none does."""
    data = read_bytes(path, max_bytes)
    try:
        root = parse(data)
    except ReadError:  # HTML that is no XML
        root = parse_html(decode(data)[0])
    sheets = [
        Sheet(None, tuple(with_headlines(list(_blocks(page)))), {}, _image(page), (_box(page) or (0, 0, 0, 0))[2:])
        for page in root.iter()
        if "ocr_page" in _classes(page)
    ]
    body = next((each for each in root.iter() if local(each) == "body"), root)
    yield from pages_of(sheets, path, source, letters("".join(body.itertext())))


def _image(page: Element) -> str:
    found = _IMAGE.search(page.get("title") or "")
    return found[1].strip() if found else ""


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []


def _blocks(page: Element) -> Iterator[TextBlock]:
    """The paragraphs of a page, in the file's order; lines outside of any are one."""
    groups: dict[Element, list[_Line]] = {}
    for element in page.iter():
        kind = next((one for one in _classes(element) if one in _LINES), None)
        if kind is not None:
            line = _line(element, _LINES[kind])
            around = (each for each in element.iterancestors() if not _BLOCKS.isdisjoint(_classes(each)))
            if line.text:
                groups.setdefault(next(around, page), []).append(line)
    for number, lines in enumerate(groups.values()):
        edge = min(line.left for line in lines)
        heights = sorted(line.height for line in lines)
        height = heights[len(heights) // 2]
        said = tuple(
            ("\u3000\u3000" if 0 < height <= line.left - edge <= 4 * height else "") + line.text for line in lines
        )
        places = tuple(line.place for line in lines)
        yield TextBlock(f"b{number}", said, lines[0].role, float(height), is_height=True, places=places)


def _line(element: Element, role: BlockRole | None) -> _Line:
    box = _box(element)
    height = box[3] - box[1] if box else 0
    words = [word for each in element.iter() if "ocrx_word" in _classes(each) and (word := _word(each)).text]
    text = joined(words, height) if words else " ".join("".join(element.itertext()).split())
    return _Line(text, role, box[0] if box else 0, height, box or (0, 0, 0, 0))


def _word(element: Element) -> _Word:
    box = _box(element) or (0, 0, 0, 0)
    return _Word(" ".join("".join(element.itertext()).split()), box[0], box[2])


def _box(element: Element) -> tuple[int, int, int, int] | None:
    found = _BOX.search(element.get("title") or "")
    return (int(found[1]), int(found[2]), int(found[3]), int(found[4])) if found else None


def joined(words: Iterable[tuple[str, int, int]], height: float) -> str:
    """Words of a line, each with its left and right edge: a space stands between two that are not Chinese, beside a
    Chinese one only where the gap is wide.
    """
    parts: list[str] = []
    edge = 0
    for text, left, right in words:
        if parts and ((_is_latin(parts[-1][-1]) and _is_latin(text[0])) or left - edge > _WIDE * (height or 1e9)):
            parts.append(" ")
        parts.append(text)
        edge = right
    return "".join(parts)


def _is_latin(character: str) -> bool:
    return character < "\u2e80"
