"""Page -> Articles: articles that the format marks are kept as they are, everything else is cut by layout."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from qa.articles.build import articles_of, headline_of, printed
from qa.articles.datelines import parted, with_writers
from qa.articles.dates import PageDay, date_of, day_of_whole
from qa.articles.drafts import Draft, PairIndex, count_pairs, drafts_of, join_drafts, pairs_of, with_telegrams
from qa.articles.labels import label, paragraphs_of
from qa.articles.lines import Layout, Paragraph, PrintedLine, lines_of
from qa.articles.mastheads import Masthead, without_mastheads
from qa.articles.repairs import return_strays, reunite_headings
from qa.articles.spacing import closed
from qa.text.headings import REPORT_CHARS, section_number
from qa.types import Article, Page, Span

_SIGNED_SINCE = "1950"  # before, papers printed most stories without a reporter's name
_HEADLINE = ("heading", "kicker", "subtitle")
_LEAST_SECTION = 300


def parts_of(page: Page, lines: Sequence[PrintedLine]) -> Iterator[tuple[bool, list[PrintedLine]]]:
    """The lines in runs: (True, the lines of one story) or (False, lines that still have to be cut)."""
    spans = sorted(block.span for block in page.blocks if block.role == "story")
    starts = [span.start for span in spans]
    for index, run in groupby(lines, key=lambda line: _story_at(spans, starts, line.start)):
        yield index is not None, list(run)


def _story_at(spans: Sequence[Span], starts: Sequence[int], position: int) -> int | None:
    index = bisect_right(starts, position) - 1
    return index if index >= 0 and position < spans[index].end else None


def is_whole(page: Page) -> bool:
    """Whether the page is a record that is one article as it stands: nothing is known of its lines."""
    return page.record is not None and not any(block.role in ("story", "page") for block in page.blocks)


def whole_draft(lines: Sequence[PrintedLine]) -> Draft:
    """A record as one story: every line a paragraph, which may go on from a full line above where its text is set in
    columns.
    """
    layout = Layout.of(lines)
    full = [False, *(layout.full(len(line)) for line in lines[:-1])]
    told = (replace(line, begins=not above) for line, above in zip(lines, full, strict=True))
    return Draft(body=[Paragraph("row" if line.role == "row" else "body", (line,)) for line in told])


def known_draft(lines: Sequence[PrintedLine]) -> Draft:
    """The lines of one told story: its first lines that the format calls a headline, and what stands below them.

    Where the format names no headline at all, the lines that look like one serve. Lines between the heading of what the
    story is the first part of and its own are told of all parts, as a masthead is.
    """
    paragraphs = with_writers(paragraphs_of(lines, label(lines)))
    is_named = any(line.role in _HEADLINE or line.depth for line in lines)
    heads = list(takewhile(lambda one: one.role == "heading" and (not is_named or _is_told(one)), paragraphs))
    body = paragraphs[len(heads) :]
    if heads and all(map(_is_above, heads)) and (own := list(takewhile(lambda one: not _is_told(one), body))):
        rest = body[len(own) :]
        below = list(takewhile(_is_told, rest))
        if below:
            return Draft(heads + below, rest[len(below) :], mastheads=own)
    return Draft(heads, body)


def _is_above(paragraph: Paragraph) -> bool:
    """Whether a paragraph is the heading of several stories."""
    return paragraph.lines[0].role == "kicker" and paragraph.lines[0].level > 0


def _is_told(paragraph: Paragraph) -> bool:
    return paragraph.lines[0].role in _HEADLINE or paragraph.lines[0].depth > 0


def cut(page: Page) -> tuple[Article, ...]:
    """The articles of a page, in its order: every non-blank character in exactly one, a front matter left out.

    What the format knows is kept: a record is one article (its title is the one given, else its first clause) unless a
    "page" block says that it holds a printed page, and each "story" block is one article. Spaces that scanners put
    between Han characters are in no article. Time is linear in the page's characters.
    """
    flat = closed(page)
    return tuple(map(flat.opened, _cut(flat.page))) if flat else _cut(page)


def _cut(page: Page) -> tuple[Article, ...]:
    lines = parted(lines_of(page))
    is_printed = not any(block.role == "story" for block in page.blocks)
    lines, mastheads, told = without_mastheads(lines, page.text) if is_printed else (lines, [], Masthead())
    stories: list[Draft] = [whole_draft(lines)] if lines and is_whole(page) else []
    for is_story, part in parts_of(page, lines) if not is_whole(page) else ():
        stories += [known_draft(part)] if is_story else _found(page, part, told)
    if not is_printed and stories and (day := day_of_whole(_above_all(stories[0]))):
        told = Masthead(date=day[0], evidence=day[1])
    if mastheads:
        stories[0].mastheads = [Paragraph("caption", (line,)) for line in mastheads]
    return articles_of(page, _under_headings(page, stories), told)


def _above_all(story: Draft) -> list[str]:
    """What stands above the first of several stories and belongs to all of them."""
    return [each.text for each in (*story.mastheads, *filter(_is_above, story.heads))]


def _under_headings(page: Page, stories: Sequence[Draft]) -> list[Draft]:
    """The stories of a file whose format tells them, each under the headings of what it is a part of."""
    above: list[tuple[int, str]] = []
    for story in stories:
        own = [each.lines[0] for each in story.heads if each.lines[0].role == "kicker" and each.lines[0].level]
        if own:
            above = [each for each in above if each[0] < own[0].level]
        story.above = story.above or tuple(said for _, said in above)
        above += [(line.level, printed(page, line)) for line in own]
    return list(stories)


def _found(page: Page, lines: Sequence[PrintedLine], masthead: Masthead) -> list[Draft]:
    """The stories among lines of which nobody tells where one ends."""
    paragraphs = with_writers(paragraphs_of(lines, label(lines)))
    if sections := sections_of(page, paragraphs):
        return sections
    lexicon = PairIndex(count_pairs(pairs_of(paragraph.text) for paragraph in paragraphs))
    stories = reunite_headings(drafts_of(paragraphs), lexicon)
    day = masthead.date or date_of("", page, PageDay())[0]
    signs = day is None or day >= _SIGNED_SINCE
    stories = with_telegrams(stories) if Layout.of(lines).old else join_drafts(stories, lexicon, signs)
    return return_strays(stories, lexicon)


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
