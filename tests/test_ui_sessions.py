"""An open page costs the server no more after many questions than after one, and one that was closed nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import gradio as gr
import httpx
import pytest
from gradio.state_holder import StateHolder

from tests.parts.browser import Browser, asked, opened, watched
from tests.parts.elsewhere import copied
from tests.parts.server import running
from tests.parts.visitor import Visitor
from ui.views.sessions import HELD, Sessions, trim

WRITTEN = "<p>新</p>"
ASKED, OTHER = "区委召开2026年务虚会用了多长时间？", "校园安全 消防闯关"
SLOW = "很慢的问题？"
WAIT_SECONDS = 30.0
COUNTING = """
import sys, time
from pathlib import Path
import fastapi
from qa.store.conversations import Conversations
from qa.library.library import Library
from ui import serving
from ui.app import create_app, mount
from ui.ingest import Ingest
class Patient(Library):
    def ask(self, query, **more):
        time.sleep(8 * ("慢" in query.question))
        return super().ask(query, **more)
counts = fastapi.APIRouter()
library_path = Path(sys.argv[1])
with (
    Patient.open(library_path) as library,
    Conversations.open(library_path) as kept,
    serving.listen("127.0.0.1", 8961) as bound,
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
    """How many sessions Gradio's records know."""

    states: int
    messages: int
    events: int


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


async def _ended(path: str) -> bool:
    """Whether an event that has ended is still to be told, once a request of its page to this path has ended."""

    async def application(*_: object) -> None:
        return

    with gr.Blocks(analytics_enabled=False) as blocks:
        StateHolder().set_blocks(blocks)
    queue = blocks._queue
    queue.pending_messages_per_session["page"] = asyncio.Queue()
    queue.pending_event_ids_session["page"] = {"ended"}
    scope = {"type": "http", "path": path, "query_string": b"session_hash=page"}
    await Sessions(application, blocks)(scope, application, application)
    return "page" in queue.pending_messages_per_session and "page" in queue.pending_event_ids_session


def test_what_ends_between_two_streams_of_a_page_is_told_by_the_next() -> None:
    assert asyncio.run(_ended("/gradio_api/queue/data"))
    assert not asyncio.run(_ended("/gradio_api/heartbeat/page"))


def test_who_has_been_told_all_waits_for_nothing(counting: str) -> None:
    with Visitor(counting) as visitor:
        first = visitor.ask(ASKED)
        assert "一天时间" in first.html
        assert _becomes(counting, Held(1, 0, 0))
        assert visitor.ask(OTHER).talk == first.talk
        assert _becomes(counting, Held(1, 0, 0))


def test_who_leaves_before_the_answer_waits_for_nothing(counting: str) -> None:
    with Visitor(counting) as visitor, Visitor(counting) as other:
        visitor.leave(SLOW)
        other.ask(SLOW)  # ends after the one that nobody waits for
        assert _becomes(counting, Held(3, 0, 0))


def test_an_open_page_is_known_until_it_is_closed(counting: str, browser: Browser) -> None:
    before = _count(counting).states
    with watched(browser) as page:
        asked(opened(page, counting), ASKED)
        asked(page, OTHER)
        assert _becomes(counting, Held(before + 1, 0, 0))
        with watched(browser) as second:
            opened(second, counting)
            assert _becomes(counting, Held(before + 2, 0, 0))
        assert _becomes(counting, Held(before + 1, 0, 0))
    assert _becomes(counting, Held(before, 0, 0))


def test_a_page_that_is_known_no_more_shows_its_conversation_when_stopped(
    seeds_path: Path, tmp_path: Path, browser: Browser
) -> None:
    """A server that knows one session: the second page takes the place of the first, whose question is on its way."""
    library_path = copied(seeds_path, tmp_path / "library")
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


def test_clients_without_a_page_are_known_for_a_while(counting: str) -> None:
    """They have no heartbeat that tells when they have gone."""
    for _ in range(HELD + 3):
        with Visitor(counting) as visitor:
            visitor.leave("")
    assert _becomes(counting, Held(HELD, 0, 0))
