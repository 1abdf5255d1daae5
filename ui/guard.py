"""Middleware in front of the app: allowed paths, login, checks of host and origin, response headers.

`asked` reads a request, `door` knows who may come in; here one becomes an answer of the other.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import NamedTuple
from urllib.parse import parse_qs

from markupsafe import Markup

from qa.citing.cite import FORMS
from qa.errors import Forbidden, QaError
from qa.errors.messages import Wording
from ui import cookies
from ui.asked import Asked, Hosts, Message
from ui.door import Caller, Door
from ui.markup import fragment
from ui.replies import HEADERS, NO_STORE, Application, Header, Receive, Reply, Send, with_headers
from ui.visitors import COOKIE_SECONDS
from ui.words import COOKIE as LANGUAGE
from ui.words import Words, chosen

# All that the screen asks for. Gradio has more (files of the disk, a proxy, records of runs): none of it is reachable.
PATHS = re.compile(
    r"(?!.*\.\.)(?:/|/config/?|/theme\.css|/favicon\.ico|/robots\.txt|/opensearch\.xml|/(assets|static)/[\w./-]+"
    rf"|/conversations/[\w-]{{1,40}}\.(md|html|{'|'.join(FORMS)})"
    r"|/help/([\w-]+\.png)?|/clippings/[0-9a-f]{16}(/page)?|/library/upload"
    r"|/gradio_api/(theme\.css|startup-events|app_id/?|user/?|heartbeat/\w+"
    r"|queue/(join|data)|component_server/?|cancel|reset/?))"
)
LOGIN, LOGOUT = "/login", "/logout"
HOME = ("/", LOGIN)  # where the password is asked for, and taken
LOGIN_BYTES = 4096
USES = ("/", "/gradio_api/queue/join")  # what renews a visitor's cookies: the page, and each thing done on it
PRIVATE = (
    "/",
    "/config",
    "/conversations/",
    "/clippings/",
)  # what a browser keeps no copy of where a password is asked for
TO_THE_PAGE = (b"location", b"/")


class Passed(NamedTuple):
    """A request passed on to the app, and the headers that its response gets."""

    scope: Message
    headers: tuple[Header, ...]


class Guard:
    """An ASGI application before another one. `hosts` are the names that a page may be asked for under; None: any.

    A page of another site that has its name lead here (DNS rebinding) is refused by its host, one that posts here by
    its origin. Where `behind_proxy`, all requests come through a proxy that says who sent them.
    """

    def __init__(
        self, application: Application, door: Door, hosts: Hosts | None, *, behind_proxy: bool = False
    ) -> None:
        self._application, self._door = application, door
        self._hosts, self._behind_proxy = hosts, behind_proxy

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._application(scope, receive, send)
        elif scope["type"] == "http":
            await self._http(Asked(scope, self._behind_proxy), receive, with_headers(send, HEADERS))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _http(self, asked: Asked, receive: Receive, send: Send) -> None:
        words = chosen({LANGUAGE: asked.language}, asked.header("accept-language"))
        try:
            decided = await self._decided(asked, receive, words)
        except Forbidden as error:
            decided = Reply(403, words.told(str(error)))
        except QaError as error:  # who asks may be a stranger: he is not told where the library lies
            logging.getLogger("uvicorn.error").error("%s", error)
            decided = Reply(503, words.door_stuck)
        if isinstance(decided, Reply):
            await decided.send(send)
        else:
            await self._application(decided.scope, receive, with_headers(send, decided.headers))

    async def _decided(self, asked: Asked, receive: Receive, words: Words) -> Reply | Passed:
        if not asked.is_under(self._hosts):
            return Reply(403, words.foreign_name)
        if not asked.is_from_us():
            return Reply(403, words.foreign_page)
        caller = self._caller(asked)
        if asked.path == LOGOUT and asked.method == "POST" and self._door.has_login:
            return await self._log_out(asked, caller)
        is_at_home = asked.path in HOME
        is_open, is_login = self._door.is_open_for(caller, time.time()), is_at_home and asked.method == "POST"
        if is_open and not (is_login and self._door.has_accounts):  # whoever is in may come in as another
            return await self._inside(asked, caller, words)
        if self._door.proxy:
            return Reply(401, words.told(Wording("accounts.proxy-names-nobody")))
        if is_login:
            return await self._log_in(asked, caller, receive, words)
        return Reply(200 if is_at_home else 401, self._page(words, is_at_home=is_at_home), kind="text/html")

    def _caller(self, asked: Asked) -> Caller:
        """Raises Forbidden where a proxy should have said who asks."""
        door = self._door
        return door.named(asked.named(door.proxy), asked.cookies) if door.proxy else door.caller(asked.cookies)

    async def _log_in(self, asked: Asked, caller: Caller, receive: Receive, words: Words) -> Reply:
        given, door, now = parse_qs(await _body(receive)), self._door, time.monotonic()
        name, password = (given.get(field, [""])[0] for field in ("name", "password"))
        account = door.account(name)
        who = door.who(asked.cookies, asked.address, account)
        if seconds := door.wait(who, now):
            later = (b"retry-after", str(seconds).encode())
            return Reply(429, self._page(words, words.too_many_tries(seconds)), (later,), "text/html")
        if door.has_accounts:
            is_right = await door.is_accounts(password, account, who, now)
        else:
            is_right = door.is_right(password, who, now)
        if not is_right:
            wrong = words.wrong_account if door.has_accounts else words.wrong_password
            return Reply(403, self._page(words, wrong), kind="text/html")
        token, key = await asyncio.to_thread(door.enter, caller, time.time(), account)
        return Reply(303, "", (_to_the_page(asked), self._visitor(asked, token), self._key(asked, key)))

    async def _log_out(self, asked: Asked, caller: Caller) -> Reply:
        """The visitor's token stays: it names this browser's conversations, and opens nothing."""
        await asyncio.to_thread(self._door.leave, caller)
        return Reply(303, "", (TO_THE_PAGE, self._key(asked, "", 0)))

    async def _inside(self, asked: Asked, caller: Caller, words: Words) -> Reply | Passed:
        if asked.path == LOGIN or (asked.path in HOME and asked.method == "POST"):
            return Reply(303, "", (TO_THE_PAGE,))
        if not PATHS.fullmatch(asked.path):
            return Reply(404, words.no_such_page)
        token, is_told = caller.token, asked.path in USES
        self._door.note(caller.sender, time.time())
        if not token:
            known = await asyncio.to_thread(self._door.known, caller)
            token, is_told = known or self._door.visitors.new(), bool(known) or asked.path == "/"
        headers = (self._visitor(asked, token),) if is_told else ()
        if caller.key and asked.path in USES:
            await asyncio.to_thread(self._door.renew, caller, time.time())
            headers = (*headers, self._key(asked, caller.key))
        if self._door.is_locked and (asked.path in PRIVATE or asked.path.startswith(PRIVATE[-1])):
            headers = (*headers, NO_STORE)
        return Passed(asked.told(self._door.told(caller, token), caller.sender), headers)

    def _page(self, words: Words, problem: str = "", *, is_at_home: bool = True) -> Markup:
        return login_page(words, problem, is_at_home=is_at_home, has_accounts=self._door.has_accounts)

    def _visitor(self, asked: Asked, token: str) -> Header:
        return cookies.setting(self._door.visitors.cookie, token, COOKIE_SECONDS, secure=asked.scheme == "https")

    def _key(self, asked: Asked, key: str, seconds: int = COOKIE_SECONDS) -> Header:
        return cookies.setting(self._door.visitors.key_cookie, key, seconds, secure=asked.scheme == "https")


def _to_the_page(asked: Asked) -> Header:
    """With the question that its address carries; what stands behind its # a browser keeps itself."""
    query: bytes = asked.scope["query_string"]
    return (b"location", b"/?" + query) if query else TO_THE_PAGE


async def _body(receive: Receive) -> str:
    """What was posted, at most `LOGIN_BYTES` of it."""
    body = b""
    while len(body) <= LOGIN_BYTES:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return body[:LOGIN_BYTES].decode("utf-8", "replace")


def login_page(words: Words, problem: str = "", *, is_at_home: bool = True, has_accounts: bool = False) -> Markup:
    """The whole page; `problem` says why the last attempt failed. `is_at_home`: the password may be sent to the address
    that was asked for. `has_accounts`: a name is asked for as well.
    """
    return fragment("login", words=words, problem=problem, is_at_home=is_at_home, has_accounts=has_accounts)
