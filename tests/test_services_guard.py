"""Who may use the doors for programs: by name, origin and password; and that the screen's are no others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from qa.library.library import Library
from tests.parts.doors import doors
from tests.parts.server import running

PASSWORD = "暗号"
KEY = {"authorization": f"Bearer {PASSWORD}".encode()}
DOORS = [("GET", "/api/v1/health"), ("GET", "/api/v1/openapi.json"), ("POST", "/mcp"), ("GET", "/api/v1/nowhere")]
BOTH = """
import sys
from pathlib import Path
from qa.library.library import Library
from qa.conversations.store import Conversations
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
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert answer.json()["error"]["code"] == "api.no-key"


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
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "api.foreign-name")


@pytest.mark.parametrize(
    "header", [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")]
)
def test_a_page_of_another_site_gets_nothing(seeds_library: Library, header: tuple[str, str]) -> None:
    with doors(seeds_library) as client:
        for method, path in DOORS:
            answer = client.request(method, path, headers=dict([header]))
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "api.foreign-page")
        assert client.get("/api/v1/health", headers={"origin": "http://127.0.0.1:7860"}).status_code == 200


def test_beside_the_screen_one_login_opens_both(own_library: object) -> None:
    import httpx

    with running(own_library, BOTH) as (url, _), httpx.Client(base_url=url, timeout=60) as client:  # type: ignore[arg-type]
        assert client.get("/api/v1/health").status_code == 401
        assert client.get("/api/v1/health", headers=KEY).status_code == 200
        assert client.get("/").text.count("password")
        assert client.post("/login", data={"password": PASSWORD}).status_code == 303
        assert client.get("/api/v1/health").status_code == 200, "by the cookie"
        assert client.get("/openapi.json").status_code == 404
