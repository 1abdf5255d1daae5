"""The password's page in a real Chromium, before a server as `qa serve` runs it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from qa.store.keys import Keys
from tests.parts.axe import AXE, serious
from tests.parts.browser import WAIT_MS, Browser, Page, asked, opened, watched
from tests.parts.elsewhere import copied
from tests.parts.odd_cookies import ODD
from tests.parts.server import running

PASSWORD = "暗号 1"
ASKED = "区委召开2026年务虚会用了多长时间？"
SERVE = """
import sys
from pathlib import Path
from qa.cli import main
sys.stderr = sys.stdout
sys.exit(main(["--library", sys.argv[1], "serve", "--port", "8930", {options}]))
"""


@contextmanager
def _served(library_path: Path, *options: str) -> Iterator[str]:
    """The address of `qa serve` with these options."""
    with running(library_path, SERVE.replace("{options}", repr(options)[1:-1])) as (url, _):
        yield url


@pytest.fixture(scope="module")
def locked(seeds_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a library with a password."""
    library_path = copied(seeds_path, tmp_path_factory.mktemp("locked") / "library")
    with _served(library_path, "--password", PASSWORD) as url:
        yield url


@contextmanager
def _page(browser: Browser, locale: str = "zh-CN") -> Iterator[Page]:
    """A page whose refusals are wanted: `watched` would fail on them."""
    context = browser.new_context(locale=locale)
    context.set_default_timeout(WAIT_MS)
    yield context.new_page()
    context.close()


def _give(page: Page, password: str) -> None:
    page.get_by_label("密码").fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="进入").click()


def test_a_reader_logs_in_asks_and_logs_out(browser: Browser, locked: str) -> None:
    with watched(browser) as page:
        page.goto(locked)
        _give(page, PASSWORD)
        page.wait_for_selector(".welcome")
        assert asked(page, ASKED).locator("a.cite").count() >= 1
        page.reload()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        before = page.context.cookies()
        page.get_by_role("button", name="退出").click()
        page.get_by_label("密码").wait_for()
        page.goto(locked)
        assert page.get_by_label("密码").count() == 1, "the door is shut"
        assert page.locator("#question").count() == 0
        page.context.clear_cookies()
        page.context.add_cookies(before)
        page.goto(locked)
        assert page.get_by_label("密码").count() == 1, "for a copy of its key too"
        _give(page, PASSWORD)
        page.wait_for_selector(f".talks a >> text={ASKED}")


@pytest.mark.parametrize(("locale", "told"), [("zh-CN", "登录已经失效"), ("en", "Your login has ended")])
def test_a_page_left_open_says_that_its_login_has_ended(browser: Browser, locked: str, locale: str, told: str) -> None:
    with _page(browser, locale) as page:
        page.goto(locked)
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
        page.wait_for_selector(".welcome")
        asked(page, ASKED)
        talk = page.url
        other = page.context.new_page()
        other.goto(locked)
        other.locator("form[action='/logout'] button").click()
        other.locator("[name=password]").wait_for()
        page.fill("#question textarea", "还有呢？")
        page.press("#question textarea", "Enter")
        said = page.get_by_role("alertdialog")
        said.wait_for()
        assert told in said.inner_text()
        assert page.locator(".toast-wrap").all() == [] or not page.locator(".toast-wrap").first.is_visible()
        assert page.locator("#question textarea").input_value() == "还有呢？", "what was written is still there"
        said.get_by_role("link").click()
        page.fill("[name=password]", PASSWORD)
        with page.expect_navigation():
            page.press("[name=password]", "Enter")
        page.wait_for_selector(f".turn h2 >> text={ASKED}")
        assert page.url == talk


def test_accounts_see_and_do_what_their_roles_allow(browser: Browser, seeds_path: Path, tmp_path: Path) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    with Keys.open(library_path) as keys:
        keys.add_account("张三", "reader", PASSWORD * 2)
        keys.add_account("李四", "editor", PASSWORD * 2)
    brought = tmp_path / "新桥.txt"
    brought.write_text("漷县镇新桥通车\n本报讯 漷县镇新桥昨日通车，全长三百米，市民出行少走五公里。\n", "utf-8")
    with _served(library_path) as url, watched(browser) as page:
        page.goto(url)
        page.get_by_label("用户名").fill("张三")
        _give(page, PASSWORD * 2)
        page.wait_for_selector(".welcome")
        page.goto(f"{url}#library")
        page.locator("#shelf table.articles").wait_for()
        assert page.locator("#shelf .drop, #shelf [data-columns], #shelf .history").count() == 0
        page.get_by_role("tab", name="文件").click()
        page.locator("#shelf table.files").wait_for()
        assert page.locator("#shelf [type=checkbox], #shelf [data-removal]").count() == 0
        page.locator("#shelf [data-articles-of]").first.click()
        page.locator("#shelf table.articles button[data-article]").first.click()
        page.locator("dialog.reader[open] .story").wait_for()
        assert page.locator("dialog.reader [data-mending]").count() == 0
        page.goto(url)
        page.reload()
        page.get_by_role("button", name="退出").click()
        page.get_by_label("用户名").fill("李四")
        _give(page, PASSWORD * 2)
        page.wait_for_selector(".welcome")
        page.goto(f"{url}#library")
        page.locator("#shelf input[type=file]").set_input_files(brought)
        page.locator("#shelf .history summary").click()
        said = page.locator("#shelf .history li").first.inner_text()
        assert ("李四" in said, "加了" in said, "新桥.txt" in said) == (True, True, True)


def test_an_owner_sees_to_accounts_and_everybody_to_his_password(
    browser: Browser, seeds_path: Path, tmp_path: Path
) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    with Keys.open(library_path) as keys:
        keys.add_account("olga", "owner", PASSWORD * 2)
    with _served(library_path) as url, watched(browser) as page:
        _come_in(page, url, "olga", PASSWORD * 2)
        panel = page.locator("#shelf details.accounts")
        panel.locator("> summary").click()
        panel.get_by_label("用户名").fill("张三")
        panel.get_by_label("密码", exact=True).fill(PASSWORD * 2)
        panel.get_by_role("button", name="建账号").click()
        panel.get_by_text("已建账号 张三").wait_for()
        listed = panel.locator("ul.rows > li")
        assert "还没用过" in listed.nth(1).inner_text()
        assert "上次使用" in listed.nth(0).inner_text()
        listed.nth(1).locator("summary").click()
        listed.nth(1).get_by_role("button", name="给程序用的新密钥").click()
        key = panel.locator(".key code").inner_text()
        assert httpx.get(f"{url}api/v1/files", headers={"authorization": f"Bearer {key}"}).status_code == 200
        if AXE.exists():
            assert serious(page, "details.accounts") == []
        with _page(browser) as other:
            _come_in(other, url, "张三", PASSWORD * 2)
            own = other.locator("#shelf details.accounts")
            own.locator("> summary").click()
            assert own.locator("li").count() == 0
            own.get_by_label("换自己的密码").fill(PASSWORD * 2)
            own.get_by_label("新密码").fill(PASSWORD * 3)
            own.get_by_role("button", name="换密码").click()
            own.get_by_text("密码换好了").wait_for()
            _come_in(other, url, "张三", PASSWORD * 3)
        listed.nth(1).locator("summary").click()
        listed.nth(1).get_by_role("button", name="删掉账号").click()
        page.get_by_role("button", name="真的删除").click()
        panel.get_by_text("已删掉账号 张三").wait_for()
        assert listed.count() == 1
        assert httpx.get(f"{url}api/v1/files", headers={"authorization": f"Bearer {key}"}).status_code == 401


def _come_in(page: Page, url: str, name: str, password: str) -> None:
    """To the library's screen."""
    page.goto(url)
    page.get_by_label("用户名").fill(name)
    _give(page, password)
    page.wait_for_selector(".welcome")
    page.goto(f"{url}#library")
    page.locator("#shelf table.articles").wait_for()


def test_the_reader_says_so_too(browser: Browser, locked: str) -> None:
    with _page(browser) as page:
        page.goto(locked)
        _give(page, PASSWORD)
        page.wait_for_selector(".welcome")
        asked(page, ASKED)
        page.locator("li.source [data-article]").first.click()
        page.locator("dialog.reader[open] .story").wait_for()
        page.context.clear_cookies()
        page.get_by_role("button", name="下一篇").click()
        said = page.get_by_role("alertdialog")
        said.wait_for()
        page.locator("dialog.reader .problem").wait_for()
        with page.expect_navigation():
            said.get_by_role("link").click()
        page.get_by_label("密码").wait_for()


def test_a_wrong_password_is_refused_with_a_word(browser: Browser, locked: str) -> None:
    with _page(browser) as page:
        page.goto(locked)
        _give(page, PASSWORD.strip(" 1"))
        assert "密码不对" in page.get_by_role("alert").inner_text()
        page.reload()
        page.goto(locked)
        assert page.locator("#question").count() == 0
        _give(page, PASSWORD)
        page.wait_for_selector(".welcome")


@pytest.mark.parametrize("planted", ["prefs", "plain"])
def test_cookies_of_other_programs_on_this_host_shut_nobody_out(browser: Browser, locked: str, planted: str) -> None:
    """A browser sets them as any page on another port of this host can."""
    values = {"prefs": '{"theme":"dark"}', "plain": '"abc'}
    with watched(browser) as page:
        page.goto(locked)
        page.evaluate("([name, value]) => { document.cookie = `${name}=${value}; path=/` }", [planted, values[planted]])
        page.evaluate("document.cookie = '张三; path=/'")
        _give(page, PASSWORD)
        page.wait_for_selector(".welcome")
        asked(page, ASKED)
        page.reload()
        page.wait_for_selector(f".turn h2 >> text={ASKED}")


def test_two_libraries_on_one_host_are_open_side_by_side(
    browser: Browser, locked: str, seeds_path: Path, tmp_path: Path
) -> None:
    other = copied(seeds_path, tmp_path / "library")
    with _served(other, "--password", "x") as url, watched(browser) as page:
        assert urlsplit(url).port != urlsplit(locked).port
        for address, password in ((locked, PASSWORD), (url, "x")):
            page.goto(address)
            _give(page, password)
            page.wait_for_selector(".welcome")
        for address in (locked, url):
            opened(page, address)


def test_guessing_holds_nobody_up(locked: str, browser: Browser) -> None:
    """Sixty wrong passwords, sent and dropped: the browser that was in before comes in at once, the guesser waits."""
    with _page(browser) as page:
        page.goto(locked)
        _give(page, PASSWORD)
        page.get_by_role("button", name="退出").click()
        page.get_by_label("密码").wait_for()
        with httpx.Client(base_url=locked, trust_env=False) as guesser:
            statuses = [guesser.post("/login", data={"password": str(number)}).status_code for number in range(60)]
            assert statuses.count(429) >= 50
            held = guesser.post("/login", data={"password": PASSWORD})
            assert held.status_code == 429
            assert 1 <= int(held.headers["retry-after"]) <= 30
        began = time.perf_counter()
        _give(page, PASSWORD)
        assert page.locator('[type="password"]').count() == 0
        assert time.perf_counter() - began < 5
        page.wait_for_selector(".welcome")


@pytest.mark.parametrize("odd", [one for one in ODD if one.isascii()])
def test_a_cookie_beside_ours_passes_the_whole_server(locked: str, odd: str) -> None:
    """Another address of this machine: guesses that others made from the first one do not count."""
    transport = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=locked, transport=transport) as client:
        assert client.post("/login", data={"password": PASSWORD}).status_code == 303
        ours = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    with httpx.Client(base_url=locked, transport=httpx.HTTPTransport()) as client:
        assert client.get("/config", headers={"cookie": f"{odd}; {ours}"}).status_code == 200


@pytest.mark.parametrize(
    ("options", "may"),
    [
        ((), True),
        (("--password", PASSWORD), False),
        (("--behind-proxy", "--no-password"), False),
        (("--allowed-host", "archive.lan"), False),
        (("--password", PASSWORD, "--server-folders"), True),
    ],
)
def test_folders_of_the_server_are_named_where_nobody_else_comes_or_it_is_allowed(
    seeds_path: Path, tmp_path: Path, options: tuple[str, ...], may: bool
) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    with _served(library_path, *options) as url, httpx.Client(base_url=url, trust_env=False) as client:
        if PASSWORD in options:
            client.post("/login", data={"password": PASSWORD})
        screen = next(one for one in client.get("/config").json()["components"] if "folder" in _functions(one))
        told = {"component_id": screen["id"], "session_hash": "a", "fn_name": "folder", "data": {"path": "/none"}}
        problem = client.post("/gradio_api/component_server", json=told).json()["problem"]
        assert ("--server-folders" in problem) != may


def _functions(component: dict[str, Any]) -> list[str]:
    return component["props"].get("server_fns") or []


def test_the_address_that_was_asked_for_is_opened_after_the_password(browser: Browser, locked: str) -> None:
    with _page(browser) as page:
        page.goto(f"{locked}#article/nowhere")
        _give(page, PASSWORD)
        page.wait_for_selector("dialog.reader[open]")
        assert page.url == f"{locked}#article/nowhere"
