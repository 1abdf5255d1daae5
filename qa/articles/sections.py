"""A long report -> the stories of its numbered sections, under the report's own title."""

from __future__ import annotations

from collections.abc import Sequence

from qa.articles.build import headline_of
from qa.articles.drafts import Draft, drafts_of
from qa.articles.lines import Paragraph
from qa.text.headings import REPORT_CHARS, section_number
from qa.types import Page

_LEAST_SECTION = 300


def sections_of(page: Page, paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """The report's opening and one draft for each of its sections; none where the paragraphs are no such report: a
    title, then long sections that are numbered from one on.
    """
    starts = _section_starts(paragraphs)
    bounds = [*starts, len(paragraphs)]
    lengths = [
        sum(len(each.text) for each in paragraphs[start:end]) for start, end in zip(starts, bounds[1:], strict=True)
    ]
    if len(starts) < 2 or min(lengths) < _LEAST_SECTION or sum(lengths) < REPORT_CHARS:
        return []
    opening = _joined(drafts_of(paragraphs[: starts[0]]))
    headline = headline_of(page, opening)
    if headline is None:
        return []
    parts = (paragraphs[start:end] for start, end in zip(starts, bounds[1:], strict=True))
    return [opening, *(_section(part, headline.title) for part in parts)]


def _section_starts(paragraphs: Sequence[Paragraph]) -> list[int]:
    """Where the sections start that are numbered 1, 2, 3 …"""
    starts: list[int] = []
    for at, paragraph in enumerate(paragraphs):
        if len(paragraph.lines) == 1 and section_number(paragraph.text) == len(starts) + 1:
            starts.append(at)
    return starts if starts and starts[0] else []


def _joined(drafts: Sequence[Draft]) -> Draft:
    """One draft under the headings of the first."""
    rest = [paragraph for draft in drafts[1:] for paragraph in draft.paragraphs]
    return Draft(drafts[0].heads, drafts[0].body + rest, part=True) if drafts else Draft()


def _section(paragraphs: Sequence[Paragraph], title: str) -> Draft:
    head = Paragraph("heading", paragraphs[0].lines)
    return Draft([head], list(paragraphs[1:]), above=(title,), part=True)
