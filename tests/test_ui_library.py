"""The library's screen as HTML: figures, charts, tables, the queue."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from qa.library.background import VectorProgress
from qa.library.library import Library
from qa.store.facets import Count, Coverage
from qa.store.overview import ArticleRow, TableSlice
from qa.types import AddReport, FileInfo, Skipped, Stats
from tests.parts.ui_values import HOSTILE
from ui import chart, jobs, library, render, tables
from ui.chart import Column
from ui.ingest import Job
from ui.words import CHINESE, ENGLISH

ROW = ArticleRow("id-1", "标题", False, ("张三", "李四"), "2019-05", "printed", "一版.txt", None, 2, 1234)
FILE = FileInfo("一版.txt", "/x/一版.txt", 2048, "", "gb18030", 7, "2026-01-01T00:00:00+00:00")
JOB = Job(1, Path("/x"), "一版.txt")


def test_the_page_is_understood_as_far_as_it_makes_sense() -> None:
    told = {"kind": "files", "find": " 一版 ", "order": "articles", "descending": True, "page": 3}
    asked = tables.asked(told)
    assert (asked.kind, asked.find, asked.order, asked.descending, asked.offset) == (
        "files",
        "一版",
        "articles",
        True,
        150,
    )


@given(st.dictionaries(st.sampled_from(["kind", "find", "order", "descending", "page"]), st.from_type(object)))
def test_whatever_the_page_tells_asks_for_a_window(told: dict[str, object]) -> None:
    asked = tables.asked(told)
    assert asked.order in {"arrival", "title", "date", "source", "articles"}
    assert 0 <= asked.offset <= tables.LAST_PAGE * tables.ROWS


def test_a_row_opens_its_story_and_a_head_sorts() -> None:
    html = tables.articles(
        TableSlice((ROW,), 101), tables.asked({"order": "date", "descending": True, "page": 1}), CHINESE
    )
    assert 'data-article="id-1"' in html
    assert "张三、李四" in html
    assert "一版.txt 第 2 页" in html
    assert re.search(r'aria-sort="descending"><button type="button" data-order="date"', html)
    assert "第 2 / 3 页 · 共 101" in html
    assert [bool(off) for off in re.findall(r"data-page=[^>]*?( disabled)?>", html)] == [False, False]


def test_an_empty_table_says_why() -> None:
    assert CHINESE.nothing_held in tables.articles(TableSlice((), 0), tables.asked({}), CHINESE)
    assert ENGLISH.nothing_matches in tables.files(
        TableSlice((), 0), tables.asked({"find": "x", "kind": "files"}), ENGLISH
    )


def test_a_file_can_be_chosen_and_its_stories_shown() -> None:
    html = tables.files(TableSlice((FILE,), 1), tables.asked({"kind": "files"}), CHINESE)
    assert 'value="一版.txt" data-articles="7" aria-label="选择 一版.txt"' in html
    assert 'data-articles-of="一版.txt"' in html
    assert "gb18030" in html
    assert "2 KB" in html
    question = tables.removing([f"{number}.txt" for number in range(10)], 70, CHINESE)
    assert "10 个文件和其中的 70 篇报道" in question
    assert "另有 2 个" in question


@given(st.lists(st.integers(0, 10**6), max_size=80))
def test_columns_keep_to_the_drawing_and_to_their_values(values: list[int]) -> None:
    drawn = chart.columns("各月", [Column(f"{value} 篇", str(value), value) for value in values])
    if not values:
        assert drawn == ""
        return
    bars = [bar for bar in ElementTree.fromstring(drawn).iter("rect") if bar.get("class") == "bar"]
    heights = [float(bar.get("height") or 0) for bar in bars]
    assert len(bars) == len(values)
    assert max(heights) <= chart.HEIGHT
    for first, second, high, low in zip(values, values[1:], heights, heights[1:], strict=False):
        assert first < second or high >= low
    assert all(float(bar.get("x") or 0) + float(bar.get("width") or 0) <= chart.WIDTH + 0.1 for bar in bars)


def test_many_months_become_years_and_many_pages_a_spread() -> None:
    months = tuple(Count(f"{year}-{month:02}", 2) for year in range(2010, 2020) for month in range(1, 13))
    pages = tuple(Count(f"{number}.txt", number % 3) for number in range(30))
    html = library.coverage(Coverage(months, 5, pages, ((0, 10), (1, 10), (2, 10))), CHINESE)
    assert CHINESE.by_year in html
    assert "<title>2015：24 篇</title>" in html
    assert "<title>2 篇的版面：10 个</title>" in html
    assert "5 篇未印日期" in html


def test_coverage_of_the_seed_pages(seeds_library: Library) -> None:
    html = library.coverage(seeds_library.overview.coverage(), CHINESE)
    for file in seeds_library.files():
        assert re.search(rf'title="{re.escape(file.source)}">.*?<span>{file.articles}</span>', html)


def test_the_headline_figures_are_papers_dates_and_gaps() -> None:
    stats, papers = Stats(3, 1200, 400, 100, 700, None), (Count("桂报", 900), Count("晚报", 300))
    months = tuple(Count(month, 2) for month in ("2024", "2024-11", "2025-01", "2025-04"))
    html = library.head(stats, papers, Coverage(months, 5, (), ()), CHINESE)
    assert re.findall(r"<dd>([^<]*)</dd>", html.replace("–<wbr>", "–")) == ["1,200", "2", "2024–2025-04", "3"]
    assert 'title="桂报、晚报"' in html
    assert 'title="2024-12、2025-02、2025-03"' in html
    empty = library.head(Stats(0, 0, 0, 0, 0, None), (), Coverage((), 0, (), ()), CHINESE)
    assert re.findall(r"<dd>([^<]*)</dd>", empty) == ["0", "–", "–", "–"]


def test_a_column_of_the_chart_asks_for_its_articles_and_a_gap_for_nothing() -> None:
    months = tuple(Count(month, 2) for month in ("2024", "2024-11", "2025-01"))
    html = library.coverage(Coverage(months, 0, (), ()), CHINESE)
    assert re.findall(r'data-period="([^"]*)"', html) == ["2024", "2024-11", "2025-01"]
    assert "<title>2024-12：0 篇</title>" in html
    many = tuple(Count(f"{year}-{month:02}", 2) for year in range(2010, 2020) for month in range(1, 13))
    assert re.findall(r'data-period="([^"]*)"', library.coverage(Coverage(many, 0, (), ()), CHINESE))[0] == "2010-"
    for told, period in (("2024-11", "2024-11"), ("2010-", "2010-"), ("2024' OR 1", ""), (7, ""), (None, "")):
        assert tables.asked({"period": told}).period == period


def test_a_folder_can_be_named_only_where_that_is_allowed() -> None:
    assert 'id="server-folder"' in library.frame((".txt",), 50, True, "", Markup(), CHINESE)
    html = library.frame((".txt", ".md"), 50, False, '正文="稿"', Markup(), CHINESE)
    assert "server-folder" not in html
    assert 'accept=".txt,.md"' in html
    assert 'value="正文=&#34;稿&#34;"' in html


@pytest.mark.parametrize(
    ("job", "said"),
    [
        (JOB, "等待"),
        (replace(JOB, state="reading"), "正在读"),
        (replace(JOB, state="reading", done=25, total=100, seconds=60), "正在读 25 / 100 个文件 · 约剩 3 分钟"),
        (
            replace(JOB, state="reading", read=13_000_000, size=52_000_000, file_left=90),
            'value="0.250" max="1" aria-label="一版.txt"></progress>',
        ),
        (
            replace(JOB, state="reading", read=13_000_000, size=52_000_000, file_left=90),
            "正在读 · 12.4 MB / 49.6 MB · 约剩 2 分钟",
        ),
        (replace(JOB, state="reading", is_blocked=True), "另一个程序正在写，等它写完…"),
        (replace(JOB, state="stopped"), CHINESE.job_stopped),
        (replace(JOB, state="done", report=AddReport(added=("a",), articles=9)), "新增 9 篇"),
        (replace(JOB, state="done", report=AddReport(unchanged=("a",))), "未变 1 个"),
        (replace(JOB, state="failed", problem="库是只读的"), "库是只读的"),
        (replace(JOB, state="failed", report=AddReport(skipped=(Skipped("/x", "是空文件", True),))), "是空文件"),
    ],
)
def test_a_job_says_how_far_it_is(job: Job, said: str) -> None:
    assert said in jobs.panel([job], VectorProgress(), 0, CHINESE)


def test_a_reason_names_the_file_of_a_folder_from_there() -> None:
    skipped = (Skipped("/x/a/b.txt", "是空文件", True), Skipped("/x", "读不了", True))
    html = jobs.panel([replace(JOB, state="failed", report=AddReport(skipped=skipped))], VectorProgress(), 0, CHINESE)
    assert re.findall(r'<li><span class="file">(.*?)</span>', html) == ["a/b.txt", ""]


def test_the_queue_offers_what_can_be_done() -> None:
    def offered(*states: str, making: VectorProgress = VectorProgress()) -> list[str]:  # noqa: B008
        queue = [replace(JOB, number=number, state=state) for number, state in enumerate(states)]  # type: ignore[arg-type]
        return re.findall(r'data-do="(\w+)"', jobs.panel(queue, making, 0, CHINESE))

    assert offered("reading", "waiting") == ["stop"]
    assert offered("stopped", "done") == ["resume", "clear"]
    assert offered("done", making=VectorProgress(is_running=True)) == ["stop", "clear"]
    assert jobs.panel([], VectorProgress(), 0, CHINESE) == ""


def test_the_vectors_are_told_of() -> None:
    making = VectorProgress(is_running=True, done=50, total=100, seconds=120)
    assert "正在补向量 50 / 100 段；已经可以提问 · 约剩 2 分钟" in jobs.panel([], making, 50, CHINESE)
    assert CHINESE.vectors_make in jobs.panel([], VectorProgress(), 50, CHINESE)
    busy = jobs.panel([replace(JOB, state="reading"), replace(JOB, state="failed")], VectorProgress(), 50, CHINESE)
    assert CHINESE.vectors_later(50) in busy
    assert 'data-do="stop"' in busy
    assert 'data-do="resume"' not in busy


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "1 秒"), (12.4, "12 秒"), (58, "1 分钟"), (3000, "50 分钟"), (7300, "2 小时")]
)
def test_a_time_is_said_as_people_say_it(seconds: float, said: str) -> None:
    assert jobs.duration(seconds, CHINESE) == said


def test_hostile_words_stay_words() -> None:
    row = replace(ROW, id=HOSTILE, title=HOSTILE, byline=(HOSTILE,), date=HOSTILE, source=HOSTILE, record=HOSTILE)
    file = replace(FILE, source=HOSTILE, encoding=HOSTILE)
    report = AddReport(skipped=(Skipped(HOSTILE, HOSTILE, True),))
    held = Coverage((Count(HOSTILE, 1),), 0, (Count(HOSTILE, 1),), ())
    html = "".join(
        [
            tables.articles(TableSlice((row,), 1), tables.asked({}), CHINESE),
            tables.files(TableSlice((file,), 1), tables.asked({"kind": "files"}), CHINESE),
            tables.removing([HOSTILE], 1, CHINESE),
            jobs.panel(
                [replace(JOB, name=HOSTILE, state="done", report=report)], VectorProgress(problem=HOSTILE), 1, CHINESE
            ),
            library.coverage(held, CHINESE),
            render.warning(HOSTILE),
        ]
    )
    assert "<script" not in html
    assert "<img" not in html
    assert not re.search(r"<[^>]*\son\w+=", re.sub(r'"[^"]*"', '""', html))
