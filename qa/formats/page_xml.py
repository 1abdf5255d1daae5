"""PAGE XML (PRImA), as Transkribus and eScriptorium write it: the regions and lines of a page, in reading order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from lxml import etree

from qa.formats.alto import Place, Sheet, TextBlock, pages_of, with_headlines
from qa.formats.kept import letters
from qa.formats.xml import Element
from qa.types import BlockRole, Page, Skipped

_ROLES: Mapping[str, BlockRole] = {"heading": "heading", "caption": "caption", "credit": "byline"}
_TYPE = re.compile(r"structure\s*\{[^}]*\btype\s*:\s*([\w-]+)")  # Transkribus tells it here as well
_POINT = re.compile(r"(-?\d+),(-?\d+)")
_SET_IN = (1.0, 4.0)  # line heights: how far the first line of a paragraph is set in


def pages(
    root: Element, path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None
) -> Iterator[Page]:
    """A page for each page of the file that holds text. Raises ReadError where none does."""
    sheets = [
        Sheet(None, tuple(with_headlines(list(_blocks(page)))), {}, page.get("imageFilename") or "", _frame(page))
        for page in root.iter("{*}Page")
    ]
    yield from pages_of(sheets, path, source, sum(letters(_text(line)) for line in root.iter("{*}TextLine")))


def _blocks(page: Element) -> Iterator[TextBlock]:
    """The text regions and the cells of tables that hold anything: as the reading order says, what it leaves out after
    it, as written.
    """
    told = {name: at for at, name in enumerate(_in_order(page))}
    regions = sorted(page.iter("{*}TextRegion", "{*}TableCell"), key=lambda each: told.get(each.get("id"), len(told)))
    for number, region in enumerate(regions):
        lines, height, places = _lines(region)
        if lines:
            name = region.get("id") or f"r{number}"
            yield TextBlock(name, lines, _role(region), height, is_height=True, places=places)


def _frame(page: Element) -> tuple[int, int]:
    told = (page.get("imageWidth") or "", page.get("imageHeight") or "")
    return (int(told[0]), int(told[1])) if all(one.isdecimal() and len(one) < 7 for one in told) else (0, 0)


def _in_order(page: Element) -> Iterator[str | None]:
    """The ids of regions in reading order: within a group by their index, where they have one."""
    waiting = list(page.iterchildren("{*}ReadingOrder"))
    while waiting:
        element = waiting.pop()
        if said := element.get("regionRef"):
            yield said
        below = sorted(element.iterchildren(etree.Element), key=lambda each: _index(each.get("index")))
        waiting += reversed(below)


def _role(region: Element) -> BlockRole | None:
    said = _TYPE.search(region.get("custom") or "")
    return _ROLES.get((region.get("type") or (said[1] if said else "")).lower())


def _lines(region: Element) -> tuple[tuple[str, ...], float, tuple[Place, ...]]:
    """The lines of a region, those of regions inside it apart, their usual height, and where they stand; its own text
    where no line has any.
    """
    printed = [(_text(line), _place(line)) for line in region.iterchildren("{*}TextLine")]
    printed = [line for line in printed if line[0]]
    if not printed:
        whole = _text(region, is_whole=True)
        return tuple(filter(None, map(str.strip, whole.splitlines()))), 0.0, ()
    edge = min(place[0] for _, place in printed)
    height = sorted(place[3] - place[1] for _, place in printed)[len(printed) // 2]
    is_set_in = [0 < _SET_IN[0] * height <= place[0] - edge <= _SET_IN[1] * height for _, place in printed]
    lines = (("\u3000\u3000" if far else "") + line[0] for far, line in zip(is_set_in, printed, strict=True))
    return tuple(lines), float(height), tuple(place for _, place in printed)


def _text(element: Element, *, is_whole: bool = False) -> str:
    """What an element is transcribed as: of several readings the first; of a line without one its words."""
    readings = sorted(element.iterchildren("{*}TextEquiv"), key=lambda one: _index(one.get("index")))
    for reading in readings:
        said = reading.findtext("{*}Unicode") or reading.findtext("{*}PlainText") or ""
        if said.strip():
            return said if is_whole else " ".join(said.split())
    return "" if is_whole else "".join(_text(word) for word in element.iterchildren("{*}Word"))


def _index(written: str | None) -> int:
    return int(written) if written and written.isdecimal() and len(written) < 6 else 0


def _place(line: Element) -> Place:
    coordinates = line.find("{*}Coords")
    points = [] if coordinates is None else _POINT.findall(coordinates.get("points") or "")
    if not points:
        return 0, 0, 0, 0
    across, down = [int(x) for x, _ in points], [int(y) for _, y in points]
    return min(across), min(down), max(across), max(down)
