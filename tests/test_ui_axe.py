"""Accessibility: axe-core finds nothing serious on any screen of the chat, light or dark, on a desk or a phone."""

from __future__ import annotations

import pytest

from tests.parts.axe import AXE, serious
from tests.parts.browser import DESK, PHONE, Browser, asked, opened, sideways, watched
from ui import manual

pytestmark = pytest.mark.skipif(not AXE.exists(), reason="要测无障碍：npm install --prefix tests")


@pytest.mark.parametrize(
    ("size", "dark", "locale"),
    [(DESK, False, "zh-CN"), (DESK, True, "zh-CN"), (PHONE, False, "zh-CN"), (DESK, False, "en-US")],
)
def test_nothing_serious(browser: Browser, url: str, size: tuple[int, int], dark: bool, locale: str) -> None:
    with watched(browser, size, dark=dark, locale=locale) as page:
        opened(page, url)
        assert serious(page) == []
        asked(page, "校园安全 消防闯关")
        asked(page, "有几篇报道提到马驹桥镇？")
        asked(page, "zzqx wvut？")
        page.locator("[data-rate=down]").last.click()
        page.locator("[data-edit]").last.click()
        assert serious(page) == []
        page.locator("a.cite").first.click()
        page.wait_for_selector("li.source.flash")
        if size == PHONE:
            page.locator("[data-side]").click()
        page.locator(".filters summary").click()
        page.wait_for_selector("[data-filter=source]")
        assert serious(page) == []
        page.locator("li.source [data-article]").first.click()
        page.wait_for_selector("dialog[open] .page")
        assert serious(page) == []


@pytest.mark.parametrize(("size", "dark"), [(DESK, False), (DESK, True), (PHONE, False), (PHONE, True)])
def test_nothing_serious_in_the_manual(browser: Browser, url: str, size: tuple[int, int], dark: bool) -> None:
    with watched(browser, size, dark=dark) as page:
        page.goto(url + manual.ROUTE.lstrip("/"))
        page.wait_for_selector("h2")
        assert serious(page) == []
        assert sideways(page) <= 0
