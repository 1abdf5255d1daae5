"""What stands before the app: no path but our own, no page of another site, no word without the password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa import options
from qa.commands import machine
from qa.errors import UsageError
from ui import guard, serving, visitors
from ui.guard import Guard, Message, Receive, Send
from ui.visitors import Password

LOCAL = "http://127.0.0.1:7860"


async def _app(scope: Message, receive: Receive, send: Send) -> None:
    """Answers every path with the cookies that it was sent."""
    if scope["type"] == "http":
        cookies = [value for name, value in scope["headers"] if name == b"cookie"]
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
        await send({"type": "http.response.body", "body": b"; ".join(cookies)})


def _client(host: str = "127.0.0.1", password: str | None = None, url: str = LOCAL) -> TestClient:
    guarded = Guard(_app, serving.names(host), Password(password) if password else None)
    return TestClient(guarded, base_url=url, follow_redirects=False)


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/queue/join", "/assets/a/b-c.js", "/conversations/a-_1.md"]
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
        "/conversations/../library.db",
        "/conversations/a.db",
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


def test_a_browser_gets_a_random_cookie_once() -> None:
    client = _client()
    first = client.get("/")
    cookie = first.headers["set-cookie"]
    assert re.match(r"wenbao=[\w-]{22}; Path=/; Max-Age=\d+; HttpOnly; SameSite=Lax", cookie)
    assert f"wenbao={client.cookies['wenbao']}" in first.text
    assert "set-cookie" not in client.get("/").headers
    assert _client().get("/").headers["set-cookie"] != cookie
    assert "set-cookie" in _client().get("/", headers={"cookie": "wenbao=' OR 1=1"}).headers
    assert "set-cookie" not in _client().get("/config").headers


def test_an_owner_is_a_browser_or_a_page() -> None:
    token = visitors.token()
    mine = visitors.owner({"wenbao": token}, "a")
    assert mine == visitors.owner({"wenbao": token}, "b")
    assert token not in mine
    assert len({mine, visitors.owner({}, "a"), visitors.owner({}, "b"), visitors.owner({"wenbao": "x"}, "c")}) == 4
    assert visitors.owner({"wenbao": "page a"}, "z") != visitors.owner({}, "a")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::1", "[evil]"])
def test_a_name_that_leads_here_from_elsewhere_is_refused(host: str) -> None:
    assert _client().get("/", headers={"host": host}).status_code == 403
    assert _client("0.0.0.0").get("/", headers={"host": "archive.lan"}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"), [(LOCAL, 200), ("http://evil.example", 403), ("null", 403), ("http://[", 403)]
)
def test_a_page_of_another_site_posts_nothing(origin: str, status: int) -> None:
    assert _client().post("/gradio_api/queue/join", headers={"origin": origin}).status_code == status


def test_without_the_password_there_is_nothing_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LOGIN_SECONDS", 0.0)
    client = _client("0.0.0.0", "暗号", "http://archive.lan")
    for path in ("/config", "/gradio_api/queue/data", "/conversations/a.md", "/gradio_api/file=/etc/passwd"):
        assert client.get(path).status_code == 401
    assert 'type="password"' in client.get("/").text
    wrong = client.post("/login", data={"password": "暗号 "})
    assert (wrong.status_code, "密码不对" in wrong.text) == (403, True)
    assert client.post("/login", content=b"\xff" * 100_000).status_code == 403
    assert client.get("/config").status_code == 401
    right = client.post("/login", data={"password": "暗号"})
    assert (right.status_code, right.headers["location"]) == (303, "/")
    assert client.get("/config").status_code == 200
    other = _client("0.0.0.0", "暗号", "http://archive.lan")
    other.get("/")
    other.cookies.set("wenbao_key", client.cookies["wenbao_key"])
    assert other.get("/config").status_code == 401, "a key is good for its own browser alone"
    english = _client(password="x").get("/", headers={"accept-language": "en"})
    assert "Password" in english.text


def _password(monkeypatch: pytest.MonkeyPatch, *words: str, environment: str = "") -> Any:
    monkeypatch.setenv("QA_PASSWORD", environment)
    return machine._password(options.parse(["serve", *words]))


def test_a_network_is_served_with_a_password_or_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="QA_PASSWORD"):
        _password(monkeypatch, "--host", "0.0.0.0")
    with pytest.raises(UsageError, match="--no-password"):
        _password(monkeypatch, "--no-password", environment="x")
    assert _password(monkeypatch, "--host", "0.0.0.0", environment="x") == "x"
    assert _password(monkeypatch, "--host", "0.0.0.0", "--password", "y", environment="x") == "y"
    assert _password(monkeypatch, "--host", "0.0.0.0", "--no-password") is None
    for host in ("127.0.0.1", "localhost", "::1", "127.0.0.2"):
        assert _password(monkeypatch, "--host", host) is None
