"""METS with ALTO (ENMAP and its like): a newspaper issue whose articles are cut already. Their cuts are kept.

A METS file names the ALTO files of its pages, and in its logical structure the blocks of each article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

from qa.errors import ReadError
from qa.readers import alto
from qa.readers.alto import Sheet, TextBlock
from qa.readers.files import read_bytes
from qa.readers.metadata import metadata_of
from qa.readers.safe_xml import Element, local, parse
from qa.types import Block, BlockRole, Metadata, Page, Skipped, Span

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

_DESCRIBED = ("{*}title", "{*}dateIssued", "{*}date", "{*}namePart", "{*}creator")

OnSkip = Callable[[Skipped], None] | None


@dataclass(slots=True)
class _Issue:
    """The ALTO files of an issue: each block where it stands."""

    blocks: dict[tuple[str, str], TextBlock] = field(default_factory=dict)  # (file id, block id), in the pages' order
    parts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)  # file id to the number of its page

    def take(self, file: str, number: int, sheet: Sheet) -> None:
        self.numbers[file] = number
        self.blocks.update({(file, block.id): block for block in sheet.blocks})
        self.parts.update({(file, name): inner for name, inner in sheet.parts.items()})

    def meant(self, file: str, begin: str | None) -> list[tuple[str, str]]:
        """The blocks that an area names: one, those of a composed block, or without a name all of the page."""
        if begin is None:
            return [key for key in self.blocks if key[0] == file]
        keys = [(file, name) for name in self.parts.get((file, begin), (begin,))]
        return [key for key in keys if key in self.blocks]


def pages(root: Element, path: Path, source: str, *, max_bytes: int, on_skip: OnSkip) -> Iterator[Page]:
    """A record for each article, in the issue's order, with the number of the page it starts on; then, page by page,
    what belongs to no article.

    An ALTO file that cannot be read goes to `on_skip`. Raises ReadError where there is no text at all.
    """
    issue = _issue(root, path, max_bytes, on_skip)
    if not issue.blocks:
        raise ReadError("METS 指向的 ALTO 文件里没有读到文字。把它们和 METS 放在同一个文件夹里再加入")
    taken: set[tuple[str, str]] = set()
    records: set[str] = set()
    for position, article in enumerate(_articles(root), 1):
        told = [one for one in _told(article, issue) if one[0] not in taken]
        if told:
            taken.update(key for key, _ in told)
            name = article.get("ID") or article.get("DMDID") or str(position)
            name = name if name not in records else f"{name}-{position}"
            records.add(name)
            yield _record(root, article, name, told, issue, source)
    yield from _rest(issue, taken, source)


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
        raise ReadError("METS 指向 {files} 个文件，超过上限 {most} 个", files=len(files), most=_MOST_FILES)
    numbers = _page_numbers(root)
    for position, (file, target) in enumerate(files.items(), 1):
        try:
            for sheet in _sheets(target, max_bytes):
                issue.take(file, numbers.get(file, position), sheet)
        except ReadError as error:
            if on_skip is not None:
                on_skip(Skipped(f"{path}:{target.name if target else file}", str(error), failed=True))
    return issue


def _sheets(target: Path | None, max_bytes: int) -> Iterator[Sheet]:
    """The pages of a file that a METS names; none where it is no ALTO. Raises ReadError."""
    if target is None:
        raise ReadError("METS 指向文件夹之外的文件，没有读。把它放进 METS 所在的文件夹")
    found = parse(read_bytes(target, max_bytes))
    if local(found) == "alto":
        yield from alto.sheets_of(found)


def _page_numbers(root: Element) -> dict[str, int]:
    """File id to the order of its page in the physical structure."""
    numbers: dict[str, int] = {}
    for structure in root.iter("{*}structMap"):
        if (structure.get("TYPE") or "").lower() == "physical":
            leaves = [each for each in structure.iter("{*}div") if any(local(one) == "fptr" for one in each)]
            for position, page in enumerate(leaves, 1):
                order = page.get("ORDER") or ""
                for name in (each.get("FILEID") for each in page.iter("{*}fptr", "{*}area")):
                    numbers.setdefault(name, int(order) if order.isdecimal() and len(order) < 7 else position)
    return numbers


def _articles(root: Element) -> Iterator[Element]:
    """The topmost article divisions of the logical structure."""
    for structure in root.iter("{*}structMap"):
        if (structure.get("TYPE") or "").lower() != "physical":
            walk = etree.iterwalk(structure, events=("start",))
            for _, element in walk:
                if local(element) == "div" and (element.get("TYPE") or "").lower() == "article":
                    walk.skip_subtree()
                    yield element


def _told(article: Element, issue: _Issue) -> list[tuple[tuple[str, str], BlockRole | None]]:
    """The blocks of an article in its order, once each, with the role of the innermost division that has one."""
    found: dict[tuple[str, str], BlockRole | None] = {}
    for area in article.iter("{*}area"):
        kinds = ((div.get("TYPE") or "").lower() for div in area.iterancestors("{*}div"))
        role = next((_ROLES[kind] for kind in kinds if kind in _ROLES), None)
        for key in issue.meant(area.get("FILEID") or "", area.get("BEGIN")):
            found.setdefault(key, role)
    return list(found.items())


def _record(
    root: Element,
    article: Element,
    name: str,
    told: list[tuple[tuple[str, str], BlockRole | None]],
    issue: _Issue,
    source: str,
) -> Page:
    text, blocks = alto.text_of((issue.blocks[key], role) for key, role in told)
    number = issue.numbers[told[0][0][0]]
    story = Block(Span(0, len(text)), "story")
    metadata = _metadata(root, article)
    return Page(source=source, text=text, number=number, record=name, metadata=metadata, blocks=(story, *blocks))


def _rest(issue: _Issue, taken: set[tuple[str, str]], source: str) -> Iterator[Page]:
    """What belongs to no article: advertisements, the masthead, or all of it where no articles are told."""
    by_page: dict[int, list[TextBlock]] = {}
    for key, block in issue.blocks.items():
        if key not in taken:
            by_page.setdefault(issue.numbers[key[0]], []).append(block)
    for number in sorted(by_page):
        text, blocks = alto.text_of((block, block.role) for block in by_page[number])
        yield Page(source=source, text=text, number=number, blocks=blocks)


def _metadata(root: Element, article: Element) -> Metadata:
    """The article's own description, paper and date of the issue around it."""
    sections = {each.get("ID"): each for each in root.iter("{*}dmdSec")}
    own = _described(sections, article)
    told: dict[str, object] = {"title": own.get("title") or article.get("LABEL"), "byline": own.get("names", "")}
    around = [own, *(_described(sections, each) for each in article.iterancestors("{*}div"))]
    told["date"] = next((one["date"] for one in around if one.get("date")), None)
    told["paper"] = next((one["title"] for one in around[1:] if one.get("title")), None)
    return metadata_of(told)


def _described(sections: Mapping[str, Element], division: Element) -> dict[str, str]:
    """Title, names and date of the MODS or Dublin Core that a division points to."""
    found: dict[str, str] = {}
    for name in (division.get("DMDID") or "").split():
        section = sections.get(name)
        for element in section.iter(*_DESCRIBED) if section is not None else ():
            key = {"title": "title", "namepart": "names", "creator": "names"}.get(local(element), "date")
            text = (element.text or "").strip()
            if key == "names" and text and key in found:
                found[key] += "、" + text
            else:
                found.setdefault(key, text)
    return found
