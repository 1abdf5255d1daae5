"""A server of PostgreSQL behind a slow link: nothing is given up too early, and no more is asked than has to be."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from qa.index import snapshots
from qa.services.app import create_app
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from tests.parts.library import found_sources, open_library, story, write_records
from tests.parts.postgres import Server
from tests.parts.slow_link import slow_link
from tests.parts.workers import states

WAY_SECONDS, BITS = 0.025, 10e6  # 50 ms there and back, 10 Mbit/s


@pytest.fixture
def far(postgres: Server, server: str) -> Iterator[str]:
    """The address of the library of `server` over such a link."""
    with slow_link(postgres.folder / ".s.PGSQL.5432", WAY_SECONDS, BITS) as port:
        yield f"postgresql://wenbao@127.0.0.1:{port}/postgres?schema={server.rpartition('=')[2]}"


def test_a_far_machine_adds_asks_and_begins_with_a_snapshot(
    far: str, server: str, machine: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "LEAST", 20)
    with open_library(server, create=True) as here:
        here.add(write_records(tmp_path / "a.jsonl", range(60)))
        assert here._indexes().publish(lambda: False)
        machine("far")
        with open_library(far) as there, Conversations.open(far) as kept:
            client, asked = TestClient(create_app(there, allow_changes=True)), {"question": story(7)[:12]}
            assert client.post("/api/v1/search", json=asked).json()["passages"]
            id, _ = kept.keep("reader", "", Turn("问过的"))
            assert [turn.question for turn in kept.messages("reader", id, lambda _: ())] == ["问过的"]
            assert client.post("/api/v1/files?name=b.txt", content=story(300).encode()).json()["added"] == ["b.txt"]
            large = tmp_path / "large.jsonl"
            large.write_text(write_records(large, range(400, 430)).read_text("utf-8") + " " * 1_000_000, "utf-8")
            there.enqueue(large)  # its bytes, which is a second on this link; who reads it is near
            here.worker().run(threading.Event(), once=True)
            assert states(there) == {"b.txt": "done", "large.jsonl": "done"}
            assert found_sources(there, story(425)[:12])[0] == "large.jsonl"
            began = time.monotonic()
            client.post("/api/v1/search", json=asked)
            took = time.monotonic() - began
            assert took < 30 * 2 * WAY_SECONDS, f"{took:.2f} s: too many statements one after the other"
