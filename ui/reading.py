"""The reading dialog as HTML: an article beside the page that it was cut from. Pure but for `opened`.

A button opens it: its `data-article` names the article, its `data-marks` what to mark, as `Marked.told` says it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from qa.types import Article, Citation, Doubt, Location, Span
from ui.describe import copied, forms, page_label, place_name
from ui.editing import cut, form
from ui.marks import Doubted, Marked, highlight
from ui.markup import fragment
from ui.printed import inked, printed
from ui.words import CHINESE, Words

if TYPE_CHECKING:
    from qa.library.library import Library

COLOURS = 8  # told apart on a page; reading.css has as many
SHOWN_CHARS = 120_000  # of an article or a page: a browser takes long to lay out more
MARKS_TAKEN = 50

_MARK = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.(\d{1,9})-(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Reading:
    """An article, the ranges of its text to highlight, and the page on which it stands first."""

    article: Article
    marks: tuple[Marked, ...]
    stories: tuple[Article, ...]  # of the page, in its order; the article is one of them
    page: str  # the text that the stories' places count in
    by_hand: bool = False  # an edit, a split or a join made the article what it is
    mending: bool = False  # it is shown to be changed
    pictured: bool = False  # the page can be shown as it was scanned
    doubts: tuple[Doubt, ...] = ()  # what of the article was recognised without much confidence

    @property
    def position(self) -> int:
        """Of the article among the stories."""
        return [story.id for story in self.stories].index(self.article.id)

    @property
    def following(self) -> Article | None:
        """The next story of the page."""
        return self.stories[self.position + 1] if self.position + 1 < len(self.stories) else None

    @property
    def previous(self) -> Article | None:
        """The story before it."""
        return self.stories[self.position - 1] if self.position else None


class Run(NamedTuple):
    """A range of the page, and the position of the article that holds it; None where none does."""

    start: int
    end: int
    story: int | None


class _ShownRun(NamedTuple):
    """A run with its marks; the first of a story begins with its number."""

    story: int | None
    said: Markup
    is_first: bool


def opened(library: Library, identity: str, marks: str, mending: bool = False) -> Reading:
    """Load what a button asked for; in place of an article that is no more the one that took its place, without marks,
    which count in the text of old. Raises NotFound for an article that the library does not hold.
    """
    article = library.article(identity)
    marks = marks if article.id.startswith(identity) else ""
    place = article.location
    stories = library.overview.stories(place)
    page = library.page_text(place.source, place.record, place.page)
    marked, by_hand = _marks(marks, len(article.text)), library.is_by_hand(article.id)
    pictured = library.has_picture(place)
    doubts = library.doubts(article) if pictured else ()
    return Reading(article, marked, stories, page, by_hand, mending, pictured, doubts)


def _marks(told: str, length: int) -> tuple[Marked, ...]:
    found = []
    for start, end, key_start, key_end in _MARK.findall(told)[:MARKS_TAKEN]:
        if int(start) < int(end) <= length:
            key = Span(int(key_start), int(key_end)) if key_start else None
            found.append(Marked(Span(int(start), int(end)), key))
    return tuple(found)


def problem(reason: str, words: Words) -> Markup:
    """The dialog's content where there is nothing to read, with the reason."""
    return fragment("unreadable", reason=reason, words=words)


def view(reading: Reading, words: Words, *, may_mend: bool = True) -> Markup:
    """The dialog's content: the article as printed, beside the page as it was read."""
    article, place = reading.article, _place_on(reading, reading.article)
    part = _shown(len(article.text), [mark.span for mark in reading.marks])
    page_part = _shown(len(reading.page), [Span(start, end) for _, start, end in place.pieces])
    marks = [Marked(span) for mark in reading.marks for span in place.spans(*mark.span)]
    doubted = [
        Doubted(one.span, f"{one.line.start}-{one.line.end}", article.text[slice(*one.line)]) for one in reading.doubts
    ]
    lines = printed(article, part, reading.marks, doubted=doubted)
    return fragment(
        "reading",
        reading=reading,
        may_mend=may_mend,
        also=words.names_between.join(page_label(place, words) for place in article.also),
        also_named=words.names_between.join(place_name(place, words) for place in article.also),
        form=form(article, reading.following, reading.by_hand, words) if reading.mending else "",
        part=part,
        lines=[(cut(article, line.position, words) if reading.mending else "", line) for line in lines],
        page_part=page_part,
        runs=list(_shown_runs(reading, runs(reading, page_part), marks)),
        colours=COLOURS,
        points=CHINESE.points_of_open,
        words=words,
    )


def selection(library: Library, identity: str, marks: str, edges: tuple[int, int], words: Words) -> Markup:
    """What there is to copy of a selection of the article as `view` shows it with its marks: from one of its characters
    to another, counted as `inked` does. Empty where nothing is selected. Raises NotFound.
    """
    article = library.article(identity)
    part = _shown(len(article.text), [mark.span for mark in _marks(marks, len(article.text))])
    span = inked(article, part, *edges)
    if span is None:
        return Markup()
    quote = article.text[slice(*span)]
    citation = Citation(1, article, *span, quote, Span(0, len(quote)), 1.0)
    return fragment(
        "selected",
        article=article,
        marks=[Marked(span)],
        forms=[(words.quote_and_source, copied([citation], words)), *forms([citation])],
        words=words,
    )


def runs(reading: Reading, part: Span) -> Iterator[Run]:
    """The ranges of a part of the page, in order and without gaps; adjacent ranges of one article are one."""
    pieces = sorted(
        Run(start, end, number)
        for number, story in enumerate(reading.stories)
        for _, start, end in _place_on(reading, story).pieces
    )
    at, joined = part.start, None
    for start, end, story in pieces:
        start, end = max(start, at), min(end, part.end)
        if start >= end:
            continue
        blank = not reading.page[at:start].strip()
        if joined and joined.story == story and blank:
            joined = Run(joined.start, end, story)
        else:
            if joined:
                yield joined
            if at < start:
                yield Run(at, start, None)
            joined = Run(start, end, story)
        at = end
    if joined:
        yield joined
    if at < part.end:
        yield Run(at, part.end, None)


def _shown_runs(reading: Reading, found: Iterable[Run], marks: Sequence[Marked]) -> Iterator[_ShownRun]:
    met: set[int | None] = set()
    for run in found:
        said = highlight(reading.page[run.start : run.end], marks, run.start)
        yield _ShownRun(run.story, said, run.story not in met)
        met.add(run.story)


def _place_on(reading: Reading, story: Article) -> Location:
    """Where a story of the page stands on it."""
    page = reading.article.location
    return next(
        place
        for place in story.locations
        if (place.source, place.record, place.page) == (page.source, page.record, page.page)
    )


def _shown(length: int, wanted: Sequence[Span]) -> Span:
    """The part of a long text to show: all that fits, around the first of what is wanted."""
    if length <= SHOWN_CHARS:
        return Span(0, length)
    first = min((span.start for span in wanted), default=0)
    start = max(0, min(first - SHOWN_CHARS // 4, length - SHOWN_CHARS))
    return Span(start, start + SHOWN_CHARS)
