"""What stands before the app: no path but our own, no page of another site, no word without the password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from qa.errors import NotFound
from qa.store.conversations import Conversations
from qa.store.keys import Keys
from qa.store.turns import Turn
from qa.types import Filters
from tests.parts.odd_cookies import ODD
from ui import serving, visitors
from ui.asked import Message as Scope
from ui.door import Door
from ui.guard import Guard
from ui.replies import Receive, Send
from ui.visitors import owner_of

LOCAL = "http://127.0.0.1:7860"
LAN = "http://archive.lan"
PASSWORD = "暗号"
DAYS_30 = 30 * 24 * 3600


async def _app(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers every path with the headers that it was sent, a line each."""
    if scope["type"] == "http":
        told = b"\n".join(name + b": " + value for name, value in scope["headers"]) + scope["scheme"].encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": told})


class House:
    """A library's door, and browsers before it."""

    def __init__(self, keys: Keys, kept: Conversations, password: str | None, place: str = "/library") -> None:
        self.keys, self.kept, self.password = keys, kept, password
        self.door = Door(keys, kept, place, password)

    def client(
        self,
        url: str = LOCAL,
        *,
        host: str = "127.0.0.1",
        allowed: tuple[str, ...] = (),
        address: str = "127.0.0.1",
        behind_proxy: bool = False,
    ) -> TestClient:
        """A new browser that has the app at `url`, served on `host`."""
        hosts = serving.hosts(host, allowed, self.door.is_locked)
        guarded = Guard(_app, self.door, hosts, behind_proxy=behind_proxy)
        return TestClient(guarded, base_url=url, follow_redirects=False, client=(address, 50000))

    def again(self, password: str | None) -> House:
        """The same library after a restart."""
        return House(self.keys, self.kept, password)

    def asked(self, token: str) -> str:
        """The conversation that a visitor begins."""
        return self.kept.keep(owner_of(token), "", Turn("问", None, "没有", 0.1, Filters(), ()))[0]

    def sees(self, token: str) -> list[str]:
        return [one.id for one in self.kept.listed(owner_of(token))]


@contextmanager
def _house(password: str | None = None) -> Iterator[House]:
    with Keys.in_memory() as keys, Conversations.in_memory() as kept:
        yield House(keys, kept, password)


@pytest.fixture
def house() -> Iterator[House]:
    with _house() as house:
        yield house


@pytest.fixture
def locked() -> Iterator[House]:
    with _house(PASSWORD) as house:
        yield house


def _client(host: str = "127.0.0.1") -> TestClient:
    return House(Keys.in_memory(), Conversations.in_memory(), None).client(host=host)


def _token(client: TestClient) -> str:
    """By what the app is told this browser."""
    found = re.search(r"^cookie: wenbao=([\w-]+)", client.get("/").text, re.MULTILINE)
    assert found
    return found[1]


def _log_in(client: TestClient, password: str = PASSWORD) -> int:
    return client.post("/login", data={"password": password}).status_code


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/config",
        "/gradio_api/queue/join",
        "/assets/a/b-c.js",
        "/conversations/a-_1.md",
        "/conversations/a.ris",
        "/opensearch.xml",
        "/conversations/a.gbt7714-2015",
        "/help/",
        "/help/a-b.png",
        "/clippings/0123456789abcdef",
        "/clippings/0123456789abcdef/page",
    ],
)
def test_our_own_paths_are_open(path: str) -> None:
    assert _client().get(path).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/etc/passwd",
        "/gradio_api/proxy=http://example.invalid/",
        "/gradio_api/vibe-edit",
        "/gradio_api/run-history/records",
        "/gradio_api/stream/a/0/1/playlist.m3u8",
        "/gradio_api/run/predict",
        "/gradio_api/api/predict",
        "/gradio_api/call/typed",
        "/gradio_api/info",
        "/gradio_api/custom_component/a/b/c/d",
        "/monitoring",
        "/docs",
        "/openapi.json",
        "/help/manual.md",
        "/help/../library.png",
        "/help/a/b.png",
        "/clippings/0123456789abcdef/../../x",
        "/clippings/%2fetc%2fpasswd",
        "/conversations/../library.db",
        "/conversations/a.db",
        "/conversations/a.risx",
        "/conversations/a%2f..%2flibrary.md",
        "/conversations/a.md/../../x",
        "/assets/%2e%2e/%2e%2e/etc/passwd%00",
        "/static/..%5c..%5cwindows",
        "//etc/passwd",
    ],
)
def test_nothing_else_is_there(path: str) -> None:
    assert _client().get(path).status_code == 404


def test_every_answer_keeps_the_browser_at_home() -> None:
    for path in ("/", "/nowhere"):
        headers = _client().get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_a_browser_gets_a_random_cookie_that_lasts_thirty_days_from_its_last_use(house: House) -> None:
    client, name = house.client(), house.door.visitors.cookie
    cookie = client.get("/").headers["set-cookie"]
    assert re.fullmatch(rf"{name}=[\w-]{{44}}; Path=/; Max-Age={DAYS_30}; HttpOnly; SameSite=Lax", cookie)
    assert client.get("/").headers["set-cookie"] == cookie, "renewed by use"
    assert client.post("/gradio_api/queue/join").headers["set-cookie"] == cookie
    assert _token(client) == client.cookies[name]
    assert house.client().get("/").headers["set-cookie"] != cookie
    assert "set-cookie" not in house.client().get("/config").headers


@pytest.mark.parametrize("odd", ODD)
def test_no_cookie_of_another_program_makes_a_visitor_a_stranger(house: House, odd: str) -> None:
    client = house.client()
    token = _token(client)
    for header in (f"{odd}; {house.door.visitors.cookie}={token}", f"{house.door.visitors.cookie}={token}; {odd}"):
        answer = house.client().get("/config", headers={"cookie": header.encode("latin-1")})
        assert f"cookie: wenbao={token}\n" in answer.text, "and the app sees none of it"


@pytest.mark.parametrize("odd", ODD)
def test_no_cookie_of_another_program_shuts_out_who_gave_the_password(locked: House, odd: str) -> None:
    client = locked.client(LAN)
    assert _log_in(client) == 303
    ours = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    for header in (f"{odd}; {ours}", f"{ours}; {odd}"):
        assert locked.client(LAN).get("/config", headers={"cookie": header.encode("latin-1")}).status_code == 200


def test_cookies_in_several_headers_count_as_one(house: House) -> None:
    name, token = house.door.visitors.cookie, _token(house.client())
    headers = [("cookie", "a=b"), ("cookie", f"{name}={token}"), ("cookie", "wenbao_language=en")]
    assert f"cookie: wenbao={token}; wenbao_language=en" in house.client().get("/config", headers=headers).text


@pytest.mark.parametrize("planted", ["A" * 22, "A" * 44, "' OR 1=1", "", "A" * 1000])
def test_a_planted_cookie_is_not_taken(house: House, planted: str) -> None:
    name = house.door.visitors.cookie
    for header in (f"{name}={planted}", f"wenbao={planted}"):
        answer = house.client().get("/", headers={"cookie": header})
        assert answer.headers["set-cookie"].startswith(f"{name}=")
        assert not planted or planted not in answer.text + answer.headers["set-cookie"]


def test_a_planted_cookie_before_ours_does_not_hide_it(house: House) -> None:
    name, token = house.door.visitors.cookie, _token(house.client())
    planted = {"cookie": f"{name}={'A' * 44}; {name}={token}"}
    assert f"cookie: wenbao={token}\n" in house.client().get("/config", headers=planted).text


def test_a_visitor_of_an_earlier_version_keeps_his_conversations_under_a_new_cookie(house: House) -> None:
    old = "B" * 22
    talk, client = house.asked(old), house.client()
    client.cookies.set("wenbao", old)
    token = _token(client)
    assert token == client.cookies[house.door.visitors.cookie] != old
    assert (house.sees(token), house.sees(old)) == ([talk], [])
    assert _token(client) == token


def test_an_old_cookie_is_known_on_any_path(house: House) -> None:
    """A page that was open before the restart goes on."""
    old = "B" * 22
    talk, client = house.asked(old), house.client()
    client.cookies.set("wenbao", old)
    client.post("/gradio_api/queue/join")
    assert house.sees(client.cookies[house.door.visitors.cookie]) == [talk]


@pytest.mark.parametrize("passwords", [(None, "a"), ("a", "b"), ("a", None)])
def test_conversations_stay_when_the_password_changes(passwords: tuple[str | None, str | None]) -> None:
    with _house(passwords[0]) as before:
        client = before.client(LAN, host="0.0.0.0", allowed=("archive.lan",))
        assert not passwords[0] or _log_in(client, passwords[0]) == 303
        talk = before.asked(_token(client))
        after = before.again(passwords[1])
        other = after.client(LAN, host="0.0.0.0", allowed=("archive.lan",))
        other.cookies.update(client.cookies)
        assert not passwords[1] or (other.get("/config").status_code, _log_in(other, passwords[1])) == (401, 303)
        assert after.sees(_token(other)) == [talk]


def test_two_libraries_on_one_host_share_no_cookie(tmp_path: Path) -> None:
    with Keys.in_memory() as one, Keys.in_memory() as two, Conversations.in_memory() as kept:
        houses = [House(one, kept, "a"), House(two, kept, "b"), House(one, kept, "c", "/copy")]
        browser = houses[0].client(LAN)
        jar: dict[str, str] = {}
        for house, password in zip(houses, "abc", strict=True):
            client = house.client(LAN)
            client.cookies.update(jar)
            assert _log_in(client, password) == 303
            jar.update(client.cookies)
        assert len(jar) == 6
        browser.cookies.update(jar)
        for house in houses:
            client = house.client(LAN)
            client.cookies.update(jar)
            assert client.get("/config").status_code == 200


def test_an_owner_is_a_browser_or_a_page(house: House) -> None:
    token = house.door.visitors.new()
    mine = visitors.owner({"wenbao": token}, "a")
    assert mine == visitors.owner({"wenbao": token}, "b") == owner_of(token)
    assert token not in mine
    assert len({mine, visitors.owner({}, "a"), visitors.owner({}, "b"), visitors.owner({"wenbao": "x"}, "c")}) == 4
    assert visitors.owner({"wenbao": "page a"}, "z") != visitors.owner({}, "a")


BAD_NAMES = ["evil.example", "127.0.0.1.evil.example", "", "[::1", "[evil]", "evil@127.0.0.1", "127.0.0.1/", "::1"]


@pytest.mark.parametrize("host", BAD_NAMES)
@pytest.mark.parametrize("on", ["127.0.0.1", "0.0.0.0", "::"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(on: str, host: str) -> None:
    answer = _client(on).get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "--allowed-host" in answer.text


@pytest.mark.parametrize(
    "host", ["archive.lan", "ARCHIVE.lan:7860", "archive.lan.", "192.168.1.5:7860", "[fe80::1]:7860", "localhost:1"]
)
def test_a_name_that_is_allowed_and_numbers_count_on_a_network(house: House, host: str) -> None:
    client = house.client(host="0.0.0.0", allowed=("archive.lan",))
    assert client.get("/", headers={"host": host}).status_code == 200


def test_names_count_beside_this_machines_own(house: House, locked: House) -> None:
    tunnel = house.client(allowed=("archive.lan",))
    assert tunnel.get("/", headers={"host": "archive.lan"}).status_code == 200
    assert tunnel.get("/", headers={"host": "127.0.0.1"}).status_code == 200
    assert tunnel.get("/", headers={"host": "evil.example"}).status_code == 403
    assert locked.client(host="0.0.0.0").get("/", headers={"host": "any.example"}).status_code == 200
    strict = locked.client(host="0.0.0.0", allowed=("archive.lan",))
    assert strict.get("/", headers={"host": "any.example"}).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": LOCAL}, 200),
        ({"origin": LOCAL, "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null", "sec-fetch-site": "same-origin"}, 200),
        ({"origin": "null"}, 403),
        ({"origin": "null", "sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": LOCAL, "sec-fetch-site": "cross-site"}, 403),
        ({"origin": "http://evil.example", "sec-fetch-site": "same-origin"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:7861"}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "http://["}, 403),
        ({"origin": "http://127.0.0.1:x"}, 403),
    ],
)
def test_a_page_of_another_site_posts_nothing(house: House, headers: dict[str, str], status: int) -> None:
    assert house.client().post("/gradio_api/queue/join", headers=headers).status_code == status


def test_a_usual_port_may_be_left_out(house: House) -> None:
    client = house.client(host="0.0.0.0", allowed=("archive.lan",))
    for host, origin in (("archive.lan", "https://archive.lan"), ("archive.lan:443", "https://archive.lan")):
        headers = {"host": host, "origin": origin}
        assert client.post("/gradio_api/queue/join", headers=headers).status_code == 200


def test_a_proxys_word_counts_where_it_is_asked_for_and_nowhere_else(house: House) -> None:
    told = {
        "x-forwarded-for": "203.0.113.7, 198.51.100.9",
        "x-forwarded-host": "evil.example, archive.lan",
        "x-forwarded-proto": "https",
        "x-forwarded-prefix": "/x",
        "forwarded": "for=203.0.113.7",
    }
    plain = house.client().get("/", headers=told)
    assert plain.status_code == 200
    assert "forwarded" not in plain.text
    assert "archive.lan" not in plain.text
    assert "Secure" not in plain.headers["set-cookie"]
    assert "host: 127.0.0.1:7860\n" in plain.text
    assert plain.text.endswith("http")
    behind = house.client(allowed=("archive.lan",), behind_proxy=True)
    known = behind.get("/", headers=told)
    assert "forwarded" not in known.text
    assert "host: archive.lan\n" in known.text
    assert known.text.endswith("https")
    assert known.headers["set-cookie"].endswith("; Secure")
    posted = behind.post("/gradio_api/queue/join", headers={**told, "origin": "https://archive.lan"})
    assert posted.status_code == 200
    foreign = {**told, "x-forwarded-host": "evil.example"}
    assert behind.get("/", headers=foreign).status_code == 403
    assert behind.get("/", headers={**told, "host": "evil.example"}).status_code == 403


def test_without_the_password_there_is_nothing_to_read(locked: House) -> None:
    client = locked.client(LAN)
    for path in ("/config", "/gradio_api/queue/data", "/conversations/a.md", "/help/", "/gradio_api/file=/etc/passwd"):
        assert client.get(path).status_code == 401
    assert 'type="password"' in client.get("/").text
    assert "set-cookie" not in client.get("/").headers
    wrong = client.post("/login", data={"password": "暗号 "})
    assert (wrong.status_code, "密码不对" in wrong.text) == (403, True)
    assert client.post("/login", content=b"\xff" * 100_000).status_code == 403
    assert client.get("/config").status_code == 401
    right = client.post("/login", data={"password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert client.get("/config").status_code == 200
    assert client.get("/").headers["cache-control"] == "no-store"
    assert client.get("/login").headers["location"] == "/"
    other = locked.client(LAN)
    assert _log_in(other) == 303
    name, key = locked.door.visitors.cookie, locked.door.visitors.key_cookie
    mixed = {"cookie": f"{name}={other.cookies[name]}; {key}={client.cookies[key]}"}
    assert locked.client(LAN).get("/config", headers=mixed).status_code == 401, "a key is good for its own browser"
    english = locked.client().get("/", headers={"accept-language": "en"})
    assert "Password" in english.text


def test_the_key_outlives_a_restart_but_no_other_password(locked: House) -> None:
    client = locked.client(LAN)
    _log_in(client)
    for house, status in ((locked.again(PASSWORD), 200), (locked.again("别的"), 401)):
        after = house.client(LAN)
        after.cookies.update(client.cookies)
        assert after.get("/config").status_code == status


def test_a_key_runs_out_after_thirty_days_and_is_renewed_by_use(locked: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1_000_000.0]
    monkeypatch.setattr("ui.guard.time.time", lambda: now[0])
    used, idle = locked.client(LAN), locked.client(LAN)
    assert (_log_in(used), _log_in(idle)) == (303, 303)
    for _ in range(4):
        now[0] += DAYS_30 / 4
        renewed = used.get("/").headers.get_list("set-cookie")
        assert [f"Max-Age={DAYS_30};" in cookie for cookie in renewed] == [True, True]
    now[0] += 1
    assert (used.get("/config").status_code, idle.get("/config").status_code) == (200, 401)


def test_logging_out_shuts_the_door_on_the_server(locked: House) -> None:
    client = locked.client(LAN)
    _log_in(client)
    talk, stolen = locked.asked(_token(client)), locked.client(LAN)
    stolen.cookies.update(client.cookies)
    assert stolen.get("/config").status_code == 200
    assert client.get("/logout").status_code == 404, "no link or picture logs anybody out"
    foreign = client.post("/logout", headers={"origin": "http://evil.example"})
    assert (foreign.status_code, client.get("/config").status_code) == (403, 200)
    out = client.post("/logout")
    assert (out.status_code, out.headers["location"]) == (303, "/")
    assert f"{locked.door.visitors.key_cookie}=; Path=/; Max-Age=0" in out.headers["set-cookie"]
    assert 'type="password"' in client.get("/").text
    assert stolen.get("/config").status_code == 401, "whoever copied the cookies is out too"
    assert _log_in(client) == 303
    assert locked.sees(_token(client)) == [talk], "the conversations wait for their owner"


def test_without_a_password_there_is_no_way_out(house: House) -> None:
    assert house.client().post("/logout").status_code == 404


def test_what_somebody_planted_before_the_login_shows_him_nothing_afterwards(locked: House) -> None:
    attacker, victim = locked.client(LAN), locked.client(LAN)
    _log_in(attacker)
    planted = _token(attacker)
    victim.cookies.set(locked.door.visitors.cookie, planted)
    assert _log_in(victim) == 303
    assert _token(victim) != planted
    talk = locked.asked(_token(victim))  # though the planted one still stands before it
    assert talk not in locked.sees(planted)
    with pytest.raises(NotFound):
        locked.kept.messages(owner_of(planted), talk, lambda ids: ())


def _guess(client: TestClient, times: int, **headers: str) -> list[int]:
    return [client.post("/login", data={"password": "错"}, headers=headers).status_code for _ in range(times)]


def test_guessing_is_held_back_at_once_and_with_a_word(locked: House) -> None:
    client = locked.client(LAN, address="10.0.0.7")
    assert _guess(client, 12) == [403] * 10 + [429] * 2
    held = client.post("/login", data={"password": PASSWORD})
    assert (held.status_code, int(held.headers["retry-after"])) == (429, 30)
    assert "30 秒后再试" in held.text
    assert 'type="password"' in held.text
    assert client.get("/config").status_code == 401


def test_guessing_shuts_out_no_other_address_and_no_browser_that_was_in_before(locked: House) -> None:
    known, out, guessing = (locked.client(LAN, address="10.0.0.7") for _ in range(3))
    for client in (known, out):
        _log_in(client)
    out.post("/logout")
    assert _guess(guessing, 60).count(429) == 50
    assert known.get("/config").status_code == 200
    assert _log_in(out) == 303, "the same address, but known"
    assert _log_in(locked.client(LAN, address="10.0.0.7")) == 429
    assert _log_in(locked.client(LAN, address="10.0.0.8")) == 303


def test_a_browser_that_was_in_before_answers_for_its_own_guesses(locked: House) -> None:
    client = locked.client(LAN, address="10.0.0.7")
    _log_in(client)
    client.post("/logout")
    assert _guess(client, 60).count(429) == 50
    assert _log_in(locked.client(LAN, address="10.0.0.7")) == 303


def test_cookies_that_were_made_up_buy_no_further_guess(locked: House) -> None:
    name, client = locked.door.visitors.cookie, locked.client(LAN, address="10.0.0.7")
    with _house() as elsewhere:
        made_up = [elsewhere.door.visitors.new() for _ in range(30)]
    open_before = locked.again(None).door.visitors
    made_up += [open_before.new() for _ in range(30)]  # anybody could get those while there was no password
    assert [_guess(client, 1, cookie=f"{name}={token}")[0] for token in made_up].count(429) == 50


def test_a_proxys_word_for_an_address_counts_behind_one_alone(locked: House) -> None:
    direct = locked.client(LAN, address="10.0.0.7")
    statuses = [_guess(direct, 1, **{"x-forwarded-for": f"203.0.113.{number}"})[0] for number in range(20)]
    assert statuses.count(429) == 10
    proxied = locked.client(LAN, address="10.0.0.9", behind_proxy=True)
    for number in range(20):
        assert _guess(proxied, 1, **{"x-forwarded-for": f"1.2.3.4, 203.0.113.{number}"}) == [403]
    forged = [_guess(proxied, 1, **{"x-forwarded-for": f"9.9.9.{number}, 203.0.113.99"})[0] for number in range(20)]
    assert forged.count(429) == 10, "what stands before the proxy's own word counts for nothing"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:10.0.0.7", "10.0.0.7", True),
        ("10.0.0.7:4001", "10.0.0.7:4002", True),
        ("[2001:db8::1]:4001", "2001:db8::1", True),
        ("10.0.0.7", "10.0.0.8", False),
    ],
)
def test_what_counts_as_one_address(locked: House, one: str, other: str, same: bool) -> None:
    client = locked.client(LAN, behind_proxy=True)
    _guess(client, 10, **{"x-forwarded-for": one})
    assert _guess(client, 1, **{"x-forwarded-for": other}) == [429 if same else 403]


@pytest.mark.folder("its own file")
def test_a_record_that_cannot_be_read_lets_nobody_in_and_tells_no_path(tmp_path: Path) -> None:
    with Keys.open(tmp_path) as keys, Conversations.in_memory() as kept:
        house = House(keys, kept, PASSWORD)
        client = house.client(LAN)
        _log_in(client)
        with keys._base.transaction() as connection:
            connection.execute("DROP TABLE keys")
        answer = client.get("/config")
        assert (answer.status_code, str(tmp_path) in answer.text) == (503, False)
        assert "登录记录" in answer.text
