"""A scripted server with ``/v1/chat/completions``, as a local model's: it says what a test has it say."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle, repeat
from typing import Any

ENDLESS = "这样的话没有完。"


@dataclass
class Script:
    """What the server does with a request: `pieces` of text, one event each, `pause` seconds before each of them."""

    pieces: Iterable[str] = ()
    pause: float = 0.0
    status: int = 200
    raw: bytes | None = None  # sent as it is, in place of events
    drip: bytes = b""  # sent byte by byte, over and over, `pause` seconds before each, in place of events
    drips_headers: bool = False  # the same, in place of the headers too
    streams: bool = True
    cut: bool = False  # the connection ends in the middle
    asked: list[dict[str, Any]] = field(default_factory=list)  # the bodies of the requests
    gone: threading.Event = field(default_factory=threading.Event)  # set when the client hung up

    @classmethod
    def endless(cls) -> Script:
        return cls(repeat(ENDLESS), pause=0.01)


@contextmanager
def model_server(script: Script) -> Iterator[str]:
    """The base address of the server, while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            script.asked.append({"path": self.path, **json.loads(body)})
            try:
                self._answer()
            except OSError:
                script.gone.set()

        def _answer(self) -> None:
            if script.drips_headers:
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                self._drip()
            self.send_response(script.status)
            self.send_header("content-type", "text/event-stream" if script.streams else "application/json")
            self.end_headers()
            if script.drip:
                self._drip()
            if script.raw is not None:
                self.wfile.write(script.raw)
            elif script.streams:
                for piece in script.pieces:
                    time.sleep(script.pause)
                    self._event(json.dumps({"choices": [{"index": 0, "delta": {"content": piece}}]}))
                if not script.cut:
                    self._event("[DONE]")
            else:
                text = "".join(script.pieces)
                self.wfile.write(json.dumps({"choices": [{"message": {"content": text}}]}).encode())

        def _drip(self) -> None:
            for byte in cycle(script.drip):
                time.sleep(script.pause)
                self.wfile.write(bytes([byte]))

        def _event(self, data: str) -> None:
            self.wfile.write(f"data: {data}\n\n".encode())
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def deaf_server() -> Iterator[str]:
    """The base address of a server that takes no call: who connects waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:  # more than its queue holds
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        for one in waiting:
            one.close()
