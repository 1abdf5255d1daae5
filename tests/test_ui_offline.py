"""No outside request, ever: every screen, with the network cut off, under a listener."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="要用真浏览器测试：pip install -e '.[dev]'")
from tests.parts import browser as ui_browser
from tests.parts.elsewhere import copied

TESTS = Path(__file__).parent
PROGRAM = """
import sys
from pathlib import Path
from tests.parts.browser import asked, chromium, opened, watched
from tests.parts.server import running
TEXT = "桂花节九月开幕\\n\\n本报讯(记者 林小满)桂花节九月十二日开幕，免费开放。\\n"
BROUGHT = {"name": "新.txt", "mimeType": "text/plain", "buffer": TEXT.encode()}
with running(Path(sys.argv[1])) as (url, _), chromium() as browser:
    for locale in ("zh-CN", "en-US"):
        with watched(browser, locale=locale) as page:
            asked(opened(page, url), "区委召开2026年务虚会用了多长时间？")
            page.locator("a.cite").first.hover()
            page.locator("li.source [data-article]").first.click()
            page.wait_for_selector("dialog[open] .printed")
            page.locator("[data-mending]").click()
            page.locator(".cut").first.click()
            page.keyboard.press("Escape")
            page.locator(".mend [name=edition]").fill("1")
            page.locator(".mend [type=submit]").click()
            page.wait_for_selector("dialog[open] [data-mend=reset]").click()
            page.locator("[data-yes]").click()
            page.wait_for_selector("dialog[open] .about:not(:has(.tag))")
            page.keyboard.press("Escape")
            page.locator(".filters summary").click()
            page.locator("[data-filter=source]").first.click()
            page.wait_for_selector("#filter-chips button")
            page.goto(url + "#library")
            page.wait_for_selector("#shelf table")
            page.wait_for_selector(".charts figure")
            page.locator("[data-kind=files]").click()
            page.wait_for_selector("table.files")
            page.locator("#shelf input[type=file]").set_input_files(BROUGHT)
            page.wait_for_selector(".job.done")
            page.get_by_role("checkbox").last.check()
            page.locator("[data-removal]").click()
            page.locator("[data-removal-yes]").click()
            with page.expect_popup() as other:
                page.locator(".foot a").click()
            other.value.wait_for_load_state()
            assert other.value.evaluate("[...document.images].filter((one) => one.naturalWidth).length") >= 10
print("seen")
"""


def _can_cut_off() -> bool:
    unshare = shutil.which("unshare")
    allowed = unshare and subprocess.run([unshare, "-rn", "true"], capture_output=True).returncode == 0
    return bool(allowed and shutil.which("ip"))


@pytest.mark.folder("a server is reached over a network")
@pytest.mark.browser
@pytest.mark.skipif(ui_browser.executable() is None, reason="要用真浏览器测试：apt install chromium")
@pytest.mark.skipif(not _can_cut_off(), reason="unshare -rn is not allowed here: the network cannot be cut off")
def test_every_screen_works_without_a_network_and_asks_for_nothing_outside(seeds_path: Path, tmp_path: Path) -> None:
    """`watched` fails on a request to another host, a failed answer, a console error."""
    library_path = copied(seeds_path, tmp_path / "library")
    cut_off = 'ip link set lo up && exec "$0" "$@"'
    done = subprocess.run(
        ["unshare", "-rn", "sh", "-c", cut_off, sys.executable, "-c", PROGRAM, str(library_path)],
        cwd=TESTS.parent, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout == "seen\n"
