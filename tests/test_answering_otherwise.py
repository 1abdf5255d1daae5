"""What an article tells otherwise than the question takes for granted, and the reason that a refusal names for it."""

from __future__ import annotations

import pytest
from answering_parts import ask, hit
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.otherwise import Granted
from qa.answering.premises import people, proper, told_by
from qa.types import Article

STORY = hit("夜间门诊\n柳溪镇医院5月起开设夜间门诊，设20张床位。院长白兰芝说，每晚六点到十点看儿科。")


def article(body: str, date: str | None = None) -> Article:
    return Article("a", body, "a", date=date)


@pytest.mark.parametrize(
    ("question", "body", "expected"),
    [
        ("北苑街道有多少支团队？", "玉桥街道已有团队19支。", ("北苑街道",)),
        ("北苑街道有多少支团队？", "玉桥街道与北苑各有团队19支。", ()),
        ("北苑街道有多少支团队？", "全街道已有团队19支。", ()),  # nothing is named in its place
        ("槐荫村医院何时开诊？", "柳溪镇医院昨日开诊。", ("槐荫村",)),
        ("通州区柳溪镇有多少户？", "柳溪镇有300户，朝阳区来客。", ()),  # the wider place is left out
        ("小区有三万户居民吗？", "小区有7000多户居民。", ("3万",)),
        ("小区有七千户居民吗？", "小区有7000多户居民。", ()),
        ("哪里的雨比青石镇多100毫米？", "青石镇的雨是1470毫米。", ()),  # by so much, not so much
        ("资金的80%来自哪里？", "百分之七十来自县财政。", ("80",)),
        ("两家企业怎样了？", "三家企业签约。", ()),  # counted by the asker
        ("2019年的产值是多少？", "2025年产值破千亿元。", ("2019年",)),
        ("2024年的产值是多少？", "2025年产值破千亿元。", ()),
        ("2019年的产值是多少？", "产值破千亿元。", ()),
        ("十一月一日起通车的是哪条路？", "自10月1日起，青羊路通车。", ("11月1日",)),
        ("十月一日起通车的是哪条路？", "自10月1日起，青羊路通车，11月1日起收费。", ()),
        ("11月1日通车的是哪条路？", "自10月1日起，青羊路通车。", ()),  # another day of the story
        ("南集镇有多少户？", "柳溪镇有300户。", ("南集镇",)),  # cut 南 集镇
        ("2005年槐荫街道做了什么？", "2005年，槐荫街道办节。", ()),  # the year is no part of the name
        ("北京环球影城的总经理是谁？", "通达公司总经理江水生介绍。", ("环球影城",)),
        ("通达公司的总经理是谁？", "通达公司总经理江水生介绍。", ()),
        ("白兰芝何时任镇党委书记？", "副镇长白兰芝介绍，镇党委书记江水生出席。", ("书记白兰芝",)),
        ("江水生书记何时上任？", "副镇长白兰芝介绍，镇党委书记、人大主席江水生出席。", ()),
        ("白兰芝何时任镇党委书记？", "镇党委书记、镇长白兰芝介绍。", ()),
        ("白兰芝何时任镇党委书记？", "副镇长白兰芝曾任书记三年。", ()),  # who was it is not told
        ("", "", ()),
    ],
)
def test_what_an_article_tells_otherwise(question: str, body: str, expected: tuple[str, ...]) -> None:
    assert Granted(question).otherwise(article(body)) == expected


def test_the_date_of_an_article_is_a_year_that_it_tells() -> None:
    asked = Granted("2019年的产值是多少？")
    assert asked.otherwise(article("产值破千亿元。", "2025-03-01")) == ("2019年",)
    assert asked.otherwise(article("产值破千亿元。", "2020-01-01")) == ()


@given(st.text(max_size=80), st.text(max_size=200))
def test_an_article_never_contradicts_its_own_words(question: str, body: str) -> None:
    Granted(question).otherwise(article(body))
    assert Granted(body).otherwise(article(body)) == ()


@pytest.mark.parametrize(
    ("question", "kind", "terms"),
    [
        ("槐荫村医院的夜间门诊几点开？", "false-premise", ("槐荫村",)),
        ("夜间门诊的挂号费是多少？", "fact-missing", ()),
        ("王海涛院长的夜间门诊几点开？", "unknown-term", ("王海涛",)),
    ],
)
def test_a_refusal_names_its_reason(question: str, kind: str, terms: tuple[str, ...]) -> None:
    other = hit("植树\n槐荫村昨日植树，村民带来树苗。")
    refused = ask(question, STORY, other, least=1.0)
    assert refused.reason
    assert (refused.reason.kind, refused.reason.terms) == (kind, terms)


def test_words_that_anybody_uses_are_no_names() -> None:
    assert proper("哪些东西最新鲜？") == ()  # places of the dictionary, all the same
    assert proper("广东和潞河") == ("广东", "潞河")


def test_who_stands_before_a_post_is_a_person() -> None:
    assert people("温雅琴馆长的夜读室开到几点？") == ("温雅琴",)
    assert people("区图书馆的馆长是谁？") == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("北京交响乐团演奏了什么？", ("交响乐团",)),
        ("夜读室由哪家地铁公司运营？", ("地铁",)),
        ("夜读室由哪家公司运营？", ()),
        ("英国药厂要做什么？", ()),  # short, and called so by anybody
        ("", ()),
    ],
)
def test_what_tells_a_body_from_others(question: str, expected: tuple[str, ...]) -> None:
    assert told_by(question) == expected


def test_a_body_that_nothing_has_is_named_in_the_refusal() -> None:
    refused = ask("北京交响乐团在夜间门诊做了什么？", STORY)
    assert refused.reason
    assert (refused.reason.kind, refused.reason.terms) == ("unknown-term", ("北京", "交响乐团"))
