"""Cutting keeps every character of a page exactly once, whatever the page holds."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles.cutting import cut
from qa.types import Article, Block, Page, Span

PARTS = st.sampled_from(
    [
        "本报讯(记者 张三 李四)近日,",
        "本报讯（記者 陳大文）",
        "(记者 王五)",
        "本报记者 赵六",
        "图为现场。",
        "记者 钱七/摄",
        "新春走基层",
        "某区召开会议部署防汛工作",
        "会议指出,要抓好落实。",
        "“这是好事!”",
        "## ",
        "张三主持并讲话 李四出席",
        "(",
        "【",
        "》",
        "。",
        " ",
        "\u3000",
        "\n",
        "\r\n",
        "\r",
        "\f",
        "\u2028",
        "\n\n\n",
        "\ud800",
        "\ufeff",
        "\x00",
        "𠮷",
        "word",
    ]
)
SEEDS = [path.read_text("utf-8") for path in sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))]
PAGES = st.one_of(st.lists(PARTS, max_size=60).map("".join), st.text(max_size=200))


def check_whole(page: Page, articles: tuple[Article, ...]) -> None:
    """Every non-blank character of the page in one piece of one article; every piece equal to its range."""
    taken: list[int] = []
    for article in articles:
        blank = list(article.text)
        for at, start, end in article.location.pieces:
            assert article.text[at : at + end - start] == page.text[start:end]
            taken += [position for position in range(start, end) if not page.text[position].isspace()]
            blank[at : at + end - start] = " " * (end - start)
        assert not "".join(blank).strip()
        assert [piece.at for piece in article.location.pieces] == sorted(piece.at for piece in article.location.pieces)
        assert article.title
    assert sorted(taken) == [position for position, char in enumerate(page.text) if not char.isspace()]


@given(PAGES)
@settings(max_examples=400, deadline=None)
def test_nothing_lost_nothing_twice(text: str) -> None:
    page = Page("page.txt", text)
    check_whole(page, cut(page))


@given(PAGES, st.lists(st.tuples(st.integers(0, 200), st.integers(1, 50)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_nothing_lost_with_roles(text: str, ranges: list[tuple[int, int]]) -> None:
    blocks = tuple(Block(Span(start, start + length), "heading", 1) for start, length in ranges)
    page = Page("page.md", text, blocks=blocks)
    check_whole(page, cut(page))


@given(st.sampled_from(SEEDS), st.integers(0, 8000), st.integers(1, 3000), st.sampled_from(["\n", "\r\n", "\r"]))
@settings(max_examples=60, deadline=None)
def test_nothing_lost_of_a_page_cut_anywhere(text: str, start: int, length: int, end: str) -> None:
    page = Page("page.txt", text[start : start + length].replace("\n", end))
    check_whole(page, cut(page))


@given(PAGES)
@settings(max_examples=150, deadline=None)
def test_a_record_is_one_article(text: str) -> None:
    page = Page("records.jsonl", text, record="1")
    articles = cut(page)
    assert len(articles) == bool(text.strip())
    check_whole(page, articles)


@pytest.mark.parametrize(
    "text",
    [
        "字" * 100_000,
        "记者 " * 33_000,
        "(" * 100_000,
        "本报讯(记者 张三)会议指出要抓好落实\n" * 20_000,
        "会议指出,要抓好落实,做好工作\n" * 100_000,
        "\n".join(f"第{number}届运动会开幕\n今天,第{number}届运动会开幕了。" for number in range(10_000)),
        "\n" * 100_000,
    ],
    ids=["line", "names", "brackets", "bylines", "lines", "stories", "blank"],
)
def test_time_is_linear(text: str) -> None:
    started = time.process_time()  # a busy machine makes no difference
    page = Page("page.txt", text)
    articles = cut(page)
    assert time.process_time() - started < 30
    assert sum(len("".join(article.text.split())) for article in articles) == len("".join(text.split()))
