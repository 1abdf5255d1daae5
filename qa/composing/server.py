"""A server with ``/v1/chat/completions`` (Ollama, llama.cpp, LM Studio, vLLM …), read as it writes.

`http.client` goes through no proxy and follows no redirect: what is sent goes to this address and to no other.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from itertools import takewhile
from typing import Any
from urllib.parse import urlsplit

from qa.composing.prompt import Message
from qa.errors import QaError, UsageError

_SILENT_SECONDS = 60.0  # without a word: a model may have to be loaded first
_LONGEST_SECONDS = 180.0
_CONNECT_SECONDS = 5.0  # until a server takes the call, which it does before it loads anything
_LOOK_SECONDS = 0.1  # between two looks at whether it is stopped
_LONGEST_CHARS = 6000
_LONGEST_LINE = 1 << 20  # bytes
_CHUNK = 1 << 16  # bytes, at most, that are taken as they arrive
_NO_ANSWER = (OSError, HTTPException, ValueError, LookupError, TypeError, AttributeError, RecursionError)


class ModelServerError(QaError):
    """The model's server is not there, refuses, or answers with what is no answer."""


@dataclass(frozen=True, slots=True)
class ModelServer:
    """`url` is what the server's own page calls its base: ``http://127.0.0.1:11434/v1``. Raises UsageError for what is
    no address.
    """

    url: str
    model: str
    silent_seconds: float = _SILENT_SECONDS
    longest_seconds: float = _LONGEST_SECONDS

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.url)
            is_address = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_address = False
        if not is_address:
            raise UsageError("llm.no-address", url=self.url)

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    def write(self, messages: Sequence[Message], stopped: Callable[[], bool]) -> Iterator[str]:
        """What the model writes, piece by piece, until it is done, `stopped`, or has gone on for too long. Raises
        ModelServerError.
        """
        connection = self._connection()
        try:
            self._connect(connection, stopped)
            with self._hanging_up(connection.sock, stopped), self._answered(connection, messages) as response:
                yield from self._bounded(response, stopped)
        except _NO_ANSWER as error:
            if not stopped():  # what was cut off is no answer either
                raise ModelServerError("llm.failed", url=self.url, reason=str(error) or type(error).__name__) from error
        finally:
            connection.close()

    def _connect(self, connection: HTTPConnection, stopped: Callable[[], bool]) -> None:
        """Returns once it is connected. Raises what that raises; TimeoutError after `_CONNECT_SECONDS` and once it is
        `stopped`: on a thread, as looking up a name cannot be broken off.
        """
        connected, until = Future[None](), time.monotonic() + min(self.silent_seconds, _CONNECT_SECONDS)

        def connect() -> None:
            try:
                connection.connect()
            except _NO_ANSWER as error:
                connected.set_exception(error)
            else:
                connected.set_result(None)

        threading.Thread(target=connect, daemon=True).start()
        while not wait((connected,), _LOOK_SECONDS).done:
            if stopped() or time.monotonic() > until:
                connected.add_done_callback(lambda _: connection.close())
                raise TimeoutError("timed out")
        connected.result()

    @contextmanager
    def _hanging_up(self, line: socket.socket, stopped: Callable[[], bool]) -> Iterator[None]:
        """Whatever is waited for ends once it is `stopped`, and after `longest_seconds`, as a server may send nothing
        for long, or a byte now and then for ever.
        """
        line.settimeout(self.silent_seconds)
        is_over, until = threading.Event(), time.monotonic() + self.longest_seconds

        def watch() -> None:
            while not is_over.wait(_LOOK_SECONDS):
                if stopped() or time.monotonic() > until:
                    _hang_up(line)
                    return

        threading.Thread(target=watch, daemon=True).start()
        try:
            yield
        finally:
            is_over.set()

    def _connection(self) -> HTTPConnection:
        parts = urlsplit(self.url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        return kind(self.host, parts.port, timeout=min(self.silent_seconds, _CONNECT_SECONDS))

    def _answered(self, connection: HTTPConnection, messages: Sequence[Message]) -> HTTPResponse:
        body = {"model": self.model, "messages": list(messages), "stream": True, "temperature": 0}
        path = f"{urlsplit(self.url).path.rstrip('/')}/chat/completions"
        connection.request("POST", path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        response = connection.getresponse()
        if response.status != 200:
            raise ModelServerError(_refusal(response.status), url=self.url, status=response.status)
        return response

    def _bounded(self, response: HTTPResponse, stopped: Callable[[], bool]) -> Iterator[str]:
        until, left = time.monotonic() + self.longest_seconds, _LONGEST_CHARS
        lines = takewhile(lambda _: not stopped() and time.monotonic() < until, _lines(response))
        for piece in _pieces(lines):
            left -= len(piece)
            yield piece
            if left <= 0:
                return


def _hang_up(line: socket.socket) -> None:
    with suppress(OSError):  # it is closed already
        socket.socket.shutdown(line, socket.SHUT_RDWR)  # that of TLS beneath itself, which has a lock of its own


def _refusal(status: int) -> str:
    """The code of what helps against an HTTP status."""
    if status in (401, 403):
        return "llm.locked"
    return "llm.broken" if status >= 500 else "llm.refused"


def _lines(response: HTTPResponse) -> Iterator[bytes]:
    """The lines as they arrive, and an empty one with each chunk: a sign of life, at which whether to go on is looked
    at.
    """
    line = bytearray()
    while chunk := response.read1(_CHUNK):
        yield b""
        *ended, rest = chunk.split(b"\n")
        for one in ended:
            yield bytes(line + one)
            line.clear()
        line += rest
        if len(line) > _LONGEST_LINE:
            raise ValueError("a line without end")
    yield bytes(line)


def _pieces(lines: Iterator[bytes]) -> Iterator[str]:
    """The text of each event (WHATWG server-sent events; what is no data line is passed over), or of one object, from
    a server that does not stream.
    """
    for line in lines:
        if line.startswith(b"{"):
            yield _text(json.loads(_joined(line, lines)))
            return
        if line.startswith(b"data:"):
            told = line.removeprefix(b"data:").strip()
            if told == b"[DONE]":
                return
            yield _text(json.loads(told))
        elif line.strip() and not line.startswith((b":", b"event:", b"id:", b"retry:")):
            raise ValueError(f"no event: {line[:80]!r}")


def _joined(line: bytes, lines: Iterator[bytes]) -> bytes:
    body = bytearray(line)
    for one in lines:
        body += b"\n" + one
        if len(body) > _LONGEST_LINE:
            raise ValueError("an object without end")
    return bytes(body)


def _text(event: Any) -> str:
    choices = event["choices"]
    if not choices:
        return ""  # an event that counts tokens
    said = choices[0].get("delta") or choices[0].get("message") or {}
    text = said.get("content") or ""
    if not isinstance(text, str):
        raise TypeError("content is no text")
    return text
