"""The accounts on the library's screen: an owner makes and changes them, everybody gives himself another password."""

from __future__ import annotations

import secrets
import threading
import time
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup

from qa.errors import TooManyTries, WrongKey
from qa.store.keys import Keys, digest_of, hashed, is_right
from qa.types import ROLES, Role, Sender
from ui.door import Door
from ui.markup import fragment
from ui.words import Words

Told = Mapping[str, Any]  # what the page tells


class Accounts:
    """Those of a library whose `door` tells people apart. Safe for many threads: one password is worked on at a time,
    for it takes 20 MB. Whoever calls sees to it that `change` is an owner's. All raise LibraryError.
    """

    def __init__(self, keys: Keys, door: Door) -> None:
        self._keys, self._door = keys, door
        self._has_passwords = door.has_accounts  # behind a proxy that names people nobody needs one
        self._turn = threading.Lock()

    def panel(self, sender: Sender, words: Words, said: str = "", key: str = "", *, is_open: bool = False) -> Markup:
        """The part of the screen, all accounts for an owner alone; `key`: a new one, which is never shown again."""
        accounts = self._keys.accounts() if sender.may("owner") else ()
        used = {
            one.name: datetime.fromtimestamp(one.used, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
            for one in accounts
            if one.used
        }
        roles = {"reader": words.role_reader, "editor": words.role_editor, "owner": words.role_owner}
        return fragment(
            "accounts",
            sender=sender,
            accounts=accounts,
            used=used,
            roles=roles,
            has_passwords=self._has_passwords,
            said=said,
            key=key,
            is_open=is_open,
            words=words,
        )

    def change(self, told: Told, sender: Sender, words: Words) -> Markup:
        """Do what a form asks with the account that it names; the panel then. Raises UsageError, NotFound."""
        name = unicodedata.normalize("NFC", str(told.get("name") or "")).strip()
        password = str(told.get("password") or "")
        wish, key, said = told.get("do"), "", ""
        if wish == "add":
            with self._turn:
                self._keys.add_account(name, _role(told), password if self._has_passwords else None)
            said = words.account_added.format(name=name)
        elif wish == "role":
            self._keys.change_account(name, "role", _role(told), keep_owner=True)
            said = words.account_has_role.format(name=name, role=_role(told))
        elif wish == "remove":
            self._keys.remove_account(name, keep_owner=True)
            said = words.account_removed.format(name=name)
        elif wish == "password" and self._has_passwords:
            with self._turn:
                self._keys.change_account(name, "password", hashed(password))
            said = words.account_has_password.format(name=name)
        elif wish == "key" and self._has_passwords:
            key = secrets.token_urlsafe(32)
            self._keys.change_account(name, "key", digest_of(key))
            said = words.account_has_key.format(name=name)
        return self.panel(sender, words, said, key, is_open=True)

    def change_own(self, told: Told, sender: Sender, words: Words) -> Markup:
        """Give the sender another password, who knows his old one; the panel then. His logins end. Raises WrongKey for
        a wrong one, TooManyTries, UsageError.
        """
        account, now = self._keys.account("name", sender.name), time.monotonic()
        if not (self._has_passwords and account):
            return self.panel(sender, words, is_open=True)
        who = f"own password {account.number}"
        with self._turn:
            if seconds := self._door.wait(who, now):
                raise TooManyTries("api.too-many-tries", seconds=seconds)
            if not is_right(str(told.get("old") or ""), account.password):
                self._door.wrong(who, now)
                raise WrongKey("accounts.wrong-old")
            self._keys.change_account(account.name, "password", hashed(str(told.get("new") or "")))
        return self.panel(sender, words, words.own_password_changed, is_open=True)


def _role(told: Told) -> Role:
    return next((one for one in ROLES if one == told.get("role")), "reader")
