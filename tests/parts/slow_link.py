"""A slow link to a server: what is sent over it comes later, and no faster than so many bits a second."""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_CHUNK_BYTES = 16_384


@contextmanager
def slow_link(there: Path, delay_seconds: float, bits_a_second: float) -> Iterator[int]:
    """A port of this machine that leads to a socket, until the block ends; the delay is that of each way."""
    ends: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):  # the block ended
            while True:
                near, _ = listening.accept()
                far = socket.socket(socket.AF_UNIX)
                ends.extend((near, far))
                far.connect(str(there))
                for source, sink in ((near, far), (far, near)):
                    waiting: queue.Queue[tuple[float, bytes]] = queue.Queue(64)
                    _start(_take, source, waiting, delay_seconds, bits_a_second)
                    _start(_deliver, waiting, sink)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        _start(accept)
        try:
            yield listening.getsockname()[1]
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            for end in ends:
                with suppress(OSError):  # the other side has hung up
                    end.shutdown(socket.SHUT_RDWR)
                end.close()


def _start(work: object, *told: object) -> None:
    threading.Thread(target=work, args=told, daemon=True).start()  # type: ignore[arg-type]


def _take(
    source: socket.socket, waiting: queue.Queue[tuple[float, bytes]], delay_seconds: float, bits_a_second: float
) -> None:
    free = 0.0  # from when on the link takes more
    with suppress(OSError):
        while part := source.recv(_CHUNK_BYTES):
            free = max(free, time.monotonic()) + 8 * len(part) / bits_a_second
            waiting.put((free + delay_seconds, part))
    waiting.put((time.monotonic() + delay_seconds, b""))


def _deliver(waiting: queue.Queue[tuple[float, bytes]], sink: socket.socket) -> None:
    with suppress(OSError):
        while True:
            at, part = waiting.get()
            time.sleep(max(0.0, at - time.monotonic()))
            if not part:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(part)
