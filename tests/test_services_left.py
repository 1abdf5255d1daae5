"""Programs that leave before their answer is there free what they held: their place, their turn, a model's writing."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from itertools import chain, repeat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from qa.services.desk import AT_ONCE
from tests.parts.doors import ASKED, SAID
from tests.parts.model_server import Script, model_server
from tests.parts.server import running

SECONDS = 5  # that a question with 慢 takes
PATIENT = f"""
import sys, time
from pathlib import Path
from qa.composing.server import ModelServer
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.programs import serve
library_path = Path(sys.argv[1])
class Patient(Library):
    def ask(self, query, **more):
        if "慢" in query.question:
            with library_path.with_name("begun").open("a") as begun:
                print(query.question, file=begun)
            time.sleep({SECONDS})
        return super().ask(query, **more)
with Patient.open(library_path) as library, Conversations.open(library_path) as kept:
    told = lambda url: print(url, flush=True)
    serve(library, kept, host="127.0.0.1", port=8911, llm=ModelServer(LLM, "m"), announce=told)
"""
WRITING = Script(pause=0.01)
REQUESTS = {
    "ask, streamed": ("api/v1/ask", {"question": "慢：" + ASKED, "stream": True}),
    "ask": ("api/v1/ask", {"question": "慢：" + ASKED}),
    "chat, streamed": ("v1/chat/completions", {"model": "wenbao", "stream": True}),
    "chat": ("v1/chat/completions", {"model": "wenbao"}),
}


@pytest.fixture(scope="module")
def served(own_library: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of a server, for which `WRITING` writes."""
    with (
        model_server(WRITING) as llm,
        running(own_library, PATIENT.replace("LLM", repr(llm))) as (url, process),
    ):
        yield url, process.pid


def _begun(library_path: Path) -> int:
    log = library_path.with_name("begun")
    return len(log.read_text("utf-8").splitlines()) if log.exists() else 0


def _client(url: str, path: str, told: dict[str, Any]) -> socket.socket:
    """A client that has asked, and listens."""
    where = urlsplit(url)
    body = json.dumps(told).encode()
    client = socket.create_connection((where.hostname, where.port), timeout=60)
    client.sendall(
        b"POST /%s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (path.encode(), where.netloc.encode(), len(body), body)
    )
    return client


def _asked(url: str) -> str:
    told = json.dumps({"question": ASKED}).encode()
    answer: str = json.load(urlopen(Request(f"{url}api/v1/ask", told, {"content-type": "application/json"})))["answer"]
    return answer


def _sockets(pid: int) -> int:
    """How many a process has open."""
    found = 0
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since it was listed
            found += str(one.readlink()).startswith("socket:")
    return found


def _comes_down(pid: int, most: int) -> bool:
    """Whether a process soon has no more sockets open than `most`."""
    ends = time.monotonic() + 30
    while _sockets(pid) > most and time.monotonic() < ends:
        time.sleep(0.1)
    return _sockets(pid) <= most


@pytest.mark.folder("a server's connections are kept for the next question")
@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells what a process has open")
@pytest.mark.parametrize("request_of", REQUESTS)
def test_clients_that_leave_free_what_they_hold(served: tuple[str, int], own_library: Path, request_of: str) -> None:
    """Those that are worked on end their work; those that wait never begin, and nobody waits behind them."""
    url, pid = served
    path, told = REQUESTS[request_of]
    told = told if "question" in told else {**told, "messages": [{"role": "user", "content": "慢：" + ASKED}]}
    assert SAID in _asked(url)
    open_before, begun_before = _sockets(pid), _begun(own_library)
    clients = [_client(url, path, told) for _ in range(5 * AT_ONCE)]
    while _begun(own_library) < begun_before + AT_ONCE:
        time.sleep(0.05)
    if "streamed" in request_of:
        began = time.monotonic()
        assert all(b" 200 OK" in client.recv(65536) for client in clients), "a stream starts at once"
        assert time.monotonic() - began < SECONDS / 2
    for client in clients:
        client.close()
    assert SAID in _asked(url)
    assert _comes_down(pid, open_before)
    assert _begun(own_library) == begun_before + AT_ONCE


@pytest.mark.parametrize("streams", [True, False])
def test_a_model_writes_for_nobody_that_has_left(served: tuple[str, int], streams: bool) -> None:
    WRITING.pieces = chain(["甲[1]。乙[1]。丙"], repeat("嗯"))
    WRITING.asked.clear()
    WRITING.gone.clear()
    url, _ = served
    asked = {"model": "wenbao-composed", "stream": streams, "messages": [{"role": "user", "content": ASKED}]}
    with _client(url, "v1/chat/completions", asked):
        ends = time.monotonic() + 60
        while not WRITING.asked and time.monotonic() < ends:
            time.sleep(0.05)
        assert WRITING.asked
        assert not WRITING.gone.is_set()
    assert WRITING.gone.wait(10)
