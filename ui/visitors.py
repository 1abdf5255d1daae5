"""Who asks: a browser's random cookie, and the password of a library on a network. Plain values, no HTTP."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping

COOKIE, KEY = "wenbao", "wenbao_key"
COOKIE_SECONDS = 400 * 24 * 3600  # browsers keep none longer

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22,64}")


def token() -> str:
    """A new browser's cookie: 128 random bits."""
    return secrets.token_urlsafe(16)


def is_token(cookie: str) -> bool:
    return bool(_TOKEN.fullmatch(cookie))


def owner(cookies: Mapping[str, str], session: str | None) -> str:
    """Under what name a browser's conversations are kept: a hash, so that the file gives no cookie away.

    Where a browser keeps no cookies, its open page is the owner: the conversations end with it.
    """
    cookie = cookies.get(COOKIE, "")
    named = f"cookie {cookie}" if is_token(cookie) else f"page {session}"
    return hashlib.sha256(named.encode()).hexdigest()


class Password:
    """Knows a password without holding it, and the browsers that gave it."""

    def __init__(self, password: str) -> None:
        self._key = self._stretched(password)

    def is_right(self, password: str) -> bool:
        return hmac.compare_digest(self._stretched(password), self._key)

    def key(self, token: str) -> str:
        """The cookie of a browser that gave the password: good for this browser, and after a restart too."""
        return hmac.new(self._key, token.encode(), "sha256").hexdigest()

    def is_key(self, token: str, key: str) -> bool:
        return hmac.compare_digest(self.key(token).encode(), key.encode())

    @staticmethod
    def _stretched(password: str) -> bytes:
        """Slow on purpose: 40 ms and 16 MB a guess (scrypt, RFC 7914)."""
        return hashlib.scrypt(password.encode("utf-8", "replace"), salt=b"wenbao", n=2**14, r=8, p=1)
