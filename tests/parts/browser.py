"""A real Chromium that tells of everything a page must not do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

pytest.importorskip("playwright", reason="要用真浏览器测试：pip install -e '.[dev]'")
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
    sync_playwright,
)

__all__ = [
    "DESK",
    "PHONE",
    "Browser",
    "Page",
    "asked",
    "chromium",
    "executable",
    "expect",
    "opened",
    "sideways",
    "turn",
    "watched",
]

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = (1440, 900), (360, 740)
WAIT_MS = 90_000  # a machine may be busy with other things
expect.set_options(timeout=WAIT_MS / 3)
# What Gradio's client says of its own when a page is left while one of its streams is open. A question that gets no
# answer fails its test anyhow.
CUT_SHORT = ("AbortError: signal is aborted", "Unexpected error Connection errored out")


def executable() -> str | None:
    """The path of a Chromium on this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What went wrong on a page: console errors, exceptions, failed answers, requests to another host, dialogs."""

    def __init__(self, context: BrowserContext, *expected: str) -> None:
        self.wrong: list[str] = []
        self._right = (*CUT_SHORT, *expected)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.wrong.append(f"exception: {error.error}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("dialog", lambda dialog: (self.wrong.append(f"dialog: {dialog.message}"), dialog.dismiss()))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(self._right):
            self.wrong.append(f"console {message.type}: {message.text} {message.location['url']}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.hostname != "127.0.0.1":
            self.wrong.append(f"outside request: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self.wrong.append(f"status {response.status}: {response.url}")


@contextmanager
def watched(
    browser: Browser,
    size: tuple[int, int] = DESK,
    *,
    dark: bool = False,
    locale: str = "zh-CN",
    expected: Sequence[str] = (),
) -> Iterator[Page]:
    """A page in a context of its own; whatever went wrong on it fails the test at the end, but for console errors that
    begin so.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light", locale=locale
    )
    context.set_default_timeout(WAIT_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    watch = Watch(context, *expected)
    yield context.new_page()
    context.close()
    assert not watch.wrong, watch.wrong


def opened(page: Page, url: str) -> Page:
    """The page with the app loaded."""
    page.goto(url)
    page.wait_for_selector(".welcome")
    return page


def turn(page: Page, position: int) -> Locator:
    """The turn at `position`, from 1."""
    return page.locator(".turn").nth(position - 1)


def asked(page: Page, question: str) -> Locator:
    """Write a question, press Enter, wait for its outcome; its turn."""
    position = page.locator(".turn").count() + 1
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    turn(page, position).locator(":is(.answer, .problem)").wait_for()
    return turn(page, position)


def sideways(page: Page) -> int:
    """How many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
