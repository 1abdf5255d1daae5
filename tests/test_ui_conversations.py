"""Conversations in a real Chromium: kept, opened, renamed, removed, exported, and nobody else's."""

from __future__ import annotations

from pathlib import Path

from qa.library.library import Library
from tests.parts.browser import Browser, asked, opened, watched
from tests.parts.server import running

ASKED = "区委召开2026年务虚会用了多长时间？"
OTHER = "校园安全 消防闯关"


def test_conversations_are_listed_opened_found_renamed_and_removed(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.get_by_role("link", name="新对话").click()
        page.wait_for_selector(".welcome")
        asked(page, OTHER)
        talks = page.locator(".talks li")
        assert [one.inner_text() for one in talks.locator("a").all()] == [OTHER, ASKED]
        talks.nth(1).locator("a").click()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        page.wait_for_selector(".panel .source")
        address = page.url
        page.go_back()
        page.wait_for_selector(f".turn h2 >> text={OTHER}")
        page.goto(address)
        page.reload()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        talks.nth(1).hover()
        talks.nth(1).locator("[data-rename]").click()
        page.keyboard.type("务虚会<b>")
        page.keyboard.press("Enter")
        page.wait_for_selector(".talks a >> text=务虚会<b>")
        page.fill("#find input", "校园安全")
        page.wait_for_function("document.querySelectorAll('.talks li').length === 1")
        page.fill("#find input", "")
        page.wait_for_function("document.querySelectorAll('.talks li').length === 2")
        gone = page.locator(".talks li", has_text="务虚会")
        gone.hover()
        gone.locator("[data-remove]").click()
        gone.get_by_text("真的删除？").click()
        page.wait_for_selector(".welcome")
        page.wait_for_function("document.querySelectorAll('.talks li').length === 1")


def test_another_browser_sees_nothing_of_them(browser: Browser, url: str) -> None:
    with watched(browser) as mine, watched(browser) as other:
        asked(opened(mine, url), ASKED)
        address = mine.url
        assert "#chat/" in address
        opened(other, address)
        assert other.locator(".talks li").count() == 0
        assert "对话是私有的" in other.locator("#notice").inner_text()
        export = mine.locator(".exports a").first.get_attribute("href")
        assert mine.request.get(f"{url}{export}").status == 200
        assert other.request.get(f"{url}{export}").status == 404


def test_a_conversation_is_taken_along(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        said = page.locator(".said").first.inner_text().removesuffix("1").strip()
        files = [page.request.get(f"{url}{one.get_attribute('href')}") for one in page.locator(".exports > a").all()]
        for file in files:
            assert said[:10] in file.text().replace("\\", "")
            assert "attachment" in file.headers["content-disposition"]
        alone = page.context.new_page()
        alone.set_content(files[1].text())
        assert said in alone.inner_text("body")
        assert alone.locator("link, script, img").count() == 0


def test_a_page_left_open_goes_on_after_a_restart(browser: Browser, own_library: Path, url: str) -> None:
    with running(own_library) as (first, _), watched(browser) as page:
        asked(opened(page, first), ASKED)
        cookies, address = page.context.cookies(), page.url
    with running(own_library) as (second, _), watched(browser) as page:
        page.context.add_cookies(cookies)
        page.goto(second + address.removeprefix(first))
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        page.locator("a.cite").first.click()
        page.wait_for_selector("li.source.flash")


def test_a_story_that_was_removed_says_so(browser: Browser, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("桂花节开幕\n\n本报讯(记者 甲乙)桂花节九月三日开幕，展出三百盆桂花。\n", "utf-8")
    (pages / "b.txt").write_text("图书馆开放\n\n本报讯(记者 丙丁)新图书馆周一开放，可借四本书。\n", "utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([pages])
        with running(tmp_path / "library") as (url, _), watched(browser) as page:
            asked(opened(page, url), "桂花节展出多少盆桂花？")
            library.remove(["a.txt"])
            page.reload()
            page.wait_for_selector(".turn .said")
            assert "三百盆" in page.locator(".said").first.inner_text()
            assert page.locator("li.source .gone").inner_text() == "这篇报道已不在库里"
            assert page.locator("li.source [data-article]").count() == 0


def test_the_language_follows_the_browser_and_can_be_switched(browser: Browser, url: str) -> None:
    with watched(browser, locale="en-GB") as page:
        assert "What would you like" in opened(page, url).locator(".welcome h1").inner_text()
        assert page.locator("#question textarea").get_attribute("placeholder") == "Ask the papers"
        assert page.evaluate("document.documentElement.lang") == "en"
        asked(page, OTHER)
        page.get_by_role("button", name="中文").click()
        page.wait_for_selector(".exports >> text=导出")
        assert page.locator(".turn h2").inner_text() == OTHER
        assert page.evaluate("document.documentElement.lang") == "zh-CN"


def test_keys(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), OTHER)
        asked(page, ASKED)
        page.locator(".turn a.cite").first.focus()
        page.get_by_role("tooltip").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("tooltip").wait_for(state="hidden")
        page.keyboard.press("/")
        box = page.locator("#question textarea")
        assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
        for key, value in (("ArrowUp", ASKED), ("ArrowUp", OTHER), ("ArrowDown", ASKED), ("ArrowDown", "")):
            page.keyboard.press(key)
            assert box.input_value() == value
        page.keyboard.press("/")
        assert box.input_value() == "/"
