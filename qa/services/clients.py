"""Clients that may leave before their answer is there: what is done for them ends then, and nobody waits behind it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TypeVar

import anyio
from fastapi import Request
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Send

from qa import QaError
from qa.services import errors, wire

SSE = "text/event-stream"
_NO_BUFFER = {"cache-control": "no-store", "x-accel-buffering": "no"}  # or a proxy would hold the events back
_T = TypeVar("_T")


class Events(StreamingResponse):
    """Server-sent events as they come; an error ends them, `told` as one more. They are closed when the client leaves,
    by the task that began them: places that they hold are that task's to give back.
    """

    def __init__(self, path: str, events: AsyncGenerator[str], told: Callable[[wire.Json], str]) -> None:
        self._events = _ended(path, events, told)
        super().__init__(self._events, media_type=SSE, headers=_NO_BUFFER)

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._events):
            await super().stream_response(send)


async def _ended(path: str, events: AsyncGenerator[str], told: Callable[[wire.Json], str]) -> AsyncGenerator[str]:
    async with aclosing(events):
        try:
            async for event in events:
                yield event
        except QaError as error:
            yield told(errors.body(path, errors.of(error)))
        except Exception:
            logging.getLogger("uvicorn.error").exception("%s", path)
            yield told(errors.body(path, errors.broken()))


def event(name: str, told: wire.Json) -> str:
    """One server-sent event."""
    return f"event: {name}\n{data(told)}"


def data(told: wire.Json) -> str:
    """One server-sent event without a name."""
    return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"


async def while_there(request: Request, work: Awaitable[_T]) -> _T:
    """The result of work for a request whose body was read. Raises ClientDisconnect where its client leaves before."""
    with beside(work) as working, beside(_gone(request)) as gone:
        await asyncio.wait((working, gone), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        """Nothing else is told of once the body was read."""


@contextmanager
def beside(work: Awaitable[_T]) -> Iterator[asyncio.Task[_T]]:
    """Does work beside this task, and drops it with the block: what waits never begins; what a thread has begun keeps
    its place until it is done, which `asyncio.Task.cancel` would not see to.
    """
    scope = anyio.CancelScope()

    async def done() -> _T:
        with scope:
            return await work
        raise asyncio.CancelledError

    task = asyncio.create_task(done())
    task.add_done_callback(lambda one: one.cancelled() or one.exception())  # that of dropped work is no news
    try:
        yield task
    finally:
        scope.cancel()
