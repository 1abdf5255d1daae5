"""Parse XML that may be hostile: nothing is fetched, no entity is expanded, sizes are bounded."""

from __future__ import annotations

from typing import Any

from lxml import etree

from qa.errors import ReadError

Element = Any  # lxml.etree._Element, which has no types


def parse(data: bytes) -> Element:
    """The root element. Raises ReadError for what is no whole XML document, and for one that declares entities."""
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


def local(element: Element) -> str:
    """The element's name without its namespace, in lower case; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
