"""How much a call does, counted and not timed: a busy machine makes no difference."""

from __future__ import annotations

import cProfile
import sys
from collections.abc import Callable
from types import FrameType

_STEP = 64  # characters of a new text that count as much as a call


def calls(work: Callable[[], object]) -> int:
    """Calls of functions, Python's own among them: each item that a generator gives is one."""
    profile = cProfile.Profile()
    profile.runcall(work)
    return sum(entry.callcount for entry in profile.getstats())


def effort(work: Callable[[], object]) -> int:
    """Calls, and the characters of each text that a function is handed for the first time: one that is put together
    anew each time it grows counts as often as that, one that is handed on as it is counts once.
    """
    count = 0
    known: dict[int, str | bytes] = {}  # kept, so that no other text gets its id

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event not in ("call", "c_call"):
            return
        count += 1
        for each in frame.f_locals.values() if event == "call" else ():
            if isinstance(each, str | bytes) and len(each) >= _STEP and id(each) not in known:
                known[id(each)] = each
                count += len(each) // _STEP

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count
