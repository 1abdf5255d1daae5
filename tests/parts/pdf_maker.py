"""Composes newspaper pages as PDF, so that every story, every line and the order they are read in are known.

A page is a grid of two to five columns. Stories stand in bands one below another; a band holds one to three of them
side by side, each with a headline over all its columns or the first. What is drawn first differs: story by story, line
by line over the page (as some programs write it), or in no order at all. Same seed, same pages.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Drawing = Literal["stories", "rows", "shuffled"]
FONT = "STSong-Light"  # a CID font: nothing is embedded, and no font file is needed
BODY = 9.0
LEADING = 13.0
_NEVER_FIRST = "，。、；：？！）》”’…"
_NARROW = 0.3  # of the stories have their headline over the first column alone
WIDTH, HEIGHT, MARGIN, GUTTER = 842.0, 1191.0, 36.0, 14.0


@dataclass(frozen=True, slots=True)
class Text:
    """A story to be set."""

    title: str
    paragraphs: tuple[str, ...]
    kicker: str | None = None
    subtitle: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed line: baseline from the top of the page."""

    text: str
    x: float
    y: float
    size: float


@dataclass(slots=True)
class Sheet:
    """A page: its lines in reading order, story by story."""

    columns: int
    stories: list[list[Mark]] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)

    @property
    def marks(self) -> list[Mark]:
        return [mark for story in self.stories for mark in story]


def compose(texts: Iterator[Text], columns: int, rng: random.Random) -> Sheet:
    """A page full of stories, or with all that there are."""
    sheet = Sheet(columns)
    column = (WIDTH - 2 * MARGIN - (columns - 1) * GUTTER) / columns
    top = MARGIN + 20
    while top < HEIGHT - 300:
        bottoms = []
        at = 0
        for span in _spans(columns, rng):
            text = next(texts, None)
            if text is None:
                return sheet
            heads = 1 if rng.random() < _NARROW else span
            marks, bottom = _set(text, MARGIN + at * (column + GUTTER), top, column, span, heads)
            if bottom > HEIGHT - MARGIN:
                break
            sheet.stories.append(marks)
            sheet.texts.append(text)
            bottoms.append(bottom)
            at += span
        if not bottoms:
            break
        top = max(bottoms) + rng.choice((14.0, 20.0, 28.0))
    return sheet


def _spans(columns: int, rng: random.Random) -> list[int]:
    """Columns shared out between the stories of a band."""
    spans = []
    while columns:
        span = rng.randint(1, min(columns, 3)) if columns > 1 else 1
        spans.append(span)
        columns -= span
    rng.shuffle(spans)
    return spans


def _set(text: Text, left: float, top: float, column: float, span: int, heads: int) -> tuple[list[Mark], float]:
    """The story's lines and where it ends: headline rows over the first `heads` of its columns, the body shared out."""
    width = heads * column + (heads - 1) * GUTTER
    marks: list[Mark] = []
    below = top
    for words, size in ((text.kicker, 12.5), (text.title, 20.0 if heads > 1 else 15.0), (text.subtitle, 12.5)):
        for row in wrapped(words or "", width, size):
            below += size * 1.3
            marks.append(Mark(row, left, below, size))
    starts = [below + 8 if at < heads else top + 8 for at in range(span)]
    rows = [row for words in text.paragraphs for row in wrapped("　　" + words, column, BODY)]
    bottom = max(starts) + LEADING
    while sum(_fits(start, bottom) for start in starts) < len(rows):
        bottom += LEADING
    places = [(at, row) for at, start in enumerate(starts) for row in range(_fits(start, bottom))]
    for words, (at, row) in zip(rows, places, strict=False):
        marks.append(Mark(words, left + at * (column + GUTTER), starts[at] + (row + 1) * LEADING, BODY))
    return marks, bottom + LEADING


def _fits(start: float, bottom: float) -> int:
    """How many rows a column holds."""
    return max(0, int((bottom - start) / LEADING))


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Rows of a text; none begins with a mark that belongs to what stands before it, as no paper prints it."""
    count = int(width / size)
    rows: list[str] = []
    at = 0
    while at < len(text):
        end = at + count
        while at + 1 < end < len(text) and text[end] in _NEVER_FIRST:
            end -= 1
        rows.append(text[at:end])
        at = end
    return rows


def draw(sheets: Sequence[Sheet], path: Path, drawing: Drawing = "stories", seed: int = 0) -> None:
    """Write the pages as one PDF."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=(WIDTH, HEIGHT), invariant=1)
    for sheet in sheets:
        for mark in _drawn(sheet, drawing, seed):
            canvas.setFont(FONT, mark.size)
            canvas.drawString(mark.x, HEIGHT - mark.y, mark.text)
        canvas.showPage()
    canvas.save()


def _drawn(sheet: Sheet, drawing: Drawing, seed: int) -> list[Mark]:
    marks = sheet.marks
    if drawing == "rows":
        return sorted(marks, key=lambda mark: (mark.y, mark.x))
    if drawing == "shuffled":
        random.Random(seed).shuffle(marks)
    return marks
