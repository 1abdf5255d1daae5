"""Identify visitors by a signed cookie, and check the library's password. No HTTP."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping

from ui.cookies import Cookies, values

COOKIE = "wenbao"  # what the app is told a visitor by, and the name of browsers' cookies before they were signed
COOKIE_SECONDS = 30 * 24 * 3600  # from the last use
FORMER = 8  # tokens of another making that are looked at

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")
_NONCE_BYTES, _NONCE = 16, 22  # 128 random bits, and their length as text


class Visitors:
    """Signed tokens of browsers: a forged one, or one of another library, is recognised.

    `secret` is the library's own, `signing` what tokens are signed with. `place` is where the library lies: cookies
    ignore ports, so each library on a host names its own, a copy of it too.
    """

    def __init__(self, secret: bytes, signing: bytes, place: str) -> None:
        tag = hmac.new(secret, f"name {place}".encode(), "sha256").hexdigest()[:8]
        self.cookie, self.key_cookie = f"{COOKIE}_{tag}", f"{COOKIE}_{tag}_key"
        self._secret, self._signing = secret, signing

    def new(self, account: str = "") -> str:
        """`account`: whose device it is, where accounts are told apart."""
        nonce = secrets.token_urlsafe(_NONCE_BYTES)
        return nonce + self._signature(nonce, account)

    def of(self, account: str) -> str:
        """What stands for an account in the place of a browser's token: the same on whatever browser, and given to
        none.
        """
        return hmac.new(self._secret, f"account {account}".encode(), "sha256").hexdigest()

    def is_ours(self, token: str, account: str = "") -> bool:
        expected = self._signature(token[:_NONCE], account)
        return is_token(token) and hmac.compare_digest(expected.encode(), token[_NONCE:].encode())

    def tokens(self, cookies: Cookies, account: str = "") -> tuple[str, ...]:
        """Those of our making, in the browser's order."""
        return tuple(token for token in values(cookies, self.cookie) if self.is_ours(token, account))

    def former(self, cookies: Cookies) -> tuple[str, ...]:
        """Tokens that this browser may be known by: ours, of an earlier version, another password, a folder moved."""
        named = (value for name, value in cookies if name.startswith(COOKIE) and not name.endswith("_key"))
        found = dict.fromkeys(value for value in named if is_token(value))
        return tuple(found)[:FORMER]

    def digest(self, token: str, key: str, stamp: str = "") -> str:
        """Under what name a browser's key is kept: it is good with this browser's token alone, and with this `stamp`,
        what is kept of an account's password.
        """
        return hmac.new(self._signing, f"key {token} {key}{stamp}".encode("utf-8", "replace"), "sha256").hexdigest()

    def _signature(self, nonce: str, account: str) -> str:
        digest = hmac.new(self._signing, f"visitor {nonce}{account}".encode(), "sha256").digest()
        return urlsafe_b64encode(digest[:_NONCE_BYTES]).decode().rstrip("=")


def is_token(cookie: str) -> bool:
    """Whether a cookie has the form of a token."""
    return bool(_TOKEN.fullmatch(cookie))


def owner(cookies: Mapping[str, str], session: str | None) -> str:
    """The name under which a browser's conversations are stored: a hash, so that the file reveals no cookie.

    Where a browser keeps no cookies, its open page is the owner: the conversations end with it.
    """
    cookie = cookies.get(COOKIE, "")
    return owner_of(cookie) if is_token(cookie) else _hashed(f"page {session}")


def owner_of(token: str) -> str:
    """The owner that a token stands for."""
    return _hashed(f"cookie {token}")


def _hashed(named: str) -> str:
    return hashlib.sha256(named.encode()).hexdigest()


class Password:
    """Checks a password without storing it."""

    def __init__(self, password: str, secret: bytes) -> None:
        """`stretched` signs and so leaves the process: slow on purpose, 40 ms and 16 MB (scrypt, RFC 7914)."""
        self._salt = secrets.token_bytes(16)
        self._digest = self._quick(password)
        self.stretched = hashlib.scrypt(_bytes(password), salt=secret, n=2**14, r=8, p=1)

    def is_right(self, password: str) -> bool:
        """At once: guesses are held back by their number (`ui.door`), never by work that others have to wait for."""
        return hmac.compare_digest(self._quick(password), self._digest)

    def _quick(self, password: str) -> bytes:
        return hmac.new(self._salt, _bytes(password), "sha256").digest()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "replace")
