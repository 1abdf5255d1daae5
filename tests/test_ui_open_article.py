"""Questions about the article that is open, asked where it is read, in a real Chromium."""

from __future__ import annotations

import pytest

from tests.parts.browser import DESK, PHONE, Browser, Page, asked, expect, opened, sideways, turn, watched

ASKED = "区委召开2026年务虚会用了多长时间？"
LISTED = "哪些文章提到了张家湾镇？"
READER = "dialog.reader[open]"


def _opened_from_the_library(page: Page, url: str, position: int) -> str:
    """Opens the article at a position of the library's table; its headline."""
    opened(page, url)
    page.evaluate("location.hash = '#library'")
    page.locator("#shelf td.title [data-article]").nth(position).click()
    page.locator(f"{READER} .asking").wait_for()
    return page.locator(f"{READER} header .headline").inner_text()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_its_key_sentences_are_one_click_away(browser: Browser, url: str, size: tuple[int, int]) -> None:
    with watched(browser, size) as page:
        title = _opened_from_the_library(page, url, 2)
        assert sideways(page) == 0
        page.get_by_role("button", name="总结这篇").click()
        first = turn(page, 1)
        first.locator(".answer").wait_for()
        expect(page.locator(READER)).to_have_count(0)
        assert first.locator("h2").inner_text() == "总结这篇"
        assert title in first.locator(".chip").inner_text()
        assert {one.get_attribute("data-title") for one in first.locator("a.cite").all()} == {title}
        assert "#chat/" in page.url, "an answer is read in the chat"


def test_a_question_in_the_reader_is_asked_of_its_article_and_so_is_what_leans_on_it(
    browser: Browser, url: str
) -> None:
    with watched(browser) as page:
        asked(opened(page, url), LISTED)
        talk = page.url
        page.locator(".turn .items a").nth(1).click()
        title = page.locator(f"{READER} header .headline").inner_text()
        page.fill(f"{READER} .asking input", "这篇讲了什么？")
        page.press(f"{READER} .asking input", "Enter")
        second = turn(page, 2)
        second.locator(".answer").wait_for()
        assert page.url == talk
        assert {one.get_attribute("data-title") for one in second.locator("a.cite").all()} == {title}
        third = asked(page, "还有呢？")
        assert title in third.locator(".chip").inner_text()
        second.get_by_role("button", name="再问一次").click()
        expect(second.locator(".chip")).to_contain_text(title)
        fourth = asked(page, ASKED)
        assert fourth.locator(".chip >> text=只查").count() == 0, "a question of its own is asked of the whole library"
        assert fourth.locator("a.cite").first.get_attribute("data-title") != title


def test_the_article_is_let_go_with_one_click(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        _opened_from_the_library(page, url, 0)
        page.fill(f"{READER} .asking input", ASKED)
        page.get_by_role("button", name="提问").last.click()
        first = turn(page, 1)
        first.locator(".answer").wait_for()
        first.get_by_role("button", name="不限这一篇，查全库").click()
        expect(first.locator(".chip >> text=只查")).to_have_count(0)
        first.locator("a.cite").first.wait_for()


def test_nothing_is_asked_where_nothing_is_written_or_too_much(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        _opened_from_the_library(page, url, 0)
        box = page.locator(f"{READER} .asking input")
        box.press("Enter")
        box.fill("字" * 2001)
        box.press("Enter")
        assert "2001" in page.locator(f"{READER} .asking .too-long").inner_text()
        expect(page.locator(READER)).to_be_visible()
        assert page.locator(".turn").count() == 0
