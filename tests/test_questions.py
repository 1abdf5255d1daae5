"""A question planned: what it takes over and assumes, and that it says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa import questions
from qa.questions import follow_ups
from qa.questions.follow_ups import LEANS, MAY_LEAN
from qa.text.words import content_words
from qa.types import Assumption, Filters, Query
from qa.types.settings import QUESTION_CHARS
from tests.parts import nouns
from tests.parts.nouns import hit

FORUM = "漷县镇花海论坛什么时候开幕？"
HEATING = "西集镇的供暖今年从哪天开始？"
OTHER = "运河商务区今年有哪些重大项目开工？"


def test_a_follow_up_carries_the_topic_and_says_so() -> None:
    planned = questions.analyse(Query("有多少人参加？", history=(FORUM,)))
    assert planned.carried == "漷县镇花海论坛 开幕"
    assert planned.assumed == (Assumption("follow-up", "有多少人参加？", "漷县镇花海论坛 开幕"),)
    assert planned.written == "有多少人参加？"
    assert planned.text == "漷县镇花海论坛 开幕 有多少人参加？"


def test_a_question_that_may_stand_alone_leans_a_little_until_its_hits_are_known() -> None:
    planned = questions.analyse(Query(FORUM, history=(OTHER,)))
    assert planned.leaning == MAY_LEAN < questions.analyse(Query("为什么？", history=(OTHER,))).leaning == LEANS
    assert [one.kind for one in planned.assumed] == ["follow-up"]


@pytest.mark.parametrize(
    ("question", "rank_alone", "kept"),
    [
        ("开幕式主席致辞用了几分钟", 1, False),
        (FORUM, 2, False),
        ("开幕式主席致辞用了几分钟", None, True),
        ("为什么？", 1, True),
    ],
)
def test_a_history_that_changes_nothing_is_let_go(question: str, rank_alone: int | None, kept: bool) -> None:
    planned = questions.analyse(Query(question, history=(OTHER,)))
    ranks = {"terms": 1} | ({"alone": rank_alone} if rank_alone else {})
    settled = questions.settle_history(planned, [replace(hit(nouns.FORUM, 5, 17, 0.9), ranks=ranks)])
    assert (settled == planned) is kept
    assert (settled.carried, settled.leaning, settled.assumed) == (
        (planned.carried, planned.leaning, planned.assumed) if kept else ("", 0.0, ())
    )


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("起初有多少学生", True),  # both tell it, one of what was asked before
        ("小学操场面积扩大几倍", False),  # which the other alone has
        ("路边乱停车有人管没", False),  # neither of them has more of what was asked before
    ],
)
def test_a_history_tells_alike_passages_apart_and_nothing_else(question: str, kept: bool) -> None:
    before, other = (
        replace(nouns.FORUM, id=town, title=f"{town}小学", text=f"{town}小学起初有学生若干。{more}")
        for town, more in (("东河镇", ""), ("西坡镇", "操场扩大三倍。"))
    )
    hits = [replace(hit(one, 0, len(one.text), 0.9), ranks={"alone": rank}) for one, rank in ((before, 2), (other, 1))]
    planned = questions.analyse(Query(question, history=("东河镇小学是谁办的？" if kept else "水库什么时候修的？",)))
    assert bool(questions.settle_history(planned, hits).carried) is kept


def test_without_hits_a_history_that_may_not_be_meant_is_let_go() -> None:
    assert questions.settle_history(questions.analyse(Query(FORUM, history=(OTHER,))), []).carried == ""


def test_what_the_question_says_itself_is_not_carried() -> None:
    assert questions.analyse(Query("开幕的嘉宾呢？", history=(FORUM,))).carried == "漷县镇花海论坛"


def test_it_carries_from_the_latest_question_that_stands_alone_and_the_follow_ups_since() -> None:
    planned = questions.analyse(Query("为什么？", history=(HEATING, FORUM, "面积呢？")))
    assert planned.carried == "漷县镇花海论坛 开幕 面积"


@pytest.mark.parametrize("history", [(), ("",), ("它呢？", "。。。")])
def test_nothing_is_assumed_where_nothing_was_said(history: tuple[str, ...]) -> None:
    planned = questions.analyse(Query("为什么？", history=history))
    assert (planned.carried, planned.assumed) == ("", ())


def test_the_query_is_kept_as_it_is_but_for_the_blanks_around_it() -> None:
    query = Query(" 为什么？\n", (FORUM,), Filters(since="2025"), 7)
    assert questions.analyse(query).query == replace(query, question="为什么？")


def test_a_very_long_question_is_read_up_to_its_limit() -> None:
    assert questions.analyse(Query("漷" * 10_000)).written == "漷" * QUESTION_CHARS


QUESTIONS = st.text("漷县镇花海论坛它那为什么多少人参加开幕？ a1\ud800", max_size=30) | st.text(max_size=30)


@settings(deadline=None)  # the first call loads dictionaries
@given(QUESTIONS, st.lists(QUESTIONS, max_size=4).map(tuple))
def test_carried_words_come_from_the_history_and_are_named(question: str, history: tuple[str, ...]) -> None:
    planned = questions.analyse(Query(question, history))
    said = {word for earlier in history for word in content_words(earlier)}
    assert not planned.carried or any(word in planned.carried for word in said)
    taken_over = [one.target for one in planned.assumed if one.kind == "follow-up"]
    assert taken_over == ([follow_ups.shown(planned.carried)] if planned.carried else [])


def test_an_assumption_that_was_taken_back_is_not_made_again() -> None:
    asked = Query("有多少人？", history=(FORUM,))
    (assumed,) = questions.analyse(asked).assumed
    again = questions.analyse(Query("有多少人？", history=(FORUM,), refused=(assumed,)))
    assert (again.carried, again.assumed) == ("", ())
    assert asked.may_assume(assumed)
    assert not Query("有多少人？", refused=(assumed,)).may_assume(Assumption("follow-up", "有多少人？", "别的"))
