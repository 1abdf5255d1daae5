"""Which questions lean on the ones before them, and which words they take over."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.questions.exchanges import exchanged, without_replaced
from qa.questions.follow_ups import (
    Ellipsis,
    asked_alike,
    began,
    carried,
    completed,
    ellipsis_of,
    is_ellipsis,
    is_follow_up,
    opening,
    who_is_meant,
    with_name,
)

SNOW = "12月12日东河镇几点开始下雪？"


@pytest.mark.parametrize(
    "question",
    [
        "它的面积是多少平方米？",
        "他们参加了什么活动？",
        "那开幕仪式在哪里举行？",
        "那它什么时候开诊的?",
        "其中志愿者有多少人？",
        "这个项目投资多少亿元？",
        "该镇种植面积有多少亩？",
        "还有哪些单位参加了会议？",
        "还有谁参加?",
        "后来是什么时候停的？",
        "那里呢？",
        "2023年呢？",
        "西集镇的供暖开始时间呢？",
        "當時有多少人在場？",
        "還有誰參加？",
        "有多少人？",
        "是和哪个部门一起查的？",
        "为什么？",
        "当天来了多少位居民？",
        "比上一年增长了多少？",
    ],
)
def test_leans_on_an_earlier_question(question: str) -> None:
    assert is_follow_up(question)


@pytest.mark.parametrize(
    "question",
    [
        "漷县镇花海论坛什么时候开幕？",
        "西集镇的供暖今年从哪天开始？",
        "哪些人参加了大运河论坛",
        "宋庄镇图书馆什么时候开放？",
        "下雪那几天环卫工人怎么干的",
        "停电那晚医院里用什么照明？",
        "马驹桥镇党委书记是谁呢？",
        "焦洁和她的团队获得了什么奖？",
        "夺冠的那支球队叫什么名字？",
        "台湖镇那家企业被罚了多少钱？",
        "有没有人见义勇为",
        "老人摔了没人管咋整",
        "林芝旅游最佳时间",
        "五一劳动节期间公交怎么开行",
    ],
)
def test_stands_alone(question: str) -> None:
    assert not is_follow_up(question)


@pytest.mark.parametrize(("question", "is_one"), [("中年组呢？", True), ("2023年呢", True), ("是谁呢？", False)])
def test_an_ellipsis_asks_nothing_itself(question: str, is_one: bool) -> None:
    assert is_ellipsis(question) is is_one


@pytest.mark.parametrize(
    ("question", "history", "expected"),
    [
        ("后来是什么时候停的？", (SNOW,), "12月12日东河镇 开始下雪"),
        ("还有谁参加？", ("研讨会在哪里开的?",), "研讨会 开"),
        ("那里呢？", ("南沟镇建了什么？", "多少户居民受益？"), "南沟镇建 户居民受益"),
        ("为什么？", ("南沟镇建了什么？", SNOW, "雪有多厚？"), "12月12日东河镇 开始下雪 雪"),
        ("为什么？", ("南沟镇建了什么？", "多少户受益？", "谁出的钱？"), "南沟镇建 出的钱"),
        ("谁出席？", ("出席者有谁？",), "出席者"),
        ("谁出席？", ("谁出席了？",), ""),
    ],
)
def test_the_statements_of_the_latest_topic_are_carried(question: str, history: tuple[str, ...], expected: str) -> None:
    assert carried(question, history) == expected


@pytest.mark.parametrize(
    ("question", "earlier", "expected"),
    [
        ("2023年呢？", "东河镇2025年固定资产投资是多少？", "东河镇固定资产投资是多少"),
        ("去年呢？", "今年供暖从哪天开始？", "供暖从哪天开始"),
        ("12月呢", "2025年11月图书馆接待了多少人？", "2025年图书馆接待了多少人"),
        ("漷县镇呢？", "马驹桥镇2025年固定资产投资是多少？", "2025年固定资产投资是多少"),
        ("中年组呢？", "足球比赛青年组冠军是哪支队伍？", "足球比赛冠军是哪支队伍"),
        ("李强呢？", "张伟获得了什么奖？", "获得了什么奖"),
        ("嘉宾呢？", "花海论坛什么时候开幕？", "花海论坛 开幕"),
    ],
)
def test_an_ellipsis_asks_the_earlier_question_anew(question: str, earlier: str, expected: str) -> None:
    assert carried(question, (earlier,)) == expected


@pytest.mark.parametrize("place", ["林海镇", "梁子旗", "于家务乡", "李桥路"])
def test_a_place_that_begins_as_a_name_does_is_nobody(place: str) -> None:
    assert without_replaced(f"{place}的负责人是谁", "王小明呢") is None


def test_what_is_said_again_is_not_exchanged() -> None:
    assert without_replaced("固定资产投资是多少", "投资呢") is None


TEXTS = st.text("漷县镇马驹桥投资张伟那它呢年2025月1日是多少？ a\ud800", max_size=20)


@settings(deadline=None)  # the first call loads dictionaries
@given(TEXTS, TEXTS)
def test_an_exchange_only_takes_away(earlier: str, said: str) -> None:
    left = without_replaced(earlier, said)
    assert left is None or (
        len(left) < len(earlier) and all(left.count(one) <= earlier.count(one) for one in set(left))
    )


@pytest.mark.parametrize(
    ("earlier", "question", "words"),
    [
        ("图书馆几点关门", "周末呢", "图书馆几点关门"),  # a time alone asks the same of it
        ("西坡镇环镇路多长？", "白杨乡的呢？", "环镇路多长"),
        ("柳湾镇中心小学是谁办的？", "大桥乡中心小学呢？", "中心小学是谁办"),
    ],
)
def test_what_is_asked_again(earlier: str, question: str, words: str) -> None:
    assert carried(question, [earlier]).removesuffix("?") == words


@pytest.mark.parametrize(
    ("question", "history", "which"),
    [
        ("他哪年上任的", ["校长是谁"], 0),
        ("她说了什么？", ["校长是谁？", "她哪年来的？"], 0),
        ("他哪年上任的", ["校长是谁", "图书馆几点关门"], None),
        ("图书馆几点关门", ["校长是谁"], None),
        ("他们去了哪里？", ["校长是谁"], None),
        ("他哪年上任的", [], None),
    ],
)
def test_whom_a_question_calls_he(question: str, history: list[str], which: int | None) -> None:
    assert who_is_meant(question, history) == which


def test_a_name_stands_for_the_pronoun() -> None:
    assert with_name("那他哪年上任的？他多大？", "陆清和") == "那陆清和哪年上任的?他多大?"


@pytest.mark.parametrize(
    ("question", "history", "meant"),
    [
        ("那工业总产值呢", ("经开区累计向马驹桥投资多少？",), Ellipsis("工业总产值", "多少?")),
        ("医院呢？", ("图书馆几点关门", "阅览室呢"), Ellipsis("医院", "几点关门")),
        ("2024年呢", ("南沟镇2025年种了多少棵树？",), None),  # the year takes the other's place
        ("北塘镇呢", ("南沟镇环镇路花了多少钱",), None),
        ("期末几点关门", ("图书馆几点开门",), None),
        ("期末呢", (), None),
    ],
)
def test_an_ellipsis_asks_what_was_asked_before(
    question: str, history: tuple[str, ...], meant: Ellipsis | None
) -> None:
    assert ellipsis_of(question, history) == meant


@pytest.mark.parametrize(
    ("history", "at"),
    [
        (("槐荫村的戏台修了几个月？", "那是谁修的？"), 0),
        (("槐荫村的戏台修了几个月？", "白鹭湖有几只白鹭？"), 1),
        (("那是谁修的？",), None),
        ((), None),
    ],
)
def test_the_latest_question_that_may_stand_by_itself(history: tuple[str, ...], at: int | None) -> None:
    assert began(history) == at


@pytest.mark.parametrize(
    ("question", "history", "whole"),
    [
        ("2024年呢", ("2023年谁赢了？",), "2024年谁赢了?"),
        ("24年呢", ("2023年谁赢了",), "2024年谁赢了"),
        ("那再往前一年呢？", ("南沟镇2025年种了多少棵树？", "2024年呢？"), "南沟镇2023年种了多少棵树?"),
        ("上一届呢", ("第二十届辩论赛冠军",), "第十九届辩论赛冠军"),
        ("最少的呢", ("哪个镇卫生院床位最多",), "哪个镇卫生院床位最少"),
        ("磐石队呢？", ("萤火队2025年得了几分？",), "磐石队2025年得了几分?"),
        ("2号线呢？", ("班车多久一班？", "1号线末班几点？"), "2号线末班几点?"),
        ("西坡的呢", ("东河镇那个医院有几张床",), "西坡那个医院有几张床"),
        ("李强呢", ("张伟获得了什么奖？",), "李强获得了什么奖?"),
        ("西坡镇呢", ("东河镇呢",), None),  # nothing was asked of it
        ("床位呢", ("东河镇卫生院院长是谁",), None),
        ("那三季度的增速呢", ("一季度工业产值多少",), None),  # more than the time
        ("周末呢", ("图书馆几点关门",), None),
        ("2024年谁赢了", ("2023年谁赢了？",), None),
    ],
)
def test_the_question_that_an_ellipsis_stands_for(question: str, history: tuple[str, ...], whole: str | None) -> None:
    assert completed(question, history) == whole


def test_the_same_asked_of_several_things() -> None:
    roads = ("图书馆几点关门", "南沟镇环镇路花了多少钱", "北塘镇呢")
    assert asked_alike(roads) == ("南沟镇环镇路花了多少钱", "北塘镇环镇路花了多少钱")
    assert asked_alike(roads[:1]) == roads[:1]
    assert asked_alike(()) == ()


@settings(deadline=None)  # the first call loads dictionaries
@given(TEXTS, TEXTS)
def test_what_is_exchanged_stands_in_the_question(earlier: str, said: str) -> None:
    whole = exchanged(earlier, said)
    assert whole is None or said in whole or any(sign in said for sign in "前上后下第年")


def test_the_question_that_opened_the_topic() -> None:
    assert opening(("南沟镇建了什么？", SNOW, "雪有多厚？", "谁扫的？")) == (SNOW,)
    assert opening(()) == ()
