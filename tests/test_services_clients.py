"""Clients that leave: what was done for them ends, and what it held is free."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator
from typing import Any

import anyio
import pytest
from starlette.requests import ClientDisconnect, Request

from qa.errors import UsageError
from qa.library.library import Library
from qa.services.clients import Events, beside, data, while_there
from qa.services.desk import Desk

SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/", "headers": []}


async def _never() -> Any:
    await asyncio.Event().wait()


async def _gone() -> Any:
    return {"type": "http.disconnect"}


def test_events_end_where_they_began_when_the_client_takes_no_more() -> None:
    """The client leaves while it is sent something: the events are closed by then, and by the task that began them."""
    tasks: list[Any] = []

    async def events() -> AsyncGenerator[str]:
        tasks.append(asyncio.current_task())
        try:
            yield "data: 1\n\n"
        finally:
            tasks.append(asyncio.current_task())

    async def run() -> None:
        sending = asyncio.Event()

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                sending.set()
                await _never()

        async def receive() -> Any:
            await sending.wait()
            return await _gone()

        await Events("/v1/chat/completions", events(), data)(SCOPE, receive, send)

    anyio.run(run)
    began, ended = tasks
    assert began is ended


def test_an_error_is_the_last_event() -> None:
    async def events() -> AsyncGenerator[str]:
        yield "data: 1\n\n"
        raise UsageError("api.no-question")

    async def run() -> bytes:
        sent = bytearray()

        async def send(message: Any) -> None:
            sent.extend(message.get("body", b""))

        await Events("/v1/chat/completions", events(), data)(SCOPE, _never, send)
        return bytes(sent)

    first, last, _ = anyio.run(run).split(b"\n\n")
    assert first == b"data: 1"
    assert b'"code": "api.no-question"' in last


def test_work_ends_with_its_client() -> None:
    ended = list[str]()

    async def work() -> None:
        try:
            await _never()
        finally:
            ended.append("work")

    async def run() -> None:
        with pytest.raises(ClientDisconnect):
            await while_there(Request(SCOPE, _gone), work())
        await anyio.wait_all_tasks_blocked()

    anyio.run(run)
    assert ended == ["work"]


def test_work_for_a_client_that_stays_is_done() -> None:
    async def work() -> int:
        return 42

    async def broken() -> int:
        raise UsageError("api.no-question")

    async def run() -> int:
        with pytest.raises(UsageError):
            await while_there(Request(SCOPE, _never), broken())
        return await while_there(Request(SCOPE, _never), work())

    assert anyio.run(run) == 42


def test_what_a_thread_has_begun_keeps_its_place(seeds_library: Library) -> None:
    """Threads cannot be stopped: were their places free at once, clients that come and go would start any number."""
    begun, freed = threading.Event(), threading.Event()

    async def run() -> tuple[int, int]:
        desk = Desk(seeds_library)
        with beside(desk.run(lambda: begun.set() or freed.wait(10))):
            await asyncio.to_thread(begun.wait, 10)
        await anyio.wait_all_tasks_blocked()
        held = desk.limiter.borrowed_tokens
        freed.set()
        while desk.limiter.borrowed_tokens:
            await anyio.sleep(0.01)
        return held, desk.limiter.borrowed_tokens

    assert anyio.run(run) == (1, 0)
