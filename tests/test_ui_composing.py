"""A local model on the screen: its text below the answer, the struck sentences, stop; and what is sent where."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.types import Composition, Statement, Struck
from tests.parts.browser import Browser, Page, asked, expect, opened, turn, watched
from tests.parts.command import complaint, qa
from tests.parts.looped import looped
from tests.parts.model_server import Script, model_server
from tests.parts.server import running
from tests.parts.ui_values import ANSWER, HOSTILE
from ui import composing
from ui.app import create_app
from ui.ingest import Ingest
from ui.words import CHINESE, ENGLISH

ASKED = "区委召开2026年务虚会用了多长时间？"
REFUSED = "青岛啤酒节哪天开幕？"
LABEL = "由本机模型整理，逐句核对"
SERVE = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.composing.server import ModelServer
from qa.store.conversations import Conversations
from ui.app import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8951, demo=True, announce=lambda url: print(url, flush=True),
          llm=ModelServer({url!r}, "m"))
"""


@pytest.fixture
def quote(seeds_library: Library) -> str:
    return seeds_library.ask(ASKED).citations[0].quote.strip()


@contextmanager
def _screen(script: Script, library_path: Path, browser: Browser) -> Iterator[Page]:
    with (
        model_server(script) as url,
        running(library_path, SERVE.format(url=url)) as (address, _),
        watched(browser) as page,
    ):
        yield opened(page, address)


def test_what_stands_follows_the_answer_with_our_quotes(browser: Browser, own_library: Path, quote: str) -> None:
    script = Script([f"{quote.rstrip('。')}[1]。", "市长因此辞职[1]。", "大家都很满意。"])
    with _screen(script, own_library, browser) as page:
        answered = asked(page, ASKED)
        made = answered.locator(".composed")
        expect(made.locator(".label")).to_have_text(LABEL)
        expect(made.locator(".statements span")).to_have_text(f"{quote.rstrip('。')}。")
        expect(made.locator(".rests li")).to_have_count(1)
        expect(made.locator(".struck summary")).to_have_text("删去 2 句，点开看")
        assert made.locator(".struck s").first.is_hidden()
        made.locator(".struck summary").click()
        expect(made.locator(".struck li")).to_have_count(2)
        assert "市长因此辞职" in made.locator(".struck").inner_text()
        said = answered.locator(".said").bounding_box()
        box = made.bounding_box()
        assert said is not None
        assert box is not None
        assert said["y"] < box["y"], "the answer stands first"
        made.locator(".rests button").click()
        page.locator("dialog.reader[open] .story mark").first.wait_for()
        page.keyboard.press("Escape")
        asked(page, REFUSED)
        expect(turn(page, 1).locator(".composed .statements")).to_be_visible()
        page.reload()
        expect(turn(page, 1).locator(".composed .statements")).to_be_visible()
        assert turn(page, 2).locator(".composed").count() == 0, "a refusal stands alone"
    assert len(script.asked) == 1


def test_a_model_that_never_ends_is_stopped(browser: Browser, own_library: Path, quote: str) -> None:
    script = Script.endless()
    script.pieces, script.pause = iter([f"{quote.rstrip('。')}[1]。", "甲。", "乙。", *["嗯"] * 5000]), 0.05
    with _screen(script, own_library, browser) as page:
        made = asked(page, ASKED).locator(".composed")
        expect(made.locator(".statements")).to_be_visible()
        made.get_by_role("button", name="停止").click()
        expect(made.locator(".label button")).to_have_count(0)
        expect(made.locator(".statements")).to_be_visible()
        assert script.gone.wait(20)


def test_the_answer_is_there_while_a_model_is_silent(browser: Browser, own_library: Path) -> None:
    with _screen(Script(["啊"] * 100, pause=3), own_library, browser) as page:
        answered = asked(page, ASKED)
        expect(answered.locator(".said").first).to_be_visible()
        asked(page, ASKED)
        expect(turn(page, 2).locator(".said").first).to_be_visible()


@pytest.mark.parametrize("script", [Script(status=500, raw=b"x"), Script(raw=b"?\n"), Script(["没有依据的话。"])])
def test_nothing_of_it_stands(browser: Browser, own_library: Path, script: Script) -> None:
    with _screen(script, own_library, browser) as page:
        answered = asked(page, ASKED)
        expect(answered.locator(".composed")).to_contain_text("以上面的原文为准")
        expect(answered.locator(".said").first).to_be_visible()


def test_without_a_model_nothing_is_said_of_one(browser: Browser, url: str) -> None:
    with watched(browser) as page:
        answered = asked(opened(page, url), ASKED)
        answered.locator("[data-composed]").wait_for(state="attached")
        assert answered.locator("[data-composed]").inner_html() == ""


def test_whatever_an_event_of_the_screen_ends_by_is_told(seeds_library: Library, tmp_path: Path) -> None:
    Library.open(tmp_path / "library", create=True).close()
    with Conversations.open(tmp_path / "library") as kept:
        events = looped(create_app, seeds_library, kept, Ingest(seeds_library)).fns
    told = {one.trigger_after for one in events.values() if one.trigger_only_on_failure}
    untold = {one.fn.__name__ for at, one in events.items() if one.fn and at not in told}
    assert untold == {"broken"}


@pytest.mark.parametrize("words", [CHINESE, ENGLISH])
def test_what_a_model_writes_stays_words(words: composing.Words) -> None:
    statement = Statement(HOSTILE, ANSWER.citations[:1])
    made = Composition((statement,), (Struck(HOSTILE, "not-held", HOSTILE),), True, HOSTILE)
    html = composing.drawn(3, made, "models.lan", words)
    assert "<script>" not in html
    assert "<img" not in html
    assert "models.lan" in html, "where the sentences are sent is said"
    assert LABEL not in html
    assert words.composed in composing.drawn(3, made, "", words)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--llm", "http://127.0.0.1:1/v1"], "--llm-model"),
        (["--llm-model", "m"], "--llm-model"),
        (["--llm", "11434", "--llm-model", "m"], "http://127.0.0.1:11434/v1"),
        (["--llm", "http://models.lan/v1", "--llm-model", "m"], "--llm-remote"),
        (["--llm", "http://192.168.0.5:11434/v1", "--llm-model", "m"], "--llm-remote"),
        (["--llm", "http://127.0.0.1@models.lan/v1", "--llm-model", "m"], "--llm-remote"),
    ],
)
def test_a_model_is_named_whole_and_another_machine_s_asked_for(
    options: list[str], told: str, seeds_path: Path
) -> None:
    done = qa("--library", seeds_path, "serve", *options)
    assert done.returncode == 2
    assert told in complaint(done)
