"""Windows of the library's tables and counts beside filters, each against a walk through all articles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import NotFound
from qa.library.library import Library
from qa.store.facets import Count, Summary
from qa.types import Edit, Filters
from tests.parts.library import open_library, story
from tests.parts.postgres import ENGINES, place_for

BYLINES = [["张三"], ["张三丰", "李四"], [], ["王五"], ["李四"]]
DATES = ["2019-05-04", "2019-06", None, "2020", "2021-01-02"]


@pytest.fixture(scope="module", params=ENGINES)
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("shelf")
    for number, name in enumerate(["a/one.jsonl", "a/b/two.jsonl", "c/100%_x.jsonl", "top.jsonl"]):
        path = folder / "pages" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(map(_record, range(number * 10, number * 10 + 10))), encoding="utf-8")
    (folder / "pages" / "c" / "again.jsonl").write_text(_record(3), encoding="utf-8")  # a second place of a story
    with place_for(request, folder / "library") as place, open_library(place, create=True) as library:
        library.add([folder / "pages"])
        yield library


def _record(number: int) -> str:
    told = {"byline": BYLINES[number % 5], "date": DATES[number % 5], "title": f"第{number:02d}号消息"}
    return json.dumps({"id": f"r{number}", "text": story(number), **told}, ensure_ascii=False)


def _passing(library: Library, **filters: str) -> int:
    return len(library.articles(Filters(**filters)))


def test_a_walk_through_all_windows_meets_every_article_once(library: Library) -> None:
    for order in ("arrival", "title", "date"):
        for descending in (False, True):
            met = [
                row.id
                for offset in range(0, 45, 7)
                for row in library.overview.articles(order=order, descending=descending, offset=offset, limit=7).rows
            ]
            assert sorted(met) == sorted(article.id for article in library.articles())


def test_a_row_says_what_its_article_says(library: Library) -> None:
    for row in library.overview.articles().rows:
        article = library.article(row.id)
        assert (row.title, row.byline, row.date) == (article.title, article.byline, article.date)
        place = article.location
        assert (row.source, row.record, row.page) == (place.source, place.record, place.page)
        assert row.characters == len(article.text)


def test_undated_articles_come_last_in_either_direction(library: Library) -> None:
    for descending in (False, True):
        dates = [row.date for row in library.overview.articles(order="date", descending=descending).rows]
        dated = [date for date in dates if date]
        assert dated == sorted(dated, reverse=descending)
        assert dates[len(dated) :] == [None] * 8


@pytest.mark.parametrize("find", ["07号", "张三", "a/b", "100%_", "没有这样的"])
def test_what_is_looked_for_is_in_headline_reporter_or_file(library: Library, find: str) -> None:
    expected = {
        article.id
        for article in library.articles()
        if find in article.title
        or any(find in name for name in article.byline)
        or any(find in place.source for place in article.locations)
    }
    found = library.overview.articles(find)
    assert {row.id for row in found.rows} == expected
    assert found.total == len(expected)


def test_a_window_keeps_to_filters_and_counts_what_they_leave(library: Library) -> None:
    found = library.overview.articles(filters=Filters(byline="李四"), limit=3)
    assert (len(found.rows), found.total) == (3, _passing(library, byline="李四"))


def test_files_by_name_and_by_articles(library: Library) -> None:
    by_name = library.overview.files(order="source")
    assert [file.source for file in by_name.rows] == sorted(file.source for file in library.files())
    assert by_name.total == 5
    least = library.overview.files(order="articles", limit=1).rows[0]
    assert (least.source, least.articles) == ("c/again.jsonl", 1)
    assert [file.source for file in library.overview.files("%_").rows] == ["c/100%_x.jsonl"]


def test_the_stories_of_a_page_are_those_of_its_record_alone(library: Library, seeds_library: Library) -> None:
    article = library.articles()[4]
    assert [story.id for story in library.overview.stories(article.location)] == [article.id]
    for file in seeds_library.files():
        stories = seeds_library.articles_of(file.source)
        assert seeds_library.overview.stories(stories[0].location) == stories


@pytest.mark.parametrize(
    "filters",
    [{}, {"since": "2020"}, {"byline": "李四"}, {"source": "a"}, {"source": "a", "until": "2019-05", "byline": "王五"}],
)
def test_every_count_is_what_its_filter_leaves(library: Library, filters: dict[str, str]) -> None:
    facets = library.overview.facets(Filters(**filters), limit=20)
    assert facets.articles == _passing(library, **filters)
    assert facets.undated == sum(article.date is None for article in library.articles(Filters(**filters)))
    for count in facets.sources:
        assert count.articles == _passing(library, **{**filters, "source": count.value})
    for count in facets.bylines:
        assert count.articles == _passing(library, **{**filters, "byline": count.value})
    for name, articles in facets.without.items():
        assert articles == _passing(library, **{key: value for key, value in filters.items() if key != name})
    assert set(facets.without) == set(filters)


def test_sources_are_offered_a_level_at_a_time(library: Library) -> None:
    def offered(**filters: str) -> list[str]:
        return [count.value for count in library.overview.facets(Filters(**filters)).sources]

    assert offered() == ["a", "c", "top.jsonl"]
    assert offered(source="a") == ["a/b", "a/one.jsonl"]
    assert offered(source="a/b/two.jsonl") == ["a/b/two.jsonl"]


def test_a_story_in_two_files_of_a_folder_counts_once(library: Library) -> None:
    sources = {count.value: count.articles for count in library.overview.facets().sources}
    assert sources == {"a": 20, "c": 11, "top.jsonl": 10}


def test_values_are_looked_for_and_limited(library: Library) -> None:
    facets = library.overview.facets(find_source="two", find_byline="张", limit=1)
    assert facets.sources == (Count("a/b/two.jsonl", 10),)
    assert facets.bylines == (Count("张三", 16),)  # 张三丰 passes this filter too
    assert facets.more_bylines == 1


def test_a_source_that_is_not_there_is_named(library: Library) -> None:
    with pytest.raises(NotFound, match="gone"):
        library.overview.facets(Filters(source="gone.txt"))


def test_coverage_counts_every_article_once(library: Library) -> None:
    coverage = library.overview.coverage()
    assert sum(month.articles for month in coverage.months) + coverage.undated == 40
    assert [month.value for month in coverage.months] == ["2019-05", "2019-06", "2020", "2021-01"]
    assert [(file.value, file.articles) for file in coverage.files][-1] == ("top.jsonl", 10)
    assert coverage.per_file == ((1, 1), (10, 4))


def test_counts_follow_every_change_of_another_process_too(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    for name in ("a.jsonl", "b.jsonl"):
        (pages / name).write_text(_record(0 if name == "a.jsonl" else 1), encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as other, open_library(tmp_path / "library") as watching:

        def counted() -> tuple[int, dict[str, int], dict[str, int], list[int]]:
            facets, files = watching.overview.facets(), watching.overview.files().rows
            sources = {count.value: count.articles for count in facets.sources}
            names = {count.value: count.articles for count in facets.bylines}
            return facets.articles, sources, names, [file.articles for file in files]

        assert counted() == (0, {}, {}, [])
        other.add([pages])
        assert counted() == (2, {"a.jsonl": 1, "b.jsonl": 1}, {"张三": 2, "张三丰": 1, "李四": 1}, [1, 1])
        other.edit(other.articles_of("a.jsonl")[0].id, Edit("", byline=("赵六",)))
        assert counted()[2] == {"张三丰": 1, "李四": 1, "赵六": 1}
        (pages / "b.jsonl").rename(pages / "c.jsonl")
        other.add([pages], prune=True)
        assert counted()[1] == {"a.jsonl": 1, "c.jsonl": 1}
        other.remove(["c.jsonl"])
        assert counted() == (1, {"a.jsonl": 1}, {"赵六": 1}, [1])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=30, unique=True), st.lists(st.booleans()))
def test_articles_of_a_group_of_files_count_once(held: list[tuple[int, int]], passes: list[bool]) -> None:
    mask = np.array((passes + [True] * 10)[:10], bool)
    articles, files = np.array(held, np.int64).reshape(-1, 2).T
    codes = np.zeros(10, np.int64)
    shared = np.bincount(articles, minlength=10)[articles] > 1
    summary = Summary(codes, [None], codes, [], codes, (codes[:0], codes[:0]), [], [], (articles, files), shared)
    expected = [{one for one, file in held if mask[one] and file // 2 == group} for group in (0, 1)]
    counted = summary.per_group(mask, np.array([0, 0, 1, 1]), 2)
    assert counted.tolist() == [len(group) for group in expected]
