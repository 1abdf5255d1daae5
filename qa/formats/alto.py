"""ALTO (Library of Congress, versions 2 to 4): the text blocks and lines that OCR found on a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from qa.errors import ReadError
from qa.formats.discovery import picture_beside
from qa.formats.kept import compared_in_all, letters
from qa.formats.xml import Element, local
from qa.types import Block, BlockRole, Page, Picture, PrintedLine, Skipped, Span

_HEADLINE = 1.25  # a headline's font size over the body's
_TALL = 1.6  # the same of the lines' heights, which say less
_HEADLINE_CHARS = 80  # no headline is longer
_SET_IN = (1.0, 4.0)  # line heights: how far the first line of a paragraph is set in
_WIDE = 0.5  # of the line's height: a gap so wide between Han characters was meant as a space
_DEEPEST = 16  # elements around a composed block; each that is deeper would name all of its text blocks again
_NOWHERE = (0, 0, 0, 0)
_LABELS: Mapping[str, BlockRole] = {
    "heading": "heading",
    "headline": "heading",
    "title": "heading",
    "header": "heading",
    "subheading": "subtitle",
    "subtitle": "subtitle",
    "caption": "caption",
    "byline": "byline",
    "author": "byline",
}


Place: TypeAlias = tuple[int, int, int, int]
"""Left, top, right, bottom of a line, in the file's units; all 0 where it is not told."""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A block as printed. `size` is its font's, or its lines' height where `is_height`; 0 where neither is told."""

    id: str
    lines: tuple[str, ...]
    role: BlockRole | None
    size: float = 0.0
    is_height: bool = False
    places: tuple[Place, ...] = ()  # of its lines, where they are told

    @property
    def characters(self) -> int:
        return sum(map(len, self.lines))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page of an ALTO file: its number where it tells one, its blocks in reading order."""

    number: int | None
    blocks: tuple[TextBlock, ...]
    parts: Mapping[str, tuple[str, ...]]  # id of a composed block or of the page to the ids of the text blocks in it
    image: str = ""  # the name of its picture, where one is told
    frame: tuple[int, int] | None = None  # its width and height in the file's units; (0, 0): pixels; None: unknown


def pages(
    root: Element, path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None
) -> Iterator[Page]:
    """A page for each page of the file that holds text. Raises ReadError where none does."""
    yield from pages_of(sheets_of(root), path, source, shown(root))


def shown(root: Element) -> int:
    """How many letters the strings of an ALTO file hold, wherever they stand."""
    return sum(letters(each.get("CONTENT") or "") for each in root.iter("{*}String"))


def pages_of(told: Iterable[Sheet], path: Path, source: str, letters_shown: int) -> Iterator[Page]:
    """A page for each sheet that holds text, compared with what the file shows. Raises ReadError where none does."""
    yield from compared_in_all(_pages_of(told, path, source), letters_shown)


def _pages_of(told: Iterable[Sheet], path: Path, source: str) -> Iterator[Page]:
    sheets = [sheet for sheet in told if sheet.blocks]
    if not sheets:
        raise ReadError("alto.no-text")
    numbers = [sheet.number for sheet in sheets]
    are_told = None not in numbers and len(set(numbers)) == len(numbers)
    for position, sheet in enumerate(sheets, 1):
        text, blocks, starts = text_of((block, block.role) for block in sheet.blocks)
        number = sheet.number if are_told else position if len(sheets) > 1 else None
        page = Page(source=source, text=text, number=number, blocks=blocks)
        picture = picture_beside(path, sheet.image) if sheet.frame else ""
        if picture and sheet.frame:
            where = Picture(position if not sheet.image else 1, beside=picture, frame=sheet.frame)
            page = replace(page, printed=tuple(_printed(sheet, starts)), picture=where)
        yield page


def _printed(sheet: Sheet, starts: Sequence[int]) -> Iterator[PrintedLine]:
    """Where the lines of a sheet stand on its picture, as far as that is told."""
    lines = (line for block in sheet.blocks for line in block.lines)
    places = (place for block in sheet.blocks for place in block.places or [_NOWHERE] * len(block.lines))
    for start, line, place in zip(starts, lines, places, strict=True):
        if place[2] > place[0] and place[3] > place[1]:
            yield PrintedLine(start + len(line) - len(line.lstrip("\u3000")), start + len(line), *place)


def text_of(told: Iterable[tuple[TextBlock, BlockRole | None]]) -> tuple[str, tuple[Block, ...], list[int]]:
    """Blocks -> text: a printed line on each line, a blank line above each headline; and where the lines start."""
    parts: list[str] = []
    blocks: list[Block] = []
    starts: list[int] = []
    at = 0
    before: BlockRole | None = "heading"
    for block, role in told:
        if role in ("heading", "kicker") and before not in ("heading", "kicker"):
            parts.append("\n")
            at += 1
        for index, line in enumerate(block.lines):
            if role is not None:
                level = 1 if role == "heading" and index == 0 else 0
                blocks.append(Block(Span(at, at + len(line)), role, level))
            parts.append(line + "\n")
            starts.append(at)
            at += len(line) + 1
        before = role
    return "".join(parts), tuple(blocks), starts


def sheets_of(root: Element) -> Iterator[Sheet]:
    """The pages of an ALTO file."""
    sizes = {each.get("ID"): _number(each.get("FONTSIZE")) for each in root.iter("{*}TextStyle", "{*}ParagraphStyle")}
    tags: dict[str, str] = {}
    for tag in root.iter("{*}LayoutTag", "{*}StructureTag", "{*}RoleTag", "{*}OtherTag"):
        tags[tag.get("ID")] = (tag.get("LABEL") or tag.get("TYPE") or "").lower()
    order = {each.get("REF"): at for at, each in enumerate(root.iter("{*}ElementRef"))}
    seen: set[str] = set()
    image = next((each.text or "" for each in root.iter("{*}fileName")), "").strip()
    is_in_pixels = any((each.text or "").strip().lower() == "pixel" for each in root.iter("{*}MeasurementUnit"))
    for page in root.iter("{*}Page"):
        if next(page.iterancestors("{*}Page"), None) is not None:  # no page holds another: it was read with that one
            continue
        read = (_block(each, sizes, tags, seen) for each in page.iter("{*}TextBlock"))
        blocks = [block for block in read if block.lines]
        number = int(_number(page.get("PHYSICAL_IMG_NR"))) or None
        frame = int(_number(page.get("WIDTH"))), int(_number(page.get("HEIGHT")))
        in_order = tuple(with_headlines(_in_order(order, blocks)))
        yield Sheet(number, in_order, _parts(page), image, frame if all(frame) or is_in_pixels else None)


def _block(element: Element, sizes: Mapping[str, float], tags: Mapping[str, str], seen: set[str]) -> TextBlock:
    """A block; its id is made up where it has none, or one that was there before."""
    name = element.get("ID") or ""
    name = name if name and name not in seen else f"{name}#{len(seen)}"
    seen.add(name)
    printed = list(element.iterchildren("{*}TextLine"))
    edge = min((_number(line.get("HPOS")) for line in printed), default=0.0)
    told = [(_indent(line, edge) + text, _place(line)) for line in printed if (text := _line(line))]
    lines, places = tuple(text for text, _ in told), tuple(place for _, place in told)
    labels = [tags.get(one, "") for one in (element.get("TAGREFS") or "").split()] + [
        (element.get("TYPE") or "").lower()
    ]
    role = next((_LABELS[label] for label in labels if label in _LABELS), None)
    size = _font(element, printed, sizes)
    if size:
        return TextBlock(name, lines, role, size, places=places)
    heights = sorted(_number(line.get("HEIGHT")) for line in printed)
    height = heights[len(heights) // 2] if heights else 0.0
    return TextBlock(name, lines, role, height, is_height=True, places=places)


def _place(line: Element) -> Place:
    left, top, width, height = (round(_number(line.get(name))) for name in ("HPOS", "VPOS", "WIDTH", "HEIGHT"))
    return left, top, left + width, top + height


def _indent(line: Element, edge: float) -> str:
    """White space for a line that is set in from its block's edge, as a paragraph's first is."""
    height, distance = _number(line.get("HEIGHT")), _number(line.get("HPOS")) - edge
    return "\u3000\u3000" if 0 < _SET_IN[0] * height <= distance <= _SET_IN[1] * height else ""


def _font(block: Element, lines: Sequence[Element], sizes: Mapping[str, float]) -> float:
    """The font size that most of the block's strings have, else its lines, else itself; 0 where none is told."""
    strings = (string for line in lines for string in line.iterchildren("{*}String"))
    for elements in (strings, lines, [block]):
        told = Counter(sizes.get(one, 0.0) for each in elements for one in (each.get("STYLEREFS") or "").split())
        told.pop(0.0, None)
        if told:
            return max(told, key=lambda size: (told[size], -size))
    return 0.0


def _line(line: Element) -> str:
    """The printed line. A space between Han characters stands only where the gap is wide: engines put one anywhere."""
    parts: list[str] = []
    gap: Element | None = None
    is_bare = next(line.iterchildren("{*}SP"), None) is None  # a writer may leave spaces out
    for each in line.iterchildren(etree.Element):
        name = local(each)
        if name == "sp":
            gap = each
        elif name in ("string", "hyp"):
            content = " ".join((each.get("CONTENT") or "").split())
            if parts and content and name == "string" and _parts_words(parts[-1][-1], content[0], gap, line, is_bare):
                parts.append(" ")
            parts += [content] if content else []
            gap = None
    return "".join(parts)


def _parts_words(left: str, right: str, gap: Element | None, line: Element, is_bare: bool) -> bool:
    """Whether a space stands between two strings: `gap` is what the file has there, `is_bare`: it has none at all."""
    if left < "\u2e80" and right < "\u2e80":
        return gap is not None or is_bare
    if gap is None:
        return False
    if left < "\u2e80" or right < "\u2e80":
        return left.isalnum() and right.isalnum()
    return _number(gap.get("WIDTH")) > _WIDE * (_number(line.get("HEIGHT")) or 1e9)


def _in_order(told: Mapping[str, int], blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """As the file's reading order says (the place of each id in it), what it leaves out after it; else as written."""
    return sorted(blocks, key=lambda block: told.get(block.id, len(told)))


def with_headlines(blocks: Sequence[TextBlock]) -> Iterator[TextBlock]:
    """Blocks without a role that are set larger than the body are headlines."""
    weights: Counter[tuple[bool, float]] = Counter()
    for block in blocks:
        weights[block.is_height, block.size] += block.characters
    bodies: dict[bool, float] = {}
    for (is_height, size), _ in sorted(weights.items(), key=lambda one: (-one[1], one[0][1])):
        bodies.setdefault(is_height, size)  # the size that most characters have, the smaller of two
    for block in blocks:
        body = bodies[block.is_height]
        is_large = body and block.size >= (_TALL if block.is_height else _HEADLINE) * body
        if block.role is None and is_large and block.characters <= _HEADLINE_CHARS:
            yield replace(block, role="heading")
        else:
            yield block


def _parts(page: Element) -> dict[str, tuple[str, ...]]:
    return {
        each.get("ID") or "": tuple(block.get("ID") or "" for block in each.iter("{*}TextBlock"))
        for each in page.iter("{*}ComposedBlock", "{*}Page", "{*}PrintSpace")
        if sum(1 for _ in islice(each.iterancestors(), _DEEPEST)) < _DEEPEST
    }


def _number(written: str | None) -> float:
    """A length or a count; 0 where none is written."""
    try:
        value = float(written or 0)
    except ValueError:
        return 0.0
    return value if 0 <= value < 1e9 else 0.0
