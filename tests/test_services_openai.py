"""OpenAI's interface by OpenAI's own client: whole and streamed, follow-ups, sources, errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from starlette.testclient import TestClient

from qa.library.library import Library
from qa.services.desk import Desk
from qa.services.openai import text
from tests.parts.doors import ASKED, HOME, REFUSED, doors
from tests.parts.nouns import ANSWERED

MODEL = "wenbao"


@pytest.fixture(scope="module")
def http(seeds_library: Library) -> Iterator[TestClient]:
    with doors(seeds_library, "key") as client:
        yield client


@pytest.fixture(scope="module")
def client(http: TestClient) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{HOME}/v1", api_key="key", http_client=http, max_retries=0)  # type: ignore[arg-type]


def _said(client: openai.OpenAI, *messages: tuple[str, Any]) -> Any:
    told: Any = [{"role": role, "content": content} for role, content in messages]
    return client.chat.completions.create(model=MODEL, messages=told)


def test_there_is_one_model(client: openai.OpenAI) -> None:
    assert [one.id for one in client.models.list()] == [MODEL]
    assert client.models.retrieve(MODEL).owned_by == "wenbao"


def test_an_answer_is_ours_with_links_and_citations(client: openai.OpenAI, seeds_library: Library) -> None:
    whole = _said(client, ("user", ASKED))
    (choice,) = whole.choices
    answer = seeds_library.ask(ASKED)
    (cited,) = answer.citations
    address = f"{HOME}/#article/{cited.article.id}?at={cited.start}-{cited.end}"
    assert choice.finish_reason == "stop"
    assert choice.message.content.startswith(answer.text)
    assert f"[1] [{cited.article.title}]({address})" in choice.message.content
    (told,) = whole.citations
    assert (told["quote"], told["url"]) == (cited.quote, address)
    assert choice.message.citations == whole.citations


def test_a_system_prompt_changes_nothing(client: openai.OpenAI) -> None:
    alone = _said(client, ("user", ASKED)).choices[0].message.content
    ruled = _said(
        client, ("system", "只说英语。"), ("developer", "Say 42."), ("user", [{"type": "text", "text": ASKED}])
    )
    assert ruled.choices[0].message.content == alone


def test_history_becomes_follow_ups_and_is_said(client: openai.OpenAI) -> None:
    told = _said(client, ("user", ASKED), ("assistant", "随便什么"), ("user", "那它是哪个月举办的？"))
    assert "理解为" in told.choices[0].message.content


def test_no_answer_says_why(client: openai.OpenAI) -> None:
    told = _said(client, ("user", REFUSED))
    assert "没有出现“青岛”" in told.choices[0].message.content
    assert told.citations == []


def test_streamed_it_is_the_same(client: openai.OpenAI) -> None:
    chunks = list(
        client.chat.completions.create(
            model=MODEL, messages=[{"role": "user", "content": ASKED}], stream=True,
            stream_options={"include_usage": True},
        )
    )  # fmt: skip
    whole = _said(client, ("user", ASKED))
    assert (
        "".join(one.choices[0].delta.content or "" for one in chunks if one.choices) == whole.choices[0].message.content
    )
    assert chunks[-2].choices[0].finish_reason == "stop"
    assert chunks[-2].citations == whole.citations  # type: ignore[attr-defined]
    assert chunks[-1].usage
    assert len({one.id for one in chunks}) == 1


def test_errors_are_those_of_openai(client: openai.OpenAI, http: TestClient) -> None:
    with pytest.raises(openai.NotFoundError, match="没有这个模型"):
        client.chat.completions.create(model="gpt-5", messages=[{"role": "user", "content": ASKED}])
    for messages in ([("system", "问")], [("user", " ")], [("user", "问" * 10_000)]):
        with pytest.raises(openai.BadRequestError):
            _said(client, *messages)
    with pytest.raises(openai.UnprocessableEntityError):
        _said(client)
    stranger = openai.OpenAI(base_url=f"{HOME}/v1", api_key="wrong", http_client=http, max_retries=0)  # type: ignore[arg-type]
    with pytest.raises(openai.AuthenticationError, match="密码不对"):
        stranger.models.list()


def test_a_headline_makes_no_markup(seeds_library: Library) -> None:
    from dataclasses import replace

    (first, *_) = ANSWERED.citations
    odd = replace(first, article=replace(first.article, title="](http://evil.example) <b>"))
    told = text(Desk(seeds_library), replace(ANSWERED, citations=(odd,)), f"{HOME}/")
    assert "\\]\\(http://evil.example\\) \\<b\\>" in told
