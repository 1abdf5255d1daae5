"""The second model of OpenAI's interface: what a language model makes of the answer, checked, below it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import aclosing, contextmanager
from itertools import chain, repeat
from typing import Any

import anyio
import openai
import pytest
from markdown_it import MarkdownIt

from qa.composing.server import ModelServer
from qa.library.library import Library
from qa.services.desk import Desk
from tests.parts.doors import ASKED, HOME, REFUSED, doors
from tests.parts.model_server import Script, model_server
from ui.composing import Compositions

COMPOSED = "wenbao-composed"


@contextmanager
def _client(library: Library, script: Script) -> Iterator[openai.OpenAI]:
    with model_server(script) as url, doors(library, llm=ModelServer(url, "m")) as http:
        yield openai.OpenAI(base_url=f"{HOME}/v1", api_key="key", http_client=http, max_retries=0)  # type: ignore[arg-type]


@pytest.fixture
def quote(seeds_library: Library) -> str:
    return seeds_library.ask(ASKED).citations[0].quote.strip().rstrip("；;。")


def _whole(client: openai.OpenAI, model: str, question: str = ASKED) -> Any:
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])


def test_it_is_there_while_a_model_is(seeds_library: Library) -> None:
    with _client(seeds_library, Script()) as client:
        assert [one.id for one in client.models.list()] == ["wenbao", COMPOSED]
        assert client.models.retrieve(COMPOSED).owned_by == "wenbao"
    with doors(seeds_library) as http:
        client = openai.OpenAI(base_url=f"{HOME}/v1", api_key="key", http_client=http, max_retries=0)  # type: ignore[arg-type]
        assert [one.id for one in client.models.list()] == ["wenbao"]
        with pytest.raises(openai.NotFoundError):
            _whole(client, COMPOSED)


def test_what_holds_stands_below_the_answer(seeds_library: Library, quote: str) -> None:
    script = Script([f"{quote}[1]。", "青岛队因此退赛[1]。", "大家都很满意。"])
    with _client(seeds_library, script) as client:
        plain, told = _whole(client, "wenbao"), _whole(client, COMPOSED)
    said = told.choices[0].message.content
    answer = plain.choices[0].message.content
    assert len(script.asked) == 1, "the other model asks no language model"
    assert said.startswith(answer)
    below = said.removeprefix(answer)
    assert below.index("由语言模型整理，逐句核对") < below.index("[2]")
    assert "青岛队" not in said
    assert "另有 2 句对不上" in below
    assert told.model == COMPOSED
    (statement,) = told.composed["statements"]
    assert statement["citations"] == [2]
    assert [one["fault"] for one in told.composed["struck"]] == ["not-held", "no-number"]
    first, rests = told.citations
    assert (first["n"], rests["n"]) == (1, 2)
    assert rests["quote"].strip().rstrip("；;。") == quote
    assert f"]({rests['url']})" in below
    assert told.choices[0].message.composed == told.composed
    assert not hasattr(plain, "composed")
    assert "heading" not in {token.type.removesuffix("_open") for token in MarkdownIt().parse(said)}


def test_streamed_it_is_the_same_and_the_answer_comes_first(seeds_library: Library, quote: str) -> None:
    def stream(client: openai.OpenAI) -> Any:
        return client.chat.completions.create(
            model=COMPOSED, messages=[{"role": "user", "content": ASKED}], stream=True
        )

    with _client(seeds_library, Script([f"{quote}[1]。", "大家都很满意。"])) as client:
        whole, chunks = _whole(client, COMPOSED), list(stream(client))
    said = "".join(one.choices[0].delta.content or "" for one in chunks)
    assert said == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert (chunks[-1].citations, chunks[-1].composed) == (whole.citations, whole.composed)


@pytest.mark.parametrize("script", [Script(status=500, raw=b"x"), Script(raw=b"?\n"), Script(["没有依据的话。"])])
def test_where_nothing_holds_the_answer_does(seeds_library: Library, script: Script) -> None:
    with _client(seeds_library, script) as client:
        told = _whole(client, COMPOSED)
        assert told.choices[0].message.content.startswith(seeds_library.ask(ASKED).text)
    assert "没有一句通过核对" in told.choices[0].message.content
    assert told.composed["statements"] == []
    assert len(told.citations) == 1


def test_a_refusal_is_not_overruled(seeds_library: Library) -> None:
    script = Script(["青岛啤酒节8月1日开幕[1]。"])
    with _client(seeds_library, script) as client:
        told, plain = _whole(client, COMPOSED, REFUSED), _whole(client, "wenbao", REFUSED)
    assert told.choices[0].message.content == plain.choices[0].message.content
    assert script.asked == []


def test_a_client_that_leaves_has_the_model_stopped(seeds_library: Library, quote: str) -> None:
    script = Script.endless()
    script.pieces = chain([f"{quote}[1]。", "甲。", "乙。"], repeat("嗯"))

    async def leave(url: str) -> None:
        composer = Compositions(ModelServer(url, "m")).composer(seeds_library)
        assert composer is not None
        async with aclosing(Desk(seeds_library).composed(seeds_library.ask(ASKED), composer)) as growing:
            async for made in growing:
                if made.statements:
                    return

    with model_server(script) as url:
        anyio.run(leave, url)
        assert script.gone.wait(20)
