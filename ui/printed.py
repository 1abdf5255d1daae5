"""The lines of an article as it was printed, for templates."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import NamedTuple

from markupsafe import Markup

from qa.text.matching import standing
from qa.types import Article, Row, Span
from ui.marks import Marked, highlight, lines

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


def printed(article: Article, part: Span, marks: Sequence[Marked], asked: Collection[str] = ()) -> list[Line]:
    """The lines of a part of the article, highlighted, question words `asked` underlined."""
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text, shown = article.text[part.start : part.end], []
    for line in lines(text):
        sign = HEADING.match(text, line.start, line.end)
        start = sign.end() if sign else line.start
        words = text[start : line.end]
        role = next((name for name, said in roles.items() if said == words), "heading" if sign else None)
        row = _row_at(article, part.start + line.start) if article.rows else None
        if row is not None and row.end <= part.end:
            role = "names" if article.is_header(row) else "row"
            said = _row_said(article, row, marks, asked)
        else:
            said = highlight(words, marks, part.start + start, standing(asked, words))
        shown.append(Line(part.start + line.start, role, said))
    return shown
