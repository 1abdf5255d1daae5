"""Login: passwords, accounts, the keys of browsers that gave one, and whose conversations they see. No HTTP."""

from __future__ import annotations

import math
import re
import secrets
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import anyio
import anyio.to_thread

from qa.errors import TooManyTries
from qa.store.conversations import Conversations
from qa.store.inbox import MAX_BYTES
from qa.store.keys import Account, Keys, digest_of, hashed, is_right
from qa.types import ANYBODY, Sender
from ui.asked import Proxy
from ui.cookies import Cookies, values
from ui.visitors import COOKIE_SECONDS, Password, Visitors, owner_of

AT_ONCE = 10  # wrong tries that nobody is held up for
SECONDS_A_TRY = 30.0  # after those
REMEMBERED = 10_000  # addresses and devices; an entry is forgotten after AT_ONCE * SECONDS_A_TRY anyhow
DAY_SECONDS = 24 * 3600
RENEW_SECONDS = DAY_SECONDS  # a key in use is prolonged once a day
NOTED_SECONDS = 3600.0  # that an account is used is noted once an hour
PAIRS = 4  # tokens and keys of the same name that are looked at
CHECKED_AT_ONCE = 2  # passwords of accounts, each for 20 MB
_NUMBERED = re.compile(r"([0-9]{1,15})\.", re.ASCII)  # the account's number before a browser's key


class Guesses:
    """Wrong tries of each address and each device (the generic cell rate algorithm, ITU-T I.371), or what else is
    counted of somebody: so much `at_once`, then one every so many `seconds`.

    Kept is one number for each: when its tries are as if none had been. Times are seconds of any one clock.
    """

    def __init__(self, at_once: float = AT_ONCE, seconds: float = SECONDS_A_TRY) -> None:
        self._at_once, self._seconds = at_once, seconds
        self._clean: dict[str, float] = {}

    def wait(self, who: str, now: float, amount: float = 1) -> int:
        """Whole seconds until a try of theirs is looked at; 0: now."""
        over = max(self._clean.get(who, now), now) - now - (self._at_once - amount) * self._seconds
        return math.ceil(over) if over > 0 else 0

    def wrong(self, who: str, now: float, amount: float = 1) -> None:
        """One more try of theirs was wrong."""
        self._clean[who] = max(self._clean.get(who, now), now) + amount * self._seconds
        if len(self._clean) > REMEMBERED:
            self._forget(now)

    def forgive(self, who: str, amount: float = 1) -> None:
        """The last of their tries was right."""
        self._clean[who] = self._clean.get(who, 0.0) - amount * self._seconds

    def _forget(self, now: float) -> None:
        """What is clean goes; where that is not enough, the half that is nearest to it."""
        held = {who: clean for who, clean in self._clean.items() if clean > now}
        if len(held) > REMEMBERED:
            held = dict(sorted(held.items(), key=lambda one: one[1])[-(REMEMBERED // 2) :])
        self._clean = held


@dataclass(slots=True)
class Brought:
    """A file on its way in."""

    is_taken: bool = False


class Quotas:
    """How much each account may ask and bring; 0: as much as it likes. This process counts what comes to it."""

    def __init__(self, questions: int = 0, megabytes: float = 0) -> None:
        """`questions` a minute, `megabytes` (2**20 bytes) a day."""
        self._questions, self._megabytes = questions, megabytes
        self._asked = Guesses(questions, 60 / questions) if questions else None
        self._brought = Guesses(megabytes, DAY_SECONDS / megabytes) if megabytes else None

    def __bool__(self) -> bool:
        return bool(self._questions or self._megabytes)

    def ask(self, sender: Sender, now: float) -> None:
        """Count a question. Raises TooManyTries where it is one too many, which is not counted."""
        if self._asked:
            if seconds := self._asked.wait(sender.name, now):
                raise TooManyTries("accounts.too-many-questions", most=self._questions, seconds=seconds)
            self._asked.wrong(sender.name, now)

    @contextmanager
    def bringing(self, sender: Sender, size: int, now: float) -> Iterator[Brought]:
        """Count a file of so many bytes, 0 where it is not said: as one of the largest. It counts from now on, and no
        more after the block where that does not say that it was taken. Raises as `ask`.
        """
        brought, amount = Brought(), _megabytes(size)
        if self._brought:
            if seconds := self._brought.wait(sender.name, now, amount):
                minutes = math.ceil(seconds / 60)
                raise TooManyTries("accounts.too-much", most=self._megabytes, minutes=minutes)
            self._brought.wrong(sender.name, now, amount)
        try:
            yield brought
        finally:
            if self._brought and not brought.is_taken:
                self._brought.forgive(sender.name, amount)


def _megabytes(size: int) -> float:
    """What a file of so many bytes counts; of one that does not say, the most."""
    return (size or MAX_BYTES) / 2**20


class Caller(NamedTuple):
    """Who asks, as his cookies or a proxy identify him."""

    token: str  # of our making, or empty
    key: str  # the one that opens, or empty
    until: float  # when that runs out, seconds since 1970; 0 without one
    former: tuple[str, ...]  # all tokens that it may be known by
    sender: Sender = ANYBODY
    account: str = ""  # what stands for the sender's account; empty where nobody is told apart
    stamp: str = ""  # what the key is bound to


class Door:
    """Without a `password` and without accounts it is open. Otherwise a token is given to a browser that was let in,
    and to no other: so a token tells a device that was let in before.

    With `accounts` each comes in by his own name and password, and programs by a key. What an account may do, and
    whether it is still there, is looked up for every request. Behind a `proxy` that says who sends a request nobody
    logs in: who has an account of that name has its role, all others are readers.

    `now` is in seconds since 1970. All but `is_open_for`, `wait` and `is_right` may wait for a disk; they raise
    LibraryError.
    """

    def __init__(
        self,
        keys: Keys,
        kept: Conversations,
        place: str,
        password: str | None = None,
        *,
        accounts: bool = False,
        proxy: Proxy | None = None,
        quotas: Quotas | None = None,
    ) -> None:
        self._keys, self._kept = keys, kept
        self.has_accounts, self.proxy, self.quotas = accounts, proxy, quotas or Quotas()
        self._password = Password(password, keys.secret) if password else None
        # Another password makes all devices strangers: that is how one that must not come in any more is shut out.
        signing = self._password.stretched if self._password else keys.secret
        self.visitors = Visitors(keys.secret, signing, place)
        self._guesses = Guesses()
        self._noted: dict[str, float] = {}  # when, by the account's name
        self._checking = anyio.CapacityLimiter(CHECKED_AT_ONCE)
        self._decoy = hashed(secrets.token_urlsafe()) if accounts else ""

    @property
    def is_locked(self) -> bool:
        """Whether nobody comes in without being let in."""
        return self._password is not None or self.has_accounts or self.proxy is not None

    @property
    def tells_apart(self) -> bool:
        """Whether it is known whose account a request comes from."""
        return self.has_accounts or self.proxy is not None

    @property
    def has_login(self) -> bool:
        """Whether there is a page to log in on."""
        return self._password is not None or self.has_accounts

    def caller(self, cookies: Cookies) -> Caller:
        """Of several tokens, as one that somebody planted may stand before the browser's own, the one that opens."""
        former = self.visitors.former(cookies)
        given = list(values(cookies, self.visitors.key_cookie))[:PAIRS] if self.has_login else []
        for key in given:
            account = self._account_of(key) if self.has_accounts else None
            if self.has_accounts and account is None:
                continue
            number, stamp = (str(account.number), account.password) if account else ("", "")
            for token in self.visitors.tokens(cookies, number)[:PAIRS]:
                if until := self._keys.until(self.visitors.digest(token, key, stamp)):
                    sender = account.sender if account else ANYBODY
                    return Caller(token, key, until, former, sender, number, stamp)
        ours = self.visitors.tokens(cookies)
        return Caller(ours[0] if ours else "", "", 0.0, former)

    def _account_of(self, key: str) -> Account | None:
        """The account that a browser's key says it is of, which its digest has still to bear out."""
        number = _NUMBERED.match(key)
        return self._keys.account("number", int(number[1])) if number else None

    def named(self, name: str, cookies: Cookies) -> Caller:
        """Whom the proxy named; nobody without a name."""
        ours = self.visitors.tokens(cookies)
        account = self._keys.account("name", name) if name else None
        sender = Sender(name, account.role if account else "reader")
        return Caller(ours[0] if ours else "", "", 0.0, (), sender, f"named {name}" if name else "")

    def account(self, name: str) -> Account | None:
        """The one that somebody says he is; None where nobody is told apart."""
        return self._keys.account("name", unicodedata.normalize("NFC", name).strip()) if self.has_accounts else None

    def program(self, key: str) -> Account | None:
        """Whose programs show a key."""
        return self._keys.account("key", digest_of(key))

    def is_open_for(self, caller: Caller, now: float) -> bool:
        return not self.is_locked or caller.until > now or (self.proxy is not None and bool(caller.account))

    def who(self, cookies: Cookies, address: str, account: Account | None = None) -> str:
        """Who a wrong try counts for: a device that was let in before, as this account where there are any, answers for
        itself, else all of an address.
        """
        number = str(account.number) if account else ""
        tokens = self.visitors.tokens(cookies, number) if number or not self.has_accounts else ()
        return f"device {tokens[0]}" if tokens else f"address {address}"

    def wait(self, who: str, now: float) -> int:
        """Whole seconds until a try of theirs is looked at; 0: now."""
        return self._guesses.wait(who, now)

    def wrong(self, who: str, now: float) -> None:
        """A try of theirs was wrong."""
        self._guesses.wrong(who, now)

    def is_right(self, password: str, who: str, now: float) -> bool:
        """Whether it is the password; a wrong one is counted."""
        right = self._password is not None and self._password.is_right(password)
        if not right:
            self.wrong(who, now)
        return right

    async def is_accounts(self, password: str, account: Account | None, who: str, now: float) -> bool:
        """Whether it is the password of an account. It takes as long for a name that is none, and is counted as wrong
        before it is looked at, so that many tries at one moment are not looked at all.
        """
        self.wrong(who, now)
        kept = account.password if account and account.password else self._decoy
        right = await anyio.to_thread.run_sync(is_right, password, kept, limiter=self._checking)
        if right:
            self._guesses.forgive(who)
        return right

    def enter(self, caller: Caller, now: float, account: Account | None = None) -> tuple[str, str]:
        """The token and key of a browser that gave the password. Both are new, so that what somebody planted in it
        opens nothing to him; its conversations come along, but for an account, which has its own.
        """
        number = str(account.number) if account else ""
        token, key = self.visitors.new(number), secrets.token_urlsafe(32)
        if account:
            key = f"{number}.{key}"
        else:
            self._move(caller.former, token)
        stamp = account.password if account else ""
        self._keys.give(self.visitors.digest(token, key, stamp), now, now + COOKIE_SECONDS)
        self.leave(caller)
        return token, key

    def leave(self, caller: Caller) -> None:
        """The browser's key opens nothing any more."""
        if caller.key:
            self._keys.take(self._digest(caller))

    def renew(self, caller: Caller, now: float) -> None:
        """A key that is used lasts."""
        if caller.key and caller.until < now + COOKIE_SECONDS - RENEW_SECONDS:
            self._keys.prolong(self._digest(caller), now + COOKIE_SECONDS)

    def note(self, sender: Sender, now: float) -> None:
        """Somebody came in by an account."""
        if sender.name and now - self._noted.get(sender.name, 0.0) >= NOTED_SECONDS:
            self._noted[sender.name] = now
            self._keys.use_account(sender.name, now)

    def known(self, caller: Caller) -> str:
        """A new token for a visitor who has conversations under another; empty where nobody knows him."""
        token = self.visitors.new()
        return token if self._move(caller.former, token) else ""

    def told(self, caller: Caller, token: str) -> str:
        """By what the app knows who asks: the account, else the browser's token."""
        return self.visitors.of(caller.account) if caller.account else token

    def _digest(self, caller: Caller) -> str:
        return self.visitors.digest(caller.token, caller.key, caller.stamp)

    def _move(self, former: tuple[str, ...], token: str) -> int:
        return sum(self._kept.move(owner_of(one), owner_of(token)) for one in former)
