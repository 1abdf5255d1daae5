"""Mail (EML) and web pages saved as one file (MHTML)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from email import policy
from email.errors import MessageError
from email.message import EmailMessage, Message, MIMEPart
from email.parser import BytesParser
from email.utils import parseaddr, parsedate_to_datetime
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.decoding import decode
from qa.formats.discovery import load_format
from qa.formats.files import read_bytes
from qa.formats.metadata import metadata_of
from qa.formats.stories import page_of_blocks
from qa.formats.text_tables import lines_of
from qa.store import own_files
from qa.types import Block, Metadata, Page, Skipped, Span

_HTML = "qa.formats.html"
_CHARSET = re.compile(rb"(<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*)[\w\-]{1,40}", re.IGNORECASE)
_QUOTED = (">", "|", "--", "__")  # marks of what is quoted, and rules
_FULL = 56  # half-width characters of a line that a program broke
_NEWEST = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The letter or the page as one page, a letter of HTML and more as several; `on_skip` gets attachments. Raises
    ReadError where there is no text.
    """
    message = _parsed(read_bytes(path, max_bytes))
    saved = _is_saved_page(message)
    parts = list(_texts(message, "html" if saved else "plain"))[: 1 if saved else None]
    pages = [page for part in _together(parts) for page in _pages(part, source, max_bytes)]
    if not pages:
        raise ReadError("mail.no-text")
    said = Metadata() if saved else _said(message)
    for number, page in enumerate(pages, 1):
        yield replace(page, metadata=said.over(page.metadata), number=number if len(pages) > 1 else None)
    for attached in () if saved else message.walk():
        if on_skip is not None and (name := _attached(attached)):
            on_skip(Skipped(f"{path}:{name}", Wording("mail.attachment"), failed=False))


def _parsed(data: bytes) -> EmailMessage:
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        for part in message.walk():  # headers are read when they are asked for
            part.get_filename(), part.get_content_type(), part.get_content_disposition(), part.get_content_charset()
    except (MessageError, ValueError, KeyError, IndexError, AttributeError, TypeError, RecursionError) as error:
        raise ReadError("mail.damaged") from error
    return message


class _Text(NamedTuple):
    """A text of a letter, decoded, and how it was."""

    said: str
    encoding: str
    is_html: bool


def _texts(part: MIMEPart, preferred: str) -> Iterator[_Text]:
    """The texts of a message, attachments left out; of what is told in several ways one, `preferred` where it is told
    so.
    """
    if _attached(part):
        return
    if part.get_content_type() == "multipart/alternative":
        ways = [list(_texts(each, preferred)) for each in part.iter_parts()]
        ways = [way for way in ways if any(text.said.strip() for text in way)]
        yield from next((way for way in ways if way[0].is_html == (preferred == "html")), ways[0] if ways else [])
    elif part.is_multipart():
        for each in part.iter_parts():
            yield from _texts(each, preferred)
    elif part.get_content_type() in ("text/plain", "text/html"):
        content = part.get_payload(decode=True)
        data = content if isinstance(content, bytes) else b""
        text, encoding = _decoded(data, (part.get_content_charset() or "").lower())
        yield _Text(text, encoding, part.get_content_subtype() == "html")


def _together(texts: Iterable[_Text]) -> Iterator[_Text]:
    """Plain texts that follow each other, between which pictures stood, as one."""
    for is_html, run in groupby(texts, key=lambda text: text.is_html):
        if is_html:
            yield from run
        else:
            said = list(run)
            yield said[0]._replace(said="\n".join(text.said for text in said))


def _attached(part: Message) -> str | None:
    """What a part is called that is no text of the letter itself; None for any other."""
    if part.get_content_type() == "message/rfc822":
        subjects = (_header(each, "Subject") for each in part.walk() if each is not part)
        return part.get_filename() or next(subjects, "") or "message/rfc822"
    return part.get_filename() or ("text" if part.get_content_disposition() == "attachment" else None)


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


def _header(message: Message, name: str) -> str:
    """A header as text; empty where there is none, or none that can be read."""
    try:
        return str(message.get(name) or "")
    except (MessageError, ValueError, IndexError, AttributeError, TypeError):
        return ""


def _pages(text: _Text, source: str, max_bytes: int) -> Iterator[Page]:
    if not text.said.strip():
        return
    if not text.is_html:
        yield page_of_blocks(Page(source, "", encoding=text.encoding, share=1.0), text.said, _begun(text.said))
        return
    data = _CHARSET.sub(rb"\1utf-8", text.said.encode("utf-8", "replace"))
    with own_files.temporary() as folder:
        saved = folder / "page.html"
        saved.write_bytes(data)
        yield from list(load_format(_HTML).read(saved, source, max_bytes=max(max_bytes, len(data))))


def _begun(text: str) -> Iterator[Block]:
    """The lines that do not go on from the one above: behind a blank line, a quoted or a short one, and quoted ones."""
    full = False
    for start, line in lines_of(text):
        is_quoted = line.startswith(_QUOTED)
        if is_quoted or not full:
            yield Block(Span(start, start + len(line)), "paragraphs")
        full = not is_quoted and len(line.encode("gb18030", "replace")) >= _FULL


def _decoded(data: bytes, declared: str) -> tuple[str, str]:
    """By the encoding that the letter declares, where all of it is that; else as any text."""
    encoding = _NEWEST.get(declared, declared)
    try:
        return data.decode(encoding or "utf-8"), encoding or "utf-8"
    except (UnicodeDecodeError, LookupError):
        return decode(data)
