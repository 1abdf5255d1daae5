"""Where a library is: a folder, or the address of a PostgreSQL database, beside which this machine has a folder too."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from qa.errors import UsageError

BROUGHT = "inbox:/"
"""Begins what a file is known by in a library on a server that a browser or a program brought: it lies nowhere else."""

_SCHEMES = ("postgresql", "postgres")
_SCHEMA = "wenbao"
_SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
LOCAL, PGVECTOR = "local", "pgvector"
_QDRANT = re.compile(r"(qdrant|https?)://[^\s/?#@]+/?")


@dataclass(frozen=True, slots=True)
class Address:
    """A database of a PostgreSQL server, and the schema in it that is the library."""

    conninfo: str  # as libpq takes it; may hold a password
    schema: str
    shown: str  # without a password
    index: str = LOCAL  # what keeps its indexes: this machine, its own server, or the address of a Qdrant

    def __str__(self) -> str:
        return self.shown

    @property
    def folder(self) -> Path:
        """What this machine keeps for the library: indexes, and what is brought to it or said here. Another machine
        whose user's folders are the same ones has another.
        """
        import platform

        here = Path(data_folder(), "servers")
        return here / blake2b(f"{platform.node()} {self.shown}".encode(), digest_size=8).hexdigest()


def is_address(location: str | os.PathLike[str]) -> bool:
    """Whether it names a server, not a folder."""
    return isinstance(location, str) and location.partition("://")[0].lower() in _SCHEMES and "://" in location


def address(text: str) -> Address:
    """``postgresql://user@host:port/database?schema=name&index=pgvector``; what else stands behind the question mark is
    libpq's. Raises UsageError.
    """
    try:
        parts = urlsplit(text)
        user, host = parts.username, parts.netloc.rpartition("@")[2]
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise UsageError("postgres.address", reason=error) from error
    schema = options.pop("schema", _SCHEMA)
    if not _SCHEMA_NAME.fullmatch(schema):
        raise UsageError("postgres.schema", name=schema)
    index = as_index(options.pop("index", LOCAL))
    conninfo = urlunsplit((_SCHEMES[0], parts.netloc, parts.path, urlencode(options), ""))
    options.pop("password", None)
    netloc = f"{user}@{host}" if user else host
    shown = urlunsplit((_SCHEMES[0], netloc, parts.path, urlencode({**options, "schema": schema}), ""))
    return Address(conninfo, schema, shown, index)


def as_index(text: str) -> str:
    """What may keep the indexes of a library. Raises UsageError for what cannot."""
    if text not in (LOCAL, PGVECTOR) and not _QDRANT.fullmatch(text):
        raise UsageError("index.unknown", index=text)
    return text


def with_index(location: str, index: str) -> str:
    """The address of a library, its indexes kept so, whatever it says itself. Raises UsageError."""
    parts = urlsplit(location)
    options = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "index"]
    return urlunsplit(parts._replace(query=urlencode([*options, ("index", as_index(index))])))


def data_folder() -> Path:
    """Where libraries of this user live."""
    import platformdirs

    return Path(platformdirs.user_data_dir("wenbao", appauthor=False))
