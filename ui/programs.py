"""Programs at the door: who may use the interfaces of `qa.services`, beside the screen or without one."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Required, TypedDict, Unpack

from qa.errors import Forbidden, NoKey, QaError, TooManyTries, UsageError, WrongKey
from qa.errors.messages import Wording
from qa.services import app, errors, rest
from qa.store.conversations import Conversations
from qa.store.keys import Keys, ask_for_accounts, asks_for_accounts, has_accounts
from qa.types import Sender
from ui import process, serving
from ui.asked import Asked, Hosts, Message, Proxy
from ui.composing import Compositions
from ui.door import Brought, Door, Quotas
from ui.guard import Guard
from ui.limits import Limits
from ui.replies import NO_STORE, Application, Receive, Send, refusal, with_headers

if TYPE_CHECKING:
    from qa.composing.server import ModelServer
    from qa.library.library import Library

UPLOAD = rest.FILES  # whose bodies may be larger


class ProgramGuard(Guard):
    """Before the doors: name, origin and password are checked as before the screen.

    The password, or the key of an account, comes as a Bearer token (RFC 6750), or as the key of a browser that gave it
    on the screen.
    """

    async def _http(self, asked: Asked, receive: Receive, send: Send) -> None:
        with ExitStack() as counted:
            try:
                sender = self._admit(asked)
                self._door.note(sender, time.time())
                brought = counted.enter_context(self._counting(asked, sender))
            except (Forbidden, NoKey, WrongKey, TooManyTries) as error:
                await refusal(asked.path, errors.of(error)).send(send)
            except QaError as error:  # who asks may be a stranger: he is not told where the library lies
                logging.getLogger("uvicorn.error").error("%s", error)
                await refusal(asked.path, errors.Problem(503, Wording("api.door-stuck"))).send(send)
            else:
                headers, scope = (NO_STORE,) if self._door.is_locked else (), asked.told("", sender)
                await self._application(scope, receive, with_headers(send, headers))
                brought.is_taken = scope.get(rest.TAKEN, False)

    def _counting(self, asked: Asked, sender: Sender) -> AbstractContextManager[Brought]:
        """Raises TooManyTries where more is asked or brought than an account may."""
        quotas, now = self._door.quotas, time.monotonic()
        if asked.method == "POST" and asked.path == UPLOAD:
            return quotas.bringing(sender, asked.length, now)
        if asked.method == "POST":
            quotas.ask(sender, now)
        return nullcontext(Brought())

    def _admit(self, asked: Asked) -> Sender:
        """Who may come in. Raises Forbidden, NoKey, WrongKey, TooManyTries, LibraryError."""
        if not asked.is_under(self._hosts):
            raise Forbidden("api.foreign-name")
        if not (asked.is_of_no_other_page() or asked.is_followed_link()):
            raise Forbidden("api.foreign-page")
        door, now = self._door, time.monotonic()
        caller = self._caller(asked)
        if door.is_open_for(caller, time.time()):
            return caller.sender
        given, who = bearer(asked.header("authorization")), door.who(asked.cookies, asked.address)
        if door.proxy or given is None:
            raise NoKey("accounts.proxy-names-nobody" if door.proxy else "api.no-key")
        if seconds := door.wait(who, now):
            raise TooManyTries("api.too-many-tries", seconds=seconds)
        if door.has_accounts and (account := door.program(given)):
            return account.sender
        if not door.is_right(given, who, now):
            raise WrongKey("api.wrong-key")
        return caller.sender


def bearer(header: str) -> str | None:
    """The password of a header `Authorization`, which is UTF-8 though headers are read as Latin-1; None without one."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return None
    return token.strip().encode("latin-1", "replace").decode("utf-8", "replace")


def beside(programs: Application, screen: Application) -> Application:
    """Both as one application: programs have the paths of their doors, the screen has all others, and the lifespan."""

    async def serve(scope: Message, receive: Receive, send: Send) -> None:
        is_program = scope["type"] == "http" and errors.is_door(scope["path"])
        await (programs if is_program else screen)(scope, receive, send)

    return serve


class Options(TypedDict, total=False):
    """Where a library is served, and whom that lets in: see `ui.app.serve`."""

    host: Required[str]
    port: Required[int]
    announce: Required[Callable[[str], None]]
    password: str | None
    no_password: bool  # anybody may come in, though accounts were asked for once
    proxy: Proxy | None  # that says whose account a request comes from
    quotas: Quotas  # of each account
    allowed_hosts: Sequence[str]
    behind_proxy: bool
    allow_changes: bool


class Entrance(NamedTuple):
    """Where requests come in, and what they are checked by."""

    bound: socket.socket
    address: str  # on this machine
    keys: Keys
    door: Door
    hosts: Hosts | None
    behind_proxy: bool

    def before(self, doors: Application) -> Application:
        """The application of the doors for programs, guarded."""
        return ProgramGuard(doors, self.door, self.hosts, behind_proxy=self.behind_proxy)

    def run(self, application: Application, larger: Collection[str], started: Callable[[], None]) -> None:
        """Serve until Ctrl-C; the paths of `larger` see to the size of their bodies themselves."""
        serving.run(Limits(application, {UPLOAD, *larger}), self.bound, started, behind_proxy=self.behind_proxy)


@contextmanager
def entrance(library: Library, kept: Conversations, options: Options) -> Iterator[Entrance]:
    """Listens for whoever comes. Raises UsageError where `host` is no address of this machine or no port is free."""
    process.few_heaps()
    process.raise_limit()
    host = options["host"]
    listening = serving.listen(host, options["port"])
    with listening as bound, keys(library, kept) as known, library.publishing():
        door = _door(library, kept, known, options)
        hosts = serving.hosts(host, options.get("allowed_hosts", ()), door.is_locked)
        yield Entrance(bound, serving.address(bound, host), known, door, hosts, options.get("behind_proxy", False))


def serve(library: Library, kept: Conversations, *, llm: ModelServer | None = None, **options: Unpack[Options]) -> None:
    """Serve the doors alone until Ctrl-C, without a screen; the rest as `ui.app.serve`, and raises the same."""
    with entrance(library, kept, options) as at:
        composer = partial(Compositions(llm or library.writer).composer, library)
        allows = options.get("allow_changes", False)
        doors = app.create_app(library, allow_changes=allows, has_screen=False, composer=composer)
        at.run(at.before(doors), (), lambda: options["announce"](at.address))


def _door(library: Library, kept: Conversations, known: Keys, options: Options) -> Door:
    """With accounts where the library has any, and a record of what they do. UsageError where a password is asked for
    beside them, or where they are gone and nothing says who may come in then.
    """
    quotas = options.get("quotas") or Quotas()
    password, proxy, named = options.get("password"), options.get("proxy"), bool(known.accounts())
    if named or proxy:
        if password:
            raise UsageError("accounts.or-password")
        library.keep_history()
        if named:
            ask_for_accounts(library.folder, asked=True)
    elif not (password or options.get("no_password")) and asks_for_accounts(library.folder):
        raise UsageError("accounts.gone", path=library.folder.where)
    elif quotas:
        raise UsageError("accounts.quota-of-nobody")
    return Door(known, kept, place(library), password, accounts=named and not proxy, proxy=proxy, quotas=quotas)


def keys(library: Library, kept: Conversations) -> Keys:
    """Those of the library; where it cannot be written, in memory, as its conversations are. UsageError where it has
    accounts then: nobody could log in.
    """
    if not kept.lasts and has_accounts(library.folder):
        raise UsageError("accounts.read-only")
    return Keys.of(library.folder) if kept.lasts else Keys.in_memory()


def place(library: Library) -> str:
    """Where it lies, the same for all servers of one."""
    server = library.folder.server
    return f"schema {server.schema}" if server else str(library.root.resolve())
