"""Subtitles (SRT, WebVTT): the words of a recording are one story, their numbers and times belong to none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import ReadError
from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.formats.stories import page_of_blocks
from qa.formats.text_tables import TextLine, lines_of
from qa.types import Block, Metadata, Page, Skipped, Span

_TIME = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}\s*-->\s*(?:\d{1,3}:)?\d{1,2}:\d\d[.,]\d{1,3}.*")
_TAG = re.compile(r"</?(?:[cibuv]|lang|font|ruby|rt)(?:[ .\t][^<>\n]*)?>|<[\d:.]+>|\{\\an?\d{1,2}\}", re.IGNORECASE)
_VOICE = re.compile(r"<v(?:\.[^\s<>]+)?[ \t]+([^<>\n]{1,40})>")  # who speaks
_ENDS = re.compile(r"[。！？!?.…]\s*$")
_PRINTED = 0.1  # the share of lines that end a sentence, from which lines run on


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page, tags left out, the name of who speaks in front. Lines run on from one to the next where the
    text has full stops; else each stands alone, as the row of a table does.

    Raises ReadError where it cannot be read or decoded, or has no times.
    """
    text, encoding = decode(read_bytes(path, max_bytes))
    text = _TAG.sub("", _VOICE.sub(r"\1：", text))
    told = list(_told(text))
    spoken = [line for line, is_spoken in told if is_spoken]
    if not spoken:
        raise ReadError("subtitles.no-text")
    ended = sum(bool(_ENDS.search(line.text)) for line in spoken)
    runs_on = ended >= _PRINTED * len(spoken)
    blocks = (_block(line, is_spoken) for line, is_spoken in told if not (is_spoken and runs_on))
    page = Page(source, "", encoding=encoding, metadata=Metadata(title=path.stem), share=1.0)
    yield page_of_blocks(page, text, blocks)


def _block(line: TextLine, is_spoken: bool) -> Block:
    span = Span(line.start, line.start + len(line.text))
    return Block(span, "row", cells=(span,)) if is_spoken else Block(span, "metadata")


def _told(text: str) -> Iterator[tuple[TextLine, bool]]:
    """The lines that hold anything, and whether they are spoken: those below a time up to a blank line."""
    is_below_time = False
    for line in lines_of(text):
        if not line.text.strip():
            is_below_time = False
        elif _TIME.fullmatch(line.text):
            is_below_time = True
            yield line, False
        else:
            yield line, is_below_time
