"""Mail (EML) and web pages saved as one file (MHTML)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.discovery import load_format
from qa.formats.files import read_bytes
from qa.formats.metadata import metadata_of
from qa.formats.stories import page_of_blocks
from qa.messages import Wording
from qa.store import own_files
from qa.types import Metadata, Page, Skipped

_HTML = "qa.formats.html"
_CHARSET = re.compile(rb"(<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*)[\w\-]{1,40}", re.IGNORECASE)
_NEWEST = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The letter or the page as one page; `on_skip` gets attachments. Raises ReadError where there is no text."""
    message = _parsed(read_bytes(path, max_bytes))
    saved = _is_saved_page(message)
    part = message.get_body(("html", "plain") if saved else ("plain", "html"))
    if part is None:
        raise ReadError("mail.no-text")
    said = Metadata() if saved else _said(message)
    for page in _pages(part, source, max_bytes):
        yield replace(page, metadata=said.over(page.metadata))
    for attached in () if saved else message.iter_attachments():
        if on_skip is not None and (name := attached.get_filename()):
            on_skip(Skipped(f"{path}:{name}", Wording("mail.attachment"), failed=False))


def _parsed(data: bytes) -> EmailMessage:
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        message.get_body()  # headers are read when they are asked for
    except (MessageError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        raise ReadError("mail.damaged") from error
    return message


def _is_saved_page(message: EmailMessage) -> bool:
    return message.get_content_type() == "multipart/related" and not message.get("To")


def _said(message: EmailMessage) -> Metadata:
    """Subject, sender's name and day of a letter."""
    name, _ = parseaddr(_header(message, "From"))
    try:
        date = parsedate_to_datetime(_header(message, "Date")).date().isoformat()
    except (ValueError, TypeError, IndexError):
        date = None
    return metadata_of({"title": _header(message, "Subject"), "byline": name, "date": date})


def _header(message: EmailMessage, name: str) -> str:
    """A header as text; empty where there is none, or none that can be read."""
    try:
        return str(message.get(name) or "")
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        return ""


def _pages(part: MIMEPart, source: str, max_bytes: int) -> Iterator[Page]:
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    text, encoding = _decoded(data, (part.get_content_charset() or "").lower())
    if part.get_content_subtype() != "html":
        if not text.strip():
            raise ReadError("mail.no-text")
        yield page_of_blocks(Page(source, "", encoding=encoding, share=1.0), text, ())
        return
    with own_files.temporary() as folder:
        saved = folder / "page.html"
        saved.write_bytes(_CHARSET.sub(rb"\1utf-8", text.encode("utf-8", "replace")))
        yield from list(load_format(_HTML).read(saved, source, max_bytes=max(max_bytes, len(data) * 4)))


def _decoded(data: bytes, declared: str) -> tuple[str, str]:
    """By the encoding that the letter declares, where all of it is that; else as any text."""
    encoding = _NEWEST.get(declared, declared)
    try:
        return data.decode(encoding or "utf-8"), encoding or "utf-8"
    except (UnicodeDecodeError, LookupError):
        return decode(data)
