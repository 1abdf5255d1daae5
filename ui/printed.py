"""The lines of an article as it was printed, for templates."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from markupsafe import Markup

from qa.text.matching import standing
from qa.types import Article, Span
from ui.marks import Marked, highlight, lines

HEADING = re.compile(r"#{1,6}\s+")  # Markdown's sign of a heading: known by its look, not shown


class Line(NamedTuple):
    """A line of an article: where it begins in the article's text, and what it is: a part of a headline, a row …"""

    position: int
    role: str | None
    said: Markup


def _row_role(article: Article, at: int) -> str | None:
    """Whether a row of a table begins there, or the names of its columns."""
    rows = [row for row in article.rows_within(at, at + 1) if row.start == at]
    return None if not rows else "names" if article.is_header(rows[0]) else "row"


def printed(article: Article, part: Span, marks: Sequence[Marked], asked: Collection[str] = ()) -> list[Line]:
    """The lines of a part of the article, highlighted, question words `asked` underlined."""
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text, shown = article.text[part.start : part.end], []
    for line in lines(text):
        sign = HEADING.match(text, line.start, line.end)
        start = sign.end() if sign else line.start
        words = text[start : line.end]
        role = next((name for name, said in roles.items() if said == words), "heading" if sign else None)
        role = _row_role(article, part.start + line.start) or role
        said = highlight(words, marks, part.start + start, standing(asked, words))
        shown.append(Line(part.start + line.start, role, said))
    return shown
