"""What Gradio makes, made without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


def looped(make: Callable[..., _T], *arguments: object, **named: object) -> _T:
    """What a function makes in an event loop: outside of one, Gradio makes one for each of its locks, left open.
    It has a thread of its own, as that of a test may have a browser's loop.
    """

    async def made() -> _T:
        return make(*arguments, **named)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made()).result()
