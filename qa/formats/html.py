"""HTML: one web page is one article; find its main content, leave out navigation and lists of links."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.html_content import Weights, main_content
from qa.formats.html_headline import headline_of, headline_text
from qa.formats.html_metadata import head_values, page_metadata
from qa.formats.html_parser import parse
from qa.formats.html_text import Flow, flow
from qa.formats.kept import compared
from qa.types import Block, Page, Skipped, Span

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w\-]{1,40})", re.IGNORECASE)
_CHARSET_BYTES = 4096  # where browsers look for the encoding too
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "utf-8": "utf-8"}


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page. What it hides counts as shown where that is more than what was kept: an article that a
    script was to unfold. ReadError where it cannot be read or decoded, or shows no text.
    """
    text, encoding = _decoded(read_bytes(path, max_bytes))
    root = parse(text)
    head = head_values(root)
    headline = headline_of(root, [head.get("title", ""), root.findtext(".//title") or ""])
    prose = Weights(root)
    whole = prose.of(root)
    main = main_content(root, prose, headline)
    metadata = page_metadata(root, head, headline_text(headline), _lines(flow(root)))
    shown, blocks = flow(main)
    if not shown.strip():
        raise ReadError("html.no-text")
    story = Block(Span(0, len(shown)), "story")
    page = Page(source=source, text=shown, encoding=encoding, metadata=metadata, blocks=(story, *blocks))
    kept = Weights(main).of(main)
    yield compared(page, kept, whole + (prose.hidden if prose.hidden > kept else 0))


def _lines(shown: Flow) -> list[str]:
    """The lines of a page but for the rows of its tables, whose cells say nothing of the page."""
    ends = accumulate(len(line) + 1 for line in shown.text.split("\n"))
    rows = {block.span.end + 1 for block in shown.blocks if block.role == "row"}
    return [line for line, end in zip(shown.text.split("\n"), ends, strict=True) if end not in rows]


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
