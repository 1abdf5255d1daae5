"""An article to read, beside the page that it was cut from. Pure but for `opened`; everything is escaped.

A button with `reads(…)` among its attributes opens it: `data-article` names the article, `data-marks` what to mark.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa.types import Article, Location, Span
from ui.describe import place_name
from ui.editing import cut, form, question
from ui.marks import Marked, escape, highlight
from ui.printed import heading, printed
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

COLOURS = 8  # told apart on a page; reading.css has as many
SHOWN_CHARS = 120_000  # of an article or a page: a browser takes long to lay out more
MARKS_TAKEN = 50

_MARK = re.compile(r"(\d{1,9})-(\d{1,9})(?:\.(\d{1,9})-(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Reading:
    """An article, the ranges of its text to mark, and the page on which it stands first."""

    article: Article
    marks: tuple[Marked, ...]
    stories: tuple[Article, ...]  # of the page, in its order; the article is one of them
    page: str  # the text that the stories' places count in
    by_hand: bool = False  # an edit, a split or a join made the article what it is
    mending: bool = False  # it is shown to be changed

    @property
    def position(self) -> int:
        """Of the article among the stories."""
        return [story.id for story in self.stories].index(self.article.id)

    @property
    def following(self) -> Article | None:
        """The next story of the page."""
        return self.stories[self.position + 1] if self.position + 1 < len(self.stories) else None


class Run(NamedTuple):
    """A range of the page and the position of the story that holds it; None where no story does."""

    start: int
    end: int
    story: int | None


def reads(article: str, marks: Iterable[Marked] = ()) -> str:
    """The attributes of a button that opens an article, by its id."""
    told = ",".join(f"{span.start}-{span.end}" + (f".{key.start}-{key.end}" if key else "") for span, key, _ in marks)
    return f'data-article="{escape(article)}"' + (f' data-marks="{told}"' if told else "")


def opened(library: Library, identity: str, marks: str, mending: bool = False) -> Reading:
    """What `reads` asked for. Raises NotFound for an article that the library does not hold."""
    article = library.article(identity)
    place = article.location
    stories = library.overview.stories(place)
    page = library.page_text(place.source, place.record, place.page)
    return Reading(article, _marks(marks, len(article.text)), stories, page, library.is_by_hand(article.id), mending)


def _marks(told: str, length: int) -> tuple[Marked, ...]:
    found = []
    for start, end, key_start, key_end in _MARK.findall(told)[:MARKS_TAKEN]:
        if int(start) < int(end) <= length:
            key = Span(int(key_start), int(key_end)) if key_start else None
            found.append(Marked(Span(int(start), int(end)), key))
    return tuple(found)


def problem(reason: str, words: Words) -> str:
    """What the dialog holds where there is nothing to read, and why."""
    return (
        f'<div class="card problem" role="alert"><h3>{escape(words.unreadable)}</h3><p>{escape(reason)}</p>'
        f'<div class="actions"><button type="button" data-close autofocus>{escape(words.close)}</button></div></div>'
    )


def view(reading: Reading, words: Words) -> str:
    """What the dialog holds."""
    article = reading.article
    places = words.names_between.join(place_name(place, words) for place in article.also)
    also = f'<p class="meta">{escape(words.also_in.format(locations=places))}</p>' if places else ""
    by_hand = f'<span class="tag">{escape(words.by_hand)}</span>' if reading.by_hand else ""
    alone = " alone" if len(reading.stories) == 1 else ""
    return (
        f'<header data-shown="{escape(article.id)}"><div class="about">{heading(article, words)}{also}{by_hand}</div>'
        f"{_tools(reading, words)}</header>{question(words) if reading.mending else ''}"
        f'<div class="sheets{alone}"><section class="page story c{reading.position % COLOURS}" tabindex="0"'
        f' aria-label="{escape(article.title)}">{_story(reading, words)}</section>{_page(reading, words)}</div>'
    )


def _story(reading: Reading, words: Words) -> str:
    """The story as printed; where it is to be changed with the form, and the places at which it can be split."""
    article = reading.article
    part = _shown(len(article.text), [mark.span for mark in reading.marks])
    note = _cut_note(part, len(article.text), words)
    if not reading.mending:
        return f'{note}<div class="text">{printed(article, part, reading.marks)}</div>'
    text = printed(article, part, reading.marks, before=lambda position: cut(article, position, words))
    return f'{form(article, reading.following, reading.by_hand, words)}{note}<div class="text">{text}</div>'


def _tools(reading: Reading, words: Words) -> str:
    """The way to the neighbours, to the mark and to what is looked for."""
    at, count = reading.position, len(reading.stories)
    before = _neighbour(reading.stories[at - 1] if at else None, words.previous_story, "previous")
    after = _neighbour(reading.following, words.next_story, "next")
    mending = "true" if reading.mending else "false"
    to_mark = f'<button type="button" data-to-mark>{escape(words.to_mark)}</button>' if reading.marks else ""
    return (
        f'<div class="tools"><div class="actions" role="group" aria-label="{escape(words.neighbours)}">{before}'
        f'<span class="of">{at + 1} / {count}</span>{after}</div>'
        f'<form class="find" role="search"><input type="search" aria-label="{escape(words.find_in_story)}"'
        f' placeholder="{escape(words.find_in_story)}" autocomplete="off"><output></output></form>'
        f'<div class="actions">{to_mark}'
        f'<button type="button" data-mending data-key="mending" aria-pressed="{mending}">{escape(words.mend)}</button>'
        f'<button type="button" data-beside aria-pressed="true">{escape(words.beside)}</button>'
        f'<button type="button" data-close>{escape(words.close)}</button></div></div>'
    )


def _neighbour(story: Article | None, name: str, key: str) -> str:
    if story is None:
        return f'<button type="button" data-key="{key}" disabled>{escape(name)}</button>'
    title = escape(story.title)
    return f'<button type="button" data-key="{key}" title="{title}" {reads(story.id)}>{escape(name)}</button>'


def _page(reading: Reading, words: Words) -> str:
    """The page as it was read, each story in its colour; what belongs to none is grey."""
    place = _place_on(reading, reading.article)
    own = [Span(start, end) for _, start, end in place.pieces]
    part = _shown(len(reading.page), own)
    marks = [Marked(span) for mark in reading.marks for span in place.spans(*mark.span)]
    met: set[int] = set()
    shown = "".join(_run(reading, run, marks, met, words) for run in runs(reading, part))
    title = words.page_as_read(len(reading.stories))
    return (
        f'<section class="page printed" tabindex="0" aria-label="{escape(title)}"><p class="hint">{escape(title)}'
        f"{escape(words.loose_note)}</p>{_cut_note(part, len(reading.page), words)}"
        f'<div class="as-read">{shown}</div></section>'
    )


def runs(reading: Reading, part: Span) -> Iterator[Run]:
    """The ranges of a part of the page, in its order, without gaps; neighbours of one story are one."""
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


def _run(reading: Reading, run: Run, marks: Sequence[Marked], met: set[int], words: Words) -> str:
    """A run as HTML; the first of a story begins with its number. `met` keeps which stories have begun."""
    text = highlight(reading.page[run.start : run.end], marks, run.start)
    if run.story is None:
        return f'<span class="loose">{text}</span>'
    story = reading.stories[run.story]
    current = " current" if run.story == reading.position else ""
    number = ""
    if run.story not in met:
        met.add(run.story)
        name = escape(words.story_number.format(number=run.story + 1, title=story.title))
        number = f'<button type="button" class="nr" {reads(story.id)} aria-label="{name}">{run.story + 1}</button>'
    return (
        f'<span class="run c{run.story % COLOURS}{current}" title="{escape(story.title)}" {reads(story.id)}>'
        f"{number}{text}</span>"
    )


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


def _cut_note(part: Span, length: int, words: Words) -> str:
    if part == (0, length):
        return ""
    said = words.only_part.format(start=f"{part.start + 1:,}", end=f"{part.end:,}", length=f"{length:,}")
    return f'<p class="hint">{escape(said)}</p>'
