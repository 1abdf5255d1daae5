"""XML: tell ALTO, METS and XHTML apart by the root element."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import ReadError
from qa.formats import alto, html, mets
from qa.formats.files import read_bytes
from qa.formats.safe_xml import local, parse
from qa.types import Page, Skipped


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """As the format that the root element names. Raises ReadError for any other."""
    root = parse(read_bytes(path, max_bytes))
    match local(root):
        case "alto":
            yield from alto.pages(root, source)
        case "mets":
            yield from mets.pages(root, path, source, max_bytes=max_bytes, on_skip=on_skip)
        case "html":
            yield from html.read(path, source, max_bytes=max_bytes, on_skip=on_skip)
        case name:
            raise ReadError("xml.unknown-root", name=name)
