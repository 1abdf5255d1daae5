"""What compares: two things side by side, the most of all, what several come to."""

from __future__ import annotations

import re

import pytest

from qa.questions.comparisons import (
    comparison_of,
    comparison_of_asked,
    comparison_with_last,
    sum_of,
    sum_of_asked,
    superlative_of,
)
from qa.text.folding import comparable
from qa.types import Span


def marked(question: str) -> tuple[str, list[Span]]:
    """A question whose things stand in brackets, without them, and where the things are."""
    at = [match.start() - before for before, match in enumerate(re.finditer(r"[\[\]]", question))]
    return re.sub(r"[\[\]]", "", question), [Span(*pair) for pair in zip(at[::2], at[1::2], strict=True)]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("[东河镇]和[西坡镇]哪个卫生院床位多", ("东河镇卫生院床位有多少？", "西坡镇卫生院床位有多少？")),
        ("[南沟镇]还是[北塘镇]的卫生院先开门？", ("南沟镇的卫生院开门是什么时候？", "北塘镇的卫生院开门是什么时候？")),
        ("县医院搬家[之前]床位多还是[之后]多", ("县医院搬家之前床位有多少？", "县医院搬家之后床位有多少？")),
        ("[张建国]和[李春梅]谁的得分高", ("张建国得分多高？", "李春梅得分多高？")),
        ("奖学金[2023年]和[2024年]的金额差多少？", ("奖学金2023年的金额是多少？", "奖学金2024年的金额是多少？")),
        (
            "[图书馆夜读室]和[医院夜间门诊]，哪个关得晚？",
            ("图书馆夜读室关是什么时候？", "医院夜间门诊关是什么时候？"),
        ),
        ("稻子收购价[今年]有没有[去年]高", ("稻子收购价今年多高？", "稻子收购价去年多高？")),
        ("[老街]和[新街]租金各是多少？", ("老街租金是多少？", "新街租金是多少？")),
        ("[东河镇]跟[西坡镇]新生各多少", ("东河镇新生多少？", "西坡镇新生多少？")),
        ("女排决赛[纺织厂]赢了[化肥厂]几分", ("女排决赛纺织厂赢了几分？", "女排决赛化肥厂赢了几分？")),
        ("[龙泉湖]的水质和[翠屏水库]比怎么样？", ("龙泉湖的水质", "翠屏水库的水质")),
    ],
)
def test_comparisons_ask_for_each_side_alone(question: str, asked: tuple[str, str]) -> None:
    found = comparison_of(*marked(question))
    assert found
    assert found.questions == asked
    assert found.things == tuple(comparable(one) for one in re.findall(r"\[(.*?)\]", question))


@pytest.mark.parametrize(
    ("question", "is_of_values", "is_of_quality"),
    [
        ("[东河镇]和[西坡镇]哪个床位多", True, False),
        ("对比[东河镇]和[西坡镇]的卫生院", False, False),
        ("[老街]同[新街]，哪条有味道", False, True),
        ("[老街]和[新街]停电，各给了什么补偿", False, False),
    ],
)
def test_what_they_are_compared_by(question: str, is_of_values: bool, is_of_quality: bool) -> None:
    found = comparison_of(*marked(question))
    assert found
    assert (found.is_of_values, found.is_of_quality) == (is_of_values, is_of_quality)


def test_one_thing_or_three_are_not_compared() -> None:
    assert comparison_of(*marked("[老街]有味道吗")) is None
    assert comparison_of(*marked("比较下[一季度]、[二季度]、[三季度]的用电量")) is None


@pytest.mark.parametrize(
    ("question", "asked", "is_least", "is_day"),
    [
        ("哪个镇的卫生院床位最多", "镇的卫生院床位有多少？", False, False),
        ("哪个镇的卫生院占地最小？", "镇的卫生院占地多大？", True, False),
        ("占地最小的卫生院是哪家", "卫生院占地多大？", True, False),
        ("这三届马拉松里人数最多的是哪届？", "马拉松人数有多少？", False, False),
        ("2019到2021年农机校哪年总分最高？", "农机校总分多高？", False, False),
        ("这些小学里数哪所最老？", "小学是哪一年建的？", True, True),
        ("哪家卫生院最早开诊？", "卫生院开诊是什么时候？", True, True),
        ("合唱团拿过的最高分是多少？", "合唱团拿过分多高？", False, False),
    ],
)
def test_what_is_most_of_all(question: str, asked: str, is_least: bool, is_day: bool) -> None:
    found = superlative_of(question)
    assert found
    assert (found.question, found.is_least, found.is_day) == (asked, is_least, is_day)


@pytest.mark.parametrize(
    "question",
    [
        "卫生院有多少张床位",
        "最近开了哪些会",
        "最后谁赢了",
        "每人最多能借几本书",
        "最低生活保障谁能领",
        "画展最晚哪天还能看",
    ],
)
def test_what_has_the_word_need_not_ask_for_the_most(question: str) -> None:
    assert superlative_of(question) is None


def test_how_a_text_says_that_something_is_the_most() -> None:
    found = superlative_of("全县最大的水库是哪一座")
    assert found
    assert [bool(re.search(found.said, one)) for one in ("最大水库", "全县最大", "最大的鱼塘")] == [True, True, False]


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("2024年[西坡镇]和[南沟镇]一共种了多少棵树？", ["2024年西坡镇种了多少棵树", "2024年南沟镇种了多少棵树"]),
        (
            "[东河镇]、[西坡镇]和[南沟镇]一共有多少张床位？",
            ["东河镇多少张床位", "西坡镇多少张床位", "南沟镇多少张床位"],
        ),
        ("[2019到2021三年]一共修了多少公里路？", [f"{year}年修了多少公里路" for year in (2019, 2020, 2021)]),
        ("所有卫生院加起来有多少张床位？", []),
        ("三届马拉松一共有多少人参加？", []),
    ],
)
def test_what_several_come_to(question: str, parts: list[str]) -> None:
    found = sum_of(*marked(question))
    assert found
    assert [one for _, one in found.parts] == parts


@pytest.mark.parametrize("question", ["[马拉松]一共有多少人参加？", "两年一共花了多少钱", "2024届毕业生总共多少人？"])
def test_the_total_of_one_thing_is_a_fact(question: str) -> None:
    assert sum_of(*marked(question)) is None


ROADS = ("南沟镇环镇路花了多少钱", "北塘镇环镇路花了多少钱")


@pytest.mark.parametrize("question", ["哪个多", "这俩哪个花钱多？", "那两个镇哪个花得多", "差多少"])
def test_two_things_of_which_the_same_was_asked_are_compared(question: str) -> None:
    found = comparison_of_asked(question, ROADS)
    assert found is not None
    assert found.questions == ROADS
    assert found.things == ("南沟镇", "北塘镇")


@pytest.mark.parametrize(("question", "asked"), [("哪个镇种的树多", ROADS), ("哪个多", ROADS[:1]), ("哪个多", ())])
def test_what_says_more_or_follows_less_does_not_compare_them(question: str, asked: tuple[str, ...]) -> None:
    assert comparison_of_asked(question, asked) is None


def test_what_the_same_asked_of_several_comes_to() -> None:
    found = sum_of_asked("加起来多少？", ROADS)
    assert found is not None
    assert found.parts == (("南沟镇", ROADS[0]), ("北塘镇", ROADS[1]))
    assert sum_of_asked("一共种了多少棵树", ROADS) is None
    assert sum_of_asked("加起来多少", ROADS[:1]) is None


def test_what_was_asked_last_beside_another_thing() -> None:
    found = comparison_with_last(ROADS[0], "北塘镇呢", ROADS[0])
    assert (found.things, found.questions) == (("南沟镇", "北塘镇"), (ROADS[0], "北塘镇呢"))
    assert comparison_with_last("医药呢", "智能制造呢", "医药呢").things == ("医药呢", "智能制造")
