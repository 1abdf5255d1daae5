"""The lines of an article as it was printed, for templates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from markupsafe import Markup

from qa.text.matching import standing
from qa.types import Article, Row, Span
from ui.marks import Doubted, Marked, highlight, lines

BLANK = " \t\n\r\f\0"  # what a browser may show as something else than it got; reading.js knows the same
HEADING = re.compile(r"#{1,6}\s+")  # Markdown's sign of a heading: known by its look, not shown


class Line(NamedTuple):
    """A line of an article: where it begins in the article's text, and what it is: a part of a headline, a row …"""

    position: int
    role: str | None
    said: Markup


def _row_at(article: Article, at: int) -> Row | None:
    """The row of a table that begins there."""
    return next((row for row in article.rows_within(at, at + 1) if row.start == at), None)


def _row_said(article: Article, row: Row, marks: Sequence[Marked], asked: Collection[str]) -> Markup:
    """The cells of a row under the names of their columns: a tab more for each cell that is empty."""
    parts, at, column = list[Markup](), row.start, 0
    names = _names_above(article, row)
    for cell, name in zip_longest(article.text[row.start : row.end].split("\t"), row.columns, fillvalue=""):
        place = names.index(name, column) if name in names[column:] else column
        parts += [Markup("\t" * (place - column)), highlight(cell, marks, at, standing(asked, cell)), Markup("\t")]
        at, column = at + len(cell) + 1, place + 1
    return Markup("").join(parts[:-1])


def _names_above(article: Article, row: Row) -> tuple[str, ...]:
    """The names of the columns of a row's table: those of the nearest row above it that names columns."""
    last = bisect_right(article.rows, row)
    return next((one.columns for one in reversed(article.rows[:last]) if article.is_header(one)), row.columns)


def printed(
    article: Article,
    part: Span,
    marks: Sequence[Marked],
    asked: Collection[str] = (),
    doubted: Sequence[Doubted] = (),
) -> list[Line]:
    """The lines of a part of the article, highlighted, question words `asked` underlined, or what is `doubted`."""
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text, shown = article.text[part.start : part.end], []
    for line in lines(text):
        start = _shown_start(text, line)
        words = text[start : line.end]
        other = "heading" if start > line.start else None
        role = next((name for name, said in roles.items() if said == words), other)
        row = _row_at(article, part.start + line.start) if article.rows else None
        if row is not None and row.end <= part.end:
            role = "names" if article.is_header(row) else "row"
            said = _row_said(article, row, marks, asked)
        else:
            said = highlight(words, marks, part.start + start, standing(asked, words), doubted)
        shown.append(Line(part.start + line.start, role, said))
    return shown


def inked(article: Article, part: Span, first: int, last: int) -> Span | None:
    """The range of the article's text from one of the characters that `printed` shows of a part of it to another, both
    counted from 0 without white space (BLANK); None where there is no such range.
    """
    text = article.text[part.start : part.end]
    shown = (at for line in lines(text) for at in range(_shown_start(text, line), line.end) if text[at] not in BLANK)
    if not 0 <= first <= last < len(text):
        return None
    found = tuple(islice(shown, first, last + 1))
    is_whole = len(found) == last - first + 1
    return Span(part.start + found[0], part.start + found[-1] + 1) if is_whole else None


def _shown_start(text: str, line: Span) -> int:
    """Where the words of a line begin, behind the sign of a heading."""
    sign = HEADING.match(text, line.start, line.end)
    return sign.end() if sign else line.start
