"""A story set as an Article: its text, where each piece of it stands on the page, and the parts told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from qa.articles.bylines import closing, names, opening
from qa.articles.headlines import first_clause, headline_of
from qa.articles.labels import is_sealed
from qa.articles.lines import Line, Paragraph
from qa.articles.paragraphs import paragraphs_of
from qa.articles.stories import Story
from qa.dates import date_of
from qa.types import Article, Page, Piece, Place, Span

_ID_BYTES = 8


def article_of(page: Page, story: Story) -> Article:
    """The article of a story. What the page's metadata says of paper and edition holds for it."""
    text, pieces = _set(page, story.heads + story.body)
    headline = headline_of(page, story)
    date, date_from, evidence = date_of(text, page)
    return Article(
        id=hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest(),
        text=text,
        title=headline.title if headline else first_clause(page, story),
        kicker=headline.kicker if headline else None,
        subtitle=headline.subtitle if headline else None,
        byline=page.metadata.byline or byline_of(page, story),
        paper=page.metadata.paper,
        edition=page.metadata.edition,
        date=date,
        date_from=date_from,
        date_evidence=evidence,
        title_inferred=headline is None,
        places=(Place(page.source, page.record, page.number, tuple(pieces)),),
    )


def record_article(page: Page, lines: Sequence[Line]) -> tuple[Article, ...]:
    """The one article of a record, never cut: its title is the one given, else its first clause."""
    if not lines:
        return ()
    article = article_of(page, Story(body=paragraphs_of(lines, ["start"] * len(lines))))
    return (replace(article, title=page.metadata.title, title_inferred=False) if page.metadata.title else article,)


def byline_of(page: Page, story: Story) -> tuple[str, ...]:
    """The names at the start of the lead, on a line of their own, or at the end."""
    found: list[str] = []
    for paragraph in story.body:
        span = _signed(paragraph)
        if span:
            printed = "".join(page.text[line.start : line.end] for line in paragraph.lines)
            found += names(printed[span.start : span.end], paragraph.text[span.start : span.end])
    return tuple(dict.fromkeys(found))


def _signed(paragraph: Paragraph) -> Span | None:
    if paragraph.role == "signature":
        return Span(0, len(paragraph.text))
    if paragraph.role != "body":
        return None
    start = opening(paragraph.text)
    if start and start.credits.start < start.credits.end:
        return start.credits
    return closing(paragraph.text)


def _set(page: Page, paragraphs: Sequence[Paragraph]) -> tuple[str, list[Piece]]:
    """The text of paragraphs, each on a line of its own unless the one before breaks off in a sentence."""
    parts: list[str] = []
    pieces: list[Piece] = []
    at = 0
    before: Paragraph | None = None
    for paragraph in paragraphs:
        glue = "" if before is None or _runs_on(before, paragraph) else "\n"
        if before is None:
            glue = ""
        for line in paragraph.lines:
            glue = glue or _space(page, parts, line)
            parts += [glue, page.text[line.start : line.end]]
            at += len(glue)
            pieces.append(Piece(at, line.start, line.end))
            at += line.end - line.start
            glue = ""
        before = paragraph
    return "".join(parts), pieces


def _runs_on(before: Paragraph, paragraph: Paragraph) -> bool:
    if before.role != "body" or paragraph.role != "body" or opening(paragraph.text):
        return False
    return not is_sealed(before.lines[-1].text) and not before.lines[-1].text.endswith((":", "—"))


def _space(page: Page, parts: list[str], line: Line) -> str:
    """A space where a line end parts two Latin words."""
    left, right = parts[-1][-1:] if parts else "", page.text[line.start]
    return " " if left.isascii() and left.isalpha() and right.isascii() and right.isalpha() else ""
