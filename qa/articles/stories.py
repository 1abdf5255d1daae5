"""Paragraphs put together to stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from qa.articles.bylines import closing, is_attendance, opening
from qa.articles.labels import echo
from qa.articles.lines import Paragraph
from qa.articles.overlap import Lexicon, count, pairs

_LEAD_CHARS = 160
_CAPTION_CHARS = 60  # a paragraph no longer, alone between a heading and a byline, is about a picture
_LONGEST_CAPTION = 160
_LOOK = 64  # paragraphs that are looked at from either end of a story; none that was printed has so many captions there


@dataclass(slots=True)
class Story:
    """The paragraphs of one story: its heading lines, and what stands below them, in reading order."""

    heads: list[Paragraph] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)

    @property
    def lead(self) -> Paragraph | None:
        """The paragraph that the story starts with: one of the first two of the body with a byline, else the first."""
        first = list(islice((paragraph for paragraph in self.body[:_LOOK] if paragraph.role == "body"), 2))
        return next((paragraph for paragraph in first if opening(paragraph.text)), first[0] if first else None)

    @property
    def opened(self) -> bool:
        """Whether its lead surely starts with a byline, or its heading ends with one."""
        if self.heads and self.body and self.body[0].role == "signature":
            return True
        start = opening(self.lead.text) if self.lead else None
        return start is not None and start.sure

    @property
    def depth(self) -> int:
        """The depth of its highest marked heading, from 1; 0 where none is marked."""
        return min(filter(None, (head.lines[0].depth for head in self.heads[:_LOOK])), default=0)

    @property
    def signed_off(self) -> bool:
        """Whether it ends with a signature."""
        for paragraph in reversed(self.body[max(1, len(self.body) - _LOOK) :]):
            if paragraph.role != "caption":
                return paragraph.role == "signature" or closing(paragraph.text) is not None
        return False


def sections_of(paragraphs: Sequence[Paragraph]) -> list[Story]:
    """Cut before every heading, and before every lead that does not stand under one."""
    sections: list[Story] = []
    for paragraph in paragraphs:
        current = sections[-1] if sections else None
        if current is None or _cuts(current, paragraph):
            current = Story()
            sections.append(current)
        (current.heads if paragraph.role == "heading" else current.body).append(paragraph)
    return sections


def _cuts(current: Story, paragraph: Paragraph) -> bool:
    if paragraph.role == "heading":
        return bool(current.body)
    if paragraph.role != "body" or opening(paragraph.text) is None or (first := current.lead) is None:
        return False
    return not current.heads or len(current.body) > 1 or not _is_beside(first, current.heads, paragraph)


def _is_beside(first: Paragraph, heads: Sequence[Paragraph], lead: Paragraph) -> bool:
    """Whether a paragraph between a heading and a signed lead is about a picture: the lead takes up the heading."""
    length = len(first.text)
    if length <= _CAPTION_CHARS:
        return True
    if length > _LONGEST_CAPTION or first.role != "body":
        return False
    return max(echo(head.text, lead.text[:_LEAD_CHARS]) - echo(head.text, first.text) for head in heads) > 0


def joined(sections: Sequence[Story], lexicon: Lexicon) -> list[Story]:
    """Sections whose heading stands inside a story go to that story."""
    bylined = sum(section.opened for section in sections) >= 2
    stories: list[Story] = []
    held = count(())
    for section in sections:
        own = count(pairs(paragraph.text) for paragraph in section.body)
        if stories and _fresh(section, stories[-1], bylined) + lexicon.apart(own, held) <= 0:
            stories[-1].body += section.heads + section.body
            held.add(own)
        else:
            stories.append(section)
            held = own
    return stories


def _fresh(section: Story, before: Story, bylined: bool) -> float:
    """How much a section looks like a story of its own: log-odds."""
    if section.opened:
        return 12.0
    if not section.heads:
        return -1.0  # an unsure byline
    text = section.lead.text if section.lead else ""
    longest = max(len(head.text) for head in section.heads)
    named = before.opened or before.signed_off
    return (
        (-2.0 if bylined else 0.0)
        + 3.0 * (named and section.signed_off)
        + 2.5 * (len(section.heads) > 1)
        + 2.5 * before.signed_off
        + 3.0 * any(is_attendance(head.text) for head in section.heads)
        + _marked(section, before)
        + (1.0 if longest >= 13 else -1.0)
        + 3.0 * (max(echo(head.text, text[:_LEAD_CHARS]) for head in section.heads) - 0.4)
    )


def _marked(section: Story, before: Story) -> float:
    """What the depth of a marked heading says: one no deeper than the heading of the story above starts a new one."""
    depth, above = section.depth, before.depth
    if not depth:
        return 0.0
    return -5.0 if above and depth > above else 2.5
