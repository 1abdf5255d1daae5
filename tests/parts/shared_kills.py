"""Processes that use a library on a server and are killed, and whether what they reported is there, once."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from qa.library.check import check_library
from qa.store.conversations import Conversations
from tests.parts.library import found_sources, open_library, story
from tests.parts.workers import WORKER, states

RECORDS = 3  # of a file
BRINGING = """
import sys, time
from pathlib import Path
from qa.errors import LibraryError
from tests.parts.library import open_library, write_records
place, folder, first = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
number = first
while True:
    try:
        with open_library(place) as library:
            while True:
                library.enqueue(write_records(folder / f"f{number}.jsonl", range(3 * number, 3 * number + 3)))
                print(f"f{number}.jsonl", flush=True)
                number += 1
                time.sleep(.2)
    except LibraryError:
        time.sleep(.1)
"""
KEEPING = """
import sys, time
from qa.errors import LibraryError
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from tests.parts.library import found_sources, open_library, story
place, first = sys.argv[1], int(sys.argv[2])
number = first
while True:
    try:
        with open_library(place) as library, Conversations.open(place) as kept:
            id, _ = kept.keep("reader", "", Turn(f"begun {number}"))
            while True:
                number += 1  # what was not reported is not said again: it may be there
                kept.keep("reader", id, Turn(f"turn {number}"))
                print(f"turn {number}", flush=True)
                if "here.txt" not in found_sources(library, story(7)[:12]):
                    print("a wrong answer", flush=True)
                time.sleep(.05)
    except LibraryError:
        time.sleep(.1)
"""
_ROUND = 100_000  # numbers that the rounds of a process begin with


class Process:
    """One that says a line for each thing that it has done, started anew after a kill."""

    def __init__(self, log: Path, command: Callable[[int], list[str]], within: Sequence[str] = ()) -> None:
        self._log, self._command, self._within, self._rounds = log, command, within, 0
        self._running = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._rounds += 1
        with self._log.open("ab") as log, self._log.with_suffix(".err").open("wb") as complaints:
            words = self._command(_ROUND * self._rounds)
            return subprocess.Popen([*self._within, sys.executable, "-c", *words], stdout=log, stderr=complaints)

    def kill(self) -> None:
        assert self._running.poll() is None, self._log.with_suffix(".err").read_text()
        self.end()
        self._running = self._start()

    def end(self) -> None:
        self._running.kill()
        self._running.wait()

    def said(self) -> list[str]:
        """A line that a kill cut short was not said."""
        return [line for line in self._log.read_text().splitlines(keepends=True) if line.endswith("\n")]


class Crowd(NamedTuple):
    """Those that use one library."""

    place: str
    bringing: Process
    keeping: Process
    workers: tuple[Process, ...]

    @property
    def all(self) -> tuple[Process, ...]:
        return (self.bringing, self.keeping, *self.workers)

    def kill_one(self, random: Random) -> None:
        random.choice(self.all).kill()

    def finish(self, seconds: float) -> None:
        """No more is brought; all that was is read. Raises AssertionError where that takes longer."""
        self.bringing.end()
        self.keeping.end()
        with open_library(self.place) as library:
            last = time.monotonic() + seconds
            while not set(states(library).values()) <= {"done"}:
                assert time.monotonic() < last, states(library)
                time.sleep(0.2)

    def require_all(self) -> None:
        """What was reported is there, once, and nothing else is. Raises AssertionError."""
        _require_all(self.place, {line.strip() for line in self.bringing.said()}, self.keeping.said())


@contextmanager
def crowd(place: str, folder: Path, within: Sequence[Sequence[str]] = ((), (), (), ())) -> Iterator[Crowd]:
    """A new library at a place, and those that use it until the block ends; `folder` is for what they write. `within`:
    the words of commands that run who brings, who keeps, and two workers.
    """
    papers = folder / "papers"
    papers.mkdir()
    (folder / "here.txt").write_text(story(7), encoding="utf-8")
    with open_library(place, create=True) as library:
        library.add(folder / "here.txt")
    bringing = Process(folder / "b", lambda first: [BRINGING, place, str(papers), str(first)], within[0])
    keeping = Process(folder / "k", lambda first: [KEEPING, place, str(first)], within[1])
    working = [WORKER, place, ".3", "1.0", ".05"]
    workers = tuple(Process(folder / f"w{n}", lambda _: working, within[2 + n]) for n in range(2))
    using = Crowd(place, bringing, keeping, workers)
    try:
        yield using
    finally:
        for one in using.all:
            one.end()


def _require_all(place: str, brought: set[str], said: list[str]) -> None:
    assert brought
    assert said
    with open_library(place) as library:
        held = {one.source: one for one in library.files() if one.source != "here.txt"}
        assert brought <= set(held)
        assert all(one.complete and one.articles == RECORDS for one in held.values())
        assert library.stats().articles == RECORDS * len(held) + 1
        assert library.stats().embedded == library.stats().passages
        for name in sorted(brought)[:: max(1, len(brought) // 5)]:
            assert name in found_sources(library, story(RECORDS * int(name[1:].partition(".")[0]))[:12])
    assert check_library(place) == ()
    with Conversations.open(place) as kept:
        turns = [turn.question for one in kept.listed("reader", limit=10_000)
                 for turn in kept.messages("reader", one.id, lambda _: ())]  # fmt: skip
    assert "a wrong answer\n" not in said
    assert {line.strip() for line in said} <= set(turns)
    assert len(turns) == len(set(turns))
