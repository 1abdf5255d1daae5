"""Programs that leave a stream of `/api/v1/ask` free what it held: their place, their turn, their connection."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from qa.services.desk import AT_ONCE
from tests.parts.doors import ASKED, SAID
from tests.parts.server import running

SECONDS = 5  # that a question with 慢 takes
PATIENT = f"""
import sys, time
from pathlib import Path
from qa.library.library import Library
from qa.conversations.store import Conversations
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
    serve(library, kept, host="127.0.0.1", port=8911, announce=lambda url: print(url, flush=True))
"""


@pytest.fixture(scope="module")
def served(own_library: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of a server."""
    with running(own_library, PATIENT) as (url, process):
        yield url, process.pid


def _begun(library_path: Path) -> int:
    log = library_path.with_name("begun")
    return len(log.read_text("utf-8").splitlines()) if log.exists() else 0


def _streaming(url: str) -> socket.socket:
    """A client that has asked what takes long, and listens."""
    where = urlsplit(url)
    body = json.dumps({"question": "慢：" + ASKED, "stream": True}).encode()
    client = socket.create_connection((where.hostname, where.port), timeout=60)
    client.sendall(
        b"POST /api/v1/ask HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
        % (where.netloc.encode(), len(body), body)
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


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells what a process has open")
def test_streams_that_are_left_free_what_they_hold(served: tuple[str, int], own_library: Path) -> None:
    """Those that are worked on end their work; those that wait never begin, and nobody waits behind them."""
    url, pid = served
    assert SAID in _asked(url)
    open_before = _sockets(pid)
    clients = [_streaming(url) for _ in range(5 * AT_ONCE)]
    while _begun(own_library) < AT_ONCE:
        time.sleep(0.05)
    assert any(b"event: passages" in client.recv(65536) for client in clients[:AT_ONCE])
    for client in clients:
        client.close()
    assert SAID in _asked(url)
    assert _comes_down(pid, open_before)
    assert _begun(own_library) == AT_ONCE
