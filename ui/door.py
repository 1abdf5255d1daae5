"""Login: passwords, the keys of browsers that gave one, and whose conversations they see. No HTTP."""

from __future__ import annotations

import math
import secrets
from itertools import product
from typing import NamedTuple

from qa.store.conversations import Conversations
from qa.store.keys import Keys
from ui.cookies import Cookies, values
from ui.visitors import COOKIE_SECONDS, Password, Visitors, owner_of

AT_ONCE = 10  # wrong tries that nobody is held up for
SECONDS_A_TRY = 30.0  # after those
REMEMBERED = 10_000  # addresses and devices; an entry is forgotten after AT_ONCE * SECONDS_A_TRY anyhow
RENEW_SECONDS = 24 * 3600  # a key in use is prolonged once a day
PAIRS = 4  # tokens and keys of the same name that are looked at


class Guesses:
    """Wrong tries of each address and each device (the generic cell rate algorithm, ITU-T I.371).

    Kept is one number for each: when its tries are as if none had been. Times are seconds of any one clock.
    """

    def __init__(self) -> None:
        self._clean: dict[str, float] = {}

    def wait(self, who: str, now: float) -> int:
        """Whole seconds until a try of theirs is looked at; 0: now."""
        over = self._clean.get(who, now) - now - (AT_ONCE - 1) * SECONDS_A_TRY
        return math.ceil(over) if over > 0 else 0

    def wrong(self, who: str, now: float) -> None:
        """One more try of theirs was wrong."""
        self._clean[who] = max(self._clean.get(who, now), now) + SECONDS_A_TRY
        if len(self._clean) > REMEMBERED:
            self._forget(now)

    def _forget(self, now: float) -> None:
        """What is clean goes; where that is not enough, the half that is nearest to it."""
        held = {who: clean for who, clean in self._clean.items() if clean > now}
        if len(held) > REMEMBERED:
            held = dict(sorted(held.items(), key=lambda one: one[1])[-(REMEMBERED // 2) :])
        self._clean = held


class Caller(NamedTuple):
    """A browser, as its cookies identify it."""

    token: str  # of our making, or empty
    key: str  # the one that opens, or empty
    until: float  # when that runs out, seconds since 1970; 0 without one
    former: tuple[str, ...]  # all tokens that it may be known by


class Door:
    """Without a `password` it is open. With one a token is given to a browser that gave it, and to no other: so a
    token tells a device that was let in before.

    `now` is in seconds since 1970. All but `is_open_for`, `wait` and `is_right` may wait for a disk; they raise
    LibraryError.
    """

    def __init__(self, keys: Keys, kept: Conversations, place: str, password: str | None = None) -> None:
        self._keys, self._kept = keys, kept
        self._password = Password(password, keys.secret) if password else None
        # Another password makes all devices strangers: that is how one that must not come in any more is shut out.
        signing = self._password.stretched if self._password else keys.secret
        self.visitors = Visitors(keys.secret, signing, place)
        self._guesses = Guesses()

    @property
    def has_password(self) -> bool:
        return self._password is not None

    def caller(self, cookies: Cookies) -> Caller:
        """Of several tokens, as one that somebody planted may stand before the browser's own, the one that opens."""
        ours, former = self.visitors.tokens(cookies), self.visitors.former(cookies)
        given = list(values(cookies, self.visitors.key_cookie))[:PAIRS] if self.has_password else []
        for token, key in product(ours[:PAIRS], given):
            if until := self._keys.until(self.visitors.digest(token, key)):
                return Caller(token, key, until, former)
        return Caller(ours[0] if ours else "", "", 0.0, former)

    def is_open_for(self, caller: Caller, now: float) -> bool:
        return self._password is None or caller.until > now

    def wait(self, caller: Caller, address: str, now: float) -> int:
        """Whole seconds until a password of theirs is looked at; 0: now."""
        return self._guesses.wait(_who(caller, address), now)

    def is_right(self, password: str, caller: Caller, address: str, now: float) -> bool:
        """Whether it is the password; a wrong one is counted."""
        right = self._password is not None and self._password.is_right(password)
        if not right:
            self._guesses.wrong(_who(caller, address), now)
        return right

    def enter(self, caller: Caller, now: float) -> tuple[str, str]:
        """The token and key of a browser that gave the password. Both are new, so that what somebody planted in it
        opens nothing to him; its conversations come along.
        """
        token, key = self.visitors.new(), secrets.token_urlsafe(32)
        self._move(caller.former, token)
        self._keys.give(self.visitors.digest(token, key), now, now + COOKIE_SECONDS)
        self.leave(caller)
        return token, key

    def leave(self, caller: Caller) -> None:
        """The browser's key opens nothing any more."""
        if caller.key:
            self._keys.take(self.visitors.digest(caller.token, caller.key))

    def renew(self, caller: Caller, now: float) -> None:
        """A key that is used lasts."""
        if caller.key and caller.until < now + COOKIE_SECONDS - RENEW_SECONDS:
            self._keys.prolong(self.visitors.digest(caller.token, caller.key), now + COOKIE_SECONDS)

    def known(self, caller: Caller) -> str:
        """A new token for a visitor who has conversations under another; empty where nobody knows him."""
        token = self.visitors.new()
        return token if self._move(caller.former, token) else ""

    def _move(self, former: tuple[str, ...], token: str) -> int:
        return sum(self._kept.move(owner_of(one), owner_of(token)) for one in former)


def _who(caller: Caller, address: str) -> str:
    """Who a wrong try counts for: a device that was let in before answers for itself, else all of an address."""
    return f"device {caller.token}" if caller.token else f"address {address}"
