"""A story set as an Article: its text, where each piece of it stands on the page, and the parts told apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from qa.articles.bylines import closing, names, opening
from qa.articles.headlines import first_clause, headline_of
from qa.articles.layout import is_sealed
from qa.articles.lines import Line, Paragraph
from qa.articles.stories import Story
from qa.dates import PageDay, date_of, page_day
from qa.types import Article, Page, Piece, Place, Span

_ID_BYTES = 8


def articles_of(page: Page, stories: Sequence[Story]) -> tuple[Article, ...]:
    """The articles of a page. Title and byline of its metadata hold where the page is one story."""
    settings = [_set(page, story.heads + story.body) for story in stories]
    day = page_day(page, [text for text, _ in settings])
    articles = tuple(
        _article(page, story, text, pieces, day) for story, (text, pieces) in zip(stories, settings, strict=True)
    )
    given = page.metadata
    if len(articles) != 1 or not (given.title or given.byline):
        return articles
    article = articles[0]
    return (
        replace(
            article,
            title=given.title or article.title,
            title_inferred=article.title_inferred and not given.title,
            byline=given.byline or article.byline,
        ),
    )


def _article(page: Page, story: Story, text: str, pieces: list[Piece], day: PageDay) -> Article:
    headline = headline_of(page, story)
    date, date_from, evidence = date_of(text, page, day)
    return Article(
        id=hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_ID_BYTES).hexdigest(),
        text=text,
        title=headline.title if headline else first_clause(page, story),
        kicker=headline.kicker if headline else None,
        subtitle=headline.subtitle if headline else None,
        byline=byline_of(page, story),
        paper=page.metadata.paper,
        edition=page.metadata.edition,
        date=date,
        date_from=date_from,
        date_evidence=evidence,
        title_inferred=headline is None,
        places=(Place(page.source, page.record, page.number, tuple(pieces)),),
    )


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
