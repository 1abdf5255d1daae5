"""Limits on connections: how long a client may take to send and to read, and how many it may hold.

uvicorn has no such limits. `Connection` is its HTTP/1.1 protocol with them; `accept` stands in the place of asyncio's
own accepting, which in a process without descriptors logs two thousand errors a second.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import logging
import socket
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal, Protocol

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEADER_SECONDS = 10.0  # from the connection, or the last byte sent before, to the end of a request's header
BODY_SECONDS = 20.0  # for a body, and what `BODY_RATE` gives
BODY_RATE = 500  # bytes a second that a body must come at, on average
STALLED_SECONDS = 60.0  # for a client to take what it is sent
CLIENT_MOST = 256  # connections of one address of the network: an office behind one router has some forty readers
WAITING_ROOM = 1024  # connections that the system holds until they are accepted
CROWDED_SECONDS = 0.05  # between two looks for room
_NO_DESCRIPTOR = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}

Phase = Literal["header", "body", "stalled", "ours"]
"""What a connection waits for: its client's header, its body, its reading; or for us."""


class Held(Protocol):
    """What `Connections` records of an open connection."""

    address: str
    phase: Phase

    def hang_up(self) -> None:
        """At once; whatever holds it then calls `Connections.remove`."""


class Connection(H11Protocol):
    """The protocol of one connection: closes it when the client is too slow, never hurries the answer."""

    def __init__(self, connections: Connections, **uvicorns: Any) -> None:
        super().__init__(**uvicorns)
        self._connections = connections
        self._timer: asyncio.TimerHandle | None = None
        self._since, self._received = 0.0, 0
        self.phase: Phase = "ours"
        self.address = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        # A client can ask again once it has the whole answer: until then the time to do so does not begin, also where
        # this process is too busy to send the rest.
        transport.set_write_buffer_limits(high=0)
        self.address = client_of(self.client[0] if self.client else "")
        self._connections.add(self)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._connections.remove(self)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._look()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._look()

    def hang_up(self) -> None:
        """At once; what was to be sent still is dropped."""
        self._stop()
        self._connections.remove(self)
        self.transport.abort()

    def _now_waits_for(self) -> Phase:
        if self.flow.write_paused:
            return "stalled"
        if self.cycle is None or self.cycle.response_complete:
            return "header"
        hears = self.cycle.more_body and not self.cycle.waiting_for_100_continue and not self.flow.read_paused
        return "body" if hears and self.conn.their_state is h11.SEND_BODY else "ours"

    def _look(self) -> None:
        """Notes what is waited for now; time and bytes count anew for each."""
        phase = self._now_waits_for()
        if phase == self.phase or self.transport.is_closing():
            return
        self._stop()
        self.phase, self._since, self._received = phase, self.loop.time(), 0
        self._connections.remark(self)
        if phase != "ours":
            self._timer = self.loop.call_at(self._deadline(), self._late)

    def _deadline(self) -> float:
        seconds = {"header": HEADER_SECONDS, "body": BODY_SECONDS, "stalled": STALLED_SECONDS}[self.phase]
        return self._since + seconds + (self._received / BODY_RATE if self.phase == "body" else 0.0)

    def _late(self) -> None:
        phase = self.phase
        self._look()  # reading goes on and pauses without a word to us
        if phase != self.phase:
            return
        if self.loop.time() < self._deadline():
            self._timer = self.loop.call_at(self._deadline(), self._late)
        else:
            self.hang_up()

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Connections:
    """Those open, `most` at once. One address of the network holds `CLIENT_MOST` and at most half of all; this machine,
    and a proxy where `shared`, speaks for many.
    """

    def __init__(self, most: int, *, shared: bool = False) -> None:
        self._most, self._shared = most, shared
        self._held: Counter[str] = Counter()
        self._open: set[Held] = set()
        self._waiting: dict[Held, None] = {}  # for their client, longest first

    def add(self, connection: Held) -> None:
        self._open.add(connection)
        self._held[connection.address] += 1

    def remove(self, connection: Held) -> None:
        """Where it is there."""
        if connection in self._open:
            self._open.remove(connection)
            self._waiting.pop(connection, None)
            self._held -= Counter((connection.address,))

    def remark(self, connection: Held) -> None:
        """It waits for something else now."""
        self._waiting.pop(connection, None)
        if connection.phase != "ours":
            self._waiting[connection] = None

    def has_room(self) -> bool:
        """Whether one more may come, if need be in the place of the one that has waited longest for its client."""
        return len(self._open) < self._most or self.drop_one()

    def takes(self, address: str) -> bool:
        """Whether an address may have one more, if need be in the place of one of its own."""
        return self._held[address] < self._share(address) or self.drop_one(address)

    def drop_one(self, address: str | None = None) -> bool:
        """Hang up on the client, of all or of an address, that has let us wait longest; a request begun is spared where
        another client asks nothing. Whether there was one.
        """
        waiting = [one for one in self._waiting if address in (None, one.address)]
        longest = next((one for one in waiting if one.phase == "header"), next(iter(waiting), None))
        if longest is not None:
            longest.hang_up()
        return longest is not None

    def _share(self, address: str) -> int:
        return self._most if self._shared or _is_here(address) else min(CLIENT_MOST, self._most // 2)


async def accept(bound: socket.socket, connections: Connections, protocol: Callable[[], Connection]) -> None:
    """Take in whoever comes, one after another, for as long as there is room; the others wait in the system's queue."""
    loop, logger = asyncio.get_running_loop(), logging.getLogger("uvicorn.error")
    bound.setblocking(False)
    bound.listen(WAITING_ROOM)
    while True:
        while not connections.has_room():
            await asyncio.sleep(CROWDED_SECONDS)
        try:
            client, address = await loop.sock_accept(bound)
        except ConnectionAbortedError:  # gone while it waited
            continue
        except OSError as error:
            if error.errno not in _NO_DESCRIPTOR:
                raise
            logger.error("连接太多，描述符用完了：先断开等得最久的。调高上限：ulimit -n 4096")
            connections.drop_one()
            await asyncio.sleep(CROWDED_SECONDS)
            continue
        if connections.takes(client_of(address[0])):
            await loop.connect_accepted_socket(protocol, client)
        else:
            client.close()


def client_of(address: str) -> str:
    """The client behind an IP address: for IPv6 its network of 64 bits (RFC 6177)."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    if ip.ipv4_mapped or ip.is_loopback:
        return str(ip.ipv4_mapped or ip)
    return str(ipaddress.IPv6Network((ip, 64), strict=False))


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
