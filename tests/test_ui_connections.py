"""What a client may hold: half a request, a body that trickles, an answer not read, all the connections there are."""

from __future__ import annotations

import inspect
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from uvicorn import Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from tests.parts.server import SERVE, running
from tests.parts.visitor import Visitor
from ui.connections import CLIENT_MOST, Connections, Phase, client_of

QUICK = """
import asyncio, sys
from ui import connections, serving
connections.HEADER_SECONDS, connections.BODY_SECONDS, connections.STALLED_SECONDS = 1.0, 1.0, 1.0
async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    length = 0
    if scope["path"] == "/wait":
        await asyncio.sleep(3)
    if scope["path"] != "/deaf":
        while True:
            message = await receive()
            length += len(message.get("body", b""))
            if not message.get("more_body"):
                break
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(1000 * (scope["path"] == "/much")):
        await send({"type": "http.response.body", "body": bytes(50_000), "more_body": True})
    await send({"type": "http.response.body", "body": str(length).encode()})
with serving.listen("127.0.0.1", 8931) as bound:
    serving.run(application, bound, lambda: print(serving.address(bound, "127.0.0.1"), flush=True))
"""
SLOW = """
import socket, sys, time
from ui import connections, serving
connections.HEADER_SECONDS, connections.STALLED_SECONDS = 1.0, 30.0
async def application(scope, receive, send):
    if scope["type"] != "http":
        return
    if scope["path"] == "/busy":
        time.sleep(3)  # the process hears nobody meanwhile
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": bytes(int(scope["path"].strip("/busy") or 0))})
with serving.listen("127.0.0.1", 8932) as bound:
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)  # the rest of an answer waits in the process
    serving.run(application, bound, lambda: print(serving.address(bound, "127.0.0.1"), flush=True))
"""
LIMITED = "import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))\n"
HALF = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More:"
POST = b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100000\r\n\r\n"
LONGEST = 8.0  # seconds that a test waits for a limit of one second


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server whose limits are a second each."""
    with running(tmp_path_factory.mktemp("quick"), QUICK) as (url, _):
        yield url


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of a second for a header and half a minute for what it sends; `/1000` is a thousand bytes."""
    with running(tmp_path_factory.mktemp("slow"), SLOW) as (url, _):
        yield url


@contextmanager
def _connected(url: str) -> Iterator[socket.socket]:
    parts = urlsplit(url)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=LONGEST)) as client:
        yield client


@contextmanager
def _narrow(url: str) -> Iterator[socket.socket]:
    """A client that takes little at a time."""
    parts = urlsplit(url)
    with closing(socket.socket()) as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(LONGEST)
        client.connect((parts.hostname, parts.port))
        yield client


def _get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()


def _is_hung_up(client: socket.socket, seconds: float, sent: bytes = b"") -> bool:
    """Whether the server ends the connection in this time, `sent` given to it every tenth of a second."""
    client.settimeout(0.1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if sent:
                client.sendall(sent)
            if not client.recv(65536):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False


def _read(client: socket.socket) -> int:
    """How many bytes still come."""
    read = 0
    try:
        while part := client.recv(1 << 20):
            read += len(part)
    except ConnectionResetError:
        pass
    return read


@pytest.mark.parametrize("trickle", [b"", b" x"])
@pytest.mark.parametrize("start", [b"", b"G", HALF, POST, _get("/") + HALF])
def test_half_a_request_is_hung_up_on(quick: str, start: bytes, trickle: bytes) -> None:
    if trickle and not start:
        start = b"GET /"
    with _connected(quick) as client:
        client.sendall(start)
        assert not _is_hung_up(client, 0.5, trickle)
        assert _is_hung_up(client, LONGEST, trickle)


def test_a_refused_body_that_never_ends_is_hung_up_on(quick: str) -> None:
    with _connected(quick) as client:
        client.sendall(b"POST /deaf HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        assert _is_hung_up(client, LONGEST, b"4\r\nmore\r\n")


def test_a_body_that_comes_steadily_may_take_longer(quick: str) -> None:
    with _connected(quick) as client:
        client.sendall(POST)
        for _ in range(20):
            client.sendall(bytes(5000))
            time.sleep(0.15)
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_an_answer_is_never_hurried(quick: str) -> None:
    with _connected(quick) as client:
        client.sendall(_get("/wait"))
        assert client.recv(65536).startswith(b"HTTP/1.1 200")


def test_an_answer_that_nobody_reads_is_given_up(quick: str) -> None:
    with _connected(quick) as client:
        client.sendall(_get("/much"))
        time.sleep(4)
        read = _read(client)
        assert read < 50_000_000


def _take(client: socket.socket, count: int) -> None:
    """An answer with so many bytes of body, chunked as it comes without a length."""
    read = b""
    while not read.endswith(b"\r\n0\r\n\r\n"):
        part = client.recv(1 << 20)
        assert part, f"cut off after {len(read)} bytes"
        read += part
    assert len(read) >= count


SIZES = [30_000, 50_000, 70_000, 100_000]  # the system takes some of it, less than 64 KB wait


@pytest.mark.parametrize("size", SIZES)
def test_an_answer_under_way_is_not_cut_off_by_the_time_for_the_next_question(slow: str, size: int) -> None:
    with _narrow(slow) as client:
        client.sendall(_get(f"/{size}"))
        time.sleep(2)
        _take(client, size)
        client.sendall(_get("/10"))
        _take(client, 10)
        assert _is_hung_up(client, LONGEST)


@pytest.mark.parametrize("size", SIZES)
def test_who_asks_at_once_is_heard_by_a_busy_process(slow: str, size: int) -> None:
    """The time to ask runs out while the process hears nobody and the answer before has not been sent."""
    with _narrow(slow) as client, _connected(slow) as other:
        client.sendall(_get(f"/{size}"))
        time.sleep(0.3)
        other.sendall(_get("/busy"))
        time.sleep(0.3)
        _take(client, size)
        client.sendall(_get("/10"))
        _take(client, 10)


def test_readers_get_answers_where_descriptors_are_few(own_library: Path) -> None:
    """64 descriptors; 120 clients with half a header each, three times over."""
    with running(own_library, LIMITED + SERVE) as (url, process), ExitStack() as stack:
        with Visitor(url) as visitor:
            for round in range(3):
                for _ in range(120):
                    stack.enter_context(_connected(url)).sendall(HALF)
                assert "answer" in visitor.ask(f"第{round}次：区委召开务虚会用了多长时间？").html
        stack.close()
        process.kill()
        assert process.stderr is not None
        assert len(process.stderr.read().splitlines()) < 10


@dataclass(eq=False)
class _Held:
    """A connection as `Connections` knows it."""

    address: str
    phase: Phase = "header"
    is_open: bool = field(default=True)

    def hang_up(self) -> None:
        self.is_open = False


def _come(connections: Connections, *held: _Held) -> None:
    for one in held:
        connections.add(one)
        connections.remark(one)


def test_who_waits_longest_makes_room_who_is_answered_never() -> None:
    connections = Connections(4)
    upload, asked, old, new = (
        _Held(f"10.0.0.{n}", phase) for n, phase in enumerate(("body", "ours", "header", "header"))
    )
    _come(connections, upload, asked, old)
    assert connections.has_room()
    _come(connections, new)
    for gone in (old, new, upload):
        assert connections.has_room()
        assert not gone.is_open
        connections.remove(gone)
        connections.remove(gone)
        _come(connections, _Held("10.0.0.9", "ours"))
    assert not connections.has_room()
    assert asked.is_open


def test_an_address_of_the_network_has_a_share() -> None:
    connections = Connections(4000)
    many, other = [_Held("10.0.0.1") for _ in range(CLIENT_MOST)], _Held("10.0.0.2")
    _come(connections, other, *many[:-1])
    assert connections.takes("10.0.0.1")
    assert all(one.is_open for one in many)
    _come(connections, many[-1])
    assert connections.takes("10.0.0.1")
    assert [one.is_open for one in (other, *many[:2])] == [True, False, True]
    for one in many:
        one.phase = "ours"
        connections.remark(one)
    assert not connections.takes("10.0.0.1")
    assert connections.takes("10.0.0.2")


@pytest.mark.parametrize(("address", "shared"), [("127.0.0.1", False), ("::1", False), ("10.0.0.1", True)])
def test_this_machine_and_a_proxy_speak_for_many(address: str, shared: bool) -> None:
    connections = Connections(4000, shared=shared)
    _come(connections, *(_Held(address, "ours") for _ in range(CLIENT_MOST)))
    assert connections.takes(address)


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("", ""),
    ],
)
def test_whom_an_address_stands_for(address: str, client: str) -> None:
    assert client_of(address) == client


def test_uvicorn_makes_its_protocol_as_we_do() -> None:
    """`serving` makes it in uvicorn's place: where uvicorn passes something else, that must change too."""
    assert list(inspect.signature(H11Protocol.__init__).parameters) == [
        "self",
        "config",
        "server_state",
        "app_state",
        "_loop",
    ]
    startup = inspect.getsource(Server.startup)
    for passed in ("config=config", "server_state=self.server_state", "app_state=self.lifespan.state"):
        assert passed in startup
