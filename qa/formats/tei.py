"""TEI: a division that holds no other is a story; what stands beside its divisions in another is one of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from lxml import etree

from qa.errors import ReadError
from qa.formats.kept import compared_in_all, letters
from qa.formats.metadata import iso_date, metadata_of
from qa.formats.stories import Line, story_page
from qa.formats.tables import rows_of
from qa.formats.xml import Element, local
from qa.types import BlockRole, Metadata, Page, Skipped

_DIVISIONS = frozenset({"div", *(f"div{level}" for level in range(8)), "body", "front", "back", "group", "text"})
_ROLES: dict[str, BlockRole] = {"head": "heading", "byline": "byline", "docauthor": "byline", "figdesc": "caption"}
_LINES = frozenset(
    {"p", "ab", "l", "item", "dateline", "opener", "closer", "salute", "signed", "trailer", "q", "quote"}
)
_LEFT_OUT = frozenset({"teiheader", "fw", "facsimile", "note"})
_SECOND = frozenset({"corr", "reg", "expan"})  # of a choice: what the editor made of what is printed
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def pages(
    root: Element, path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None
) -> Iterator[Page]:
    """A page for each division that holds text itself, named by its id or its place. Raises ReadError without any."""
    left_out = sum(letters("".join(each.itertext())) for each in root.iter() if local(each) in _LEFT_OUT)
    yield from compared_in_all(_pages(root, source), letters("".join(root.itertext())) - left_out)


def _pages(root: Element, source: str) -> Iterator[Page]:
    around = _header(root)
    found, seen = 0, set[str]()
    for number, division in enumerate(root.iter(etree.Element), 1):
        if local(division) not in _DIVISIONS or any(local(each) in _LEFT_OUT for each in division.iterancestors()):
            continue
        lines = [line for child in division.iterchildren(etree.Element) for line in _lines_below(child)]
        name = division.get(_XML_ID) or str(number)
        name = f"{name}#{number}" if name in seen else name
        told = _told(division, lines).over(around)
        page = story_page(lines, Page(source, "", record=name, metadata=told)) if _has_body(lines) else None
        if page is not None:
            seen.add(name)
            found += 1
            yield page
    if not found:
        raise ReadError("tei.no-text")


def _header(root: Element) -> Metadata:
    """What the header says of the whole: the title as the paper, the day of its source or its publication."""
    title = next((_said(each) for each in root.iter("{*}title") if local(each.getparent()) == "titlestmt"), "")
    dates = (each for part in ("sourceDesc", "publicationStmt") for each in root.iterfind(f".//{{*}}{part}//{{*}}date"))
    date = next((day for each in dates if (day := _day(each))), None)
    return metadata_of({"paper": title, "date": date})


def _told(division: Element, lines: list[Line]) -> Metadata:
    """The headline of a division and its day."""
    title = next((line.said for line in lines if line.role == "heading" and isinstance(line.said, str)), None)
    dates = (each for child in division.iterchildren(etree.Element) for each in _dates_of(child))
    return metadata_of({"title": title, "date": next((day for each in dates if (day := _day(each))), None)})


def _dates_of(child: Element) -> Iterator[Element]:
    """The dates of what opens or closes a division."""
    if local(child) in ("dateline", "opener", "closer", "docdate", "date"):
        yield from child.iter("{*}date", "{*}docDate")


def _day(element: Element) -> str | None:
    return iso_date(element.get("when") or element.get("notBefore") or _said(element))


def _has_body(lines: list[Line]) -> bool:
    return any(line.role != "heading" for line in lines)


def _lines_below(element: Element) -> Iterator[Line]:
    """The lines of an element, those of divisions in it apart."""
    name = local(element)
    if name in _DIVISIONS or name in _LEFT_OUT or name == "":
        return
    if name == "table":
        grid = [[_said(cell) for cell in row.iterchildren("{*}cell")] for row in element.iter("{*}row")]
        yield from (Line(row) for row in rows_of(grid))
    elif name in _LINES or name in _ROLES or not len(element):
        role = _ROLES.get(name)
        yield Line(_said(element), role)
    else:
        for child in element.iterchildren(etree.Element):
            yield from _lines_below(child)


def _said(element: Element) -> str:
    return " ".join(_printed(element).split())


def _printed(element: Element) -> str:
    """What an element says as printed, on one line: what an editor made of it, notes and running heads left out."""
    parts = [element.text or ""]
    for child in element:
        name = local(child)
        is_second = name in _SECOND and local(element) == "choice"
        parts += ["" if is_second or name in _LEFT_OUT or not name else _printed(child), child.tail or ""]
    return "".join(parts)
