"""Who may use the doors for programs: by name, origin and password; and that the screen's are no others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa.library.library import Library
from qa.services.app import create_app
from qa.store.conversations import Conversations
from qa.store.keys import Keys
from tests.parts.doors import doors
from tests.parts.server import running
from ui.door import Door
from ui.limits import BODY_BYTES
from ui.programs import ProgramGuard

PASSWORD = "暗号"
KEY = {"authorization": f"Bearer {PASSWORD}".encode()}
DOORS = [
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/openapi.json"),
    ("GET", "/api/v1/nowhere"),
    ("GET", "/api/v2/health"),
    ("POST", "/api/v1/files?name=a.txt"),
    ("DELETE", "/api/v1/files?source=a.txt"),
    ("POST", "/mcp"),
    ("GET", "/v1/models"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/retrieval"),
]
LINK = {"sec-fetch-mode": "navigate", "sec-fetch-dest": "document", "sec-fetch-site": "cross-site"}
BOTH = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.app import serve
library_path = Path(sys.argv[1])
with Library.open(library_path) as library, Conversations.open(library_path) as kept:
    told = lambda url: print(url, flush=True)
    serve(library, kept, host="127.0.0.1", port=8961, demo=True, password="暗号", announce=told)
"""


@pytest.fixture
def locked(seeds_library: Library) -> Iterator[TestClient]:
    with doors(seeds_library, PASSWORD) as client:
        yield client


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_without_the_password_nothing_is_told(locked: TestClient, method: str, path: str) -> None:
    for header in (
        {},
        {"authorization": PASSWORD.encode()},
        {"authorization": b"Basic eDp5"},
        {"authorization": b"Bearer "},
    ):
        answer = locked.request(method, path, headers=header)  # type: ignore[arg-type]
        assert (answer.status_code, answer.headers["www-authenticate"]) == (_status(path, 401), "Bearer")
        assert _code(answer.json()) in ("api.no-key", "1001")


def _status(path: str, usual: int) -> int:
    """Dify knows no 401."""
    return 403 if path == "/retrieval" else usual


def _code(told: Any) -> str:
    """What went wrong, in the form of any door."""
    return str(told["error"]["code"] if "error" in told else told["error_code"])


def _told(code: str, path: str) -> str:
    """Dify's codes are numbers."""
    return "403" if path == "/retrieval" else code


def test_every_answer_has_the_headers_that_keep_it_safe(locked: TestClient) -> None:
    for header, path in (({}, "health"), (KEY, "health"), (KEY, "nowhere"), (KEY, "articles/ffff")):
        answer = locked.get(f"/api/v1/{path}", headers=header)  # type: ignore[arg-type]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
    large = locked.post("/api/v1/ask", content=b"x" * (BODY_BYTES + 1))
    assert (large.status_code, large.headers["x-content-type-options"]) == (413, "nosniff")


@pytest.mark.folder("its own file")
def test_a_stranger_does_not_learn_where_the_library_lies(seeds_library: Library, tmp_path: Path) -> None:
    with Keys.open(tmp_path) as keys, Conversations.in_memory() as kept:
        door = Door(keys, kept, "place", PASSWORD)
        keys.close()  # from now on they cannot be read
        cookies = f"{door.visitors.cookie}={door.visitors.new()}; {door.visitors.key_cookie}=x"
        client = TestClient(ProgramGuard(create_app(seeds_library), door, None))
        answer = client.get("/api/v1/health", headers={"cookie": cookies})
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "api.door-stuck")
    assert str(tmp_path) not in answer.text


def test_the_password_opens(locked: TestClient) -> None:
    assert locked.get("/api/v1/health", headers=KEY).json()["status"] == "ok"
    assert locked.get("/api/v1/nowhere", headers=KEY).json()["error"]["code"] == "api.no-such-path"


def test_guesses_are_held_back(locked: TestClient) -> None:
    codes = [
        locked.get("/api/v1/health", headers={"authorization": f"Bearer {guess}"}).json()["error"]["code"]
        for guess in range(30)
    ]
    assert codes[0] == "api.wrong-key"
    assert codes[-1] == "api.too-many-tries"
    answer = locked.get("/api/v1/health", headers=KEY)
    assert (answer.status_code, int(answer.headers["retry-after"]) > 0) == (429, True)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", ""])
def test_a_name_that_leads_here_from_elsewhere_is_refused(seeds_library: Library, host: str) -> None:
    with doors(seeds_library) as client:
        for method, path in DOORS:
            answer = client.request(method, path, headers={"host": host})
            assert (answer.status_code, _code(answer.json())) == (403, _told("api.foreign-name", path))


@pytest.mark.parametrize(
    "header", [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
)
def test_a_page_of_another_site_gets_nothing(seeds_library: Library, header: tuple[str, str]) -> None:
    with doors(seeds_library) as client:
        for method, path in DOORS:
            answer = client.request(method, path, headers=dict([header]))
            assert (answer.status_code, _code(answer.json())) == (403, _told("api.foreign-page", path))
        assert client.get("/api/v1/health", headers={"origin": "http://127.0.0.1:7860"}).status_code == 200


def test_a_link_of_ours_opens_wherever_it_is_clicked(seeds_library: Library) -> None:
    article = seeds_library.articles()[0].id
    with doors(seeds_library, has_screen=False) as client:
        path = f"/api/v1/articles/{article}"
        assert client.get(path, headers=LINK).json()["article"] == article
        fetched: dict[str, str] = {**LINK, "sec-fetch-mode": "no-cors"}
        framed: dict[str, str] = {**LINK, "sec-fetch-dest": "iframe"}
        for headers in (fetched, framed, {**LINK, "origin": "https://evil.example"}, {**LINK, "origin": "null"}):
            assert client.get(path, headers=headers).status_code == 403
        assert client.post("/api/v1/ask", json={"question": "问"}, headers=LINK).status_code == 403


def test_beside_the_screen_one_login_opens_both(own_library: object) -> None:
    import httpx

    with running(own_library, BOTH) as (url, _), httpx.Client(base_url=url, timeout=60) as client:  # type: ignore[arg-type]
        assert client.get("/api/v1/health").status_code == 401
        assert client.get("/api/v1/health", headers=KEY).status_code == 200
        assert client.get("/").text.count("password")
        assert client.post("/login", data={"password": PASSWORD}).status_code == 303
        assert client.get("/api/v1/health").status_code == 200, "by the cookie"
        assert client.get("/openapi.json").status_code == 404
        told = client.get("/api/v2/health", headers=KEY)
        assert (told.status_code, told.json()["error"]["code"]) == (404, "api.no-such-path")
