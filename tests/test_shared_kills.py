"""Servers, workers, those who bring files and PostgreSQL itself killed at random moments: what was reported is there,
once; while the database is away nothing false is answered.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from fastapi.testclient import TestClient

from qa.services.app import create_app
from tests.parts.library import open_library, story, write_records
from tests.parts.postgres import Server, serving
from tests.parts.shared_kills import crowd
from tests.parts.workers import jobs_of

KILLS = int(os.environ.get("QA_TEST_KILLS", "5"))
SECONDS = 120.0


@pytest.fixture
def own_server() -> Iterator[Server]:
    with serving() as server:
        yield server


def test_what_was_reported_is_there_once(own_server: Server, machine: Callable[[str], None], tmp_path: Path) -> None:
    machine("a")
    random = Random(KILLS)
    with crowd(own_server.address("killed"), tmp_path) as using:
        for _ in range(KILLS):
            time.sleep(random.uniform(0.5, 3))
            if random.randrange(len(using.all) + 1):
                using.kill_one(random)
            else:
                own_server.kill()
                own_server.restart()
        using.finish(SECONDS + KILLS)
    using.require_all()


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
