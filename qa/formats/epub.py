"""EPUB: each document of the book is a record; one with several headings of the same level is several articles."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.decoding import decode
from qa.formats.html_parser import parse as parse_html
from qa.formats.html_text import Flow, flow
from qa.formats.kept import compared_in_all, letters
from qa.formats.metadata import metadata_of
from qa.formats.outlines import with_stories
from qa.formats.xml import Element, local, parse
from qa.formats.zip import SafeZip, open_zip
from qa.types import Block, Metadata, Page, Skipped, Span

_CONTAINER = "META-INF/container.xml"
_LOCKED = "META-INF/encryption.xml"
_XHTML = ("application/xhtml+xml", "text/html")


class _Item(NamedTuple):
    name: str  # inside the archive
    kind: str
    properties: str


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """A page for each document that shows text, in reading order; the table of contents is left out.

    The book's title is the paper's name, its date the articles'. A document that cannot be read goes to `on_skip`; one
    that is in the book and not in its reading order counts as shown and not kept.
    Raises ReadError for a damaged or locked book, and for one without text.
    """
    pages, shown = list[Page](), 0
    with open_zip(path, max_bytes) as packed:
        folder, package = _package(packed)
        book, listed = _book(package), _listed(package)
        for name, item in _documents(package, folder).items():
            try:
                root = _root(packed.read(item.name))
            except ReadError as error:
                if on_skip is not None and name in listed:
                    on_skip(Skipped(f"{path}:{item.name}", _reason(packed, error), failed=True))
                continue
            shown += _letters(root)
            page = _page(item.name, flow(root), source, book) if name in listed else None
            pages += [page] if page else []
    if not pages:
        raise ReadError("epub.no-text")
    yield from compared_in_all(pages, shown)


def _package(packed: SafeZip) -> tuple[str, Element]:
    """The folder of the package document, and its root."""
    container = parse(packed.read(_CONTAINER))
    path = next((each.get("full-path") for each in container.iter("{*}rootfile")), None)
    if not path:
        raise ReadError("epub.no-table-of-files")
    return posixpath.dirname(path), parse(packed.read(path))


def _book(package: Element) -> Metadata:
    told: dict[str, object] = {}
    for element in package.iter("{*}title", "{*}date"):
        told.setdefault({"title": "paper", "date": "date"}[local(element)], (element.text or "").strip())
    return metadata_of(told)


def _listed(package: Element) -> Mapping[str, None]:
    """The names of the book's reading order."""
    return dict.fromkeys(element.get("idref") or "" for element in package.iter("{*}itemref"))


def _documents(package: Element, folder: str) -> Mapping[str, _Item]:
    """The documents of a book by their names, those of its reading order first; the table of contents is none."""
    items: Mapping[str, _Item] = {
        element.get("id") or "": _Item(
            posixpath.normpath(posixpath.join(folder, unquote(element.get("href") or ""))),
            element.get("media-type") or "",
            element.get("properties") or "",
        )
        for element in package.iter("{*}manifest/{*}item", "{*}item")
    }
    return {
        name: items[name]
        for name in [*_listed(package), *items]
        if name in items and items[name].kind in _XHTML and "nav" not in items[name].properties.split()
    }


def _reason(packed: SafeZip, error: ReadError) -> str:
    return Wording("epub.locked") if packed.has(_LOCKED) else str(error)


def _page(name: str, shown: Flow, source: str, book: Metadata) -> Page | None:
    """The document as a page; None where it shows no text."""
    text, told = shown
    if not text.strip():
        return None
    title = next((text[block.span.start : block.span.end] for block in told if block.role == "heading"), None)
    metadata = Metadata(title=title).over(book)
    headings = [block for block in told if block.role == "heading"]
    outline = with_stories(text, headings)
    if any(block.role == "story" for block in outline):
        blocks = (*outline, *(block for block in told if block.role != "heading"))
    else:
        blocks = (*_stories(text, told), *told)
    return Page(source=source, text=text, record=name, encoding="utf-8", metadata=metadata, blocks=blocks)


def _root(data: bytes) -> Element:
    """XHTML as it is written, else mended as HTML; entities that only HTML knows make the difference."""
    try:
        return parse(data)
    except ReadError:
        text, _ = decode(data)
        return parse_html(text)


def _letters(root: Element) -> int:
    body = next((each for each in root.iter() if local(each) == "body"), root)
    return letters("".join(body.itertext()))


def _stories(text: str, blocks: tuple[Block, ...]) -> Iterator[Block]:
    """One story, or one from each of the highest headings on where there are several."""
    levels = [block.level for block in blocks if block.role == "heading" and block.level]
    tops = [block.span.start for block in blocks if levels and block.level == min(levels)]
    starts = [0, *tops[1:]]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        yield Block(Span(start, end), "story")
