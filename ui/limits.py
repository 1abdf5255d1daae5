"""Limit the size of a request's body: a larger one is refused before it is held in memory."""

from __future__ import annotations

from collections.abc import Collection

from starlette.requests import ClientDisconnect

from qa.errors.messages import Wording
from qa.services import errors
from ui.asked import Message
from ui.replies import HEADERS, Application, Receive, Reply, Send, refusal, with_headers

BODY_BYTES = 1 << 20
_GONE: Message = {"type": "http.disconnect"}


class Limits:
    """An ASGI application before another one. The paths of `larger` see to the size of their bodies themselves."""

    def __init__(self, application: Application, larger: Collection[str]) -> None:
        self._application = application
        self._larger = frozenset(larger)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in self._larger:
            await self._application(scope, receive, send)
        elif _declared(scope) > BODY_BYTES:
            await _refuse(scope, send)
        else:
            await self._counted(scope, _Body(receive, send), send)

    async def _counted(self, scope: Message, body: _Body, send: Send) -> None:
        """A body of no declared length is refused once more of it has come than is allowed."""
        try:
            await self._application(scope, body.receive, body.send)
        except ClientDisconnect:
            if not body.is_over:
                raise
        if body.is_over and not body.is_answered:
            await _refuse(scope, send)


class _Body:
    """Counts what comes. Once it is too much, the application hears that its client is gone, and is not heard."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._bytes = 0
        self.is_answered = False

    @property
    def is_over(self) -> bool:
        return self._bytes > BODY_BYTES

    async def receive(self) -> Message:
        message = _GONE if self.is_over else await self._receive()
        self._bytes += len(message.get("body", b""))
        return _GONE if self.is_over else message

    async def send(self, message: Message) -> None:
        if self.is_answered or not self.is_over:
            self.is_answered = True
            await self._send(message)


def _declared(scope: Message) -> int:
    """The Content-Length, which the server has checked to be a number; 0 without one."""
    return int(dict(scope["headers"]).get(b"content-length", b"0"))


async def _refuse(scope: Message, send: Send) -> None:
    """413 (RFC 9110, 15.5.14). What is still sent is read and dropped for a while, or the client would not see it."""
    problem = errors.Problem(413, Wording("api.too-large", limit=BODY_BYTES >> 20))
    path = scope["path"]
    told = f"{problem.said} {problem.said.said_in('en')}"
    reply = refusal(path, problem) if errors.is_door(path) else Reply(413, told)
    await reply.send(with_headers(send, HEADERS))
