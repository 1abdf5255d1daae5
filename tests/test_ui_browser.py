"""The screen in a real Chromium, over the seed pages. Every test fails on a console error or an outside request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ui_server import running
from ui_values import HOSTILE

pytest.importorskip("playwright", reason="要用真浏览器测试：pip install -e '.[dev]'")
import ui_browser
from playwright.sync_api import Browser, Page
from ui_browser import PHONE, asked, opened, watched

from qa.archive import Archive

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(ui_browser.executable() is None, reason="要用真浏览器测试：apt install chromium"),
]

ASKED = "区委召开2026年务虚会用了多长时间？"
REFUSED = "zzqx wvut？"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with ui_browser.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def url(seeds_library: Path) -> Iterator[str]:
    with running(seeds_library) as (url, _):
        yield url


def _sideways(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def _in_view(page: Page, selector: str) -> bool:
    return bool(
        page.locator(selector).first.evaluate(
            "e => { const r = e.getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.height > 0 }"
        )
    )


def test_a_question_its_badge_its_sentence_its_article(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        quote = page.locator("#turn-1 .said").first
        badge = quote.locator("a.cite")
        assert badge.inner_text() == "1"
        said = quote.inner_text().removesuffix("1").strip()
        badge.click()
        source = page.locator("#src-1-1.flash")
        source.wait_for()
        assert said in "".join(source.locator("mark").all_inner_texts())
        source.get_by_role("button", name="打开原文").click()
        page.wait_for_selector("dialog[open]")
        assert said in "".join(page.locator("dialog mark").all_inner_texts())
        assert _in_view(page, "dialog mark")
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog:not([open])", state="attached")
        source.get_by_role("button", name="打开原文").click()
        page.wait_for_selector("dialog[open]")
        page.get_by_role("button", name="关闭").click()
        assert page.locator("dialog[open]").count() == 0


def test_the_panel_follows_the_answer_whose_badge_is_clicked(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        asked(page, "校园安全 消防演练")
        page.wait_for_selector('[data-panel-of="2"]')
        page.locator("#turn-1 a.cite").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector('[data-panel-of="1"]')
        page.wait_for_selector("#src-1-1.flash")


def test_a_question_that_the_library_does_not_answer(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), REFUSED)
        assert page.locator("#turn-1 .refusal").count() == 1
        assert page.locator("#turn-1 a.cite").count() == 0


def test_an_example_question_is_answered_with_one_click(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        example = opened(page, url).locator(".examples button").first
        question = example.inner_text()
        example.click()
        page.wait_for_selector("#turn-1 .answer")
        assert page.locator("#turn-1 .question").inner_text() == question
        assert page.locator("#turn-1 a.cite").count() >= 1
        page.get_by_role("button", name="新对话").click()
        page.wait_for_selector(".welcome")
        assert page.locator(".turn").count() == 0


def test_the_library_card_says_what_there_is(browser: Browser, url: str, seeds_archive: Archive) -> None:
    with watched(browser) as page:
        card = opened(page, url).locator(".library").inner_text()
    assert f"{seeds_archive.stats().articles} 篇报道 · 5 个文件" in card
    assert "示例" in card


def test_copying_an_answer_and_a_quote(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.get_by_role("button", name="复制答案和出处").click()
        page.wait_for_selector("text=已复制")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert "[1]" in copied
        page.locator("#src-1-1").get_by_role("button", name="复制引文").click()
        page.wait_for_selector("#src-1-1 >> text=已复制")
        assert page.evaluate("navigator.clipboard.readText()").startswith("“")


def test_an_empty_question_is_not_asked(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        opened(page, url).fill("#question textarea", "  ")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("text=请先写下问题")
        assert page.locator(".turn").count() == 0


def test_enter_while_a_word_is_being_composed_does_not_ask(browser: Browser, url: str) -> None:
    press = """(box, composing) => {
        for (const kind of ["keydown", "keypress"])
            box.dispatchEvent(new KeyboardEvent(kind,
                {key: "Enter", code: "Enter", keyCode: 13, bubbles: true, cancelable: true, isComposing: composing}));
    }"""
    with watched(browser) as page:
        box = opened(page, url).locator("#question textarea")
        box.fill("务虚会")
        box.dispatch_event("compositionstart")
        box.evaluate(press, True)
        page.wait_for_timeout(500)
        assert page.locator(".turn").count() == 0
        box.dispatch_event("compositionend")
        box.evaluate(press, False)
        page.wait_for_selector("#turn-1")


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_never_scrolls_sideways(browser: Browser, url: str, dark: bool) -> None:
    with watched(browser, PHONE, dark=dark) as page:
        opened(page, url)
        assert _sideways(page) == 0
        asked(page, ASKED)
        asked(page, "长" * 3000)
        asked(page, "https://example.invalid/" + "x" * 300)
        assert _sideways(page) == 0
        page.locator("#turn-1 a.cite").first.click()
        page.wait_for_selector("#src-1-1.flash")
        page.locator("#src-1-1").get_by_role("button", name="打开原文").click()
        page.wait_for_selector("dialog[open]")
        assert _sideways(page) == 0
        assert _in_view(page, "dialog mark")


def test_hostile_pages_and_questions_run_nothing(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "a' onerror=alert(3) b.txt").write_text(
        f"{HOSTILE}\n\n本报讯(记者 {HOSTILE})桂花节九月开幕。{HOSTILE}在桂花节上展出三百盆桂花。\n", encoding="utf-8"
    )
    with Archive.open(tmp_path / "library", create=True) as archive:
        archive.add([folder])
    with running(tmp_path / "library") as (url, _), watched(browser) as page:
        opened(page, url)
        asked(page, f"桂花节展出多少盆桂花？{HOSTILE}")
        asked(page, "桂花节什么时候开幕？")
        page.locator("[data-article]").first.click()
        page.wait_for_selector("dialog[open]")
        assert "<script>" in page.locator("body").inner_text()
        inside = "#room :is(script, img, iframe), .reader :is(script, img, iframe)"
        assert page.locator(inside).count() == 0


def test_an_empty_library_says_how_to_fill_it(browser: Browser, tmp_path: Path) -> None:
    Archive.open(tmp_path / "library", create=True).close()
    with running(tmp_path / "library") as (url, _), watched(browser) as page:
        assert "qa add" in opened(page, url).locator(".welcome").inner_text()
        asked(page, "有什么？")
