"""REST: what `qa … --json` prints, over HTTP; errors of one form; changes only where they are allowed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa import Query
from qa.library.library import Library
from qa.services import schema, wire
from tests.parts.doors import ASKED, REFUSED, SAID, doors
from tests.parts.library import held_elsewhere, story

API = "/api/v1"
VARYING = {"elapsed_ms"}


@pytest.fixture(scope="module")
def client(seeds_library: Library) -> Iterator[TestClient]:
    with doors(seeds_library) as client:
        yield client


def _plain(told: Any) -> Any:
    """Without what the command line does not say."""
    if isinstance(told, dict):
        return {name: _plain(value) for name, value in told.items() if name not in {"url", *VARYING}}
    return [_plain(one) for one in told] if isinstance(told, list) else told


def _json(told: Any) -> Any:
    return json.loads(json.dumps(told))


@pytest.mark.parametrize("question", [ASKED, REFUSED, "有多少篇报道提到运动会？", "你好", ""])
def test_an_answer_is_that_of_the_command_line(client: TestClient, seeds_library: Library, question: str) -> None:
    told = client.post(f"{API}/ask", json={"question": question}).json()
    assert _plain(told) == _plain(_json(wire.answer(seeds_library.ask(Query(question)), 0)))
    schema.Answer.model_validate(told)


def test_a_quote_has_its_spans_and_its_address_on_the_screen(client: TestClient, seeds_library: Library) -> None:
    (quote,) = client.post(f"{API}/ask", json={"question": ASKED}).json()["citations"]
    assert SAID in quote["quote"]
    text = client.get(f"{API}/pages", params={"source": quote["source"]}).json()["text"]
    assert "".join(text[start:end] for start, end in quote["spans"]) == quote["quote"]
    (cited,) = seeds_library.ask(ASKED).citations
    assert quote["url"] == f"http://127.0.0.1:7860/#article/{quote['article']}?at={cited.start}-{cited.end}"


def test_without_a_screen_an_address_leads_to_the_article(seeds_library: Library) -> None:
    with doors(seeds_library, has_screen=False) as client:
        (quote,) = client.post(f"{API}/ask", json={"question": ASKED}).json()["citations"]
        assert client.get(quote["url"]).json()["article"] == quote["article"]


def test_history_makes_follow_ups(client: TestClient) -> None:
    told = client.post(f"{API}/ask", json={"question": "那它是哪个月举办的？", "history": [ASKED]}).json()
    assert [one["kind"] for one in told["assumed"]] == ["follow-up"]


def test_references_come_with_the_answer(client: TestClient) -> None:
    assert "[N]" in client.post(f"{API}/ask", json={"question": ASKED, "cite": "gbt7714-2015"}).json()["references"]
    answer = client.post(f"{API}/ask", json={"question": ASKED, "cite": "x"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "cite.no-such-form")


def _events(client: TestClient, asked: dict[str, Any]) -> list[tuple[str, Any]]:
    answer = client.post(f"{API}/ask", json={**asked, "stream": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = (event.split("\n", 1) for event in answer.text.strip().split("\n\n"))
    return [(name.removeprefix("event: "), json.loads(told.removeprefix("data: "))) for name, told in events]


def test_what_is_found_comes_before_the_answer_where_it_is_streamed(client: TestClient) -> None:
    (first, found), *read, (last, told) = _events(client, {"question": ASKED, "k": 3})
    assert (first, last) == ("passages", "answer")
    searched = client.post(f"{API}/search", json={"question": ASKED, "k": 3}).json()
    assert _plain(found) == _plain(searched)
    assert {name for name, _ in read} == {"sentence"}
    assert any(SAID in sentence["text"] for _, sentence in read)
    assert _plain(told) == _plain(client.post(f"{API}/ask", json={"question": ASKED, "k": 3}).json())


def test_streamed_a_question_is_answered_once(seeds_path: Path) -> None:
    asked = list[str]()

    class Counting(Library):
        def search(self, query: Any) -> Any:
            asked.append("search")
            return super().search(query)

        def ask(self, query: Any, **more: Any) -> Any:
            asked.append("ask")
            return super().ask(query, **more)

    with Counting.open(seeds_path, create=False) as library, doors(library) as client:
        assert _events(client, {"question": ASKED})[-1][0] == "answer"
    assert asked == ["ask"]


@pytest.mark.parametrize("question", ["你好", "", "有多少篇报道提到运动会？", "运动会和义诊哪个人多？", "总结运动会"])
def test_every_kind_of_answer_ends_its_stream(client: TestClient, question: str) -> None:
    *_, (name, told) = _events(client, {"question": question})
    assert name == "answer"
    assert _plain(told) == _plain(client.post(f"{API}/ask", json={"question": question}).json())


def test_an_error_ends_a_stream(client: TestClient) -> None:
    failed = client.post(f"{API}/ask", json={"question": ASKED, "stream": True, "source": "没有"}).text
    assert failed.startswith("event: error\n")
    assert '"library.no-such-source"' in failed


class _Broken(Library):
    """One that has a mistake of ours."""

    def ask(self, *_: object, **__: object) -> Any:
        raise RuntimeError(f"a mistake at {self.root}")


def test_a_mistake_of_ours_ends_a_stream_with_an_error(tmp_path: Path) -> None:
    with _Broken.open(tmp_path / "库") as library, doors(library) as client:
        told = client.post(f"{API}/ask", json={"question": ASKED, "stream": True}).text
        whole = client.post(f"{API}/ask", json={"question": ASKED})
    assert [line for line in told.splitlines() if line.startswith("event")] == ["event: error"]
    assert (whole.status_code, whole.json()["error"]["code"]) == (500, "api.broken")
    assert '"api.broken"' in told
    assert str(tmp_path) not in told + whole.text


def test_a_search_is_that_of_the_command_line(client: TestClient, seeds_library: Library) -> None:
    told = client.post(f"{API}/search", json={"question": ASKED, "k": 3}).json()
    assert _plain(told) == _plain(_json(wire.search(ASKED, seeds_library.search(Query(ASKED, k=3)), 0)))


def test_articles_pages_files_and_counts(client: TestClient, seeds_library: Library) -> None:
    listed = client.get(f"{API}/articles", params={"limit": 2, "offset": 1}).json()
    assert listed["total"] == seeds_library.stats().articles
    assert listed["articles"] == [_json(wire.article(one)) for one in seeds_library.articles()[1:3]]
    first = listed["articles"][0]
    assert _plain(client.get(f"{API}/articles/{first['article'][:6]}").json()) == _json(
        wire.shown_article(seeds_library.articles()[1])
    )
    files = client.get(f"{API}/files").json()
    assert [one["source"] for one in files] == [one.source for one in seeds_library.files()]
    counted = client.get(f"{API}/counts", params={"source": files[0]["source"]}).json()
    assert counted["matching"] == len(seeds_library.articles_of(files[0]["source"])) == files[0]["articles"]
    health = client.get(f"{API}/health").json()
    assert (health["status"], health["articles"]) == ("ok", counted["articles"])


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "/articles/ffffffffff", None, 404, "library.no-such-article"),
        ("GET", "/pages?source=x", None, 404, "library.no-such-source"),
        ("GET", "/articles?since=2025-13", None, 400, "query.no-date"),
        ("GET", "/counts?until=昨天", None, 400, "query.no-date"),
        ("GET", "/articles?limit=101", None, 422, "api.invalid"),
        ("GET", "/nowhere", None, 404, "api.no-such-path"),
        ("PUT", "/ask", None, 405, "api.no-such-method"),
        ("POST", "/ask", "{", 422, "api.invalid"),
        ("POST", "/ask", "[" * 100_000, 400, "api.unreadable"),
        ("POST", "/ask", "null", 422, "api.invalid"),
        ("POST", "/ask", "\x00", 422, "api.invalid"),
        ("POST", "/ask", '{"question": "\\ud800"}', 422, "api.invalid"),
        ("POST", "/ask", '{"question": "问", "k": 1e999}', 422, "api.invalid"),
        ("POST", "/ask", '{"question": "问", "wrong": 1}', 422, "api.invalid"),
        ("POST", "/ask", '{"question": "问", "k": "5"}', 422, "api.invalid"),
        ("POST", "/ask", '{"question": "问", "stream": 1}', 422, "api.invalid"),
        ("POST", "/ask", json.dumps({"question": "问" * 10_000}), 422, "api.invalid"),
        ("POST", "/ask", json.dumps({"question": "问", "since": "昨天"}), 400, "query.no-date"),
        ("POST", "/search", '{"question": "问", "k": 0}', 422, "api.invalid"),
        ("POST", "/ask", '{"question": "' + "a" * (2 << 20) + '"}', 413, "api.too-large"),
        ("POST", "/files?name=a.txt", "text", 403, "api.read-only"),
        ("DELETE", "/files?source=a.txt", None, 403, "api.read-only"),
    ],
)
def test_errors_have_one_form(
    client: TestClient, method: str, path: str, body: str | None, status: int, code: str
) -> None:
    answer = client.request(method, API + path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    error = schema.Problem.model_validate(answer.json()).error
    assert error.message != error.message_en


@pytest.mark.parametrize("question", ["a\0b", "\0", "‮", "?" * 2000, "\n\t", "' OR 1=1 --", "*:*", "/../../etc"])
def test_odd_questions_are_answered(client: TestClient, question: str) -> None:
    for door in ("ask", "search"):
        assert client.post(f"{API}/{door}", json={"question": question}).status_code == 200


def test_many_ask_at_once(client: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        told = list(
            pool.map(
                lambda _: client.post(f"{API}/ask", json={"question": ASKED, "stream": True}).text.count(
                    "event: answer"
                ),
                range(8),
            )
        )
    assert told == [1] * 8


def test_files_come_and_go_where_changes_are_allowed(tmp_path: Path) -> None:
    first, second = "供暖通知\n今年供暖从十一月七日开始。\n", "供暖通知\n今年供暖从十一月九日开始。\n"
    with Library.open(tmp_path / "库") as library, doors(library, allow_changes=True) as client:
        for text, state in ((first, "added"), (first, "unchanged"), (second, "changed")):
            told = client.post(f"{API}/files", params={"name": "../通知.txt"}, content=text.encode()).json()
            assert told[state] == ["通知.txt"]
        assert "十一月九日" in client.post(f"{API}/ask", json={"question": "今年供暖从哪天开始？"}).json()["answer"]
        for name, body in (("a.exe", b"x"), (".txt", b"x"), ("a.txt", b""), ("长" * 100 + ".txt", b"x")):
            assert client.post(f"{API}/files", params={"name": name}, content=body).status_code == 400
        assert client.request("DELETE", f"{API}/files", params={"source": "通知.txt"}).json() == {
            "removed": ["通知.txt"]
        }
        assert client.request("DELETE", f"{API}/files", params={"source": "通知.txt"}).status_code == 404
        assert library.stats().articles == 0
        assert list(library.inbox.iterdir()) == []


@pytest.mark.folder("it has one writer at a time")
def test_a_file_that_is_refused_takes_no_place(tmp_path: Path) -> None:
    with Library.open(tmp_path / "库") as library, doors(library, allow_changes=True) as client:
        client.post(f"{API}/files", params={"name": "a.txt"}, content=story(1).encode())
        with held_elsewhere(tmp_path / "库"):
            for name in ("a.txt", "b.txt"):
                answer = client.post(f"{API}/files", params={"name": name}, content=story(2).encode())
                assert (answer.status_code, answer.headers["retry-after"]) == (409, "1")
                assert answer.json()["error"]["code"] == "api.busy"
                assert str(tmp_path) not in answer.text
        assert client.post(f"{API}/files", params={"name": "a.txt"}, content=b"\0\1\2" * 100).json()["skipped"]
        assert [(path.name, path.read_text("utf-8")) for path in library.inbox.iterdir()] == [("a.txt", story(1))]
        assert library.add(library.inbox).unchanged == ("a.txt",)


def test_a_file_may_be_larger_than_a_question_but_not_endless(tmp_path: Path) -> None:
    with Library.open(tmp_path / "库") as library, doors(library, allow_changes=True) as client:
        large = "供暖通知\n今年供暖从十一月七日开始。\n".encode() + b" " * (1 << 20)
        assert client.post(f"{API}/files", params={"name": "b.txt"}, content=large).json()["added"] == ["b.txt"]
        answer = client.post(f"{API}/files", params={"name": "a.txt"}, content=b"x" * (51 << 20))
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "api.file-too-large")
        assert [info.source for info in library.files()] == ["b.txt"]
