"""An endless page is cut part by part: nothing lost, every span exact, and a printed page is cut as before."""

from __future__ import annotations

import time

import pytest

from qa.articles import cutting
from qa.articles.dates import printed_date
from qa.library import page_articles
from qa.library.page_articles import edited_articles
from qa.types import Block, Page, Span
from tests.parts.library import story


def _inked(text: str) -> str:
    return "".join(text.split())


def _page(stories: int) -> Page:
    return Page("a.txt", "\n\n".join(story(number) for number in range(stories)))


def test_a_printed_page_is_cut_as_ever() -> None:
    page = _page(12)
    assert tuple(one.article for one in edited_articles(page, ())) == cutting.cut(page)


@pytest.mark.parametrize("part", [50, 333, 1000])
@pytest.mark.parametrize("glue", ["\n\n", "\n", ""])
def test_an_endless_page_loses_nothing(part: int, glue: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_articles, "_PART_CHARS", part)
    page = Page("a.txt", glue.join(story(number) for number in range(12)))
    found = [one.article for one in edited_articles(page, ())]
    for article in found:
        printed = "".join(page.text[start:end] for start, end in article.location.spans(0, len(article.text)))
        assert _inked(printed) == _inked(article.text)
    assert sorted(_inked("".join(one.text for one in found))) == sorted(_inked(page.text))


def test_a_part_ends_at_a_blank_line_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_articles, "_PART_CHARS", 2000)
    found = [_inked(one.article.text) for one in edited_articles(_page(40), ())]
    for number in range(40):
        assert sum(_inked(story(number)) in text for text in found) == 1


def test_what_the_format_knows_is_known_in_every_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_articles, "_PART_CHARS", 700)
    texts = [f"# 第{number}号标题\n{story(number)}" for number in range(8)]
    text = "\n\n".join(texts)
    blocks = tuple(Block(Span(text.index(one), text.index(one) + len(one)), "story") for one in texts)
    found = [one.article for one in edited_articles(Page("a.md", text, blocks=blocks), ())]
    assert [_inked(one.text) for one in found] == [_inked(one) for one in texts]


@pytest.mark.parametrize("blank", [" ", "\t", "(", " z", "*"])
def test_a_day_with_endless_blanks_behind_it_is_read_in_time(blank: str) -> None:
    started = time.process_time()
    for text in (
        f"时间：2024-1-1{blank * 100_000}x",
        f"时间：2024{blank * 100_000}x",
        f"2024年1月1日{blank * 100_000}x",
    ):
        printed_date(text)
    assert time.process_time() - started < 2.0
