"""The reader as HTML: marks, neighbours, and the page as it was read with each story in its colour."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NotFound
from qa.library.library import Library
from qa.types import Article, Location, Piece, Reprint, Span
from tests.parts.ui_values import HOSTILE, article, citation
from ui import reading
from ui.marks import Marked, of_citation
from ui.reading import Reading, Run
from ui.words import CHINESE, ENGLISH

PAGE = "一版\n首届书展。\n开幕了。\n秋收。\n粮满仓。\n书展闭幕。\n"


def _story(text: str, title: str, *pieces: Piece) -> Article:
    return replace(article(text, title), locations=(Location("page.txt", None, None, pieces),))


def _from_page(*parts: str) -> Article:
    """A story put together of parts of PAGE, a line each."""
    text, at = "\n".join(parts), 0
    pieces = []
    for part in parts:
        start = PAGE.index(part)
        pieces.append(Piece(at, start, start + len(part)))
        at += len(part) + 1
    return _story(text, parts[0], *pieces)


FAIR = _from_page("首届书展。", "开幕了。", "书展闭幕。")
CROP = _from_page("秋收。", "粮满仓。")
ON_PAGE = Reading(FAIR, (), (FAIR, CROP), PAGE)


def test_runs_name_who_holds_each_part_of_the_page() -> None:
    found = list(reading.runs(ON_PAGE, Span(0, len(PAGE))))
    assert [(run.story, PAGE[run.start : run.end]) for run in found] == [
        (None, "一版\n"),
        (0, "首届书展。\n开幕了。"),
        (None, "\n"),
        (1, "秋收。\n粮满仓。"),
        (None, "\n"),
        (0, "书展闭幕。"),
        (None, "\n"),
    ]


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 3)), max_size=12), st.text(max_size=60)
)
def test_runs_rebuild_the_page_whatever_the_pieces(ranges: list[tuple[int, int, int]], page: str) -> None:
    stories = tuple(
        _story("文" * 99, str(number), *(Piece(0, *sorted((a, b))) for a, b, owner in ranges if owner == number))
        for number in range(4)
    )
    found = list(reading.runs(Reading(stories[0], (), stories, page), Span(0, len(page))))
    assert "".join(page[run.start : run.end] for run in found) == page
    assert all(isinstance(run, Run) and run.start < run.end for run in found)


def test_every_seed_page_is_shown_whole_and_each_story_has_a_number(seeds_library: Library) -> None:
    for file in seeds_library.files():
        first = seeds_library.articles_of(file.source)[0]
        opened = reading.opened(seeds_library, first.id, "")
        html = reading.view(opened, CHINESE)
        shown = html[html.index('<div class="as-read">') :]
        numbers = re.findall(r'class="nr"[^>]*>(\d+)</button>', shown)
        assert sorted(map(int, numbers)) == list(range(1, file.articles + 1))
        text = unescape(re.sub(r"<[^>]+>", "", re.sub(r"<button.*?</button>", "", shown)))
        assert text == seeds_library.page_text(file.source)


def test_marks_are_shown_in_the_story_and_on_the_page() -> None:
    quote = of_citation(citation(1, FAIR, "书展闭幕。", "闭幕"))
    html = reading.view(replace(ON_PAGE, marks=(quote,)), CHINESE)
    assert re.findall(r"<mark[^>]*>(.*?)</mark>", html) == ["书展<b>闭幕</b>。", "书展闭幕。"]
    assert "data-to-mark" in html
    assert "data-to-mark" not in reading.view(ON_PAGE, CHINESE)


def test_a_button_tells_what_it_opens_and_the_reader_understands_it(seeds_library: Library) -> None:
    story = seeds_library.articles(limit=1)[0]
    marks = (Marked(Span(3, 9), Span(4, 6)), Marked(Span(12, 20)))
    told = ",".join(mark.told for mark in marks)
    assert reading.opened(seeds_library, story.id, told).marks == marks


@pytest.mark.parametrize("told", ["", "x", "9-3", "0-99999999", "-1-5", "1-2-3", "<script>", "1.5-9.7", "9" * 5000])
def test_made_up_marks_mark_nothing_or_stay_inside(seeds_library: Library, told: str) -> None:
    story = seeds_library.articles(limit=1)[0]
    for mark in reading.opened(seeds_library, story.id, told).marks:
        assert 0 <= mark.span.start < mark.span.end <= len(story.text)


@pytest.mark.parametrize("name", ["zzzzzzzz", "../../etc/passwd", "' OR 1=1 --", "%"])
def test_made_up_articles_are_not_there(seeds_library: Library, name: str) -> None:
    with pytest.raises(NotFound):
        reading.opened(seeds_library, name, "")


def test_other_places_and_reprints_are_named() -> None:
    again = replace(FAIR.location, source="二版.txt")
    reprint = Reprint("id-other", replace(FAIR.location, source="外报.txt", page=3))
    story = replace(FAIR, locations=(FAIR.location, again), reprints=(reprint,))
    html = reading.view(replace(ON_PAGE, article=story, stories=(story, CROP)), CHINESE)
    assert "也见于 二版、外报 第 3 页" in html


def test_neighbours_are_the_stories_before_and_after_on_the_page() -> None:
    first = reading.view(ON_PAGE, CHINESE)
    assert 'data-key="previous" disabled' in first
    assert f'data-key="next" title="秋收。" data-article="{CROP.id}"' in first
    assert "1 / 2" in first
    last = reading.view(replace(ON_PAGE, article=CROP), ENGLISH)
    assert f'data-key="previous" title="首届书展。" data-article="{FAIR.id}"' in last
    assert 'data-key="next" disabled' in last


def test_of_a_long_text_the_part_around_the_mark_is_shown() -> None:
    text = "甲" * 300_000 + "\n丙丁。\n" + "乙" * 300_000
    long = article(text, "长")
    mark = Marked(Span(300_001, 300_004))
    html = reading.view(Reading(long, (mark,), (long,), text), CHINESE)
    assert len(html) < 300_000
    assert '<mark class="quote">丙丁。</mark>' in html
    assert "全文 600,005 字" in html


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)


def test_hostile_words_stay_words() -> None:
    story = article(HOSTILE * 2, HOSTILE, source=f"{HOSTILE}.txt", byline=(HOSTILE,))
    story = replace(story, paper=HOSTILE, edition=HOSTILE, date=HOSTILE, id=HOSTILE, locations=story.locations * 2)
    elements = _Elements()
    elements.feed(reading.view(Reading(story, (Marked(Span(2, 9)),), (story,), story.text), CHINESE))
    elements.feed(reading.problem(HOSTILE, CHINESE))
    assert elements.tags <= {"header", "div", "h3", "p", "button", "span", "form", "input", "output", "section", "mark"}
    assert not any(name.startswith("on") for name in elements.attributes)
