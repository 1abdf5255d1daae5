"""Servers, workers, those who bring files and PostgreSQL itself killed at random moments: what was reported is there,
once; while the database is away nothing false is answered.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from fastapi.testclient import TestClient

from qa.library.check import check_library
from qa.services.app import create_app
from qa.store.conversations import Conversations
from tests.parts.library import found_sources, open_library, story, write_records
from tests.parts.postgres import Server, serving
from tests.parts.workers import WORKER, jobs_of, states

KILLS = int(os.environ.get("QA_TEST_KILLS", "5"))
SECONDS = 120.0
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


class _Process:
    """One that says a line for each thing that it has done, started anew after a kill."""

    def __init__(self, log: Path, command: Callable[[int], list[str]]) -> None:
        self._log, self._command, self._rounds = log, command, 0
        self._running = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._rounds += 1
        with self._log.open("ab") as log, self._log.with_suffix(".err").open("wb") as complaints:
            words = self._command(_ROUND * self._rounds)
            return subprocess.Popen([sys.executable, "-c", *words], stdout=log, stderr=complaints)

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


@pytest.fixture
def own_server() -> Iterator[Server]:
    with serving() as server:
        yield server


def test_what_was_reported_is_there_once(own_server: Server, machine: Callable[[str], None], tmp_path: Path) -> None:
    machine("a")
    place, random = own_server.address("killed"), Random(KILLS)
    (tmp_path / "papers").mkdir()
    (tmp_path / "here.txt").write_text(story(7), encoding="utf-8")
    with open_library(place, create=True) as library:
        library.add(tmp_path / "here.txt")
    bringing = _Process(tmp_path / "b", lambda first: [BRINGING, place, str(tmp_path / "papers"), str(first)])
    keeping = _Process(tmp_path / "k", lambda first: [KEEPING, place, str(first)])
    workers = [_Process(tmp_path / f"w{n}", lambda _: [WORKER, place, ".3", "1.0", ".05"]) for n in range(2)]
    try:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.5, 3))
            killed = random.choice([bringing, keeping, *workers, None])
            if killed:
                killed.kill()
            else:
                own_server.kill()
                own_server.restart()
        bringing.end()
        keeping.end()
        with open_library(place) as library:
            last = time.monotonic() + SECONDS + KILLS
            while not set(states(library).values()) <= {"done"}:
                assert time.monotonic() < last, states(library)
                time.sleep(0.2)
    finally:
        for one in (bringing, keeping, *workers):
            one.end()
    _require_all(place, {line.strip() for line in bringing.said()}, keeping.said())


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


def test_while_the_database_is_away_a_server_says_so_and_goes_on_afterwards(
    own_server: Server, machine: Callable[[str], None], tmp_path: Path
) -> None:
    machine("a")
    with open_library(own_server.address("away"), create=True) as library:
        library.add(write_records(tmp_path / "a.jsonl", range(3)))
        client, asked = TestClient(create_app(library, allow_changes=True)), {"question": story(1)[:12]}
        before = client.post("/api/v1/search", json=asked).json()["passages"]
        assert before
        own_server.kill()
        for call in (
            lambda: client.post("/api/v1/search", json=asked),
            lambda: client.post("/api/v1/ask", json=asked),
            lambda: client.get("/api/v1/health"),
            lambda: client.post("/api/v1/files?name=b.txt", content=story(5).encode()),
        ):
            answer = call()
            assert (answer.status_code, answer.json()["error"]["code"]) == (503, "postgres.away")
            assert int(answer.headers["retry-after"]) > 0
        own_server.restart()
        assert client.post("/api/v1/search", json=asked).json()["passages"] == before
        added = client.post("/api/v1/files?name=b.txt", content=story(5).encode())
        assert added.json()["added"] == ["b.txt"]
        assert jobs_of(library).count(("waiting", "reading")) == 0
