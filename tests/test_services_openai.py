"""OpenAI's interface by OpenAI's own client: whole and streamed, follow-ups, sources, errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import openai
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token
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
    with pytest.raises(openai.AuthenticationError, match="密码或密钥不对"):
        stranger.models.list()


_ODD = "![图](http://evil.example/p.png) <b> [x](http://evil.example)"
_MARKUP = {"image", "html_inline", "html_block", "heading", "bullet_list", "ordered_list", "fence", "code_block"}


def _kinds(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each part of a Markdown text: what it is, and where it leads."""
    for token in tokens:
        yield token.type.removesuffix("_open"), str(token.attrGet("href") or "")
        yield from _kinds(token.children or ())


@pytest.mark.parametrize(
    "odd", [_ODD, f"甲。\n\n{_ODD}\n---\n- 乙", "见[1](http://evil.example)", "[1]: http://evil.example"]
)
def test_what_a_page_says_makes_no_markup(seeds_library: Library, odd: str) -> None:
    (first, *_) = ANSWERED.citations
    article = replace(first.article, title=odd, paper=odd)
    cited = replace(first, article=article, quote=odd)
    answer = replace(ANSWERED, text=f"{odd}[1](续){odd}[1]", note=odd, citations=(cited,), nearest=(cited,))
    told = text(Desk(seeds_library), answer, f"{HOME}/")
    found = list(_kinds(MarkdownIt().parse(told)))
    assert not _MARKUP & {kind for kind, _ in found}
    assert [address for kind, address in found if kind == "link" and not address.startswith(f"{HOME}/#")] == []
    assert sum(kind == "link" for kind, _ in found) == 2
    assert sum(kind == "blockquote" for kind, _ in found) == 1
    assert "[1]" in told.splitlines()[-1]
