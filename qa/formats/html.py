"""HTML: one web page is one article; find its main content, leave out navigation and lists of links."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.html_tables import data_characters
from qa.formats.html_text import check_tags, flow, is_shown
from qa.formats.metadata import metadata_of
from qa.formats.xml import Element, local
from qa.types import Block, Metadata, Page, Skipped, Span


class Share(NamedTuple):
    """How much of an element is links: links with text below it, their characters, and all its characters but white
    space.

    A link's characters are those of its text without the white space around it; a link in a link counts by itself.
    """

    links: int = 0
    linked: int = 0
    inked: int = 0


class Links:
    """The shares of an element and of all below it. Time is linear in their text, however they are nested."""

    def __init__(self, root: Element) -> None:
        self._shares: dict[Element, Share] = {}
        self._sums = Share()  # of what was passed
        self._length = 0  # characters that were passed
        self._ink_end = 0  # where the last of them that is no white space ends
        self._waiting: list[_Link] = []  # open links that hold nothing yet
        self._walk(root)

    def below(self, element: Element) -> Share:
        return self._shares[element]

    def _walk(self, root: Element) -> None:
        opened: list[tuple[Share, _Link | None]] = []
        for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
            if event == "start":
                link = _Link() if local(element) == "a" and element.get("href") else None
                self._waiting += [link] if link else []
                opened.append((self._sums, link))
                self._pass(element.text)
                continue
            if event == "end":
                before, link = opened.pop()
                if link:
                    self._close(link)
                self._shares[element] = Share(*(now - then for now, then in zip(self._sums, before, strict=True)))
            if element is not root:
                self._pass(element.tail)

    def _pass(self, text: str | None) -> None:
        if not text:
            return
        if inked := len("".join(text.split())):
            first = self._length + len(text) - len(text.lstrip())
            self._ink_end = self._length + len(text.rstrip())
            for link in self._waiting:
                link.start = first
            self._waiting.clear()
            self._sums = self._sums._replace(inked=self._sums.inked + inked)
        self._length += len(text)

    def _close(self, link: _Link) -> None:
        if link.start is None:  # nothing was passed since: it waits still, last of all
            self._waiting.pop()
            return
        links, linked, inked = self._sums
        self._sums = Share(links + 1, linked + self._ink_end - link.start, inked)


class _Link:
    """An open link, and where its text begins."""

    def __init__(self) -> None:
        self.start: int | None = None


_MOST = 0.9  # the share of the page's prose that the article's element holds
_ASIDE = 0.2  # what looks like furniture by its name and holds a greater share of the prose is none
_LINKED = 0.5  # the share of its characters in links from which a block is a list of links
_LEAST_LINKS = 2
_HEAD_CHARS = 400  # what may stand around a headline: date, source, author
_PROSE = re.compile("[，。；！？、“”：,;.!?:]")
_FURNITURE = frozenset({"nav", "footer", "aside", "form", "dialog", "menu"})
_ROLES = frozenset({"navigation", "banner", "contentinfo", "search", "complementary", "menu"})
_NAMED = re.compile(
    r"(?:^|[\s_\-])(?:nav\w*|menu\w*|sidebar|side|footer|foot|bottom\w*|breadcrumbs?|crumbs?|comments?|share\w*|social|related"
    r"|relate\w*|recommend\w*|copyright|advert\w*|ads?|pager|pagination|toolbar|topbar|login|search\w*|hot\w*|rank\w*)"
    r"(?=$|[\s_\-\d])",
    re.IGNORECASE,
)
_LISTS = frozenset({"div", "ul", "ol", "dl", "table", "section", "p"})
_HEADLINES = frozenset({"h1", "h2"})
_KEPT = frozenset({"html", "body", "article", "main"})

Weigh = Callable[[Element], int]


def main_content(body: Element) -> Element:
    """The element that holds the article, with what does not belong to it removed from the tree; `body` where there is
    no prose.
    """
    prose = _Weights(body)
    total = prose.of(body)
    if not total:
        return body
    around = (element for element in body.iter(etree.Element) if element is not body and _is_furniture(element))
    _remove([element for element in around if prose.of(element) <= _ASIDE * total])
    prose = _Weights(body)
    main = _narrowed(body, prose)
    main = _with_headline(main, prose)
    _remove(_link_lists(main))
    return main


class _Weights:
    """Characters of prose below each element: text outside links, in stretches that have punctuation."""

    def __init__(self, body: Element) -> None:
        self._weights: dict[Element, int] = {}
        for element in reversed(list(body.iter(etree.Element))):
            own = 0
            if is_shown(element):
                own = sum(map(_weight, _own_texts(element))) if local(element) != "a" else 0
                own += sum(self._weights.get(child, 0) for child in element)
                own = max(own, data_characters(element))
            self._weights[element] = own

    def of(self, element: Element) -> int:
        return self._weights.get(element, 0)


def _own_texts(element: Element) -> Iterator[str]:
    if element.text:
        yield element.text
    yield from (child.tail for child in element if child.tail)


def _weight(text: str) -> int:
    text = text.strip()
    return len(text) if _PROSE.search(text) else 0


def _is_furniture(element: Element) -> bool:
    name = local(element)
    if name in _KEPT:
        return False
    if name in _FURNITURE or (element.get("role") or "").lower() in _ROLES:
        return True
    return any(_NAMED.search(element.get(key) or "") for key in ("class", "id"))


def _narrowed(body: Element, prose: _Weights) -> Element:
    """The lowest element that holds most of the prose."""
    total = prose.of(body)
    main = body
    while True:
        below = max(main, key=prose.of, default=None)
        if below is None or not isinstance(below.tag, str) or prose.of(below) < max(1, _MOST * total):
            return main
        main = below


def _with_headline(main: Element, prose: _Weights) -> Element:
    """Widened to the nearest element with a headline in it, where that brings little prose with it."""
    if _has_headline(main):
        return main
    inner = main
    for around in main.iterancestors():
        if local(around) in ("html", "") or prose.of(around) > prose.of(main) + _HEAD_CHARS:
            return main
        if local(around) in _HEADLINES or any(_has_headline(each) for each in around if each is not inner):
            return around
        inner = around
    return main


def _has_headline(element: Element) -> bool:
    return any(local(each) in _HEADLINES for each in element.iter(etree.Element))


def _link_lists(main: Element) -> list[Element]:
    """The blocks below an element of which most is links, and several of them."""
    links = Links(main)
    return [
        element
        for element in main.iter(etree.Element)
        if element is not main and local(element) in _LISTS and _is_link_list(links, element)
    ]


def _is_link_list(links: Links, element: Element) -> bool:
    below = links.below(element)
    return below.links >= _LEAST_LINKS and below.linked >= _LINKED * below.inked


def _remove(elements: Sequence[Element]) -> None:
    """Take elements out, their tails left where they are. Each parent's texts are put together once."""
    gone = set(elements)
    for parent in dict.fromkeys(element.getparent() for element in elements):
        if parent is not None:
            _remove_below(parent, gone)


def _remove_below(parent: Element, gone: Collection[Element]) -> None:
    kept, texts = None, [parent.text]
    for child in list(parent):
        if child in gone:
            texts.append(child.tail)
            parent.remove(child)
        else:
            _set_text(parent, kept, texts)
            kept, texts = child, [child.tail]
    _set_text(parent, kept, texts)


def _set_text(parent: Element, child: Element | None, texts: Sequence[str | None]) -> None:
    """Put `texts` behind a child of `parent`, or in front of all where it is None."""
    if len(texts) > 1:
        text = "".join(each for each in texts if each)
        if child is None:
            parent.text = text
        else:
            child.tail = text


_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w\-]{1,40})", re.IGNORECASE)
_CHARSET_BYTES = 4096  # where browsers look for the encoding too
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "utf-8": "utf-8"}
_NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("og:title", "article:title", "articletitle", "twitter:title"),
    "byline": ("author", "article:author", "byl", "parsely-author"),
    "date": ("article:published_time", "publishdate", "pubdate", "publish-date", "date", "dc.date", "og:pubdate"),
    "paper": ("contentsource", "source", "og:site_name"),
}
_SITE = re.compile(r"\s*(?:[_|｜]|\s[-–—]\s).*$", re.DOTALL)  # what follows a headline in the window's title


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page. ReadError where it cannot be read or decoded, or shows no text."""
    text, encoding = _decoded(read_bytes(path, max_bytes))
    root = parse(text)
    metadata = _metadata(root)
    shown, blocks = flow(main_content(root))
    if not shown.strip():
        raise ReadError("html.no-text")
    story = Block(Span(0, len(shown)), "story")
    yield Page(source=source, text=shown, encoding=encoding, metadata=metadata, blocks=(story, *blocks))


def parse(text: str) -> Element:
    """The tree of a page, repaired as browsers do. Raises ReadError where libxml2's limits cut it off."""
    check_tags(text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("html.no-structure") from error
    if root is None or any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise ReadError("html.too-deep")
    return root


def _decoded(data: bytes) -> tuple[str, str]:
    """By the encoding that the page declares, where all of it is that; else as any text."""
    declared = _CHARSET.search(data[:_CHARSET_BYTES])
    encoding = _CHINESE.get(declared[1].decode("ascii").lower()) if declared else None
    if encoding and b"\x00" not in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode(encoding).removeprefix("\ufeff"), encoding
        except UnicodeDecodeError:
            pass  # a page may declare one thing and be another: then its bytes decide
    return decode(data)


def _metadata(root: Element) -> Metadata:
    """What the head says, ``meta`` before JSON-LD; the title is the only h1 before what the head says, that before the
    window's title without the site's name."""
    values = _linked_data(root)
    for element in root.iter("meta"):
        name = (element.get("property") or element.get("name") or "").strip().lower()
        for key, names in _NAMES.items():
            if name in names and (element.get("content") or "").strip():
                values[key] = element.get("content").strip()
    headlines = [" ".join("".join(each.itertext()).split()) for each in islice(root.iter("h1"), 2)]
    if len(headlines) == 1 and headlines[0]:
        values["title"] = headlines[0]
    elif "title" not in values:
        window = " ".join((root.findtext(".//title") or "").split())
        values["title"] = _SITE.sub("", window) or window
    return metadata_of(values)


def _linked_data(root: Element) -> dict[str, object]:
    """Headline, date and author of a JSON-LD block, as search engines are told them."""
    found: dict[str, object] = {}
    for element in root.iter("script"):
        if element.get("type") != "application/ld+json" or not element.text:
            continue
        try:
            value = json.loads(element.text)
        except (ValueError, RecursionError):
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                told = {"title": one.get("headline"), "date": one.get("datePublished"), "byline": _author(one)}
                found.update({key: each for key, each in told.items() if isinstance(each, str) and each})
    return found


def _author(value: Mapping[str, object]) -> object:
    author = value.get("author")
    author = author[0] if isinstance(author, list) and author else author
    return author.get("name") if isinstance(author, dict) else author
