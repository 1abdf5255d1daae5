"""HTML: the article of a saved web page, one page and one story. Scripts are not run, nothing is fetched."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from lxml import etree

from qa.errors import ReadError
from qa.readers.article import main_content
from qa.readers.decoding import decode
from qa.readers.files import read_bytes
from qa.readers.markup import flow
from qa.readers.metadata import metadata_of
from qa.readers.safe_xml import Element
from qa.readers.tags import check_tags
from qa.types import Block, Metadata, Page, Skipped, Span

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
        raise ReadError("网页里没有文字，可能要靠脚本才显示。在浏览器里打开，另存为文本或 PDF 再加入")
    story = Block(Span(0, len(shown)), "story")
    yield Page(source=source, text=shown, encoding=encoding, metadata=metadata, blocks=(story, *blocks))


def parse(text: str) -> Element:
    """The tree of a page, mended as browsers do. Raises ReadError where libxml2's limits cut it off."""
    check_tags(text)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.encode("utf-8"), parser)
    except etree.XMLSyntaxError as error:
        raise ReadError("网页的结构读不了，或是空的。在浏览器里打开，另存一次再加入") from error
    if root is None or any(entry.level_name == "FATAL" for entry in parser.error_log):
        raise ReadError("网页嵌套太深或太大，不像正常的网页，没有读入")
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
