"""Paragraphs put together to stories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.articles.bylines import closing, is_attendance, opening
from qa.articles.labels import echo
from qa.articles.lines import Paragraph
from qa.articles.overlap import Rarity, pairs

_LEAD_CHARS = 160


@dataclass(slots=True)
class Story:
    """The paragraphs of one story: its heading lines, and what stands below them, in reading order."""

    heads: list[Paragraph] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)

    @property
    def lead(self) -> Paragraph | None:
        """The first paragraph that is neither caption nor signature."""
        return next((paragraph for paragraph in self.body if paragraph.role == "body"), None)

    @property
    def opened(self) -> bool:
        """Whether its lead starts with a byline, or its heading ends with one."""
        lead = self.lead
        signed = bool(self.heads) and bool(self.body) and self.body[0].role == "signature"
        return signed or (lead is not None and opening(lead.text) is not None)

    @property
    def signed_off(self) -> bool:
        """Whether it ends with a signature."""
        for paragraph in reversed(self.body[1:]):
            if paragraph.role != "caption":
                return paragraph.role == "signature" or closing(paragraph.text) is not None
        return False


def stories_of(paragraphs: Sequence[Paragraph]) -> list[Story]:
    """The stories of a page, in its order; every paragraph in exactly one."""
    return _joined(_sections(paragraphs))


def _sections(paragraphs: Sequence[Paragraph]) -> list[Story]:
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
    return paragraph.role == "body" and current.lead is not None and opening(paragraph.text) is not None


def _joined(sections: list[Story]) -> list[Story]:
    """Sections whose heading stands inside a story go to that story."""
    grams = [pairs("".join(paragraph.text for paragraph in section.body)) for section in sections]
    rarity = Rarity(grams)
    bylines = sum(section.opened for section in sections)
    stories: list[Story] = []
    held: set[str] = set()
    for section, gram in zip(sections, grams, strict=True):
        score = _fresh(section, stories[-1], bylines >= 2) if stories else 1.0
        if score - 6.0 * (rarity.binding(gram, held) - 0.3) > 0 or not stories:
            stories.append(section)
            held = set(gram)
        else:
            stories[-1].body += section.heads + section.body
            held |= gram
    return stories


def _fresh(section: Story, before: Story, bylined: bool) -> float:
    """How much a section looks like a story of its own."""
    if section.opened:
        return 12.0
    if not section.heads:
        return -12.0
    text = section.body[0].text if section.body else ""
    score = -2.0 if bylined else 0.0
    score += (
        2.5 * (len(section.heads) > 1)
        + 2.5 * before.signed_off
        + 3.0 * any(is_attendance(h.text) for h in section.heads)
    )
    score += 2.5 * any(h.text.startswith("#") for h in section.heads)
    longest = max(len(head.text) for head in section.heads)
    return (
        score
        + (1.0 if longest >= 13 else -1.0)
        + 3.0 * (max(echo(h.text, text[:_LEAD_CHARS]) for h in section.heads) - 0.4)
    )
