"""Asking from the browser's address bar: the description that it reads, and an address that carries a question."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from tests.parts.browser import Browser, expect, opened, turn, watched
from tests.parts.server import running
from ui.opensearch import description
from ui.words import CHINESE, ENGLISH

ASKED = "区委召开2026年务虚会用了多长时间？"
NAMES = {"os": "http://a9.com/-/spec/opensearch/1.1/"}
GUARDED = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.app import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8931, demo=True, password="开门", announce=lambda url: print(url, flush=True))
"""  # noqa: E501


def test_the_description_is_opensearch() -> None:
    for words in (CHINESE, ENGLISH):
        document = ElementTree.fromstring(description('http://a.b:1/?"<&', words))
        assert document.tag == "{http://a9.com/-/spec/opensearch/1.1/}OpenSearchDescription"
        assert document.findtext("os:ShortName", "", NAMES) == words.name
        assert len(words.name) <= 16  # the most that the specification allows
        url = document.find("os:Url[@type='text/html']", NAMES)
        assert url is not None
        assert url.get("template") == 'http://a.b:1/?"<&?q={searchTerms}'


def test_the_page_links_to_its_description(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        link = opened(page, url).locator("link[rel=search]")
        assert link.get_attribute("type") == "application/opensearchdescription+xml"
        told = page.request.get(f"{url.rstrip('/')}{link.get_attribute('href')}")
        assert told.headers["content-type"].startswith("application/opensearchdescription+xml")
        document = ElementTree.fromstring(told.text())
        template = document.find("os:Url", NAMES).get("template")  # type: ignore[union-attr]
        assert template == f"{url}?q={{searchTerms}}"


def test_an_address_with_a_question_asks_it_once(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        page.goto(f"{url}?q={quote(ASKED)}")
        turn(page, 1).locator(".answer").wait_for()
        assert turn(page, 1).locator("h2").first.inner_text() == ASKED
        assert "?" not in page.url
        expect(page.locator(".talks li")).to_have_count(1)
        page.reload()
        turn(page, 1).locator(".answer").wait_for()
        assert page.locator(".turn").count() == 1


def test_an_address_whose_question_is_blank_or_too_long_asks_nothing(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        page.goto(f"{url}?q=%20")
        page.wait_for_selector(".welcome")
        page.goto(f"{url}?q={'a' * 2001}")
        page.wait_for_selector("text=最多 2000 个")
        assert page.locator(".turn").count() == 0


def test_a_question_outlasts_the_login(browser: Browser, own_library: Path) -> None:
    with running(own_library, GUARDED) as (url, _), watched(browser) as page:
        page.goto(f"{url}?q={quote(ASKED)}")
        page.fill("input[type=password]", "开门")
        page.press("input[type=password]", "Enter")
        turn(page, 1).locator(".answer").wait_for()
        assert turn(page, 1).locator("h2").first.inner_text() == ASKED
