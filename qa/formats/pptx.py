"""PPTX: a slide is a page, its title the headline, its tables rows, its notes at the end."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from qa.errors import ReadError
from qa.formats.kept import compared, letters
from qa.formats.stories import Line, story_page
from qa.formats.tables import rows_of
from qa.formats.xml import Element, local, parse
from qa.formats.zip import SafeZip, open_zip
from qa.types import Page, Skipped

_PRESENTATION = "ppt/presentation.xml"
_TITLES = ("title", "ctrTitle")
_SMALL_PRINT = ("sldNum", "dt", "ftr", "hdr", "sldImg")  # number, date, foot and head of a slide


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each slide that says anything, numbered from 1. Raises ReadError for a damaged file, and one without
    text.
    """
    found = 0
    with open_zip(path, max_bytes) as packed:
        slides = _slides(packed)
        for number, name in enumerate(slides, 1):
            slide, *notes = [parse(packed.read(name)), *_notes(packed, name)]
            lines = [*_lines(slide), *(line for root in notes for line in _lines(root))]
            if page := story_page(lines, Page(source, "", number=number, share=number / len(slides))):
                found += 1
                yield compared(page, letters(page.text), letters(page.text) + _drawn(packed, name))
    if not found:
        raise ReadError("pptx.no-text")


def _slides(packed: SafeZip) -> list[str]:
    """The parts of the slides, in the order of the presentation."""
    targets = _targets(packed, _PRESENTATION)
    listed = parse(packed.read(_PRESENTATION)).iter("{*}sldId")
    named = (value for each in listed for key, value in each.attrib.items() if key.endswith("}id"))
    return [targets[name] for name in named if name in targets and packed.has(targets[name])]


def _notes(packed: SafeZip, slide: str) -> Iterator[Element]:
    for target in _targets(packed, slide).values():
        if "/notesSlides/" in target and packed.has(target):
            yield parse(packed.read(target))


def _drawn(packed: SafeZip, slide: str) -> int:
    """How many characters the diagrams and charts of a slide hold, which are not read."""
    parts = [part for part in _targets(packed, slide).values() if "/diagrams/data" in part or "/charts/chart" in part]
    roots = [parse(packed.read(part)) for part in parts if packed.has(part)]
    return sum(letters(each.text or "") for root in roots for each in root.iter("{*}t", "{*}v"))


def _targets(packed: SafeZip, part: str) -> dict[str, str]:
    """What a part refers to: id to the name of another part."""
    folder, name = posixpath.split(part)
    relations = f"{folder}/_rels/{name}.rels"
    if not packed.has(relations):
        return {}
    found = parse(packed.read(relations)).iter("{*}Relationship")
    return {
        each.get("Id") or "": posixpath.normpath(posixpath.join(folder, each.get("Target") or "")).lstrip("/")
        for each in found
        if each.get("TargetMode") != "External"
    }


def _lines(root: Element) -> Iterator[Line]:
    """The lines of a slide or of its notes: the title first, then its shapes in their order."""
    shapes = [each for each in root.iter("{*}sp", "{*}graphicFrame") if _kind(each) not in _SMALL_PRINT]
    for shape in sorted(shapes, key=lambda each: _kind(each) not in _TITLES):
        table = next(shape.iter("{*}tbl"), None)
        if table is not None:
            yield from (Line(row) for row in rows_of([_cells(row) for row in table.iter("{*}tr")]))
            continue
        role = "heading" if _kind(shape) in _TITLES else None
        for paragraph in shape.iter("{*}p"):
            for said in _said(paragraph).split("\n"):
                yield Line(said, "heading" if role else "body")


def _kind(shape: Element) -> str:
    """What a placeholder is for; empty for any other shape."""
    holder = next(shape.iter("{*}ph"), None)
    return "" if holder is None else holder.get("type") or "body"


def _cells(row: Element) -> list[str]:
    return [" ".join(_said(each) for each in cell.iter("{*}p")) for cell in row.iterchildren("{*}tc")]


def _said(paragraph: Element) -> str:
    """The text of a paragraph, its line breaks kept."""
    parts = []
    for each in paragraph.iter(etree.Element):
        parts.append((each.text or "") if local(each) == "t" else "\n" if local(each) == "br" else "")
    return "".join(parts).replace("\v", "\n")
