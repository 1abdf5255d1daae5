"""Group the paragraphs of a page into drafts, one for each article, by headings, bylines and shared words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from qa.articles.bylines import closing, is_attendance, opening
from qa.articles.credit_lines import credited
from qa.articles.dates import is_day
from qa.articles.lines import Paragraph, echo

_RUN = re.compile(r"[^\W_]+")
_ENOUGH = 60  # pairs; a shorter text says less
_PARTED = 0.18  # the kinship at which two neighbours are as likely of one story as of two
_SLOPE = 30.0  # log-odds per unit of kinship


@dataclass(slots=True)
class Pairs:
    """In how many parts of a text each pair stands. `size` is the sum of them, kept: it is asked for at every section
    while a story grows."""

    counts: Counter[str]
    size: int

    def add(self, other: Pairs) -> None:
        self.counts.update(other.counts)
        self.size += other.size


def pairs_of(text: str) -> frozenset[str]:
    """The neighbouring characters of a text, none across punctuation."""
    return frozenset(run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1))


def count_pairs(parts: Iterable[frozenset[str]]) -> Pairs:
    """In how many parts each pair stands."""
    counts = Counter(pair for part in parts for pair in part)
    return Pairs(counts, counts.total())


class PairIndex:
    """The pairs of a whole page, against which two of its texts are compared."""

    def __init__(self, page: Pairs) -> None:
        self._page = page.counts
        self._size = page.size

    def share(self, pair: str) -> float:
        """The pair's share in the page."""
        return self._page[pair] / self._size

    def kinship(self, part: Pairs, whole: Pairs) -> float:
        """How well `whole` foretells `part`: the mean over its pairs of log(1 + p / q).

        p is a pair's share in the whole, q in the page: a mixture of text and background as in language-model retrieval
        (Ponte and Croft 1998), so a long whole is not favoured. Halves of one article come to more than .22 in nine of
        ten cases, neighbours on a page to less than .22 in nine of ten where all news is of one town, to less than .09
        where it is not.
        """
        if not whole.size or not part.size:
            return 0.0
        found, size = whole.counts, whole.size
        shared = ((pair, n) for pair, n in part.counts.items() if pair in found)
        return sum(n * math.log1p(found[pair] / size / self.share(pair)) for pair, n in shared) / part.size

    def apart(self, part: Pairs, whole: Pairs) -> float:
        """How much two neighbours look like two stories: log-odds, in [-5, 5]."""
        weight = min(1.0, len(part.counts) / _ENOUGH)
        rest = self._size / max(1, part.size + whole.size)
        parted = min(_PARTED, _PARTED / 3 * math.log2(1 + rest))
        return weight * max(-5.0, min(5.0, _SLOPE * (parted - self.kinship(part, whole))))


_LEAD_CHARS = 160
_CAPTION_CHARS = 60  # a paragraph no longer, alone between a heading and a byline, is about a picture
_LONGEST_CAPTION = 160
_DIARY = 9.0  # log-odds: a heading that is a day, its weekday behind it
_LISTED = 3  # lines below a heading that are no more of it
_MOST_CREDITS = 4  # lines of them within a heading
_PARTED_BY_BLANKS = 3.0  # log-odds: blank lines part stories, and one stands here, or none does
_LEAST_BLANKS, _OTHER_BLANKS = 3, 0.1
_TWIN, _TWIN_PAIRS, _TWIN_CHARS = 0.5, 30, 400  # pairs that two leads share, pairs of one at least; what is looked at
_LOOK = 64  # paragraphs that are looked at from either end of a story; none that was printed has so many captions there


@dataclass(slots=True)
class Draft:
    """The paragraphs of one story: its heading lines, and what stands below them, in reading order. `mastheads` are the
    lines of the page itself that it keeps; `above` are the headings of what it is a part of, the outermost first; it is
    a `part` where it is one section of a report.
    """

    heads: list[Paragraph] = field(default_factory=list)
    body: list[Paragraph] = field(default_factory=list)
    mastheads: list[Paragraph] = field(default_factory=list)
    above: tuple[str, ...] = ()
    part: bool = False

    @property
    def paragraphs(self) -> list[Paragraph]:
        """All of them, in the order of the article's text."""
        return self.mastheads + self.heads + self.body

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


def drafts_of(paragraphs: Sequence[Paragraph]) -> list[Draft]:
    """Cut before every heading, and before every lead that does not stand under one."""
    sections: list[Draft] = []
    for paragraph in paragraphs:
        current = sections[-1] if sections else None
        is_first = len(sections) == 1  # a file of one story has its credits within its heading
        if current is not None and _is_listed(current, paragraph):
            current.heads, current.body = current.heads[:1], [replace(each, role="body") for each in current.heads[1:]]
        if current is None or (_cuts(current, paragraph) and not (is_first and _goes_on(current, paragraph))):
            current = Draft()
            sections.append(current)
        (current.heads if paragraph.role == "heading" else current.body).append(paragraph)
    return sections


def _is_listed(current: Draft, paragraph: Paragraph) -> bool:
    """Whether a heading stands behind a blank line below short lines that look like headings all: a list of prices."""
    if current.body or paragraph.role != "heading" or not paragraph.lines[0].gap:
        return False
    return _LISTED < len(current.heads) <= _LOOK and not any(each.lines[0].gap for each in current.heads[1:])


def _cuts(current: Draft, paragraph: Paragraph) -> bool:
    if paragraph.role == "heading":
        return bool(current.body)
    if paragraph.role != "body" or opening(paragraph.text) is None or (first := current.lead) is None:
        return False
    return not current.heads or len(current.body) > 1 or not _is_beside(first, current.heads, paragraph)


def _goes_on(current: Draft, paragraph: Paragraph) -> bool:
    """Whether a heading goes on from the one above it, nothing but credits between them."""
    is_head = paragraph.role == "heading" and bool(current.heads)
    return is_head and len(current.body) <= _MOST_CREDITS and all(map(_is_credit, current.body))


def _is_credit(paragraph: Paragraph) -> bool:
    """Whether a paragraph is a line of credits that names nobody (来源：某某日报): such stand within headings too."""
    return paragraph.role == "signature" and credited(paragraph.text) == ()


def _is_beside(first: Paragraph, heads: Sequence[Paragraph], lead: Paragraph) -> bool:
    """Whether a paragraph between a heading and a signed lead is about a picture: the lead takes up the heading."""
    length = len(first.text)
    if length <= _CAPTION_CHARS:
        return True
    if length > _LONGEST_CAPTION or first.role != "body":
        return False
    return max(echo(head.text, lead.text[:_LEAD_CHARS]) - echo(head.text, first.text) for head in heads) > 0


def join_drafts(sections: Sequence[Draft], lexicon: PairIndex, signs: bool = True) -> list[Draft]:
    """Sections whose heading stands inside a story go to that story. Whether its paper `signs` stories says what those
    are that nobody signed.
    """
    bylined = signs and sum(section.opened for section in sections) >= 2
    parted = _are_parted(sections)
    stories: list[Draft] = []
    held = count_pairs(())
    for section in sections:
        own = count_pairs(pairs_of(paragraph.text) for paragraph in section.body)
        blank = parted * _PARTED_BY_BLANKS * (0 if section.depth else 1 if section.paragraphs[0].lines[0].gap else -1)
        fresh = blank + _fresh(section, stories[-1], bylined) if stories else 0.0
        if stories and not _are_twins(section, stories[-1]) and fresh + lexicon.apart(own, held) <= 0:
            stories[-1].body += section.heads + section.body
            held.add(own)
        else:
            stories.append(section)
            held = own
    return stories


def with_telegrams(sections: Sequence[Draft]) -> list[Draft]:
    """The stories of an old paper: short reports, each with a heading of its own and none within them. What stands
    under no heading, as the second of several telegrams, goes to the one above.
    """
    stories: list[Draft] = []
    for section in sections:
        if stories and stories[-1].heads and not section.heads:
            stories[-1].body += section.body
        else:
            stories.append(section)
    return stories


def _are_parted(sections: Sequence[Draft]) -> bool:
    """Whether blank lines stand before headings and hardly anywhere else: then they part stories."""
    before = sum(bool(section.heads and section.heads[0].lines[0].gap) for section in sections[1:])
    lines = [line for section in sections for each in section.paragraphs for line in each.lines]
    others = sum(line.gap > 0 for line in lines[1:]) - before
    return before >= _LEAST_BLANKS and others <= _OTHER_BLANKS * before


def _are_twins(section: Draft, before: Draft) -> bool:
    """Whether a section with a heading begins as the story above does: two stories by one form, with other names."""
    lead, above = section.lead, before.lead
    if not section.heads or section.depth > before.depth > 0 or lead is None or above is None:
        return False
    one, other = pairs_of(lead.text[:_TWIN_CHARS]), pairs_of(above.text[:_TWIN_CHARS])
    return len(one) >= _TWIN_PAIRS and len(one & other) > _TWIN * len(one | other)


def _fresh(section: Draft, before: Draft, bylined: bool) -> float:
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
        + _DIARY * any(is_day(head.text) for head in section.heads)
        + _marked(section, before)
        + (1.0 if longest >= 13 else -1.0)
        + 3.0 * (max(echo(head.text, text[:_LEAD_CHARS]) for head in section.heads) - 0.4)
    )


def _marked(section: Draft, before: Draft) -> float:
    """What the depth of a marked heading says: one no deeper than the heading of the story above starts a new one."""
    depth, above = section.depth, before.depth
    if not depth:
        return 0.0
    return -5.0 if above and depth > above else 4.5
