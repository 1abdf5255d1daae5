"""An open page costs the server no more after many questions than after one, and one that was closed nothing."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import gradio as gr
import httpx
import pytest
from gradio.state_holder import StateHolder

from tests.parts.browser import Browser, asked, opened, watched
from tests.parts.server import running
from tests.parts.visitor import Visitor
from ui.views.sessions import trim

WRITTEN = "<p>新</p>"
ASKED, OTHER = "区委召开2026年务虚会用了多长时间？", "校园安全 消防演练"
SLOW = "很慢的问题？"
WAIT_SECONDS = 30.0
COUNTING = """
import sys, time
from pathlib import Path
import fastapi
from qa.conversations.store import Conversations
from qa.library.library import Library
from ui import serving
from ui.app import create_app, mount
from ui.ingest import Ingest
class Patient(Library):
    def ask(self, query):
        time.sleep(3 * ("慢" in query.question))
        return super().ask(query)
counts = fastapi.APIRouter()
library_path = Path(sys.argv[1])
with (
    Patient.open(library_path) as library, Conversations.open(library_path) as kept, serving.listen("127.0.0.1", 8961) as bound
):
    blocks = create_app(library, kept, Ingest(library))
    blocks.state_session_capacity = min(CAPACITY, blocks.state_session_capacity)
    @counts.get("/held")
    def held():
        queue, states = blocks._queue, blocks.state_holder
        return [len(one) for one in (
            states.session_data, queue.pending_messages_per_session, queue.pending_event_ids_session
        )]
    serving.run(mount(blocks, counts), bound, lambda: print(serving.address(bound, "127.0.0.1"), flush=True))
"""


class Held(NamedTuple):
    """How many sessions are known to Gradio's records."""

    states: int
    messages: int
    events: int


NOTHING = Held(0, 0, 0)


def _count(url: str) -> Held:
    return Held(*httpx.get(f"{url}held", trust_env=False, timeout=WAIT_SECONDS).raise_for_status().json())


def _becomes(url: str, wanted: Held) -> bool:
    end = time.monotonic() + WAIT_SECONDS
    while (found := _count(url)) != wanted and time.monotonic() < end:
        time.sleep(0.1)
    return found == wanted


@pytest.fixture(scope="module")
def counting(own_library: Path) -> Iterator[str]:
    """The address of the app over the seed pages; `held` there tells how many sessions it holds."""
    with running(own_library, COUNTING.replace("CAPACITY", "1000")) as (url, _):
        yield url


async def _held(events: int, trimmed: bool) -> tuple[int, int]:
    """What a session holds after an output was left alone and then written, so many times."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        shown, leave, write = gr.HTML(), gr.Button(), gr.Button()
        leave.click(gr.skip, None, shown)
        write.click(lambda: WRITTEN, None, shown)
    StateHolder().set_blocks(blocks)
    state = blocks.state_holder["page"]
    for _ in range(events):
        if trimmed:
            trim(blocks, "page")
        for function in blocks.fns.values():
            told = await blocks.process_api(function, [], state=state, session_hash="page")
        assert told["data"] == [WRITTEN]
    return len(state.blocks_config.blocks), len(state.config_values)


def test_what_gradio_made_anew_for_a_session_goes_again() -> None:
    assert asyncio.run(_held(9, trimmed=True)) == asyncio.run(_held(2, trimmed=True))


def test_gradio_would_keep_it() -> None:
    """Where this fails, `trim` has become needless."""
    assert asyncio.run(_held(9, trimmed=False)) > asyncio.run(_held(2, trimmed=False))


def test_a_session_that_is_not_known_is_passed_over() -> None:
    async def run() -> None:
        with gr.Blocks(analytics_enabled=False) as blocks:
            StateHolder().set_blocks(blocks)
        trim(blocks, "nobody")
        trim(blocks, None)

    asyncio.run(run())


def test_a_client_leaves_nothing_behind_and_its_conversation_goes_on(counting: str) -> None:
    with Visitor(counting) as one, Visitor(counting) as other:
        first = one.ask(ASKED)
        assert "一天时间" in first.html
        assert _becomes(counting, NOTHING)
        other.ask(ASKED)
        assert one.ask(OTHER).talk == first.talk
        assert _becomes(counting, NOTHING)


def test_one_who_leaves_before_the_answer_leaves_nothing_behind(counting: str) -> None:
    with Visitor(counting) as visitor, Visitor(counting) as other:
        visitor.leave(SLOW)
        other.ask(SLOW)  # ends after the one that nobody waits for
        assert _becomes(counting, NOTHING)


def test_an_open_page_is_known_until_it_is_closed(counting: str, browser: Browser) -> None:
    with watched(browser) as page:
        asked(opened(page, counting), ASKED)
        asked(page, OTHER)
        assert _becomes(counting, Held(states=1, messages=0, events=0))
        with watched(browser) as second:
            opened(second, counting)
            assert _becomes(counting, Held(states=2, messages=0, events=0))
        assert _becomes(counting, Held(states=1, messages=0, events=0))
    assert _becomes(counting, NOTHING)


def test_a_page_that_is_known_no_more_shows_its_conversation_when_stopped(
    seeds_path: Path, tmp_path: Path, browser: Browser
) -> None:
    """A server that knows one session: the second page takes the place of the first, whose question is on its way."""
    library_path = shutil.copytree(seeds_path, tmp_path / "library")
    with running(library_path, COUNTING.replace("CAPACITY", "1")) as (url, _), watched(browser) as page:
        asked(opened(page, url), ASKED)
        page.fill("#question textarea", SLOW)
        page.press("#question textarea", "Enter")
        page.get_by_role("button", name="停止").wait_for()
        with watched(browser) as second:
            opened(second, url)
            page.get_by_role("button", name="停止").click()
            page.wait_for_selector("#notice >> text=已停止")
        assert [one.inner_text() for one in page.locator(".turn h2").all()] == [ASKED]
