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
    """A line of an article: its position in the article's text, and which part of a headline it is, if any."""

    position: int
    role: str | None
    said: Markup


def printed(article: Article, part: Span, marks: Sequence[Marked], asked: Collection[str] = ()) -> list[Line]:
    """The lines of a part of the article, highlighted, question words `asked` underlined."""
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text, shown = article.text[part.start : part.end], []
    for line in lines(text):
        sign = HEADING.match(text, line.start, line.end)
        start = sign.end() if sign else line.start
        words = text[start : line.end]
        role = next((name for name, said in roles.items() if said == words), "heading" if sign else None)
        said = highlight(words, marks, part.start + start, standing(asked, words))
        shown.append(Line(part.start + line.start, role, said))
    return shown
