"""Things listed side by side: which sentences are about another of them than the question."""

from __future__ import annotations

import pytest

from qa.answering.rows import Rows
from qa.types import Article

STORY = Article("a", "比赛包含足球、篮球、象棋、围棋和书法等项目。白兰芝、江水生、李春梅参加。", "运动会开幕")


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("围棋冠军是谁", "7月，象棋比赛由甲队夺冠。", True),
        ("围棋冠軍是誰", "7月，象棋比賽由甲隊奪冠。", True),
        ("足球冠军是谁", "7月，象棋比赛由甲队夺冠。", True),  # the first, behind what announces it
        ("书法冠军是谁", "7月，象棋比赛由甲队夺冠。", True),  # the last, joined and before 等
        ("象棋冠军是谁", "7月，象棋比赛由甲队夺冠。", False),
        ("围棋有多少人参加", "比赛包含足球、篮球、象棋、围棋和书法等项目。", False),
        ("围棋冠军是谁", "甲队夺冠。", False),  # of which, is not told
        ("跳绳冠军是谁", "7月，象棋比赛由甲队夺冠。", False),  # not listed with it
        ("白兰芝说了什么", "她和江水生握手，说人人都能参加。", False),  # people meet
        ("", "", False),
    ],
)
def test_a_sentence_about_another_thing_of_the_row(question: str, sentence: str, expected: bool) -> None:
    assert Rows(question, STORY).are_left_in(sentence) is expected
