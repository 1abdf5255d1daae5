"""A heading's lines told apart: kicker, title, subtitle."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.articles.bylines import is_attendance, opening
from qa.articles.labels import echo
from qa.articles.lines import Line
from qa.articles.stories import Story
from qa.text import fold
from qa.types import Page

_LEAD_CHARS = 160
_STEP = 0.15  # how much better a lower line must echo the lead than the line above it

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
    """Which line is the title: the one that the lead takes up, the upper one rather than the lower."""
    levels = [line.level or len(line.text) - len(line.text.lstrip("#")) for line in lines]
    highest = min((level for level in levels if level), default=0)
    scores = [
        echo(line.text, lead) - _STEP * index - _kicker_like(line.text) - 2.0 * is_attendance(line.text)
        + 0.5 * (highest > 0 and level == highest)
        for index, (line, level) in enumerate(zip(lines, levels, strict=True))
    ]
    return scores.index(max(scores))


def _kicker_like(text: str) -> float:
    """How much a line looks like one that leads up to the title: a series, a slogan in two halves, a speaker."""
    bare = text.strip("#* ")
    halves = bare.split()
    slogan = len(halves) == 2 and len(halves[0]) == len(halves[1])
    series = re.fullmatch(r"\w+[·|\-/]\w+", bare) is not None
    speaker = bare.endswith((":", "强调", "指出", "要求", "表示", "提出"))
    return 0.6 * (series or speaker) + 0.4 * slogan + 0.3 * (len(bare) <= 5)


def _joined(texts: list[str]) -> str | None:
    return " ".join(texts) or None
