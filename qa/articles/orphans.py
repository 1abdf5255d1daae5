"""Headings that stand below their story: the page's order put body first."""

from __future__ import annotations

from collections.abc import Sequence

from qa.articles.bylines import is_attendance
from qa.articles.labels import echo
from qa.articles.overlap import Lexicon, count, pairs
from qa.articles.stories import Story

_LEAD_CHARS = 160
_LEAST_CHARS = 8  # a shorter heading finds an echo anywhere
_ABOVE = 0.6  # the share of a heading's pairs that the lead above must take up
_BELOW = 0.4  # and the lead below must not


def reunite(sections: Sequence[Story], lexicon: Lexicon) -> list[Story]:
    """Give a heading that the text below does not take up to the body above that does."""
    made: list[Story] = []
    for section in sections:
        split = _split(made[-1], section, lexicon) if made else None
        if split is None:
            made.append(section)
            continue
        heads, at = split
        body = made[-1].body[at:]
        del made[-1].body[at:]
        made.append(Story(section.heads[:heads], body))
        del section.heads[:heads]
        if section.heads or section.body:
            made.append(section)
    return [section for section in made if section.heads or section.body]


def _split(above: Story, section: Story, lexicon: Lexicon) -> tuple[int, int] | None:
    """How many heading lines belong to the story above, and where its body starts; None where all is in order."""
    if not section.heads or (len(section.heads) == 1 and section.body):
        return None
    below = "".join(paragraph.text for paragraph in section.body[:3])[:_LEAD_CHARS]
    first = section.heads[0].text.strip("# ")
    if len(first) < _LEAST_CHARS or echo(first, below) > _BELOW:
        return None
    at = _lead_above(above, first, lexicon)
    if at is None:
        return None
    lead = above.body[at].text[:_LEAD_CHARS]
    heads = 1
    limit = len(section.heads) - bool(section.body)
    while heads < limit and _belongs_above(section.heads[heads].text, lead, below):
        heads += 1
    return heads, at


def _lead_above(above: Story, heading: str, lexicon: Lexicon) -> int | None:
    """The paragraph above that takes the heading up and speaks of something else than what stands before it."""
    echoes = [echo(heading, paragraph.text[:_LEAD_CHARS]) for paragraph in above.body]
    best = max(echoes, default=0.0)
    if best < _ABOVE:
        return None
    at = echoes.index(best)
    if at == 0:
        return None if above.heads else 0
    if above.body[at].text.startswith(heading[:_LEAST_CHARS]):
        return at
    parts = [pairs(paragraph.text) for paragraph in above.body]
    return at if lexicon.apart(count(parts[at:]), count(parts[:at])) > 0 else None


def _belongs_above(text: str, lead: str, below: str) -> bool:
    return is_attendance(text) or echo(text, lead) > echo(text, below)
