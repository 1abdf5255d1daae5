"""Headings of a file -> its stories: a file of one title and several headings below it is as many stories."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from qa.text.headings import REPORT_CHARS, is_numbered
from qa.types import Block, Span

_SENTENCE = re.compile("[^\n]{20}[。！？!?…]")


@dataclass(slots=True)
class _Section:
    """A heading, the text up to the next one, and the sections below it."""

    head: Block | None
    start: int
    end: int  # of its own text
    below: list[_Section] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.below[-1].last if self.below else self.end


def with_stories(text: str, headings: Sequence[Block], start: int = 0) -> list[Block]:
    """The blocks of `headings`, and one for each story where they part the text from `start` on into several: then the
    heading of what holds several is a kicker. What has sentences of its own above its first heading is one story.
    """
    root = _tree(text, headings, start)
    stories, containers = list[Span](), set[Block]()
    _collect(text, root, stories, containers)
    if len(stories) < 2:
        return list(headings)
    told = (Block(span, "story") for span in stories)
    return [*told, *(replace(each, role="kicker") if each in containers else each for each in headings)]


def _tree(text: str, headings: Sequence[Block], start: int) -> _Section:
    root = _Section(None, start, len(text))
    opened = [root]
    starts = [_line_start(text, each.span.start) for each in headings]
    root.end = starts[0] if starts else len(text)
    for head, end in zip(headings, [*starts[1:], len(text)], strict=False):
        if not head.level:
            opened[-1].end = end
            continue
        while len(opened) > 1 and _level(opened[-1]) >= head.level:
            opened.pop()
        section = _Section(head, _line_start(text, head.span.start), end)
        opened[-1].below.append(section)
        opened.append(section)
    return root


def _level(section: _Section) -> int:
    return section.head.level if section.head else 0


def _line_start(text: str, position: int) -> int:
    return text.rfind("\n", 0, position) + 1


def _collect(text: str, section: _Section, stories: list[Span], containers: set[Block]) -> None:
    """The stories of a section: itself, or those below it; then its own lines stand at the start of the first."""
    if not _holds_several(text, section):
        stories.append(Span(section.start, section.last))
        return
    if section.head is not None:
        containers.add(section.head)
    for at, each in enumerate(section.below):
        before = len(stories)
        _collect(text, each, stories, containers)
        if at == 0:
            stories[before] = Span(section.start, stories[before].end)


def _holds_several(text: str, section: _Section) -> bool:
    own = text[section.head.span.end if section.head else section.start : section.end]
    if _SENTENCE.search(own) or not section.below:
        return False
    if len(section.below) == 1:
        return section.head is None or _holds_several(text, section.below[0])
    heads = [text[slice(*each.head.span)] for each in section.below if each.head]
    numbered = all(map(is_numbered, heads))
    told = sum(bool(each.head and text[each.head.span.end : each.last].strip()) for each in section.below)
    return told > 1 and (not numbered or section.last - section.start >= REPORT_CHARS)
