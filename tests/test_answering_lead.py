"""The marked words lead an answer only where they are what was asked for."""

from __future__ import annotations

import pytest

from qa.answering.lead import asks_who, is_asked_for


@pytest.mark.parametrize(
    ("marked", "question"),
    [
        ("三人", "有多少人参加？"),
        ("36亩", "占地多大"),
        ("五成", "降了多少"),
        ("10月1日起", "什么时候开始？"),
        ("傍晚", "何时停电"),
        ("白杨镇代表队", "谁夺冠了？"),
        ("李春梅", "谁是冠军"),
        ("恒泽热力公司", "谁承建的"),
        ("白杨镇代表队", "哪支队赢了？"),
        ("红烧豆腐", "什么菜得分最高"),
    ],
)
def test_what_was_asked_for(marked: str, question: str) -> None:
    assert is_asked_for(marked, question)


@pytest.mark.parametrize(
    ("marked", "question"),
    [
        ("奖杯", "冠军是谁"),
        ("热闹非凡", "有多少人参加？"),
        ("体育馆", "什么时候开始？"),
    ],
)
def test_what_was_not(marked: str, question: str) -> None:
    assert not is_asked_for(marked, question)


@pytest.mark.parametrize("question", ["谁夺冠了？", "哪支队赢了？"])
def test_what_was_won_is_not_who_won(question: str) -> None:
    assert not is_asked_for("桂冠", question, "最终，白杨镇代表队摘得")


@pytest.mark.parametrize(("question", "is_who"), [("校长叫什么", True), ("谁夺冠了", True), ("谁的书多", False)])
def test_somebody_is_asked_for(question: str, is_who: bool) -> None:
    assert asks_who(question) is is_who
