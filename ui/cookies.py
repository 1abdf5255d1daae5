"""Read and write cookies (RFC 6265) one by one, so that a malformed cookie of another program does no harm."""

from __future__ import annotations

from collections.abc import Iterator

Cookies = tuple[tuple[str, str], ...]
"""Names and values in the browser's order; a name may come twice, as one path or domain hides another."""


def read(header: str) -> Cookies:
    """The pairs of a Cookie header. Malformed cookies of other programs on this host are skipped."""
    pairs = (pair.partition("=") for pair in header.split(";"))
    return tuple((name.strip(), value.strip().strip('"')) for name, is_pair, value in pairs if is_pair)


def values(cookies: Cookies, name: str) -> Iterator[str]:
    """The values of all cookies of a name."""
    return (value for other, value in cookies if other == name)


def setting(name: str, value: str, seconds: int, *, secure: bool) -> tuple[bytes, bytes]:
    """A Set-Cookie header; `secure` restricts it to https, 0 seconds deletes the cookie."""
    only = "; Secure" if secure else ""
    return b"set-cookie", f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{only}".encode()
