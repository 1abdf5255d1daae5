"""The filters as the page tells them, and as HTML: counts, chips, and the one that leaves nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.library.library import Library
from qa.store.facets import Count, Facets
from qa.types import Filters
from tests.parts.ui_values import HOSTILE
from ui import filters
from ui.words import CHINESE, ENGLISH

LEFT = Facets(12, 3, (Count("2019", 9),), (Count("一版.txt", 7), Count("二版.txt", 5)), 0, (Count("张三", 4),), 2, {})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2019", "2019"),
        (" 2019年 ", "2019"),
        ("2019-5", "2019-05"),
        ("2019/05/4", "2019-05-04"),
        ("2019年5月4日", "2019-05-04"),
        ("2019年5月", "2019-05"),
        ("2020-02-29", "2020-02-29"),
        ("2019-02-29", None),
        ("2020年13月", None),
        ("0000", None),
        ("19", None),
        ("去年", None),
    ],
)
def test_a_date_is_understood_as_people_write_it(written: str, meant: str | None) -> None:
    assert filters.iso_date(written) == meant


@given(st.text(max_size=30))
def test_whatever_is_written_is_a_date_or_is_not(written: str) -> None:
    meant = filters.iso_date(written)
    assert meant is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", meant)


def test_what_the_page_tells_is_taken_as_far_as_it_makes_sense() -> None:
    told = {"since": "2019年5月", "until": "昨天", "source": " a ", "byline": "", "article": "x", "hidden": [1]}
    chosen, unclear = filters.understood(told)
    assert chosen == Filters(since="2019-05", source="a")
    assert unclear == {"until": "昨天"}
    assert filters.as_told(chosen) == {"since": "2019-05", "source": "a"}
    assert filters.understood({"source": "长" * 9999})[0].source == "长" * filters.VALUE_CHARS


@pytest.mark.parametrize("page", ["", "{}", "x", "[1]", "null", "1e999", '{"since": [1]}', '{"since": {"a": 1}}'])
def test_what_is_no_choice_chooses_nothing(page: str) -> None:
    assert filters.told(page) == Filters()


def test_what_comes_with_a_question_chooses() -> None:
    assert filters.told('{"since": "2019年", "byline": "张三"}') == Filters(since="2019", byline="张三")


def test_the_panel_offers_values_with_their_counts() -> None:
    html = filters.panel(Filters(byline="张三"), LEFT, {}, {}, CHINESE)
    assert "12 篇符合。" in html
    assert "未印日期" not in html  # it says so where a date is chosen
    assert re.search(r'data-value="二版.txt"[^>]*aria-pressed="false".*?<span class="count">5</span>', html)
    assert re.search(r'data-filter="byline" data-value=""[^>]*aria-pressed="true"', html)
    assert 'data-find="byline"' in html
    assert 'data-find="source"' not in html  # all are there already


def test_undated_stories_are_told_of_beside_dates() -> None:
    html = filters.panel(Filters(since="2019", until="2019"), LEFT, {}, {}, CHINESE)
    assert "其中 3 篇未印日期" in html
    assert re.search(r'data-filter="year" data-value=""[^>]*aria-pressed="true"', html)


def test_a_date_that_is_none_stays_to_be_mended() -> None:
    html = filters.panel(Filters(), LEFT, {}, {"since": "前年"}, CHINESE)
    assert re.search(r'data-date="since"[^>]*value="前年"[^>]*aria-invalid="true"', html)
    assert CHINESE.filter_date_unclear in html


def test_a_chip_for_each_filter_takes_it_off() -> None:
    html = filters.chips(Filters(since="2019", until="2020-05", source="a", byline="张三"), LEFT, CHINESE)
    assert re.findall(r'data-filter="(\w+)" data-value=""', html) == ["since", "until", "source", "byline"]
    assert "去掉筛选：记者 张三" in html
    assert filters.chips(Filters(), LEFT, CHINESE) == ""


def test_the_filter_that_leaves_nothing_is_named() -> None:
    chosen = Filters(source="一版.txt", byline="张三")
    nothing = Facets(0, 0, (), (), 0, (), 0, {"source": 4, "byline": 0})
    assert filters.emptied(chosen, LEFT, CHINESE) == ""
    assert filters.emptied(chosen, nothing, CHINESE) == "没有报道同时符合这几项。去掉“版面 一版.txt”有 4 篇。"
    together = Facets(0, 0, (), (), 0, (), 0, {"source": 0, "byline": 0})
    assert filters.emptied(chosen, together, ENGLISH).endswith("Taking one of them off is not enough.")
    assert CHINESE.filters_empty in filters.chips(chosen, nothing, CHINESE)


def test_counts_of_the_seed_pages(seeds_library: Library) -> None:
    facets = seeds_library.overview.facets(limit=100)
    assert facets.articles == seeds_library.stats().articles
    html = filters.panel(Filters(), facets, {}, {}, CHINESE)
    for file in seeds_library.files():
        assert re.search(rf'data-value="{re.escape(file.source)}".*?<span class="count">{file.articles}</span>', html)


def test_hostile_words_stay_words() -> None:
    facets = Facets(0, 0, (), (Count(HOSTILE, 1),), 3, (Count(HOSTILE, 1),), 3, {"source": 1})
    chosen = Filters(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    find = {"source": HOSTILE, "byline": HOSTILE}
    html = filters.panel(chosen, facets, find, {"since": HOSTILE}, CHINESE) + filters.chips(chosen, facets, CHINESE)
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', html))
