"""On a slow machine an answer is told of while it is made: the nearest reports first, then what is read of them."""

from __future__ import annotations

from pathlib import Path

from tests.parts.browser import Browser, expect, opened, turn, watched
from tests.parts.elsewhere import copied
from tests.parts.server import SERVE, running

ASKED = "经开区累计向马驹桥投资多少元？"
SLOW = """
import threading
import time
from qa.models.span_reader import OnnxSpanReader
read, core = OnnxSpanReader._read, threading.Lock()
def slowly(self, *asked):
    with core:
        time.sleep(1)
    return read(self, *asked)
OnnxSpanReader._read = slowly
"""


def test_what_is_read_is_shown_before_the_answer(browser: Browser, seeds_path: Path, tmp_path: Path) -> None:
    library = copied(seeds_path, tmp_path / "library")
    with running(library, SLOW + SERVE) as (url, _), watched(browser) as page:
        opened(page, url).fill("#question textarea", ASKED)
        page.press("#question textarea", "Enter")
        progress = turn(page, 1).locator(".progress")
        progress.wait_for()
        assert turn(page, 1).locator(".answer").count() == 0
        progress.locator(".read li").first.wait_for()
        assert turn(page, 1).get_by_role("button", name="停止").is_visible()
        assert turn(page, 1).locator("a.cite").count() == 0, "what is not checked has no badge"
        turn(page, 1).locator(".answer a.cite").first.wait_for()
        expect(progress).to_have_count(0)
        assert "1320亿元" in turn(page, 1).inner_text()
