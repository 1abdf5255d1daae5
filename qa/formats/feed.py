"""RSS (0.9 to 2.0) and Atom: an entry is a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from pathlib import Path

from qa.errors import ReadError
from qa.formats.html_parser import parse as parse_html
from qa.formats.html_text import Flow, flow
from qa.formats.metadata import iso_date, metadata_of
from qa.formats.stories import page_of_blocks
from qa.formats.xml import Element, local
from qa.types import Block, Metadata, Page, Skipped

_TEXTS = ("encoded", "content", "description", "summary")  # of an entry, the fullest first
_IDS = ("guid", "id", "link")


def pages(
    root: Element, path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None
) -> Iterator[Page]:
    """A page for each entry that says anything, under the feed's title as the paper. Raises ReadError without any."""
    paper = next((_said(each) for each in root.iter("{*}title") if local(each.getparent()) in ("channel", "feed")), "")
    seen: set[str] = set()
    for number, entry in enumerate(root.iter("{*}item", "{*}entry"), 1):
        page = _page(entry, Page(source, "", record=_id(entry, number, seen), metadata=Metadata(paper=paper or None)))
        if page is not None:
            yield page
    if not seen:
        raise ReadError("feed.no-entry")


def _page(entry: Element, page: Page) -> Page | None:
    text, blocks = _shown(entry)
    title = _of(entry, "title")
    if not text.strip():
        text, blocks = title, ()
    told = {"title": title, "byline": _byline(entry), "date": _date(entry)}
    metadata = metadata_of(told).over(page.metadata)
    return page_of_blocks(replace(page, metadata=metadata), text, blocks) if text.strip() else None


def _shown(entry: Element) -> tuple[str, tuple[Block, ...]]:
    """What an entry says at its fullest: HTML, escaped or as elements, or plain text."""
    for name in _TEXTS:
        for element in entry.iterchildren(f"{{*}}{name}"):
            if len(element):
                return flow(element)
            said = (element.text or "").strip()
            if "<" in said:
                return _flow_of(said)
            if said:
                return Flow(said + "\n", ())
    return "", ()


def _flow_of(markup: str) -> Flow:
    return flow(parse_html(f"<html><body>{markup}</body></html>"))


def _id(entry: Element, number: int, seen: set[str]) -> str:
    """The entry's own id, its number where it has none or one that was there before."""
    name = next((said for key in _IDS if (said := _of(entry, key))), str(number))
    name = f"{name}#{number}" if name in seen else name
    seen.add(name)
    return name


def _byline(entry: Element) -> str:
    for element in entry.iterchildren("{*}creator", "{*}author"):
        said = _said(element.find("{*}name")) or _said(element)
        if said and "@" not in said:
            return said
    return ""


def _date(entry: Element) -> str | None:
    """The day of publication, in ISO 8601 or as in mail."""
    for key in ("pubDate", "published", "date", "issued", "updated"):
        said = _of(entry, key)
        try:
            return iso_date(said) or parsedate_to_datetime(said).date().isoformat()
        except (ValueError, TypeError, IndexError):
            continue
    return None


def _of(entry: Element, name: str) -> str:
    return next((said for each in entry.iterchildren(f"{{*}}{name}") if (said := _said(each))), "")


def _said(element: Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
