"""Read from a request: the host name it was sent to, the page it comes from, the client's address."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from qa.errors import Forbidden
from qa.store.keys import NAME_CHARS
from qa.types import HEADER, Sender
from ui.connections import client_of
from ui.cookies import Cookies, read, values
from ui.visitors import COOKIE
from ui.words import COOKIE as LANGUAGE

Message = MutableMapping[str, Any]
_HOST = re.compile(r"(?P<name>[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?", re.ASCII)
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host names that a page may be requested under; `numbers` admits IP addresses too.

    Another site can have its own name lead here (DNS rebinding), but never a number.
    """

    names: frozenset[str]
    numbers: bool

    @classmethod
    def of(cls, names: Iterable[str], *, numbers: bool) -> Hosts:
        return cls(frozenset(name.lower() for name in names), numbers)

    def holds(self, header: str) -> bool:
        """Whether the header Host, or what a proxy says it was, is one of them."""
        host = _host(header)
        return host is not None and (host[0] in self.names or (self.numbers and _is_number(host[0])))


@dataclass(frozen=True, slots=True)
class Proxy:
    """Who may say which account a request comes from: in this header (lower case), from these addresses."""

    header: str
    networks: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]

    def holds(self, address: str) -> bool:
        try:
            found = ipaddress.ip_address(address)
        except ValueError:
            return False
        found = getattr(found, "ipv4_mapped", None) or found
        return any(found in network for network in self.networks)


@dataclass(frozen=True)
class Asked:
    """An HTTP request. Its forwarding headers count only with `behind_proxy`."""

    scope: Message
    behind_proxy: bool

    @property
    def path(self) -> str:
        return str(self.scope["path"])

    @property
    def method(self) -> str:
        return str(self.scope["method"])

    @cached_property
    def cookies(self) -> Cookies:
        return read(self.header("cookie", "; "))

    @property
    def language(self) -> str:
        """The value of the page's own switch, or empty."""
        return next(values(self.cookies, LANGUAGE), "")

    @cached_property
    def host(self) -> str:
        """The name and port that the browser asked for."""
        return self._forwarded("host") or self.header("host")

    @cached_property
    def scheme(self) -> str:
        told = self._forwarded("proto")
        return told if told in _PORTS else str(self.scope["scheme"])

    @cached_property
    def address(self) -> str:
        """The client's; of IPv6 the 64 bits that one household or office shares."""
        client = self.scope.get("client")
        peer = str(client[0]) if client else "unknown"
        return _client(self._forwarded("for")) or client_of(peer)

    @property
    def length(self) -> int:
        """Of the body in bytes, as it is declared; 0 where it is not."""
        return int(self.header("content-length") or 0)

    def header(self, name: str, joint: str = ", ") -> str:
        """The value; several of the same name joined. Empty where there is none."""
        wanted = name.encode()
        return joint.join(value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted)

    def is_under(self, hosts: Hosts | None) -> bool:
        """Whether every name that the request gives for us is one of `hosts`; None: any."""
        told = (self.header("host"), self.host)
        return hosts is None or all(map(hosts.holds, told))

    def is_from_us(self) -> bool:
        """Whether nothing speaks for another site's page behind a request that changes something."""
        return self.method in ("GET", "HEAD") or self.is_of_no_other_page()

    def is_followed_link(self) -> bool:
        """Whether a browser goes where a link leads, as its user sees: no page reads what comes."""
        fetched = (self.header("sec-fetch-mode"), self.header("sec-fetch-dest"))
        return self.method in ("GET", "HEAD") and fetched == ("navigate", "document") and not self.header("origin")

    def is_of_no_other_page(self) -> bool:
        """Whether nothing speaks for another site's page behind a request.

        A page may keep its origin to itself ("null"); then the browser says itself whether it is ours.
        """
        origin, site = self.header("origin"), self.header("sec-fetch-site")
        if site in ("cross-site", "same-site"):
            return False
        if origin == "null":
            return site == "same-origin"
        return not origin or _is_same(origin, self.host)

    def named(self, proxy: Proxy) -> str:
        """The account that a proxy says sent it, NFC; empty where it says none, or more than one name came, as one that
        the client wrote himself beside the proxy's. Raises Forbidden where it comes from elsewhere.
        """
        client = self.scope.get("client")
        if not client or not proxy.holds(str(client[0])):
            raise Forbidden("accounts.not-by-proxy")
        told = [value for key, value in self.scope["headers"] if key == proxy.header.encode()]
        name = unicodedata.normalize("NFC", told[0].decode("utf-8", "replace")).strip() if len(told) == 1 else ""
        return name if name.isprintable() and len(name) <= NAME_CHARS else ""

    def told(self, token: str, sender: Sender) -> Message:
        """The request as the app sees it: by this token and sender, with our cookies alone, and no word of a proxy
        left.
        """
        ours = f"{COOKIE}={token}" + (f"; {LANGUAGE}={self.language}" if self.language else "")
        kept = [
            (name, value)
            for name, value in self.scope["headers"]
            if name not in (b"cookie", b"host", b"forwarded", HEADER.encode()) and not name.startswith(b"x-forwarded-")
        ]
        ours_alone = [(b"cookie", ours.encode("latin-1")), (HEADER.encode(), sender.written.encode())]
        headers = [(b"host", self.host.encode("latin-1")), *ours_alone, *kept]
        return {**self.scope, "headers": headers, "scheme": self.scheme}

    def _forwarded(self, what: str) -> str:
        """The nearest proxy's word, which stands last: what stands before it anybody may have written."""
        return self.header(f"x-forwarded-{what}").rpartition(",")[2].strip() if self.behind_proxy else ""


def _host(header: str) -> tuple[str, int | None] | None:
    """Name and port; None for what is no host."""
    found = _HOST.fullmatch(header)
    if found is None:
        return None
    name = found["name"].lower().strip("[]").removesuffix(".")
    return name, int(found["port"]) if found["port"] else None


def _is_same(origin: str, header: str) -> bool:
    host = _host(header)
    try:
        parts = urlsplit(origin)
        usual = _PORTS.get(parts.scheme)
        return host is not None and (parts.hostname, parts.port or usual) == (host[0], host[1] or usual)
    except ValueError:  # brackets that hold no address, a port that is none
        return False


def _is_number(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _client(told: str) -> str:
    """Whom an address stands for, with or without a port; empty for what is none."""
    found = _HOST.fullmatch(told)
    name = found["name"].strip("[]") if found else told
    return client_of(name) if _is_number(name) else ""
