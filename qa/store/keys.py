"""Login: a library's own secret, the keys given to browsers that were let in, and accounts where there are any.

A file of its own beside the library, or tables in the database of a server. Without them nothing is lost but that
readers give the password again; accounts have to be made anew.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
import unicodedata
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Literal, NamedTuple

from qa.errors import LibraryDamaged, LibraryError, NoLibrary, NotFound, UsageError
from qa.store import own_files
from qa.store.contents import Contents
from qa.store.conversation_database import Base
from qa.store.database import Connection, Database, on_server
from qa.store.folder import Folder, with_companions
from qa.store.schema import transaction
from qa.store.writing import keep_setting
from qa.types import Role, Sender

SECRET_BYTES = 32
_BUSY_SECONDS = 2.0  # a change is over in milliseconds, and who asks stands at the door
TABLES = (
    "CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), value BLOB NOT NULL)",
    # `key`: a digest, so that the file opens no door; `until`: seconds since 1970
    "CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, until REAL NOT NULL)",
)
ACCOUNTS = """
CREATE TABLE IF NOT EXISTS accounts (
    number INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice
    name TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'owner')),
    password TEXT NOT NULL,         -- Argon2id as PHC writes it; empty where a proxy says who it is
    key TEXT NOT NULL               -- SHA-256 of what its programs show; empty without one
)
"""
USES = "CREATE TABLE IF NOT EXISTS account_uses (account INTEGER PRIMARY KEY, used REAL NOT NULL)"
"""When somebody last came in by an account, in seconds since 1970."""
NAME_CHARS, PASSWORD_CHARS, LEAST_CHARS = 40, 200, 8
_HOLD_OWNERS = "UPDATE accounts SET role = role WHERE role = 'owner'"  # locks their rows: of two, one waits
_SELECT = """
SELECT number, name, role, password, accounts.key, coalesce(used, 0) FROM accounts
LEFT JOIN account_uses ON account = number
"""


class Account(NamedTuple):
    """Somebody who is told apart from others."""

    number: int
    name: str
    role: Role
    password: str = ""  # as it is kept
    key: str = ""  # likewise
    used: float = 0.0  # last, in seconds since 1970; 0: never

    @property
    def sender(self) -> Sender:
        return Sender(self.name, self.role)


def hashed(password: str) -> str:
    """What is kept of a password: slow on purpose, 20 MB. Raises UsageError for one that is too short or too long."""
    if not LEAST_CHARS <= len(password) <= PASSWORD_CHARS:
        raise UsageError("accounts.password-length", least=LEAST_CHARS, most=PASSWORD_CHARS)
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id  # where there are accounts

    salt = secrets.token_bytes(16)
    function = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19_456)  # KiB; OWASP's figures
    return function.derive_phc_encoded(password.encode("utf-8", "replace"))


def is_right(password: str, kept: str) -> bool:
    """Whether it is the password that `hashed` made this of. Takes as long either way."""
    from cryptography.exceptions import InvalidKey
    from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

    try:
        Argon2id.verify_phc_encoded(password.encode("utf-8", "replace"), kept)
    except InvalidKey:
        return False
    return True


def digest_of(key: str) -> str:
    """What is kept of a key of programs, which is random and long: at once."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def has_accounts(folder: Folder) -> bool:
    """Whether a library has any. It is only looked at, so that one that cannot be written is told too. Raises
    LibraryError.
    """
    if folder.server:
        try:
            with closing(on_server(folder, folder.server)) as server, server.transaction() as connection:
                is_there = connection.execute("SELECT to_regclass('accounts') IS NOT NULL").fetchone()[0]
                return is_there and connection.execute("SELECT 1 FROM accounts").fetchone() is not None
        except NoLibrary:
            return False
    path = folder.keys
    if not path.exists():
        return False
    with _mapped(path), closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        is_there = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'accounts'").fetchone()
        return bool(is_there and connection.execute("SELECT 1 FROM accounts").fetchone())


def asks_for_accounts(folder: Folder) -> bool:
    """Whether a library had accounts, and nobody has removed the last one since. That stands in the library itself:
    whoever loses the accounts has not opened it to everybody. Raises LibraryError.
    """
    try:
        with closing(Database.at(folder)) as database:
            return bool(Contents(database).setting("accounts"))
    except NoLibrary:
        return False


def ask_for_accounts(folder: Folder, *, asked: bool) -> None:
    """Keep that a library has accounts, or none any more. Raises LibraryError."""
    with closing(Database.at(folder)) as database:
        database.require_writable()
        keep_setting(database, "accounts", "asked" if asked else "")


@contextmanager
def _mapped(path: Path | None) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        code = (getattr(error, "sqlite_errorcode", None) or sqlite3.SQLITE_ERROR) & 0xFF
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise LibraryDamaged("logins.damaged", path=path) from error
        raise LibraryError("logins.unusable", path=path, reason=error) from error


class _File:
    """The tables in SQLite, with one connection that threads take turns with."""

    def __init__(self, path: Path | None) -> None:
        """The file at `path`, made where there is none; in memory without a path."""
        self.path = path
        self._turn = threading.Lock()
        with _mapped(path):
            if path:
                own_files.make_file(path)
                own_files.narrow(*with_companions(path))
            self._connection = sqlite3.connect(
                path or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                with transaction(self._connection, "BEGIN IMMEDIATE"):
                    for table in (*TABLES, ACCOUNTS, USES):
                        self._connection.execute(table)
            except BaseException:
                self._connection.close()
                raise

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        with _mapped(self.path), self._turn, transaction(self._connection, "BEGIN IMMEDIATE"):
            yield self._connection

    def close(self) -> None:
        with self._turn:
            self._connection.close()


class Keys:
    """The login keys of a library. Safe for many threads and processes. All calls raise LibraryError,
    LibraryDamaged.
    """

    def __init__(self, base: Base, path: object) -> None:
        """For `open`, `of` and `in_memory`, which are the ways in. `path` is what the base is called by."""
        self._base = base
        self._path = path
        try:
            self.secret = self._prepared()
        except BaseException:
            base.close()
            raise

    @classmethod
    def open(cls, location: str | os.PathLike[str]) -> Keys:
        """Those of a library, by its folder or its address, which must be there."""
        return cls.of(Folder.at(location))

    @classmethod
    def of(cls, folder: Folder) -> Keys:
        """The same by what `Folder.at` makes of that."""
        if folder.server:
            return cls(on_server(folder, folder.server), folder.server)
        return cls(_File(folder.keys), folder.keys)

    @classmethod
    def in_memory(cls) -> Keys:
        """For a library that cannot be written: a restart forgets them."""
        return cls(_File(None), None)

    def give(self, key: str, now: float, until: float) -> None:
        """Let a new `key` open until then. What has run out by `now` goes."""
        with self._base.transaction() as connection:
            connection.execute("DELETE FROM keys WHERE until <= ?", [now])
            connection.execute("INSERT INTO keys VALUES (?, ?)", [key, until])

    def prolong(self, key: str, until: float) -> None:
        """Let a key that opens open until then; one that was taken stays so."""
        with self._base.transaction() as connection:
            connection.execute("UPDATE keys SET until = ? WHERE key = ?", [until, key])

    def take(self, key: str) -> None:
        """From now on `key` opens nothing."""
        with self._base.transaction() as connection:
            connection.execute("DELETE FROM keys WHERE key = ?", [key])

    def until(self, key: str) -> float:
        """When `key` runs out, in seconds since 1970; 0 for one that opens nothing."""
        with self._base.transaction() as connection:
            found = connection.execute("SELECT until FROM keys WHERE key = ?", [key]).fetchone()
        return float(found[0]) if found else 0.0

    def accounts(self) -> tuple[Account, ...]:
        """In the order in which they were made."""
        with self._base.transaction() as connection:
            found = connection.execute(f"{_SELECT} ORDER BY number").fetchall()
        return tuple(Account(*row) for row in found)

    def account(self, by: Literal["number", "name", "key"], value: int | str) -> Account | None:
        """The one of a number, a name, or the digest of a key."""
        if by == "key" and not value:
            return None
        with self._base.transaction() as connection:
            found = connection.execute(f"{_SELECT} WHERE accounts.{by} = ?", [value]).fetchone()
        return Account(*found) if found else None

    def add_account(self, name: str, role: Role, password: str | None) -> None:
        """A new one; without a password where a proxy says who it is. Raises UsageError for a name that is taken or
        none, and as `hashed`.
        """
        name, kept = unicodedata.normalize("NFC", name).strip(), hashed(password) if password is not None else ""
        if not (0 < len(name) <= NAME_CHARS and name.isprintable()):
            raise UsageError("accounts.bad-name", most=NAME_CHARS)
        insert = "INSERT INTO accounts (name, role, password, key) VALUES (?, ?, ?, '') ON CONFLICT (name) DO NOTHING"
        with self._base.transaction() as connection:
            if not connection.execute(insert, [name, role, kept]).rowcount:
                raise UsageError("accounts.taken", name=name)

    def use_account(self, name: str, now: float) -> None:
        """Note that somebody came in by it, if it is there."""
        insert = (
            "INSERT INTO account_uses (account, used) SELECT number, ? FROM accounts WHERE name = ? "
            "ON CONFLICT (account) DO UPDATE SET used = excluded.used"
        )
        with self._base.transaction() as connection:
            connection.execute(insert, [now, name])

    def change_account(
        self, name: str, what: Literal["role", "password", "key"], value: str, *, keep_owner: bool = False
    ) -> None:
        """Give it another role, the password or the key that a text was made of. Another password ends its logins.
        Raises NotFound; with `keep_owner` UsageError where no owner would be left.
        """
        self._on_account(f"UPDATE accounts SET {what} = ? WHERE name = ?", [value, name], keep_owner)

    def remove_account(self, name: str, *, keep_owner: bool = False) -> None:
        """From now on nobody comes in by it. Raises NotFound; with `keep_owner` UsageError for the last owner."""
        self._on_account("DELETE FROM accounts WHERE name = ?", [name], keep_owner)

    def _on_account(self, statement: str, values: list[str], keep_owner: bool) -> None:
        """`values` end with its name."""
        name = values[-1] = unicodedata.normalize("NFC", values[-1]).strip()
        with self._base.transaction() as connection:
            owners = connection.execute(_HOLD_OWNERS).rowcount if keep_owner else 0
            if not connection.execute(statement, values).rowcount:
                raise NotFound("accounts.unknown", name=name)
            if owners and connection.execute("SELECT 1 FROM accounts WHERE role = 'owner'").fetchone() is None:
                raise UsageError("accounts.last-owner", name=name)

    def close(self) -> None:
        self._base.close()

    def __enter__(self) -> Keys:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _prepared(self) -> bytes:
        """The secret, made the first time. Raises LibraryDamaged for one that is none."""
        with self._base.transaction() as connection:
            made = secrets.token_bytes(SECRET_BYTES)
            connection.execute("INSERT INTO secret VALUES (1, ?) ON CONFLICT (one) DO NOTHING", [made])
            found = connection.execute("SELECT value FROM secret").fetchone()[0]
        if not isinstance(found, bytes) or len(found) != SECRET_BYTES:
            raise LibraryDamaged("logins.damaged", path=self._path)
        return found
