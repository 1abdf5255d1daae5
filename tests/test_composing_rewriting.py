"""A follow-up question as a local model rewrites it: what is asked in its place, and when ours stands."""

from __future__ import annotations

import time

import pytest

from qa.composing.rewriting import rewritten
from qa.composing.server import ModelServer
from qa.library.library import Library
from qa.types import Answer, Assumption, Query
from tests.parts.model_server import Script, model_server

HISTORY = ("校园 消防闯关",)
QUESTION = "那有多少人参加？"
ALONE = "校园消防闯关有多少人参加？"
EARLIER = ("青萝镇运动会的象棋比赛谁得了冠军？",)


def _rewritten(script: Script, question: str = "那乒乓球比赛呢？", seconds: float = 2.0) -> str | None:
    with model_server(script) as url:
        return rewritten(question, EARLIER, ModelServer(url, "m"), lambda name: name == "清河县", seconds)


@pytest.mark.parametrize(
    "said",
    [
        "青萝镇运动会的乒乓球比赛谁得了冠军？",
        "“青萝镇运动会的乒乓球比赛谁得了冠军？”\n",
        "改写后的问题：青萝镇运动会的乒乓球比赛谁得了冠军？",
        "<think>那是说乒乓球。</think>\n青萝镇运动会的乒乓球比赛谁得了冠军？",
    ],
)
def test_a_question_of_the_words_that_were_said_is_taken(said: str) -> None:
    assert _rewritten(Script(list(said))) == "青萝镇运动会的乒乓球比赛谁得了冠军？"


def test_it_may_name_what_the_library_names() -> None:
    assert _rewritten(Script(["清河县的乒乓球比赛谁得了冠军？"])) == "清河县的乒乓球比赛谁得了冠军？"


@pytest.mark.parametrize(
    "script",
    [
        Script(["蓝田市运动会的乒乓球比赛谁得了冠军？"]),
        Script(["青萝镇2024年运动会的乒乓球比赛谁得了冠军？"]),
        Script(["王大力在青萝镇运动会的乒乓球比赛得了冠军吗？"]),
        Script(["青萝镇运动会的乒乓球比赛谁没有得冠军？"]),
        Script(["青萝镇运动会的象棋比赛谁得了冠军？"]),
        Script(["青萝镇运动会的乒乓球比赛谁得了冠军？\n县队得了冠军。"]),
        Script(["乒乓球比赛" * 50]),
        Script([""]),
        Script(["？？？"]),
        Script(raw=b"\x00\xff garbage\n"),
        Script(raw=b'data: {"choices": 7}\n\n'),
        Script(status=500, raw=b""),
    ],
)
def test_what_names_something_new_or_is_no_question_is_not_taken(script: Script) -> None:
    assert _rewritten(script) is None


@pytest.mark.parametrize(
    "script",
    [
        Script(list("青萝镇运动会的乒乓球比赛谁得了冠军？"), pause=0.1),
        Script(["青萝镇运动会的乒乓球比赛谁得了冠军？"], pause=9),
        Script(drip=b"x", drips_headers=True, pause=0.1),
        Script.endless(),
    ],
)
def test_a_slow_model_is_not_waited_for(script: Script) -> None:
    began = time.monotonic()
    assert _rewritten(script, seconds=0.5) is None
    assert time.monotonic() - began < 2


def _asked(library: Library, script: Script, query: Query) -> Answer:
    with model_server(script) as url:
        return library.ask(query, writer=ModelServer(url, "m"))


def test_the_rewritten_question_is_asked_and_told(seeds_library: Library) -> None:
    query = Query(QUESTION, history=HISTORY)
    found = _asked(seeds_library, Script([ALONE]), query)
    alone = seeds_library.ask(Query(ALONE))
    assert found.answered
    assert found.citations == alone.citations
    assert found.question == QUESTION
    assert found.assumed == (Assumption("follow-up", QUESTION, ALONE), *alone.assumed)


@pytest.mark.parametrize("said", ["蓝田市的消防闯关有多少人？", "", "好的。"])
def test_ours_is_asked_where_it_does_not_hold(seeds_library: Library, said: str) -> None:
    query = Query(QUESTION, history=HISTORY)
    script = Script([said])
    assert _asked(seeds_library, script, query) == seeds_library.ask(query)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    "query",
    [
        Query(HISTORY[0]),
        Query(QUESTION),
        Query(ALONE, history=EARLIER),
        Query("谢谢", history=HISTORY),
        Query("还有吗？", history=HISTORY),
        Query(QUESTION, history=HISTORY, refused=(Assumption("follow-up", QUESTION, ALONE),)),
    ],
)
def test_a_model_is_not_asked_where_nothing_is_carried_over(seeds_library: Library, query: Query) -> None:
    script = Script([ALONE])
    assert _asked(seeds_library, script, query) == seeds_library.ask(query)
    assert not script.asked
