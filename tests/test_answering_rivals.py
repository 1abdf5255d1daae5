"""Another thing in the place of the one asked about: which sentences have it, and which only look like it."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.rivals import Rivals
from qa.archive import Archive
from qa.types import Query

ASKED = "少年宫书画比赛的冠军是谁"


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        (ASKED, "少年宫合唱比赛落幕，第一小学夺冠。", True),
        (ASKED, "少年宫合唱比賽落幕，第一小學奪冠。", True),
        (ASKED, "少年宫书画比赛落幕，第一小学夺冠。", False),
        (ASKED, "少年宫合唱比赛、书画比赛落幕。", False),
        (ASKED, "少年宫首届比赛落幕。", False),  # a count is no thing
        (ASKED, "少年宫的合唱和书法比赛落幕。", False),  # not between the same characters
        ("县医院门诊大楼何时启用", "县医院住院大楼昨日启用。", True),
        ("大厅的90个窗口何时开放", "大厅的四十个窗口昨日开放。", True),
        ("大厅的40个窗口何时开放", "大厅的四十个窗口昨日开放。", False),
        ("2023年全市新建多少座公园", "2024年全市新建公园12座。", False),  # a date is no amount
        ("市教育局通知了什么", "市教委通知各校放假。", False),  # the same in other words
        ("运动会围棋比赛谁夺冠", "运动会象棋比赛由甲队夺冠。", True),  # of one kind, by their last character
        ("它的镇长是谁", "副镇长张芑公布了消息。", True),
        ("它的镇长是谁", "镇长郭玉明和副镇长张芑出席。", False),
        ("它的副镇长是谁", "镇长郭玉明出席。", True),
        ("文化中心在哪里", "城市副中心的文化馆在东边。", False),  # no post
        ("什么可以取代水作为介质", "新的流体可以替代水作为介质。", False),  # verbs are no things
        ("球的质量是木星的几倍", "球的质量为木星的8.6倍。", False),
        ("县医院 门诊 大楼", "县医院住院大楼昨日启用。", False),  # nothing is between words kept apart
        ("哪里的雨量比青石镇多100毫米", "槐荫村的雨量是1470毫米。", False),  # by so much, not so much
        ("见到馆长的常务副区长是谁", "副馆长白兰芝见到常务副区长江水生。", False),  # of the post asked for
        ("县医院的院长是谁", "县医院护理部主任白兰芝说。", True),
        ("县医院的院长是谁", "县医院院长白兰芝说。", False),
        ("县医院的院长是哪天来的", "县医院护理部主任白兰芝5月来过。", False),  # not who it is
        ("柳溪镇代表队哪天夺冠", "5月，乒乓球赛落幕，东坝镇代表队夺冠。", True),
        ("柳溪镇代表队哪天夺冠", "5月，东坝镇代表队不敌柳溪镇代表队。", False),
        ("书画比赛的冠军是谁", "合唱比赛的冠军是李明。", False),  # nothing in front that could be the same
    ],
)
def test_a_rival_stands_between_the_same_characters(question: str, sentence: str, expected: bool) -> None:
    assert Rivals(Query(question)).are_in(sentence) is expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("那合唱呢？", "书画比赛由第一小学夺冠。", True),
        ("那合唱呢？", "合唱由第二小学夺冠。", False),
        ("那2023年呢？", "书画比赛由第一小学夺冠。", False),
        ("那合唱有多少人参加呢？", "书画比赛由第一小学夺冠。", False),
    ],
)
def test_a_follow_up_that_names_one_thing_is_about_it(question: str, sentence: str, expected: bool) -> None:
    assert Rivals(Query(question, carried="书画比赛谁夺冠")).are_in(sentence) is expected


def test_a_question_by_itself_is_no_follow_up() -> None:
    assert not Rivals(Query("合唱呢？")).are_in("书画比赛由第一小学夺冠。")


def test_the_report_on_another_thing_is_no_answer(tmp_path: Path) -> None:
    story = "少年宫合唱比赛落幕\n本报讯 3月5日，少年宫合唱比赛在文化馆落幕，第一小学获得冠军，二十支队伍参加。\n"
    other = "书画展开幕\n本报讯 文化馆书画展昨日开幕，展出作品一百幅，市民可免费参观。\n"
    (tmp_path / "a.txt").write_text(story, encoding="utf-8")
    (tmp_path / "b.txt").write_text(other, encoding="utf-8")
    with Archive.open(tmp_path / "library", create=True) as archive:
        archive.add([tmp_path])
        right = archive.ask(Query("少年宫合唱比赛哪所学校获得冠军"))
        assert right.answered
        assert "第一小学" in right.text
        wrong = archive.ask(Query("少年宫书画比赛哪所学校获得冠军"))
        assert "第一小学" not in wrong.text
        assert wrong.confidence < right.confidence / 2


def test_what_is_said_of_another_person_is_no_answer(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "夜读室开放\n本报讯 市图书馆夜读室昨日开放，馆长李春梅说，夜读室每晚开到十一点，周末不休息。\n",
        encoding="utf-8",
    )
    (tmp_path / "b.txt").write_text(
        "书画展开幕\n本报讯 文化馆书画展昨日开幕，馆长王建国介绍，展出作品一百幅，市民可免费参观。\n", encoding="utf-8"
    )
    with Archive.open(tmp_path / "library", create=True) as archive:
        archive.add([tmp_path])
        assert "十一点" in archive.ask(Query("李春梅馆长的夜读室每晚开到几点")).text
        wrong = archive.ask(Query("王建国馆长的夜读室每晚开到几点"))
        assert not wrong.answered
        assert wrong.reason
        assert wrong.reason.kind == "false-premise"
        assert wrong.reason.terms == ("王建国",)
