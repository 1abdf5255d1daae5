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
        raise ReadError("不是完整的 XML（第 {line} 行）：可能没有下载完，重新取得再加入", line=line) from error
    except ValueError as error:
        raise ReadError("不是 XML 文件") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise ReadError("XML 里自带实体定义，可能是恶意文件，没有读入。用别的程序另存一次再加入")
    return root


def local(element: Element) -> str:
    """The element's name without its namespace, in lower case; "" for a comment or an entity."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
