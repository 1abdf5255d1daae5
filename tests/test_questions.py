"""What a question takes over from the ones before it, and that it says so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import questions, text
from qa.settings import QUESTION_CHARS
from qa.types import Assumption, Filters, Query

FORUM = "漷县镇花海论坛什么时候开幕？"
HEATING = "西集镇的供暖今年从哪天开始？"


@pytest.mark.parametrize(
    "question",
    [
        "它的面积是多少平方米？",
        "他们参加了什么活动？",
        "那开幕仪式在哪里举行？",
        "其中志愿者有多少人？",
        "这个项目投资多少亿元？",
        "该镇种植面积有多少亩？",
        "还有哪些单位参加了会议？",
        "西集镇的供暖开始时间呢？",
        "有多少人？",
        "为什么？",
    ],
)
def test_leans_on_an_earlier_question(question: str) -> None:
    assert questions.is_follow_up(question)


@pytest.mark.parametrize("question", [FORUM, HEATING, "哪些人参加了大运河论坛", "宋庄镇图书馆什么时候开放？"])
def test_stands_alone(question: str) -> None:
    assert not questions.is_follow_up(question)
    planned = questions.plan(Query(question, history=("运河商务区今年有哪些重大项目开工？",)))
    assert (planned.carried, planned.assumed, planned.text) == ("", (), question)


def test_a_follow_up_carries_the_topic_and_says_so() -> None:
    planned = questions.plan(Query("有多少人参加？", history=(FORUM,)))
    assert planned.carried == "漷县镇花海论坛 开幕"
    assert planned.assumed == (Assumption("follow-up", "有多少人参加？", "漷县镇花海论坛 开幕"),)
    assert planned.question == "有多少人参加？"
    assert planned.text == "漷县镇花海论坛 开幕 有多少人参加？"


def test_what_the_question_says_itself_is_not_carried() -> None:
    assert questions.plan(Query("开幕的嘉宾呢？", history=(FORUM,))).carried == "漷县镇花海论坛"


def test_it_carries_from_the_latest_question_that_stands_alone_and_the_follow_ups_since() -> None:
    planned = questions.plan(Query("为什么？", history=(HEATING, FORUM, "面积呢？")))
    assert planned.carried == "漷县镇花海论坛 开幕 面积"


@pytest.mark.parametrize("history", [(), ("",), ("它呢？", "。。。")])
def test_nothing_is_assumed_where_nothing_was_said(history: tuple[str, ...]) -> None:
    planned = questions.plan(Query("为什么？", history=history))
    assert (planned.carried, planned.assumed) == ("", ())


def test_the_rest_of_the_query_is_left_alone() -> None:
    before = Assumption("date", "昨天", "2025-12-11")
    query = Query(" 为什么？\n", (FORUM,), Filters(since="2025"), 7, (before,), frozenset({"a"}))
    planned = questions.plan(query)
    assert planned.question == "为什么？"
    assert planned.assumed[0] == before
    assert (planned.filters, planned.k, planned.hidden, planned.history) == (Filters(since="2025"), 7, {"a"}, (FORUM,))


def test_a_very_long_question_is_read_up_to_its_limit() -> None:
    assert questions.plan(Query("漷" * 10_000)).question == "漷" * QUESTION_CHARS


QUESTIONS = st.text("漷县镇花海论坛它那为什么多少人参加开幕？ a1\ud800", max_size=30) | st.text(max_size=30)


@settings(deadline=None)  # the first call loads dictionaries
@given(QUESTIONS, st.lists(QUESTIONS, max_size=4).map(tuple))
def test_carried_words_come_from_the_history_and_are_named(question: str, history: tuple[str, ...]) -> None:
    planned = questions.plan(Query(question, history))
    said = {word for earlier in history for word in text.content_words(earlier)}
    assert all(any(word in phrase for word in said) for phrase in planned.carried.split(" ") if phrase)
    assert bool(planned.assumed) == bool(planned.carried)
    assert [one.target for one in planned.assumed] == ([planned.carried] if planned.carried else [])


def test_an_assumption_that_was_taken_back_is_not_made_again() -> None:
    asked = Query("有多少人？", history=(FORUM,))
    (assumed,) = questions.plan(asked).assumed
    again = questions.plan(Query("有多少人？", history=(FORUM,), refused=(assumed,)))
    assert (again.carried, again.assumed) == ("", ())
    assert asked.may_assume(assumed)
    assert not Query("有多少人？", refused=(assumed,)).may_assume(Assumption("follow-up", "有多少人？", "别的"))
