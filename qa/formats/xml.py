"""XML: parse what may be hostile, and tell formats apart by the root element."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from qa.errors import ReadError
from qa.formats.discovery import load_format
from qa.formats.files import read_bytes
from qa.types import Page, Skipped

Element = Any  # lxml.etree._Element, which has no types


def parse(data: bytes) -> Element:
    """The root element. Raises ReadError for what is no whole XML document, and for one that declares entities."""
    data = _in_utf8(data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise ReadError("xml.broken", line=line) from error
    except ValueError as error:
        raise ReadError("xml.not-xml") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ReadError("xml.entities")
    return root


_GB_2312 = re.compile(
    rb"""^\s*<\?xml[^>]{0,80}?\sencoding\s*=\s*["'](?:gb2312|gb_2312-80|gbk|cp936)["'][^>]{0,80}?\?>""", re.I
)


def _in_utf8(data: bytes) -> bytes:
    """What declares an older Chinese encoding in UTF-8, without the declaration: it often has characters that only the
    newest one, GB 18030, knows.
    """
    declared = _GB_2312.match(data)
    if declared is None:
        return data
    try:
        return data[declared.end() :].decode("gb18030").encode("utf-8")
    except UnicodeDecodeError:
        return data


def local(element: Element) -> str:
    """The element's name without its namespace, in lower case; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


_ROOTS = {
    "alto": "qa.formats.alto",
    "mets": "qa.formats.mets",
    "html": "qa.formats.html",
    "pcgts": "qa.formats.page_xml",
    "rss": "qa.formats.feed",
    "feed": "qa.formats.feed",
    "rdf": "qa.formats.feed",
    "tei": "qa.formats.tei",
    "teicorpus": "qa.formats.tei",
}
"""Name of the root element, in lower case, to the module that reads it."""


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """As the format that the root element names. Raises ReadError for any other."""
    root = parse(read_bytes(path, max_bytes))
    name = local(root)
    if name not in _ROOTS:
        raise ReadError("xml.unknown-root", name=name)
    module = load_format(_ROOTS[name])
    if name == "html":
        yield from module.read(path, source, max_bytes=max_bytes, on_skip=on_skip)
    else:
        yield from module.pages(root, path, source, max_bytes=max_bytes, on_skip=on_skip)
