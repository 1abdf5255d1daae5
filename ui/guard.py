"""What stands before the app: which paths there are, who may ask, and under which headers a page is shown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ui import visitors
from ui.login import page
from ui.visitors import COOKIE, COOKIE_SECONDS, KEY, Password
from ui.words import Words, chosen

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# All that the screen asks for. Gradio has more (files of the disk, a proxy, records of runs): none of it is reachable.
PATHS = re.compile(
    r"(?!.*\.\.)(?:/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static)/[\w./-]+"
    r"|/conversations/[\w-]{1,40}\.(md|html)|/library/upload"
    r"|/gradio_api/(theme\.css|startup-events|app_id/?|user/?|heartbeat/\w+"
    r"|queue/(join|data)|component_server/?|cancel|reset/?))"
)
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
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
]
LOGIN_BYTES = 4096
LOGIN_SECONDS = 1.0  # a wrong password waits, and all others with it


class Guard:
    """An ASGI application before another one. `hosts` are the names that a page may be asked for under; None: any.

    A page of another site that has its name lead here (DNS rebinding) is refused by its host, one that posts here by
    its origin.
    """

    def __init__(self, application: Application, hosts: Iterable[str] | None, password: Password | None) -> None:
        self._application = application
        self._hosts = None if hosts is None else frozenset(hosts)
        self._password = password
        self._guessing = asyncio.Lock()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, _with_headers(send, HEADERS))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path, cookies = scope["path"], _cookies(headers.get("cookie", ""))
        if not self._is_ours(headers, scope["method"]):
            await _answer(send, 403, "只接受从本机地址打开的页面。 Only pages opened from this address.")
            return
        token = cookies.get(COOKIE, "")
        if not visitors.is_token(token):
            token = visitors.token()
            scope = {**scope, "headers": [*scope["headers"], (b"cookie", f"{COOKIE}={token}".encode())]}
            if path in ("/", "/login"):
                send = _with_headers(send, [_set_cookie(COOKIE, token)])
        words = chosen(cookies, headers.get("accept-language", ""))
        if self._password and not self._password.is_key(token, cookies.get(KEY, "")):
            await self._log_in(self._password, token, scope, receive, send, words)
        elif PATHS.fullmatch(path):
            await self._application(scope, receive, send)
        else:
            await _answer(send, 404, words.no_such_page)

    def _is_ours(self, headers: dict[str, str], method: str) -> bool:
        host, origin = headers.get("host", ""), headers.get("origin")
        try:
            if self._hosts is not None and urlsplit(f"//{host}").hostname not in self._hosts:
                return False
            return method in ("GET", "HEAD") or origin is None or urlsplit(origin).netloc == host
        except ValueError:  # brackets that hold no address
            return False

    async def _log_in(
        self, password: Password, token: str, scope: Message, receive: Receive, send: Send, words: Words
    ) -> None:
        """The question for the password, and what it leads to."""
        if scope["path"] != "/login" or scope["method"] != "POST":
            status = 200 if scope["path"] in ("/", "/login") else 401
            await _answer(send, status, page(words), "text/html")
            return
        given = parse_qs(await _body(receive)).get("password", [""])[0]
        async with self._guessing:
            right = await asyncio.to_thread(password.is_right, given)
            if not right:
                await asyncio.sleep(LOGIN_SECONDS)
        if right:
            send = _with_headers(send, [_set_cookie(KEY, password.key(token)), (b"location", b"/")])
            await _answer(send, 303, "")
        else:
            await _answer(send, 403, page(words, words.wrong_password), "text/html")


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _set_cookie(name: str, value: str) -> tuple[bytes, bytes]:
    return b"set-cookie", f"{name}={value}; Path=/; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax".encode()


def _with_headers(send: Send, headers: list[tuple[bytes, bytes]]) -> Send:
    async def answer(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return answer


async def _body(receive: Receive) -> str:
    """What was posted, at most `LOGIN_BYTES` of it."""
    body = b""
    while len(body) <= LOGIN_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body[:LOGIN_BYTES].decode("utf-8", "replace")


async def _answer(send: Send, status: int, text: str, kind: str = "text/plain") -> None:
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": text.encode()})
