"""Paragraphs and captions that stand under a story they do not belong to, brought home by the words they share."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qa.articles.bylines import opening
from qa.articles.lines import Paragraph
from qa.articles.overlap import Lexicon, count, pairs
from qa.articles.stories import Story

_COMMON = 16  # a pair that more stories hold tells nothing about which one is home; bounds the time
_LEAST_PAIRS = 20  # a shorter paragraph says too little
_LEAST_CAPTION_PAIRS = 5
_AT_HOME = 0.13  # a paragraph foretold this well by its own story stays (on news articles nine of ten are)
_MARGIN = 0.12  # how much better another story must foretell it
_AFTER_END = 2.0  # below a closing signature the first limit is so many times, the second a part of it
_CAPTION_MARGIN = 0.06  # a picture stands beside its story, above it or below it


@dataclass(slots=True)
class _Move:
    story: int
    position: int
    to: int


def bring_home(stories: Sequence[Story], lexicon: Lexicon) -> list[Story]:
    """Move strays to the story that shares their rare words; a story's lead, heading and signature never move.

    A caption that stood for itself leaves nothing behind: that story is gone.
    """
    bonds = _Bonds(stories, lexicon)
    moves = []
    for number, story in enumerate(stories):
        moves += _strays(story, number, bonds)
    moved = [(stories[move.story].body[move.position], move) for move in moves]
    for move in reversed(moves):
        del stories[move.story].body[move.position]
    for paragraph, move in moved:
        _insert(stories[move.to], paragraph, above=move.to > move.story)
    return [story for story in stories if story.heads or story.body]


def _strays(story: Story, number: int, bonds: _Bonds) -> list[_Move]:
    """Paragraphs from the end of a story upwards, up to the first that belongs there, and captions at its edges."""
    moves = []
    lead = story.lead
    end = next((at for at, each in enumerate(story.body) if at and each.role == "signature"), len(story.body))
    tail = edge = True
    for position in range(len(story.body) - 1, -1, -1):
        paragraph = story.body[position]
        if paragraph is lead or paragraph.role == "signature" or opening(paragraph.text):
            tail = False
        caption = paragraph.role == "caption" and (edge or (position == 0 and not story.heads))
        stray = caption or (tail and paragraph.role == "body")
        to = bonds.home(number, paragraph, position > end) if stray else number
        if to != number:
            moves.append(_Move(number, position, to))
        elif paragraph.role == "body":
            tail = edge = False
    return moves[::-1]


def _insert(story: Story, paragraph: Paragraph, above: bool) -> None:
    """A caption from above goes to the top, anything else below the last paragraph of the body."""
    if paragraph.role == "caption":
        story.body.insert(0 if above else len(story.body), paragraph)
        return
    last = max((at for at, each in enumerate(story.body) if each.role == "body"), default=-1)
    story.body.insert(last + 1, paragraph)


class _Bonds:
    """How well each story foretells a paragraph: `Lexicon.kinship`, for all stories at once."""

    def __init__(self, stories: Sequence[Story], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._parts = [[pairs(paragraph.text) for paragraph in story.heads + story.body] for story in stories]
        self._counts = [count(parts) for parts in self._parts]
        self._sizes = [counts.total() for counts in self._counts]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, counts in enumerate(self._counts):
            for pair in counts:
                self._holders[pair].append(number)

    def home(self, number: int, paragraph: Paragraph, after_end: bool) -> int:
        """The story a paragraph of story `number` belongs to; `after_end`: it stands below the story's signature."""
        part = pairs(paragraph.text)
        caption = paragraph.role == "caption"
        if len(part) < (_LEAST_CAPTION_PAIRS if caption else _LEAST_PAIRS):
            return number
        sums = self._sums(number, part)
        here = sums.pop(number, 0.0) / len(part)
        ease = _AFTER_END if after_end else 1.0
        if not caption and here > _AT_HOME * ease:
            return number
        near = {other: total for other, total in sums.items() if not caption or abs(other - number) == 1}
        best = max(near, key=lambda other: (near[other], -abs(other - number), -other), default=number)
        margin = _CAPTION_MARGIN if caption else _MARGIN / ease**2
        if best == number or near[best] / len(part) < here + margin or self._is_formula(best, part):
            return number
        return best

    def _sums(self, number: int, part: frozenset[str]) -> dict[int, float]:
        sums: dict[int, float] = defaultdict(float)
        for pair in sorted(part):
            share = self._lexicon.share(pair)
            holders = self._holders[pair]
            for holder in holders if len(holders) <= _COMMON else ():
                own = holder == number
                size = self._sizes[holder] - len(part) * own
                if size:
                    sums[holder] += math.log1p((self._counts[holder][pair] - own) / size / share)
        return sums

    def _is_formula(self, number: int, part: frozenset[str]) -> bool:
        """Whether one paragraph of a story says the same: two stories may end with the same formula."""
        return any(len(part & other) > len(part) / 2 for other in self._parts[number])
