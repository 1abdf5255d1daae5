"""A heading's lines told apart: kicker, title, subtitle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.articles.bylines import is_attendance, opening
from qa.articles.lines import Line
from qa.articles.stories import Story
from qa.text import fold
from qa.types import Page

_LEAD_CHARS = 160

_FIRST_CLAUSE = re.compile(r"[^,。!?;:…\n]+")


class Headline(NamedTuple):
    """The parts of a heading, lines joined as printed."""

    kicker: str | None
    title: str
    subtitle: str | None


def printed(page: Page, line: Line) -> str:
    """A heading line as printed, Markdown marks left out."""
    text = page.text[line.start : line.end]
    return text.strip("#* \u3000") or text


def headline_of(page: Page, story: Story) -> Headline | None:
    """The headline of a story, or of the record or page that it is the whole of; None where none is printed."""
    if not story.heads:
        return None
    lines = [head.lines[0] for head in story.heads]
    lead = "".join(paragraph.text for paragraph in story.body[:2])[:_LEAD_CHARS]
    main = _main(lines, lead)
    texts = [printed(page, line) for line in lines]
    return Headline(_joined(texts[:main]), texts[main], _joined(texts[main + 1 :]))


def first_clause(page: Page, story: Story) -> str:
    """The first clause of a story's text, byline left out: it serves where no headline is printed."""
    for paragraph in story.body:
        if paragraph.role == "body":
            text = "".join(page.text[line.start : line.end] for line in paragraph.lines)
            start = opening(paragraph.text)
            match = _FIRST_CLAUSE.search(fold(text), start.end if start else 0)
            if match:
                return text[match.start() : match.end()].strip()
    return printed(page, story.body[0].lines[0])


def _main(lines: Sequence[Line], lead: str) -> int:
    """Which line is the title: the highest heading, else the first that is no kicker."""
    levels = [line.level or (len(line.text) - len(line.text.lstrip("#"))) for line in lines]
    marked = [level for level in levels if level]
    if marked:
        return levels.index(min(marked))
    candidates = [index for index, line in enumerate(lines) if not is_attendance(line.text)] or [0]
    return candidates[0]


def _joined(texts: list[str]) -> str | None:
    return " ".join(texts) or None
