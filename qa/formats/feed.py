"""RSS (0.9 to 2.0) and Atom: an entry is a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email.utils import parsedate_to_datetime
from html import unescape
from pathlib import Path

from qa.errors import ReadError
from qa.formats.html_parser import parse as parse_html
from qa.formats.html_text import Flow, flow
from qa.formats.kept import compared, letters
from qa.formats.metadata import iso_date, metadata_of
from qa.formats.stories import page_of_blocks
from qa.formats.xml import Element, local
from qa.types import Metadata, Page, Skipped

_TEXTS = ("encoded", "content", "description", "summary")  # of an entry, usually the fullest first
_MARKUP = re.compile("</?[a-zA-Z][^<>]*>")
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
    told = [each for name in _TEXTS for each in entry.iterchildren(f"{{*}}{name}")]
    fullest = max(told, key=_letters, default=None)
    title = unescape(_MARKUP.sub("", _of(entry, "title")))
    text, blocks = ("", ()) if fullest is None else _flow_of(fullest)
    if not text.strip():
        text, blocks = title, ()
    if not text.strip():
        return None
    metadata = metadata_of({"title": title, "byline": _byline(entry), "date": _date(entry)}).over(page.metadata)
    whole = page_of_blocks(replace(page, metadata=metadata), text, blocks)
    return compared(whole, letters(text), 0 if fullest is None else _letters(fullest))


def _letters(element: Element) -> int:
    """How many letters an entry's text shows, in whatever form."""
    return letters(unescape(_MARKUP.sub("", "".join(element.itertext()))))


def _flow_of(element: Element) -> Flow:
    """What an element says: HTML, escaped or as elements, or plain text."""
    said = (element.text or "").strip()
    if len(element):
        return flow(element)
    return flow(parse_html(f"<html><body>{said}</body></html>")) if "<" in said else Flow(said + "\n", ())


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
