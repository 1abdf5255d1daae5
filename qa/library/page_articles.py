"""Cut a page into articles and apply edits made by hand; a very long page in parts, so that memory is bounded."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from qa.types import Article, Block, Edit, Page, Piece, Span

if TYPE_CHECKING:
    from qa.articles.edits import EditedArticle


_PART_CHARS = 500_000  # of a page that is cut at once; a printed page has some ten thousand
_GAP = re.compile(r"\n[ \t\u3000]*\r?\n")


def edited_articles(page: Page, edits: Collection[Edit]) -> Iterator[EditedArticle]:
    """The stories of a page, in its order. A page longer than any that was printed is cut in parts that end at a blank
    line, or where there is none at the end of a line: no story runs over such an end.
    """
    from qa.articles import cutting  # its patterns take long to compile, and who only asks needs none of them
    from qa.articles.edits import apply_edits

    is_record = page.record is not None and not any(block.role == "page" for block in page.blocks)
    if is_record or len(page.text) <= _PART_CHARS:
        yield from apply_edits(cutting.cut(page), edits)
        return
    for start, part in _parts(page):
        yield from apply_edits([_moved(one, start) for one in cutting.cut(part)], edits)


def _end_of_part(text: str, start: int) -> int:
    """Behind the first blank line after `_PART_CHARS` and before twice as many, else a line's end, else right there."""
    full = start + _PART_CHARS
    if full >= len(text):
        return len(text)
    if gap := _GAP.search(text, full, full + _PART_CHARS):
        return gap.end()
    line = text.find("\n", full, full + _PART_CHARS)
    return line + 1 if line >= 0 else full


def _parts(page: Page) -> Iterator[tuple[int, Page]]:
    """The parts of a page and where each begins, with what its format says of it."""
    waiting = deque(sorted(enumerate(page.blocks), key=lambda one: one[1].span.start))
    held: list[tuple[int, Block]] = []  # those that reach into the part, with their places among the page's blocks
    start = 0
    while start < len(page.text):
        end = _end_of_part(page.text, start)
        while waiting and waiting[0][1].span.start < end:
            held.append(waiting.popleft())
        held = [one for one in held if one[1].span.end > start]
        blocks = tuple(_within(block, start, end) for _, block in sorted(held, key=lambda one: one[0]))
        yield start, replace(page, text=page.text[start:end], blocks=blocks)
        start = end


def _within(block: Block, start: int, end: int) -> Block:
    """The part of a block that lies in a part of its page, as it stands there."""
    span = Span(max(block.span.start, start) - start, min(block.span.end, end) - start)
    cells = (Span(cell.start - start, cell.end - start) for cell in block.cells if start <= cell.start < end)
    return replace(block, span=span, cells=tuple(cells))


def _moved(article: Article, by: int) -> Article:
    """The article of a part, as it stands on the page."""
    places = (
        replace(place, pieces=tuple(Piece(at, start + by, end + by) for at, start, end in place.pieces))
        for place in article.locations
    )
    return replace(article, locations=tuple(places))
