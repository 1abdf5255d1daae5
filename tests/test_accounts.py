"""Accounts and their roles: kept on either engine, enforced at every way in, and who did what."""

from __future__ import annotations

import gc
import io
import json
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse
from starlette.testclient import TestClient

from qa.cli import machine_commands, main, options
from qa.errors import Forbidden, NotFound, TooManyTries, UsageError
from qa.library.library import Library
from qa.services.app import create_app as create_doors
from qa.store.conversations import Conversations
from qa.store.folder import Folder
from qa.store.keys import Keys, digest_of, has_accounts, hashed, is_right
from qa.types import HEADER, Edit, Role, Sender
from tests.parts.library import open_library, story, write_records
from tests.parts.looped import looped
from ui import programs, uploads
from ui.accounts import Accounts
from ui.asked import Proxy
from ui.door import AT_ONCE, Door, Quotas
from ui.guard import Guard
from ui.ingest import Ingest

if TYPE_CHECKING:
    import gradio as gr

PASSWORD = "geheim und lang"
TEXT = "晚报今天刊登了新桥通车的消息。".encode() * 20
HASHED = hashed(PASSWORD)  # once: it is slow
OLGA, EDI, REA = Sender("olga", "owner"), Sender("edi", "editor"), Sender("李四", "reader")
NO_QUOTAS = Quotas()
PROXY = Proxy("x-remote-user", (ip_network("10.0.0.0/24"),))


def _open_to(keys: Keys) -> None:
    for one in (OLGA, EDI, REA):
        keys.add_account(one.name, one.role, None)
        keys.change_account(one.name, "password", HASHED)


def _told(request: Request) -> PlainTextResponse:
    return PlainTextResponse("|".join(request.headers.getlist(HEADER)))


def _cookie(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.headers["cookie"])


class Office:
    """A library that three people share, guarded as it is served. The screen itself, which takes a while to make, has
    only the paths of uploads and tells how a request reaches it, unless it is `whole`.
    """

    portal: BlockingPortal
    blocks: gr.Blocks

    def __init__(
        self, library: Library, keys: Keys, kept: Conversations, proxy: Proxy | None, whole: bool, quotas: Quotas | None
    ) -> None:
        self.keys, self.ingest = keys, Ingest(library)
        common: programs.Options = {"host": "x", "port": 1, "announce": print, "proxy": proxy}
        common["quotas"] = quotas
        self.door = programs._door(library, kept, keys, common)
        doors, brought = (
            create_doors(library, allow_changes=True),
            uploads.router(library, self.ingest, self.door.quotas),
        )
        screen: Any = FastAPI()
        if whole:
            from ui.app import create_app, mount

            self.blocks = looped(create_app, library, kept, self.ingest, accounts=Accounts(keys, self.door))
            screen = looped(mount, self.blocks, brought, doors=doors)
        else:
            screen.include_router(brought)
            screen.add_api_route("/", _cookie)
            screen.add_api_route("/config", _cookie)
        guarded = (programs.ProgramGuard(doors, self.door, None), Guard(screen, self.door, None))
        self.application = programs.beside(*guarded)

    def browser(self, sender: Sender | None = None, address: str = "192.0.2.1") -> TestClient:
        """A new one, in which somebody has logged in."""
        home = {"base_url": "http://archive.lan", "client": (address, 5), "follow_redirects": False}
        client = TestClient(self.application, **home)  # type: ignore[arg-type]
        client.portal = self.portal  # all on one event loop
        if sender:
            assert self.enter(client, sender.name) == 303
        return client

    @staticmethod
    def enter(client: TestClient, name: str, password: str = PASSWORD) -> int:
        return client.post("/login", data={"name": name, "password": password}).status_code

    def call(self, client: TestClient, place: str, name: str, /, **data: object) -> Any:
        """What a function of the page's server answers, as Gradio calls it."""
        number = next(number for number, block in self.blocks.blocks.items() if block.elem_id == place)
        body = {"session_hash": "s", "component_id": number, "fn_name": name, "data": data}
        return client.post("/gradio_api/component_server", json=body).raise_for_status().json()


@pytest.fixture
def library(place: str) -> Iterator[Library]:
    """A library of either engine with one file."""
    with open_library(place, create=True) as library:
        yield library


@contextmanager
def _office(
    library: Library, proxy: Proxy | None = None, whole: bool = False, quotas: Quotas | None = None
) -> Iterator[Office]:
    with Keys.of(library.folder) as keys, Conversations.of(library.folder) as kept:
        if not keys.accounts():
            _open_to(keys)
        office = Office(library, keys, kept, proxy, whole, quotas)
        with start_blocking_portal() as office.portal:
            yield office
        office.ingest.close()


def test_accounts_are_kept_changed_and_removed(place: str) -> None:
    open_library(place, create=True).close()
    folder = Folder.at(place)
    assert not has_accounts(folder)
    with Keys.of(folder) as keys:
        keys.add_account(" 李四 ", "editor", PASSWORD)
        assert has_accounts(folder)
        with pytest.raises(UsageError, match="已经有账号 李四"):
            keys.add_account("李四", "reader", PASSWORD)
        for name in ("", "  ", "a\nb", "x" * 41):
            with pytest.raises(UsageError):
                keys.add_account(name, "reader", None)
        with pytest.raises(UsageError, match="8"):
            keys.add_account("short", "reader", "1234567")
    with Keys.of(folder) as keys:
        found = keys.account("name", "李四")
        assert found is not None
        assert (found.role, found.password.startswith("$argon2id$")) == ("editor", True)
        assert is_right(PASSWORD, found.password)
        assert not is_right(PASSWORD + " ", found.password)
        keys.change_account("李四", "role", "owner")
        keys.change_account("李四", "key", digest_of("k"))
        assert keys.account("key", digest_of("k")) == keys.account("number", found.number)
        assert keys.account("key", "") is None
        keys.remove_account("李四")
        assert keys.accounts() == ()
        for change in (lambda: keys.remove_account("李四"), lambda: keys.change_account("李四", "role", "reader")):
            with pytest.raises(NotFound):
                change()
        keys.add_account("李四", "reader", None)
        assert keys.accounts()[0].number > found.number, "a number is never used twice"


def test_of_two_owners_who_remove_each_other_at_once_one_stays(place: str) -> None:
    open_library(place, create=True).close()
    with Keys.open(place) as keys, Keys.open(place) as others, ThreadPoolExecutor(2) as both:
        for _ in range(10):
            for name in ("甲", "乙"):
                keys.add_account(name, "owner", None)
            removing = [
                both.submit(one.remove_account, name, keep_owner=True) for one, name in ((keys, "甲"), (others, "乙"))
            ]
            assert {type(one.exception()) for one in removing} == {type(None), UsageError}
            (left,) = keys.accounts()
            keys.remove_account(left.name)


def test_who_did_what_is_kept_and_an_editor_replaces_and_removes_his_own(library: Library, tmp_path: Path) -> None:
    theirs = write_records(tmp_path / "theirs.jsonl", [story(1)])
    mine = write_records(tmp_path / "mine.jsonl", [story(2)])
    library.add([theirs])
    assert library.history() == (), "not before it is asked for"
    library.keep_history()
    library.keep_history()
    library.add([mine], by=EDI)
    article = library.articles_of("mine.jsonl")[0]
    title = article.title
    library.edit(article.id, Edit("", title="另一个标题"), by=EDI)
    library.reset(article.id, by=OLGA)
    for change in (
        lambda: library.remove("theirs.jsonl", EDI),
        lambda: library.remove(["mine.jsonl", "theirs.jsonl"], EDI),
        lambda: library.edit(article.id, Edit("", title="不行"), by=REA),
        lambda: library.remove("mine.jsonl", REA),
        lambda: library.remove("mine.jsonl", Sender("e", "editor")),
    ):
        with pytest.raises(Forbidden):
            change()
    write_records(mine, [story(2), story(3)])
    library.add([mine], by=EDI)
    library.remove("mine.jsonl", EDI)
    library.remove("theirs.jsonl")
    assert [(one.by, one.did, one.source, one.title) for one in library.history()] == [
        ("edi", "added", "mine.jsonl", ""),
        ("edi", "mended", "mine.jsonl", title),
        ("olga", "mended", "mine.jsonl", "另一个标题"),
        ("edi", "changed", "mine.jsonl", ""),
        ("edi", "removed", "mine.jsonl", ""),
        ("", "removed", "theirs.jsonl", ""),
    ]
    assert [one.did for one in library.history(1)] == ["removed"]


def test_nobody_is_told_which_half_was_wrong_and_the_right_ones_open(library: Library) -> None:
    with _office(library) as office:
        client = office.browser()
        assert 'name="name"' in client.get("/").text
        told = {client.post("/login", data=data).text for data in (
            {"name": "nobody", "password": PASSWORD}, {"name": "edi", "password": "falsch"}, {"password": PASSWORD},
            {"name": "edi"}, {"name": "EDI", "password": PASSWORD})}  # fmt: skip
        assert len(told) == 1
        assert client.get("/config").status_code == 401
        assert office.enter(client, "李四") == 303
        assert client.get("/config").status_code == 200
        client.post("/logout")
        assert client.get("/config").status_code == 401


@pytest.fixture
def swept() -> Iterator[None]:
    """Gradio leaves event loops behind: they go here, not in the middle of another test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


WRITES: list[tuple[str, str, dict[str, object], Role]] = [
    ("shelf", "columns", {"said": ""}, "editor"),
    ("shelf", "change", {"do": "clear"}, "editor"),
    ("shelf", "removing", {"sources": ["a"]}, "editor"),
    ("shelf", "remove", {"sources": ["a.jsonl"]}, "editor"),
    ("shelf", "folder", {"path": "/none"}, "owner"),
    ("shelf", "set_writer", {"do": "off"}, "owner"),
    ("shelf", "set_account", {"do": "role", "name": "nobody", "role": "owner"}, "owner"),
    ("shelf", "own_password", {"old": "x", "new": "x"}, "reader"),
    ("reader", "mend", {"article": "x", "do": "join", "marks": ""}, "editor"),
]


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("swept")
def test_what_writes_takes_its_role_however_it_is_called(library: Library) -> None:
    with _office(library, whole=True) as office:
        clients = {one.role: office.browser(one, f"192.0.2.{at}") for at, one in enumerate((REA, EDI, OLGA))}
        served = {name for block in office.blocks.blocks.values() for name in getattr(block, "server_fns", [])}
        assert served
        for client in clients.values():
            client.headers[HEADER] = "owner olga"  # nobody's own word counts
        for place, name, data, least in WRITES:
            for role, client in clients.items():
                problem = str(office.call(client, place, name, **data).get("problem", ""))
                is_refused = "qa accounts role" in problem
                assert is_refused != Sender("", role).may(least), (name, role, problem)
        brought = {"x-name": "b.txt"}
        assert clients["reader"].post(uploads.PATH, content=b"x" * 500, headers=brought).status_code == 403
        assert (
            clients["editor"].post(uploads.PATH, content="新桥通车。".encode() * 20, headers=brought).status_code == 200
        )
        path = "/api/v1/files"
        assert clients["reader"].post(path, params={"name": "c.txt"}, content=b"x" * 500).status_code == 403
        assert clients["reader"].delete(path, params={"source": "b.txt"}).status_code == 403
        assert clients["reader"].get(path).status_code == 200
        assert clients["editor"].delete(path, params={"source": "none.txt"}).status_code == 404


@pytest.mark.parametrize("guard", [Guard, programs.ProgramGuard])
@pytest.mark.parametrize("name", [HEADER, HEADER.upper()])
def test_nobodys_own_word_on_who_he_is_reaches_the_application(library: Library, guard: type[Guard], name: str) -> None:
    told = FastAPI()
    told.add_api_route("/", _told)
    with _office(library) as office:
        cookies = office.browser(EDI).cookies
        office.application = guard(told, office.door, None)
        again = office.browser()
        again.cookies = cookies
        headers = [(name, OLGA.written), (name, "owner x")]
        assert again.get("/", headers=headers).text == EDI.written  # type: ignore[arg-type]


def test_programs_show_a_key_and_may_do_what_its_account_may(library: Library) -> None:
    with _office(library) as office:
        client = office.browser()
        for one in (EDI, REA):
            office.keys.change_account(one.name, "key", digest_of(f"key of {one.role}"))
        path, body = "/api/v1/files", TEXT

        def status(key: str, name: str) -> int:
            headers = {"authorization": f"Bearer {key}", HEADER: "owner olga"}
            return client.post(path, params={"name": name}, content=body, headers=headers).status_code

        assert status("key of reader", "a.txt") == 403
        assert status("key of editor", "a.txt") == 200
        library.keep_history()
        assert [(one.by, one.did) for one in library.history()] == [("edi", "added")]
        office.keys.change_account("李四", "role", "editor")
        assert status("key of reader", "a.txt") == 200, "the same bytes: nothing changes"
        body += b"x"
        assert status("key of reader", "a.txt") == 403, "another's file is not replaced"
        assert status("key of editor", "a.txt") == 200
        for key in (PASSWORD, "", digest_of("key of editor"), HASHED):
            assert status(key, "b.txt") == 401
        office.keys.remove_account("edi")
        assert status("key of editor", "b.txt") == 401


@pytest.mark.parametrize("change", ["remove", "password", "again"])
def test_an_open_login_ends_with_its_account_and_its_password(library: Library, change: str) -> None:
    with _office(library) as office:
        client = office.browser(EDI)
        assert client.get("/config").status_code == 200
        if change == "password":
            office.keys.change_account("edi", "password", hashed("another one"))
        else:
            office.keys.remove_account("edi")
        if change == "again":
            office.keys.add_account("edi", "owner", None)
            office.keys.change_account("edi", "password", HASHED)
        assert client.get("/config").status_code == 401
        assert client.post(uploads.PATH, content=b"x", headers={"x-name": "b.txt"}).status_code == 401
        assert client.get("/api/v1/health").status_code == 401


def test_a_role_counts_from_the_next_request_on(library: Library) -> None:
    with _office(library) as office:
        client = office.browser(EDI)
        office.keys.change_account("edi", "role", "reader")
        assert client.post(uploads.PATH, content=b"x", headers={"x-name": "b.txt"}).status_code == 403


def test_conversations_are_an_accounts_on_whatever_browser_and_nobody_elses(library: Library) -> None:
    with _office(library) as office:
        first, again, other = office.browser(EDI), office.browser(EDI, "192.0.2.9"), office.browser(OLGA)
        known = [client.get("/").content for client in (first, again, other)]
        assert known[0] == known[1] != known[2]
        other.cookies.update(dict(pair.split("=") for pair in known[0].decode().split("; ")))
        assert other.get("/").content == known[2], "who names another's token is not him"
        assert office.enter(other, "edi") == 303, "somebody else at the same browser"
        assert other.get("/").content == known[0]


def test_a_login_is_new_whatever_was_planted(library: Library) -> None:
    with _office(library) as office:
        mallory = office.browser(REA)
        planted = _written(mallory)
        answer = office.browser().post(
            "/login", data={"name": "olga", "password": PASSWORD}, headers={"cookie": planted}
        )
        assert answer.status_code == 303
        given = [one.partition(";")[0] for one in answer.headers.get_list("set-cookie")]
        assert not any(one.partition("=")[2] in planted for one in given)
        assert office.browser().get("/config", headers={"cookie": "; ".join(given)}).status_code == 200
        assert mallory.get("/config").status_code == 401, "the planted key ended"


def _written(client: TestClient) -> str:
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def test_guesses_are_held_back_also_of_who_has_an_account_himself(library: Library) -> None:
    with _office(library) as office:
        known = office.browser(OLGA, "192.0.2.7")
        known.post("/logout")
        mallory = office.browser(address="192.0.2.7")
        statuses = []
        for _ in range(AT_ONCE + 8):
            assert office.enter(mallory, "李四") in (303, 429)  # a new token each time
            mallory.post("/logout")
            statuses.append(office.enter(mallory, "olga", "falsch"))
        assert statuses[:3] == [403] * 3
        assert statuses.count(429) >= 2, statuses  # one more try every half minute, on a slow machine
        assert office.enter(known, "olga") == 303, "a device that was let in as her is held up by nobody"


def test_a_number_that_is_none_opens_nothing(library: Library) -> None:
    with _office(library) as office:
        client = office.browser(EDI)
        key = next(name for name in client.cookies if name.endswith("_key"))
        others = [f"{name}={value}" for name, value in client.cookies.items() if name != key]
        number, _, rest = client.cookies[key].partition(".")
        for other in ("1", "3", "9" * 15, "9" * 40, "-1", "1e9", "", number):
            cookies = "; ".join([*others, f"{key}={other}.{rest}"])
            client.cookies.clear()
            status = client.get("/config", headers={"cookie": cookies}).status_code
            assert status == (200 if other == number else 401), other


def test_a_proxy_says_who_it_is_and_nobody_else_does(library: Library) -> None:
    with _office(library, PROXY) as office:
        inside, outside = office.browser(address="10.0.0.5"), office.browser(address="192.0.2.1")

        def status(client: TestClient, *names: str) -> int:
            headers = [("x-name", "b.txt"), *(("x-remote-user", name.encode()) for name in names)]
            return client.post(uploads.PATH, content=TEXT, headers=headers).status_code  # type: ignore[arg-type]

        assert status(inside, "edi") == 200
        assert status(inside, "李四") == 403
        assert status(inside, "anybody else") == 403, "who has no account reads"
        assert inside.get("/config", headers={"x-remote-user": "anybody else"}).status_code == 200
        assert status(inside) == status(inside, "") == status(inside, "edi", "olga") == 401
        assert status(outside, "edi") == 403
        for client in (inside, outside):
            client.headers["x-forwarded-for"] = "10.0.0.5"
        assert outside.get("/config", headers={"x-remote-user": "olga"}).status_code == 403
        assert outside.get("/api/v1/health", headers={"x-remote-user": "olga"}).status_code == 403
        assert inside.get("/api/v1/health").status_code == 401
        assert inside.get("/api/v1/health", headers={"x-remote-user": "olga"}).status_code == 200
        assert office.enter(inside, "olga") == 401, "nobody logs in"


def test_the_command_makes_accounts_and_takes_no_password_as_a_word(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def qa(*told: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        code = main(["--library", place, *told])
        return code, capsys.readouterr().out

    assert qa("accounts")[0] == 1, "no library yet"
    assert qa("accounts", "add", "李四", "--role", "editor", typed=f"{PASSWORD}\n")[0] == 0
    assert qa("accounts", "add", "kurz", typed="short\n")[0] == 2
    assert qa("accounts", "add", "sso", "--no-password")[0] == 0
    key = qa("accounts", "key", "sso")[1].strip()
    listed = [json.loads(line) for line in qa("accounts", "--json")[1].splitlines()]
    assert listed == [
        {"name": "李四", "role": "editor", "has_password": True, "has_key": False},
        {"name": "sso", "role": "reader", "has_password": False, "has_key": True},
    ]
    with Keys.of(Folder.at(place)) as keys:
        assert keys.account("key", digest_of(key)) == keys.account("name", "sso")
    assert qa("accounts", "role", "sso", "--role", "owner")[0] == 0
    assert qa("accounts", "password", "nobody", typed=f"{PASSWORD}\n")[0] == 1
    assert [qa("accounts", "role", "sso")[0], qa("accounts", "remove")[0]] == [2, 2]
    assert qa("serve", "--password", "x")[0] == 2, "one password for all does not go with them"
    assert qa("serve", "--host", "0.0.0.0", "--no-password")[0] == 2
    assert qa("serve", "--account-header", "X-User")[0] == 2, "without --behind-proxy"
    assert qa("serve", "--proxy-address", "10.0.0.1")[0] == 2
    assert qa("accounts", "remove", "sso")[0] == 0
    assert qa("list", "--history") == (0, "")


def test_who_loses_the_accounts_has_not_opened_the_library(
    place: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("QA_PASSWORD", raising=False)

    def password(*words: str) -> str | None:
        return machine_commands._password(options.parse(["--library", place, "serve", *words]))

    def door(library: Library, keys: Keys, **given: Any) -> Door:
        with Conversations.in_memory() as kept:
            return programs._door(library, kept, keys, {"host": "x", "port": 1, "announce": print, **given})

    assert password() is None, "no library yet"
    main(["--library", place, "accounts", "add", "olga", "--role", "owner", "--no-password"])
    folder = Folder.at(place)
    if folder.server:
        with Keys.of(folder) as keys:
            keys.remove_account("olga")  # by other hands than the command's
    else:
        folder.keys.unlink()
    assert password() is None, "the door asks"
    for words in (("--behind-proxy",), ("--host", "0.0.0.0")):
        with pytest.raises(UsageError, match=r"qa accounts add .* --role owner.*--no-password"):
            password(*words)
    assert password("--password", "x") == "x"
    assert password("--no-password") is None
    with open_library(place) as library, Keys.of(folder) as keys:
        with pytest.raises(UsageError, match=r"qa accounts add .* --role owner.*--no-password"):
            door(library, keys)
        assert not door(library, keys, no_password=True).is_locked
        keys.add_account("edi", "editor", None)
        assert door(library, keys).has_accounts
        keys.remove_account("edi")
        with pytest.raises(UsageError):
            door(library, keys)
        keys.add_account("edi", "editor", None)
    main(["--library", place, "accounts", "remove", "edi"])
    assert password() is None, "who removes the last one wants it so"
    capsys.readouterr()


def test_a_library_that_cannot_be_written_is_not_served_past_its_accounts(tmp_path: Path) -> None:
    with open_library(tmp_path, create=True) as library, Conversations.in_memory() as kept:
        programs.keys(library, kept).close()
        with Keys.of(library.folder) as keys:
            keys.add_account("edi", "editor", None)
        with pytest.raises(UsageError, match="只读"):
            programs.keys(library, kept)


def _brought(quotas: Quotas, size: int, now: float, *, is_taken: bool = True) -> None:
    with quotas.bringing(EDI, size, now) as brought:
        brought.is_taken = is_taken


def test_an_account_asks_and_brings_no_more_than_its_quota(library: Library) -> None:
    quotas = Quotas(3, 2)
    for at in range(3):
        quotas.ask(REA, float(at))
    with pytest.raises(TooManyTries, match="一分钟最多 3 问，18 秒后"):
        quotas.ask(REA, 2.0)
    quotas.ask(EDI, 2.0)
    quotas.ask(REA, 20.0)
    _brought(quotas, 2**20, 0.0)
    with pytest.raises(TooManyTries):
        _brought(quotas, 0, 0.0)
    _brought(quotas, 2**20, 0.0)
    with pytest.raises(TooManyTries):
        _brought(quotas, 1, 0.0)
    _brought(quotas, 2**20, 43_200.0, is_taken=False)
    _brought(quotas, 2**20, 43_200.0)
    assert not Quotas()
    _brought(Quotas(), 2**40, 0.0)
    with _office(library, quotas=Quotas(2, 1)) as office:
        client = office.browser(EDI)
        asked = [client.post("/api/v1/search", json={"question": "新桥"}) for _ in range(3)]
        assert [one.status_code for one in asked] == [200, 200, 429]
        assert 1 <= int(asked[-1].headers["retry-after"]) <= 30
        large = {"content": b"x" * (2**20 - 100), "headers": {"x-name": "a.txt"}}
        assert [client.post(uploads.PATH, **large).status_code for _ in range(2)] == [200, 429]  # type: ignore[arg-type]
        assert client.post("/api/v1/files?name=b.txt", content=TEXT).status_code == 429
        refused = {"content": b"x" * (2**20 - 100), "headers": {"x-name": "a.exe"}}
        client = office.browser(OLGA)
        while office.ingest.is_running:
            time.sleep(0.02)
        unreadable = client.post("/api/v1/files?name=c.txt", content=b"\0" * (2**20 - 100))
        assert (unreadable.status_code, unreadable.json()["added"]) == (200, [])
        for path in (uploads.PATH, "/api/v1/files?name=a.exe"):
            for _ in range(2):
                assert client.post(path, **refused).status_code == 400, "no more of it is had than was"  # type: ignore[arg-type]
        assert client.post(uploads.PATH, **large).status_code == 200  # type: ignore[arg-type]
        assert client.post("/api/v1/files?name=b.txt", content=TEXT).status_code == 429
    given: programs.Options = {"host": "x", "port": 1, "announce": print, "quotas": Quotas(1), "no_password": True}
    with Keys.in_memory() as keys, Conversations.in_memory() as kept, pytest.raises(UsageError, match="还没有账号"):
        programs._door(library, kept, keys, given)


def test_where_nobody_is_told_apart_everybody_may_do_all(library: Library) -> None:
    with Keys.of(library.folder) as keys, Conversations.of(library.folder) as kept:
        door = Door(keys, kept, "place")
        assert not door.is_locked
        assert door.caller(()).sender == Sender() == Sender.read(None) == Sender.read(Sender().written)
    assert Sender.read(REA.written) == REA
    assert Sender.read("king x").role == "reader"
    assert library.history() == ()
