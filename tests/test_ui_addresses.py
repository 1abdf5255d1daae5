"""Addresses of what is opened, and the browser's Back, in a real Chromium."""

from __future__ import annotations

from pathlib import Path

from tests.parts.browser import PHONE, Browser, Page, asked, expect, opened, watched

ASKED = "区委召开2026年务虚会用了多长时间？"
LISTED = "哪些文章提到了张家湾镇？"
READER = "dialog.reader[open]"


def _copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def _to_be_read(page: Page) -> Page:
    page.locator("li.source [data-article]").first.click()
    page.locator(f"{READER} .story mark").first.wait_for()
    return page


def test_a_quote_and_a_passage_have_addresses_that_another_browser_opens(browser: Browser, url: str) -> None:
    with watched(browser) as mine, watched(browser) as other:
        asked(opened(mine, url), ASKED)
        before = mine.url
        mine.locator(".turn a.cite").first.click()
        mine.wait_for_selector("li.source.flash")
        assert mine.url == before, "a badge never changes the address"
        for card in (mine.locator("li.source").first, mine.locator("li.passage").last):
            card.get_by_role("button", name="复制链接").click()
            expect(card.get_by_text("已复制")).to_be_visible()
            link = _copied(mine)
            assert link.startswith(f"{url}#article/")
            assert "?at=" in link
            other.goto("about:blank")
            other.goto(link)
            other.locator(f"{READER} .story mark").first.wait_for()
            assert other.url == link
            other.get_by_role("button", name="关闭").click()
            other.wait_for_selector(".welcome")
            expect(other.locator(READER)).to_have_count(0)
            assert other.url == f"{url}#chat"


def test_back_closes_the_article_and_stays_in_the_app(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        talk = page.url
        for close in (page.go_back, lambda: page.keyboard.press("Escape"), page.go_back):
            _to_be_read(page)
            assert "#article/" in page.url
            page.get_by_role("button", name="下一篇").click()
            expect(page.locator(f"{READER} .of")).to_contain_text("2 /")
            close()
            expect(page.locator(READER)).to_have_count(0)
            expect(page).to_have_url(talk)
            assert page.locator(".turn").count() == 1
        page.go_forward()
        page.locator(READER).wait_for()
        page.reload()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        page.locator(READER).wait_for()
        page.go_back()
        expect(page.locator(READER)).to_have_count(0)
        expect(page).to_have_url(talk)
        page.go_back()
        page.wait_for_selector(".welcome")


def test_back_from_an_address_that_was_followed_stays_in_the_app(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        link = _to_be_read(page).url
        page.goto("about:blank")
        page.goto(link)
        page.locator(READER).wait_for()
        page.go_back()
        page.wait_for_selector(".welcome")
        expect(page.locator(READER)).to_have_count(0)
        expect(page).to_have_url(f"{url}#chat")


def test_back_asks_before_changes_by_hand_are_lost(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        talk = page.url
        _to_be_read(page).get_by_role("button", name="手工改").click()
        page.fill(f"{READER} .mend [name=edition]", "不存的版次")
        page.go_back()
        page.locator(".really").get_by_role("button", name="取消").click()
        assert "#article/" in page.url
        page.go_back()
        page.locator(".really").get_by_role("button", name="确定").click()
        expect(page.locator(READER)).to_have_count(0)
        expect(page).to_have_url(talk)


def test_back_closes_the_side_of_a_phone(browser: Browser, url: str) -> None:
    with watched(browser, PHONE) as page:
        asked(opened(page, url), ASKED)
        talk = page.url
        page.get_by_role("button", name="对话与库").click()
        page.wait_for_selector("#talks", state="visible")
        page.go_back()
        page.wait_for_selector("#talks", state="hidden")
        expect(page).to_have_url(talk)
        page.get_by_role("button", name="对话与库").click()
        page.get_by_role("link", name="新对话").click()
        page.wait_for_selector(".welcome")
        page.go_back()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")


def test_the_library_is_left_for_the_chat_that_was_open(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        talk = page.url
        page.get_by_role("link", name="报库").click()
        page.locator("#shelf td.title [data-article]").first.click()
        page.locator(READER).wait_for()
        page.go_back()
        expect(page.locator(READER)).to_have_count(0)
        assert page.url.endswith("#library")
        page.get_by_role("link", name="问答").click()
        expect(page).to_have_url(talk)
        assert page.locator(".turn h2").inner_text() == ASKED


def test_an_article_that_is_not_there_says_so(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        page.goto(f"{url}#article/nowhere?at=1-2")
        page.wait_for_selector(f"{READER} >> text=这一篇已不在库里")
        page.get_by_role("button", name="关闭").click()
        page.wait_for_selector(".welcome")


def test_a_listed_title_is_a_link(browser: Browser, url: str, own_library: Path) -> None:
    with watched(browser) as page:
        asked(opened(page, url), LISTED)
        title = page.locator(".turn .items a").first
        assert (title.get_attribute("href") or "").startswith("#article/")
        title.click()
        page.locator(READER).wait_for()
        assert page.url.endswith(title.get_attribute("href") or "?")
