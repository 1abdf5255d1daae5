"""METS: an issue of a newspaper, one record an article, its text taken from the ALTO files that it lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from lxml import etree

from qa.errors import ReadError
from qa.formats import alto
from qa.formats.alto import Sheet, TextBlock
from qa.formats.files import read_bytes
from qa.formats.kept import compared_in_all
from qa.formats.metadata import metadata_of
from qa.formats.xml import Element, local, parse
from qa.types import Block, BlockRole, Metadata, Page, Skipped, Span

_MOST_SECTIONS = 16  # descriptions that a division points to
_MOST_NAMES = 100  # of one article; many articles may share a description of any length
_DESCRIBED = ("{*}title", "{*}dateIssued", "{*}date", "{*}namePart", "{*}creator")


class Descriptions:
    """The metadata (MODS or Dublin Core) that a division of an issue refers to."""

    def __init__(self, root: Element) -> None:
        self._sections = {each.get("ID"): each for each in root.iter("{*}dmdSec")}
        self._said: dict[str, _Said] = {}  # by section: many divisions may point to one

    def metadata(self, article: Element) -> Metadata:
        """The article's own description, paper and date of the issue around it."""
        own = self._of(article)
        around = [own, *map(self._of, article.iterancestors("{*}div"))]
        title = own.title or article.get("LABEL")
        date = next((one.date for one in around if one.date), None)
        paper = next((one.title for one in around[1:] if one.title), None)
        return metadata_of({"title": title, "byline": "、".join(own.names), "date": date, "paper": paper})

    def _of(self, division: Element) -> _Said:
        pointed = dict.fromkeys((division.get("DMDID") or "").split()[:_MOST_SECTIONS])
        return _together([self._of_section(name) for name in pointed if name in self._sections])

    def _of_section(self, name: str) -> _Said:
        if name not in self._said:
            self._said[name] = _said(self._sections[name])
        return self._said[name]


class _Said(NamedTuple):
    """Title, date and names of a description."""

    title: str | None = None
    date: str | None = None
    names: tuple[str, ...] = ()


def _said(section: Element) -> _Said:
    told: dict[str, list[str]] = {"title": [], "date": [], "names": []}
    for element in section.iter(*_DESCRIBED):
        key = {"title": "title", "namepart": "names", "creator": "names"}.get(local(element), "date")
        if len(told[key]) < _MOST_NAMES:
            told[key].append((element.text or "").strip())
    return _Said(_first(told["title"]), _first(told["date"]), tuple(filter(None, told["names"])))


def _together(said: Sequence[_Said]) -> _Said:
    names = (name for one in said for name in one.names)
    return _Said(_first(one.title for one in said), _first(one.date for one in said), tuple(islice(names, _MOST_NAMES)))


def _first(values: Iterable[str | None]) -> str | None:
    """The first that is told, though it be empty; None where none is."""
    return next((value for value in values if value is not None), None)


_HREF = "{http://www.w3.org/1999/xlink}href"
_MOST_FILES = 5000
_ROLES: Mapping[str, BlockRole] = {
    "heading": "heading",
    "headline": "heading",
    "title": "heading",
    "overline": "kicker",
    "subheadline": "subtitle",
    "subheading": "subtitle",
    "subtitle": "subtitle",
    "author": "byline",
    "byline": "byline",
    "caption": "caption",
}


OnSkip = Callable[[Skipped], None] | None
_Key = tuple[str, str]  # a block: the id of its file, its own id


@dataclass(slots=True)
class _Issue:
    """The ALTO files of an issue: each block where it stands."""

    blocks: dict[_Key, TextBlock] = field(default_factory=dict)  # in the pages' order
    numbers: dict[str, int] = field(default_factory=dict)  # file id to the number of its page
    taken: set[_Key] = field(default_factory=set)
    same: dict[str, str] = field(default_factory=dict)  # a further id of a file to the first
    shown: int = 0  # letters in all of its files
    _parts: dict[_Key, tuple[str, ...]] = field(default_factory=dict)
    _pages: dict[str, list[_Key]] = field(default_factory=lambda: defaultdict(list))
    _named: set[tuple[str, str | None]] = field(default_factory=set)  # areas that were asked for

    def add(self, file: str, number: int, sheet: Sheet) -> None:
        self.numbers[file] = number
        self.blocks.update({(file, block.id): block for block in sheet.blocks})
        self._pages[file] += [(file, block.id) for block in sheet.blocks]
        self._parts.update({(file, name): inner for name, inner in sheet.parts.items()})

    def take(self, file: str, begin: str | None) -> Iterator[_Key]:
        """The blocks that an area names, those left that no area before it took: one block, those of a composed block,
        or without a name all of the page.
        """
        file = self.same.get(file, file)
        if (file, begin) in self._named:
            return
        self._named.add((file, begin))
        named = self._pages.get(file, []) if begin is None else self._inside(file, begin)
        for key in named:
            if key in self.blocks and key not in self.taken:
                self.taken.add(key)
                yield key

    def _inside(self, file: str, begin: str) -> list[_Key]:
        return [(file, name) for name in self._parts.get((file, begin), (begin,))]


def pages(root: Element, path: Path, source: str, *, max_bytes: int, on_skip: OnSkip) -> Iterator[Page]:
    """A record for each article, in the issue's order, with the number of the page it starts on; then, page by page,
    what belongs to no article.

    An ALTO file that cannot be read goes to `on_skip`. Raises ReadError where there is no text at all.
    """
    issue = _issue(root, path, max_bytes, on_skip)
    if not issue.blocks:
        raise ReadError("mets.no-text")
    yield from compared_in_all(_pages(root, issue, source), issue.shown)


def _pages(root: Element, issue: _Issue, source: str) -> Iterator[Page]:
    described = Descriptions(root)
    records: set[str] = set()
    for position, article in enumerate(_articles(root), 1):
        if told := list(_told(article, issue)):
            name = article.get("ID") or article.get("DMDID") or str(position)
            name = name if name not in records else f"{name}-{position}"
            records.add(name)
            yield _record(described.metadata(article), name, told, issue, source)
    yield from _rest(issue, source)


def files_of(root: Element, path: Path) -> dict[str, Path | None]:
    """The XML files that a METS file names, by id, absolute, links resolved; None for one outside its folder."""
    folder = path.parent.resolve()
    found: dict[str, Path | None] = {}
    for element in root.iter("{*}file"):
        location = next(element.iter("{*}FLocat"), None)
        written = unquote((location.get(_HREF) if location is not None else None) or "")
        written = written.removeprefix("file://").replace("\\", "/")
        if written.lower().endswith(".xml") and "\0" not in written:
            target = (folder / written.lstrip("/")).resolve()
            found[element.get("ID") or written] = target if target.is_relative_to(folder) else None
    return {name: target for name, target in found.items() if target != path.resolve()}


def _issue(root: Element, path: Path, max_bytes: int, on_skip: OnSkip) -> _Issue:
    issue = _Issue()
    files = files_of(root, path)
    if len(files) > _MOST_FILES:
        raise ReadError("mets.too-many-files", files=len(files), most=_MOST_FILES)
    numbers = _page_numbers(root)
    read: dict[Path, str] = {}
    for position, (file, target) in enumerate(files.items(), 1):
        if target is not None and read.setdefault(target, file) != file:  # one that is named twice is read once
            issue.same[file] = read[target]
            continue
        try:
            page = _page(target, max_bytes)
            issue.shown += alto.shown(page)
            for sheet in alto.sheets_of(page):
                issue.add(file, numbers.get(file, position), sheet)
        except ReadError as error:
            if on_skip is not None:
                on_skip(Skipped(f"{path}:{target.name if target else file}", str(error), failed=True))
    return issue


def _page(target: Path | None, max_bytes: int) -> Element:
    """The root of a file that a METS names; one that is no ALTO has no sheets. Raises ReadError."""
    if target is None:
        raise ReadError("mets.leads-out")
    return parse(read_bytes(target, max_bytes))


def _page_numbers(root: Element) -> dict[str, int]:
    """File id to the order of its page in the physical structure."""
    numbers: dict[str, int] = {}
    for structure in root.iter("{*}structMap"):
        if (structure.get("TYPE") or "").lower() == "physical":
            leaves = [each for each in structure.iter("{*}div") if any(local(one) == "fptr" for one in each)]
            for position, page in enumerate(leaves, 1):
                order = page.get("ORDER") or ""
                for name in (
                    each.get("FILEID")
                    for own in page.iterchildren("{*}fptr")
                    for each in own.iter("{*}fptr", "{*}area")
                ):
                    numbers.setdefault(name, int(order) if order.isdecimal() and len(order) < 7 else position)
    return numbers


def _articles(root: Element) -> Iterator[Element]:
    """The topmost article divisions of the logical structure."""
    for structure in root.iter("{*}structMap"):
        is_inside = next(structure.iterancestors("{*}structMap"), None) is not None
        if not is_inside and (structure.get("TYPE") or "").lower() != "physical":
            walk = etree.iterwalk(structure, events=("start",))
            for _, element in walk:
                if local(element) == "div" and (element.get("TYPE") or "").lower() == "article":
                    walk.skip_subtree()
                    yield element


def _told(article: Element, issue: _Issue) -> Iterator[tuple[_Key, BlockRole | None]]:
    """The blocks of an article in its order that no article before it has, once each, with the role of the innermost
    division that has one.
    """
    roles: list[BlockRole | None] = [None]
    for event, element in etree.iterwalk(article, events=("start", "end"), tag=("{*}div", "{*}area")):
        if local(element) == "area":
            if event == "start":
                for key in issue.take(element.get("FILEID") or "", element.get("BEGIN")):
                    yield key, roles[-1]
        elif event == "start":
            roles.append(_ROLES.get((element.get("TYPE") or "").lower(), roles[-1]))
        else:
            roles.pop()


def _record(
    metadata: Metadata, name: str, told: Sequence[tuple[_Key, BlockRole | None]], issue: _Issue, source: str
) -> Page:
    text, blocks, _ = alto.text_of((issue.blocks[key], role) for key, role in told)
    number = issue.numbers[told[0][0][0]]
    story = Block(Span(0, len(text)), "story")
    return Page(source=source, text=text, number=number, record=name, metadata=metadata, blocks=(story, *blocks))


def _rest(issue: _Issue, source: str) -> Iterator[Page]:
    """What belongs to no article: advertisements, the masthead, or all of it where no articles are told."""
    by_page: dict[int, list[TextBlock]] = {}
    for key, block in issue.blocks.items():
        if key not in issue.taken:
            by_page.setdefault(issue.numbers[key[0]], []).append(block)
    for number in sorted(by_page):
        text, blocks, _ = alto.text_of((block, block.role) for block in by_page[number])
        yield Page(source=source, text=text, number=number, blocks=blocks)
