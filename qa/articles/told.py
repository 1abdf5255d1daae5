"""What the page's format knows of its stories, honoured: a told cut is kept, and only the rest is cut by looks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile

from qa.articles.labels import label
from qa.articles.lines import Line, Paragraph
from qa.articles.paragraphs import paragraphs_of
from qa.articles.stories import Story
from qa.types import Page, Span

_HEADLINE = ("heading", "kicker", "subtitle")


def parts_of(page: Page, lines: Sequence[Line]) -> Iterator[tuple[bool, list[Line]]]:
    """The lines in runs: (True, the lines of one story) or (False, lines that still have to be cut)."""
    spans = sorted(block.span for block in page.blocks if block.role == "story")
    starts = [span.start for span in spans]
    for index, run in groupby(lines, key=lambda line: _story_at(spans, starts, line.start)):
        yield index is not None, list(run)


def _story_at(spans: Sequence[Span], starts: Sequence[int], position: int) -> int | None:
    index = bisect_right(starts, position) - 1
    return index if index >= 0 and position < spans[index].end else None


def is_whole(page: Page) -> bool:
    """Whether the page is a record that is one article as it stands: nothing is known of its lines."""
    return page.record is not None and not any(block.role in ("story", "page") for block in page.blocks)


def whole(lines: Sequence[Line]) -> Story:
    """A record as one story: every line a paragraph."""
    return Story(body=[Paragraph("body", (line,)) for line in lines])


def story_of(lines: Sequence[Line]) -> Story:
    """The lines of one told story: its first lines that the format calls a headline, and what stands below them.

    Where the format names no headline at all, the lines that look like one serve.
    """
    paragraphs = paragraphs_of(lines, label(lines))
    is_named = any(line.role in _HEADLINE or line.depth for line in lines)
    heads = list(takewhile(lambda one: one.role == "heading" and (not is_named or _is_told(one)), paragraphs))
    return Story(heads, paragraphs[len(heads) :])


def _is_told(paragraph: Paragraph) -> bool:
    return paragraph.lines[0].role in _HEADLINE or paragraph.lines[0].depth > 0
