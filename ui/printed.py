"""A story as printed, as HTML: its headline with what is known of it, and its lines. Pure; everything is escaped."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from qa.text.matching import standing
from qa.types import Article, Span
from ui.describe import details
from ui.marks import Marked, escape, highlight, lines
from ui.words import Words

HEADING = re.compile(r"#{1,6}\s+")  # Markdown's sign of a heading: known by its look, not shown


def heading(article: Article, words: Words) -> str:
    """The headline, and under it paper, date, reporters and file."""
    inferred = f' title="{escape(words.inferred_title)}"' if article.title_inferred else ""
    return (
        f'<h3 class="headline"{inferred}>{escape(article.title)}</h3>'
        f'<p class="meta">{escape(" · ".join(details(article, words)))}</p>'
    )


def _nothing(_: int) -> str:
    return ""


def printed(
    article: Article,
    part: Span,
    marks: Sequence[Marked],
    asked: Collection[str] = (),
    before: Callable[[int], str] = _nothing,
) -> str:
    """A part of the article, line by line; headline parts look like what they are, words `asked` for are underlined.

    `before` gives the HTML in front of a line, from the line's position in the article's text.
    """
    roles = {"title": article.title, "kicker": article.kicker, "subtitle": article.subtitle}
    text = article.text[part.start : part.end]
    shown = []
    for line in lines(text):
        sign = HEADING.match(text, line.start, line.end)
        start = sign.end() if sign else line.start
        words = text[start : line.end]
        role = next((name for name, said in roles.items() if said == words), "heading" if sign else None)
        named = f' class="{role}"' if role else ""
        said = highlight(words, marks, part.start + start, standing(asked, words))
        shown.append(f"{before(part.start + line.start)}<p{named}>{said}</p>")
    return "".join(shown)
