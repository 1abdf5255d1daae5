"""Accessibility: axe-core finds nothing serious on any screen of the chat, light or dark, on a desk or a phone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ui_browser import DESK, PHONE, Browser, Page, asked, opened, watched

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
pytestmark = pytest.mark.skipif(not AXE.exists(), reason="要测无障碍：npm install --prefix tests")
SERIOUS = {"serious", "critical"}


def serious(page: Page) -> list[str]:
    """What axe-core finds: rule, element, and what to do."""
    page.evaluate(AXE.read_text("utf-8"))
    page.wait_for_timeout(400)  # colours in transition have no contrast to speak of
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        json.dumps([rule["id"], node["html"][:160], node["failureSummary"][:300]], ensure_ascii=False)
        for rule in found["violations"]
        if rule["impact"] in SERIOUS
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (DESK, True), (PHONE, False)])
def test_nothing_serious(browser: Browser, url: str, size: tuple[int, int], dark: bool) -> None:
    with watched(browser, size, dark=dark) as page:
        opened(page, url)
        assert serious(page) == []
        asked(page, "校园安全 消防演练")
        asked(page, "有多少人？")
        asked(page, "zzqx wvut？")
        page.locator("[data-rate=down]").last.click()
        assert serious(page) == []
        page.locator("a.cite").first.click()
        page.wait_for_selector("li.source.flash")
        page.locator("li.source [data-article]").first.click()
        page.wait_for_selector("dialog[open] .page")
        assert serious(page) == []


@pytest.mark.parametrize(
    ("size", "dark", "locale"), [(DESK, True, "zh-CN"), (DESK, False, "en-US"), (PHONE, False, "zh-CN")]
)
def test_nothing_serious_in_library_reading_and_filters(
    browser: Browser, url: str, size: tuple[int, int], dark: bool, locale: str
) -> None:
    with watched(browser, size, dark=dark, locale=locale) as page:
        page.goto(f"{url}#library")
        page.wait_for_selector("#shelf table")
        page.wait_for_selector(".charts figure")
        assert serious(page) == []
        page.locator("td.title button").first.click()
        page.locator("dialog[open] [data-mending]").click()
        page.locator("dialog[open] .cut").first.click()
        page.wait_for_selector("[role=alertdialog]:not([hidden])")
        assert serious(page) == []
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
        page.locator("[data-kind=files]").click()
        page.locator("table.files input").first.check()
        page.locator("[data-removal]").click()
        page.wait_for_selector("dialog.ask[open]")
        assert serious(page) == []
        page.keyboard.press("Escape")
        page.evaluate("location.hash = '#chat'")
        if size == PHONE:
            page.locator("[data-side]").click()
        page.locator(".filters summary").click()
        page.locator("[data-filter=source]").first.click()
        page.wait_for_selector("#filter-chips button")
        assert serious(page) == []
