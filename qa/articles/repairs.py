"""Move headings and paragraphs that were put into the wrong article to the one that they belong to."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from qa.articles.bylines import is_attendance, opening
from qa.articles.drafts import Draft, PairIndex, count_pairs, pairs_of
from qa.articles.lines import Paragraph, echo

_LEAD_CHARS = 160
_LEAST_CHARS = 8  # a shorter heading finds an echo anywhere
_ABOVE = 0.6  # the share of a heading's pairs that the lead above must take up
_BELOW = 0.4  # and the lead below must not


def reunite_headings(sections: Sequence[Draft], lexicon: PairIndex) -> list[Draft]:
    """Give a heading that the text below does not take up to the body above that does."""
    made: list[Draft] = []
    for section in sections:
        split = _split(made[-1], section, lexicon) if made else None
        if split is None:
            made.append(section)
            continue
        heads, at = split
        body = made[-1].body[at:]
        del made[-1].body[at:]
        made.append(Draft(section.heads[:heads], body))
        del section.heads[:heads]
        if section.heads or section.body:
            made.append(section)
    return [section for section in made if section.heads or section.body]


def _split(above: Draft, section: Draft, lexicon: PairIndex) -> tuple[int, int] | None:
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


def _lead_above(above: Draft, heading: str, lexicon: PairIndex) -> int | None:
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
    parts = [pairs_of(paragraph.text) for paragraph in above.body]
    return at if lexicon.apart(count_pairs(parts[at:]), count_pairs(parts[:at])) > 0 else None


def _belongs_above(text: str, lead: str, below: str) -> bool:
    return is_attendance(text) or echo(text, lead) > echo(text, below)


_COMPARED = 100  # paragraphs at a story's end in which a formula is sought; bounds the time
_COMMON = 16  # a pair that more stories hold tells nothing about which one is home; bounds the time
_LEAST_PAIRS = 20  # a shorter paragraph says too little
_LEAST_CAPTION_PAIRS = 5
_AFTER_END = 1.8  # log-odds: below a closing signature
_LAST = 1.7  # log-odds: in the last story of the page
_FORMULA = 0.45  # the share of its pairs that one paragraph of another story has too: both end alike
_CAPTION_MARGIN = 0.06  # a picture stands beside its story, above it or below it


@dataclass(slots=True)
class _Move:
    story: int
    position: int
    to: int


def return_strays(stories: Sequence[Draft], lexicon: PairIndex) -> list[Draft]:
    """Move strays to the story that shares their rare words; a story's lead, heading and signature never move.

    A caption that stood for itself leaves nothing behind: that story is gone.
    """
    bonds = _Bonds(stories, lexicon)
    moves = [move for number, story in enumerate(stories) for move in _strays(story, number, bonds)]
    coming: dict[int, list[tuple[Paragraph, bool]]] = defaultdict(list)
    going: dict[int, set[int]] = defaultdict(set)
    for move in moves:
        coming[move.to].append((stories[move.story].body[move.position], move.to > move.story))
        going[move.story].add(move.position)
    for number, gone in going.items():
        stories[number].body = [one for at, one in enumerate(stories[number].body) if at not in gone]
    for number, guests in coming.items():
        stories[number].body = _with_guests(stories[number].body, guests)
    return [story for story in stories if story.heads or story.body]


def _strays(story: Draft, number: int, bonds: _Bonds) -> list[_Move]:
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


def _astray(pairs_in_it: int, here: float, there: float, left: int) -> float:
    """How much a paragraph looks like one of another story: log-odds.

    `here` and `there` are the sums of what its pairs gain by its own story and by the other; `left` is the size of its
    own without it, as a long story foretells what belongs to it. A logistic regression on composed pages.
    """
    evidence = (there - here) / math.sqrt(pairs_in_it)
    return 1.5 * evidence - 18.0 * here / pairs_in_it + 1.4 * math.log1p(max(0, left)) - 10.4


def _with_guests(body: Sequence[Paragraph], guests: Sequence[tuple[Paragraph, bool]]) -> list[Paragraph]:
    """A body with the paragraphs that come to it, each told whether it comes from above: a caption from there goes to
    the top, any other caption to the end, and text below the last paragraph of text, the first where there is none.
    """
    last = max((at for at, each in enumerate(body) if each.role == "body"), default=-1)
    upper, lower = deque(body[: last + 1]), deque(body[last + 1 :])
    for paragraph, from_above in guests:
        if paragraph.role != "caption":
            upper.append(paragraph)
        elif from_above:
            (upper or lower).appendleft(paragraph)
        else:
            lower.append(paragraph)
    return [*upper, *lower]


class _Bonds:
    """How well each story foretells a paragraph: `Lexicon.kinship`, for all stories at once."""

    def __init__(self, stories: Sequence[Draft], lexicon: PairIndex) -> None:
        self._lexicon = lexicon
        self._parts = [[pairs_of(paragraph.text) for paragraph in story.heads + story.body] for story in stories]
        self._pairs = [count_pairs(parts) for parts in self._parts]
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, held in enumerate(self._pairs):
            for pair in held.counts:
                self._holders[pair].append(number)

    def home(self, number: int, paragraph: Paragraph, after_end: bool) -> int:
        """The story a paragraph of story `number` belongs to; `after_end`: it stands below the story's signature."""
        part = pairs_of(paragraph.text)
        caption = paragraph.role == "caption"
        if len(part) < (_LEAST_CAPTION_PAIRS if caption else _LEAST_PAIRS):
            return number
        sums = self._sums(number, part)
        here = sums.pop(number, 0.0)
        near = {other: total for other, total in sums.items() if not caption or abs(other - number) == 1}
        best = max(near, key=lambda other: (near[other], -abs(other - number), -other), default=number)
        if best == number or self._is_formula(best, part):
            return number
        if caption:
            return best if near[best] - here > _CAPTION_MARGIN * len(part) else number
        left = self._pairs[number].size - len(part)
        last = number == len(self._parts) - 1
        return (
            best if _astray(len(part), here, near[best], left) + _AFTER_END * after_end + _LAST * last > 0 else number
        )

    def _sums(self, number: int, part: frozenset[str]) -> dict[int, float]:
        sums: dict[int, float] = defaultdict(float)
        for pair in sorted(part):
            share = self._lexicon.share(pair)
            holders = self._holders[pair]
            for holder in holders if len(holders) <= _COMMON else ():
                own = holder == number
                size = self._pairs[holder].size - len(part) * own
                if size:
                    sums[holder] += math.log1p((self._pairs[holder].counts[pair] - own) / size / share)
        return sums

    def _is_formula(self, number: int, part: frozenset[str]) -> bool:
        """Whether one paragraph of a story says much the same: two stories may end with the same formula."""
        return any(len(part & other) > _FORMULA * len(part) for other in self._parts[number][-_COMPARED:])
