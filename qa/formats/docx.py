"""DOCX: one file is one page; headings by outline level, rows of tables, notes at the end."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from qa.errors import ReadError
from qa.formats.kept import compared, letters
from qa.formats.outlines import with_stories
from qa.formats.tables import TableRow, is_data, lines_with_rows, rows_of
from qa.formats.xml import Element, parse
from qa.formats.zip import open_zip
from qa.types import Block, Page, Skipped, Span

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # says again what stands before it
_BOX = f"{_W}txbxContent"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_DOCUMENT, _STYLES = "word/document.xml", "word/styles.xml"
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_DEEPEST = 9  # Word's last outline level, body text
_MOST_COLUMNS = 63  # of a table in Word
_DAMAGED = "docx.damaged"
_DRAWN = ("word/diagrams/data", "word/charts/chart")
_CHUNKS = (".mht", ".mhtml", ".htm", ".html", ".txt", ".rtf")  # documents in the document, as some converters put them
_TAG = re.compile("<[^<>]*>")


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page, a paragraph a line. Headers, footers and deleted text are left out.

    Raises ReadError for a damaged document, one that grows out of proportion, and one without text.
    """
    parts, elsewhere = _checked(path, max_bytes)
    body = next(parts[_DOCUMENT].iterchildren(f"{_W}body"), None) if _DOCUMENT in parts else None
    if body is None:
        raise ReadError(_DAMAGED)
    levels = _levels(parts[_STYLES]) if _STYLES in parts else {}
    lines = list(_lines(body, levels))
    for name in _NOTES:
        lines += _lines(parts[name], levels) if name in parts else []
    text, rows = lines_with_rows(line for line, _ in lines)
    if not text.strip():
        raise ReadError("docx.no-text")
    every = Block(Span(0, len(text)), "paragraphs")
    page = Page(source=source, text=text, blocks=(every, *with_stories(text, list(_headings(lines))), *rows))
    yield compared(page, letters(text), letters(text) + elsewhere)


def _checked(path: Path, max_bytes: int) -> tuple[dict[str, Element], int]:
    """All parts unpacked once within the limits, none of them with entities; the roots of those that are read, and how
    many characters diagrams and documents in the document hold, which are not. Strict Open XML is read as what Word
    writes else: it says the same under other names.
    """
    roots: dict[str, Element] = {}
    elsewhere = 0
    with open_zip(path, max_bytes) as packed:
        for name in packed.names():
            data = packed.read(name)
            if name.endswith((".xml", ".rels")):
                root = parse(data.replace(_STRICT, _W[1:-1].encode()))
                roots |= {name: root} if name in (_DOCUMENT, _STYLES, *_NOTES) else {}
                elsewhere += _drawn(root) if name.startswith(_DRAWN) else 0
            elif name.lower().endswith(_CHUNKS):
                elsewhere += letters(_TAG.sub("", data.decode("utf-8", "replace")))
    return roots, elsewhere


def _drawn(root: Element) -> int:
    """How many characters a diagram holds."""
    return sum(letters(each.text or "") for each in root.iter("{*}t"))


def _levels(styles: Element) -> dict[str, int]:
    """Style id to outline level, from 1; styles of body text are left out."""
    levels: dict[str, int] = {}
    for style in styles.iter(f"{_W}style"):
        outline = next(style.iter(f"{_W}outlineLvl"), None)
        name = next((each.get(f"{_W}val") or "" for each in style.iter(f"{_W}name")), "").lower()
        level = _number(outline) if outline is not None else 1 if name in ("title", "标题") else 0
        if 0 < level <= _DEEPEST:
            levels[style.get(f"{_W}styleId") or ""] = level
    return levels


def _number(outline: Element) -> int:
    """An outline level from 1; 0 for none."""
    written = outline.get(f"{_W}val") or ""
    return int(written) + 1 if written.isdecimal() and int(written) < _DEEPEST else 0


def _lines(root: Element, levels: dict[str, int]) -> Iterator[tuple[str | TableRow, int]]:
    """The lines of a part with their heading level, in order; what stands in a text box comes after its paragraph."""
    walk = etree.iterwalk(root, events=("start",), tag=(f"{_W}p", f"{_W}tbl", _FALLBACK))
    for _, element in walk:
        if element.tag == f"{_W}tbl":
            grid, headed = _grid(element)
            if is_data(grid):
                walk.skip_subtree()
                yield from ((row, 0) for row in rows_of(grid, headed))
        elif element.tag == f"{_W}p":
            level = _level(element, levels)
            for line in _text(element).split("\n"):
                yield line, level if line.strip() else 0
                level = 0
        else:
            walk.skip_subtree()


def _grid(table: Element) -> tuple[list[list[str]], int | None]:
    """The cells of a table by row and column, one that reaches over several rows in each of them; how many of the first
    rows are marked to stand above each page, None where none is.
    """
    grid: list[list[str]] = []
    headed = 0
    for row in table.iter(f"{_W}tr"):
        if next(row.iterancestors(f"{_W}tbl"), None) is not table:
            continue
        headed += headed == len(grid) and row.find(f"{_W}trPr/{_W}tblHeader") is not None
        above = grid[-1] if grid else []
        grid.append([])
        for cell in _cells(row):
            at = len(grid[-1])
            goes_on = _is_merged(cell) and at < len(above)
            text = above[at] if goes_on else " ".join(_text(each) for each in cell.iter(f"{_W}p"))
            grid[-1] += [" ".join(text.split()), *[""] * (_columns_of(cell) - 1)]
    return grid, headed or None


def _is_merged(cell: Element) -> bool:
    """Whether a cell is the rest of the one above it."""
    merge = cell.find(f"{_W}tcPr/{_W}vMerge")
    return merge is not None and merge.get(f"{_W}val") in (None, "continue")


def _columns_of(cell: Element) -> int:
    span = cell.find(f"{_W}tcPr/{_W}gridSpan")
    written = "" if span is None else span.get(f"{_W}val") or ""
    return min(int(written), _MOST_COLUMNS) if written.isdecimal() and int(written) else 1


def _cells(row: Element) -> Iterator[Element]:
    """The row's own cells; those of a table inside one of them, or of a cell, belong to that one."""
    around = (f"{_W}tr", f"{_W}tc")
    return (cell for cell in row.iter(f"{_W}tc") if next(cell.iterancestors(*around), None) is row)


def _level(paragraph: Element, levels: dict[str, int]) -> int:
    properties = paragraph.find(f"{_W}pPr")
    if properties is None:
        return 0
    outline = properties.find(f"{_W}outlineLvl")
    style = properties.find(f"{_W}pStyle")
    if outline is not None:
        return _number(outline)
    return levels.get(style.get(f"{_W}val") or "", 0) if style is not None else 0


def _text(paragraph: Element) -> str:
    """What a paragraph says itself, without the text boxes and the paragraphs in it, which are read by themselves."""
    parts = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in (_BOX, _FALLBACK) or (element.tag == f"{_W}p" and element is not paragraph):
            walk.skip_subtree()
        elif element.tag == f"{_W}t":
            parts.append(element.text or "")
        else:
            parts.append(_SIGNS.get(element.tag, ""))
    return "".join(parts)


def _headings(lines: list[tuple[str | TableRow, int]]) -> Iterator[Block]:
    at = 0
    for line, level in lines:
        length = len(line if isinstance(line, str) else line.text)
        if level:
            yield Block(Span(at, at + length), "heading", level)
        at += length + 1
