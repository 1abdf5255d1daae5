"""Listen on an address, and serve an ASGI application there until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import ipaddress
import signal
import socket
import sys
import threading
from collections.abc import Callable, Sequence

import uvicorn

from qa.errors import QaError, UsageError
from ui import process
from ui.asked import Hosts, Message
from ui.connections import Connection, Connections, accept
from ui.errorlog import Sparing
from ui.replies import Application, Receive, Send

PORTS_TRIED = 20  # from the port asked for upwards
_KEEP_ALIVE_SECONDS = (
    3600  # uvicorn's own limit counts what is not sent yet: `Connection` has another, and hangs up first
)
GOODBYE_SECONDS = 5  # answers under way may end in this time


def leavable(application: Application, leaving: asyncio.Event) -> Application:
    """An application whose clients count as gone once `leaving` is set, so that open pages do not delay the
    shutdown.
    """

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        async def hear() -> Message:
            heard, left = asyncio.ensure_future(receive()), asyncio.ensure_future(leaving.wait())
            try:
                await asyncio.wait((heard, left), return_when=asyncio.FIRST_COMPLETED)
                return heard.result() if heard.done() else {"type": "http.disconnect"}
            finally:
                heard.cancel()
                left.cancel()

        await application(scope, hear if scope["type"] == "http" else receive, send)

    return serve


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on the first free port from `port` on. Raises UsageError where none is free, or `host`
    is not an address of this machine.

    UsageError where none is free, or `host` is not an address of this machine.
    """
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(host, candidate, type=socket.SOCK_STREAM)[0]
            bound = socket.socket(family, kind, protocol)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(address)
            bound.listen()
            return bound
        except socket.gaierror as error:
            raise UsageError("serve.no-address", host=host) from error
        except OSError as error:
            bound.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise UsageError("serve.address-elsewhere", host=host) from error
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    raise UsageError("serve.no-port", port=port, count=PORTS_TRIED)


def address(bound: socket.socket, host: str) -> str:
    """The local address to open in a browser."""
    named = "127.0.0.1" if host in ("0.0.0.0", "") else host
    return f"http://{f'[{named}]' if ':' in named else named}:{bound.getsockname()[1]}/"


def is_local(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def hosts(host: str, allowed: Sequence[str], is_locked: bool) -> Hosts | None:
    """The names that a page may be asked for under: this machine's own and those `allowed`; None: any.

    Where nobody comes in without a login any will do where none are named: a page of another site has no key. Numbers
    count on a network.
    """
    if is_locked and not allowed:
        return None
    numbers = is_locked or not is_local(host)
    return Hosts.of({"127.0.0.1", "localhost", "::1", host, *allowed}, numbers=numbers)


class _Server(uvicorn.Server):
    """Takes connections in itself, with limits; says when it really listens, and when it is about to end."""

    def __init__(
        self, config: uvicorn.Config, connections: Connections, started: Callable[[], None], leaving: asyncio.Event
    ) -> None:
        super().__init__(config)
        self._connections = connections
        self._announce = started
        self._leaving = leaving
        self._accepting: list[asyncio.Task[None]] = []

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup([])
        for bound in sockets or []:
            self._accepting.append(asyncio.create_task(accept(bound, self._connections, self._protocol)))
        if self.started:
            self._announce()

    async def on_tick(self, counter: int) -> bool:
        for task in self._accepting:
            if task.done():
                task.result()  # raises: a server that takes nobody in is none
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.set()
        for task in self._accepting:
            task.cancel()
        await asyncio.gather(*self._accepting, return_exceptions=True)
        await super().shutdown(sockets)

    def _protocol(self) -> Connection:
        return Connection(
            self._connections, config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )


def run(
    application: Application, bound: socket.socket, started: Callable[[], None], *, behind_proxy: bool = False
) -> None:
    """Serve until Ctrl-C or SIGTERM; calls `started` once it listens. `behind_proxy`: one client speaks for many.
    QaError where the application does not start.
    """
    if threading.current_thread() is threading.main_thread():  # no other may
        # Once all is answered, uvicorn raises again the signal that it ended by: this one would end the process at
        # once, with the library open.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with contextlib.redirect_stderr(Sparing(sys.stderr)):
            server = _server(application, started, behind_proxy)
            server.run(sockets=[bound])
    except KeyboardInterrupt:
        return
    finally:
        bound.close()
    if not server.started:
        raise QaError("serve.not-started")


def _server(application: Application, started: Callable[[], None], behind_proxy: bool) -> _Server:
    leaving = asyncio.Event()
    config = uvicorn.Config(
        leavable(application, leaving),
        ws="none",
        log_level="warning",
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
        server_header=False,
        proxy_headers=False,  # whose word counts is for `ui.asked` to say
    )
    return _Server(config, Connections(process.connections(), shared=behind_proxy), started, leaving)
