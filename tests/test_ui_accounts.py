"""Accounts as the library's screen shows and changes them, on either engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from qa.errors import NotFound, TooManyTries, UsageError, WrongKey
from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.store.folder import Folder
from qa.store.keys import Keys, digest_of, is_right
from qa.types import Sender
from ui.accounts import Accounts
from ui.asked import Proxy
from ui.door import AT_ONCE, NOTED_SECONDS, Door
from ui.words import CHINESE, ENGLISH

PASSWORD, OTHER = "geheim und lang", "noch geheimer"
OLGA, REA = Sender("olga", "owner"), Sender("李四", "reader")


@pytest.fixture
def keys(place: str) -> Iterator[Keys]:
    Library.open(place).close()
    with Keys.of(Folder.at(place)) as keys:
        keys.add_account(OLGA.name, OLGA.role, PASSWORD)
        keys.add_account(REA.name, REA.role, PASSWORD)
        yield keys


@pytest.fixture
def door(keys: Keys) -> Iterator[Door]:
    with Conversations.in_memory() as kept:
        yield Door(keys, kept, "here", accounts=True)


@pytest.fixture
def accounts(keys: Keys, door: Door) -> Accounts:
    return Accounts(keys, door)


def test_an_owner_makes_changes_and_removes_accounts(accounts: Accounts, keys: Keys) -> None:
    def do(wish: str, name: str = "王芳", **told: str) -> str:
        return str(accounts.change({"do": wish, "name": name, **told}, OLGA, CHINESE))

    assert "已建账号 王芳" in do("add", " 王芳 ", role="editor", password=OTHER)
    made = keys.account("name", "王芳")
    assert made
    assert (made.role, made.used, is_right(OTHER, made.password)) == ("editor", 0.0, True)
    do("role", role="owner")
    do("password", password=PASSWORD)
    changed = keys.account("name", "王芳")
    assert changed
    assert (changed.role, is_right(PASSWORD, changed.password)) == ("owner", True)
    shown = do("key")
    kept = keys.account("name", "王芳")
    assert kept
    (key,) = [word for word in shown.replace("<", ">").split(">") if digest_of(word) == kept.key]
    assert key not in str(accounts.panel(OLGA, CHINESE)), "shown once"
    for wrong in ({"wish": "add", "password": OTHER}, {"wish": "add", "name": "新人", "password": "kurz"}):
        with pytest.raises(UsageError):
            do(**wrong)
    with pytest.raises(NotFound):
        do("role", "nobody", role="editor")
    do("role", role="root")
    reader = keys.account("name", "王芳")
    assert reader
    assert reader.role == "reader", "what is no role may least"
    assert "已删掉" in do("remove")
    assert [one.name for one in keys.accounts()] == ["olga", "李四"]


def test_the_last_owner_stays(accounts: Accounts, keys: Keys) -> None:
    for wish in ({"do": "remove"}, {"do": "role", "role": "editor"}):
        with pytest.raises(UsageError, match="最后一个 owner"):
            accounts.change({"name": "olga", **wish}, OLGA, CHINESE)
    keys.change_account("李四", "role", "owner")
    accounts.change({"name": "olga", "do": "role", "role": "editor"}, OLGA, CHINESE)
    assert [one.role for one in keys.accounts()] == ["editor", "owner"]


def test_who_is_no_owner_sees_no_names_and_changes_his_own_password(accounts: Accounts, keys: Keys, door: Door) -> None:
    assert "olga" not in accounts.panel(REA, ENGLISH)
    for told in ({"old": OTHER, "new": OTHER}, {"new": OTHER}):
        with pytest.raises(WrongKey):
            accounts.change_own(told, REA, CHINESE)
    with pytest.raises(UsageError):
        accounts.change_own({"old": PASSWORD, "new": "kurz"}, REA, CHINESE)
    assert "All logins have ended" in accounts.change_own({"old": PASSWORD, "new": OTHER, "name": "olga"}, REA, ENGLISH)
    olga, rea = (one.password for one in keys.accounts())
    assert (is_right(PASSWORD, olga), is_right(OTHER, rea)) == (True, True)


def test_guesses_at_ones_own_password_are_held_back(accounts: Accounts) -> None:
    for _ in range(AT_ONCE):
        with pytest.raises(WrongKey):
            accounts.change_own({"old": OTHER, "new": OTHER}, REA, CHINESE)
    with pytest.raises(TooManyTries):
        accounts.change_own({"old": PASSWORD, "new": OTHER}, REA, CHINESE)
    accounts.change_own({"old": PASSWORD, "new": OTHER}, OLGA, CHINESE)


def test_names_are_text(accounts: Accounts, keys: Keys) -> None:
    keys.add_account("<b>\"'&", "reader", PASSWORD)
    shown = accounts.panel(OLGA, CHINESE)
    assert "<b>" not in shown
    assert "&lt;b&gt;&#34;&#39;&amp;" in shown


def test_behind_a_proxy_an_account_has_a_role_alone(keys: Keys) -> None:
    with Conversations.in_memory() as kept:
        accounts = Accounts(keys, Door(keys, kept, "here", proxy=Proxy("x-user", ())))
    assert "password" not in accounts.panel(OLGA, CHINESE)
    accounts.change({"do": "add", "name": "王芳", "role": "editor"}, OLGA, CHINESE)
    for wish in ("password", "key"):
        accounts.change({"do": wish, "name": "王芳", "password": OTHER}, OLGA, CHINESE)
    made = keys.account("name", "王芳")
    assert made
    assert (made.role, made.password, made.key) == ("editor", "", "")


def test_last_use_is_noted_once_an_hour(accounts: Accounts, keys: Keys, door: Door) -> None:
    assert "还没用过" in accounts.panel(OLGA, CHINESE)
    now = 1_700_000_000.0
    for seconds in (0.0, 5.0, NOTED_SECONDS - 1):
        door.note(REA, now + seconds)
    door.note(Sender("nobody"), now)
    assert [one.used for one in keys.accounts()] == [0.0, now]
    door.note(REA, now + NOTED_SECONDS)
    assert keys.accounts()[1].used == now + NOTED_SECONDS
    assert "2023-11-1" in accounts.panel(OLGA, CHINESE)
