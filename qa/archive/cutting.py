"""A page's stories, cut and mended by hand; an endless page part by part, so that memory stays bounded."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.changes import Edit
from qa.types import Article, Block, Page, Piece, Span

if TYPE_CHECKING:
    from qa.articles.mending import Mended

_PART_CHARS = 500_000  # of a page that is cut at once; a printed page has some ten thousand
_GAP = re.compile(r"\n[ \t\u3000]*\r?\n")


def stories_of(page: Page, edits: Collection[Edit]) -> Iterator[Mended]:
    """The stories of a page, in its order. A page longer than any that was printed is cut in parts that end at a blank
    line, or where there is none at the end of a line: no story runs over such an end.
    """
    from qa import articles  # its patterns take long to compile, and who only asks needs none of them
    from qa.articles.mending import mend

    if page.record is not None or len(page.text) <= _PART_CHARS:
        yield from mend(articles.cut(page), edits)
        return
    start = 0
    while start < len(page.text):
        end = _end_of_part(page.text, start)
        yield from mend([_moved(one, start) for one in articles.cut(_part(page, start, end))], edits)
        start = end


def _end_of_part(text: str, start: int) -> int:
    """Behind the first blank line after `_PART_CHARS` and before twice as many, else a line's end, else right there."""
    full = start + _PART_CHARS
    if full >= len(text):
        return len(text)
    if gap := _GAP.search(text, full, full + _PART_CHARS):
        return gap.end()
    line = text.find("\n", full, full + _PART_CHARS)
    return line + 1 if line >= 0 else full


def _part(page: Page, start: int, end: int) -> Page:
    blocks = tuple(
        Block(Span(max(block.span.start, start) - start, min(block.span.end, end) - start), block.role, block.level)
        for block in page.blocks
        if block.span.start < end and block.span.end > start
    )
    return replace(page, text=page.text[start:end], blocks=blocks)


def _moved(article: Article, by: int) -> Article:
    """The article of a part, as it stands on the page."""
    places = (
        replace(place, pieces=tuple(Piece(at, start + by, end + by) for at, start, end in place.pieces))
        for place in article.places
    )
    return replace(article, places=tuple(places))
