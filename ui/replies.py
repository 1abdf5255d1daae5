"""Responses given before any application is reached, and the headers that all responses get."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from qa.services import errors
from ui.asked import Message

Header = tuple[bytes, bytes]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# Gradio needs inline scripts and `Function`; what matters is that nothing is fetched from, or sent to, another host.
CONTENT_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
HEADERS = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"referrer-policy", b"same-origin"),  # with no referrer at all Chromium hides the origin of our own forms too
    (b"x-content-type-options", b"nosniff"),
]
NO_STORE = (b"cache-control", b"no-store")


class Reply(NamedTuple):
    """A response that is given without asking an application."""

    status: int
    text: str
    headers: tuple[Header, ...] = ()
    kind: str = "text/plain"

    async def send(self, send: Send) -> None:
        headers = [(b"content-type", f"{self.kind}; charset=utf-8".encode()), NO_STORE, *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.text.encode("utf-8", "replace")})


def refusal(path: str, problem: errors.Problem) -> Reply:
    """What a program is told that asked for a path."""
    headers = tuple((name.encode(), value.encode()) for name, value in errors.headers(problem).items())
    return Reply(errors.status(path, problem), errors.encoded(path, problem), headers, "application/json")


def with_headers(send: Send, headers: Iterable[Header]) -> Send:
    """`send`, the response getting these headers in the place of its own of the same names."""
    ours = list(headers)
    names = {name for name, _ in ours} - {b"set-cookie"}

    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [one for one in message.get("headers", ()) if one[0].lower() not in names]
            message["headers"] = [*kept, *ours]
        await send(message)

    return answer
