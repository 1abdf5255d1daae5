"""What a model claims: which sentences it rests on, and which claims are struck, each for its fault."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import pytest

from qa.composing.claims import Claim, claims_of, judge
from qa.composing.facts import lacking
from qa.composing.prompt import Numbered, material
from qa.composing.support import exchanged
from qa.text.sentences import split_sentences
from qa.types import Answer, Span
from tests.parts.nouns import ANSWERED, FORUM, REFUSED, citation
from tests.parts.ui_values import article

TEXT = (
    "青萝镇中学今年新增学位二十三万个，投资3.5亿元。校长窦小明表示，新楼于2024年9月1日启用，此前没有招收寄宿生。\n"
    "县队以三比二战胜市队，获得冠军。运河书展上，甲社卖出500册，乙社卖出300册。展览免费开放到10月8日。"
)


def _given(date: str | None = "2025-03-05") -> Mapping[int, Numbered]:
    one = replace(article(TEXT, "镇里的事"), date=date)
    return {n: Numbered(n, one, *span) for n, span in enumerate(split_sentences(TEXT), 1)}


@pytest.mark.parametrize(
    ("written", "claims"),
    [
        ("甲来了[1]。乙走了[2]。", [("甲来了。", (1,)), ("乙走了。", (2,))]),
        ("甲来了。[1]乙走了。[2][3]", [("甲来了。", (1,)), ("乙走了。", (2, 3))]),
        ("甲来了【1，2】。乙走了［3］！", [("甲来了。", (1, 2)), ("乙走了！", (3,))]),
        ("甲来了[1-3]。", [("甲来了。", (1, 2, 3))]),
        ("甲来了[句1]。乙走了[第2句]。", [("甲来了。", (1,)), ("乙走了。", (2,))]),
        ("- **甲来了**[1]。\n2. 乙走了[2]。\n### 小结", [("甲来了。", (1,)), ("乙走了。", (2,)), ("小结", ())]),
        ("<think>先看[1]。再看[2]。</think>甲来了[1]。", [("甲来了。", (1,))]),
        ("<think>还没想完[1]。", []),
        ("[1] 甲来了。\n[2] 乙走了。", [("甲来了。", (1,)), ("乙走了。", (2,))]),
        ("甲来了。\n[1]\n\n乙走了。\n[2][3]\n", [("甲来了。", (1,)), ("乙走了。", (2, 3))]),
        ("1. [1] 甲来了。\n2. [2] 乙走了。", [("甲来了。", (1,)), ("乙走了。", (2,))]),
        ("好的，以下是总结：甲来了[1]。", [("好的，以下是总结：甲来了。", (1,))]),
        ("文号〔2023〕83号[1]。", [("文号〔2023〕83号。", (1,))]),
        ("[1]。[2]", []),
        ("", []),
    ],
)
def test_what_was_written_is_sentences_with_numbers(written: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(one.text, one.numbers) for one in claims_of(written)] == claims


@pytest.mark.parametrize(
    "rambling", ["\n" * 6000, "[1] \n" * 1500, " " * 6000, "[" + "1 " * 3000, "甲" + "\n[1]" * 1500]
)
def test_rambling_costs_no_time(rambling: str) -> None:
    began = time.process_time()
    assert len(claims_of(rambling)) < 2
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "claim",
    [
        Claim("青萝镇中学今年新增学位二十三万个。", (1,)),
        Claim("青萝镇中学新增23万个学位，投资35000万元。", (1,)),
        Claim("据报道，2025年青萝镇中学新增学位23万个。", (1,)),
        Claim("新楼于二〇二四年九月一日启用。", (2,)),
        Claim("校长窦小明说，新楼9月1日启用，此前没有招收寄宿生。", (2,)),
        Claim("县队以3比2战胜市队，获得冠军。", (3,)),
        Claim("甲社卖出五百册，乙社卖出三百册。", (4,)),
        Claim("青萝镇中学投资3.5亿元，新楼于2024年9月1日启用。", (1, 2)),
        Claim("展览免费开放到2025年10月8日。", (5,)),
    ],
)
def test_what_the_sentences_say_stands(claim: Claim) -> None:
    assert judge(claim, _given()).fault is None


@pytest.mark.parametrize(
    ("claim", "fault", "what"),
    [
        (Claim("青萝镇中学新增学位。", ()), "no-number", ""),
        (Claim("青萝镇中学新增学位。", (1, 9)), "no-such-number", "9"),
        (Claim("青萝镇中学新增学位24万个。", (1,)), "not-held", "24万个"),
        (Claim("青萝镇中学新增学位23亿个。", (1,)), "not-held", "23亿个"),
        (Claim("青萝镇中学投资3.5万元。", (1,)), "not-held", "35000元"),
        (Claim("2024年青萝镇中学新增学位23万个。", (1,)), "not-held", "2024年"),
        (Claim("新楼于2023年9月1日启用。", (2,)), "not-held", "2023年9月1日"),
        (Claim("新楼于2024年9月2日启用。", (2,)), "not-held", "2024年9月2日"),
        (Claim("校长骆小明表示，新楼于9月1日启用。", (2,)), "not-held", "骆小明"),
        (Claim("清河县中学今年新增学位23万个。", (1,)), "not-held", "清河县"),
        (Claim("青萝镇中学去年新增学位23万个。", (1,)), "not-held", "去年"),
        (Claim("县队以三比二战胜市队。", (4,)), "not-held", "县队"),
        (Claim("县队以四比二战胜市队。", (3,)), "not-held", "四"),
        (Claim("县队以4比2战胜市队。", (3,)), "not-held", "4比"),
        (Claim("校长窦小明表示，新楼很气派，深受欢迎。", (2,)), "not-supported", "新楼很气派深受欢迎"),
        (Claim("此前没有发现问题，一切顺利进行。", (2,)), "not-supported", "此前没有发现问题"),
        (Claim("新楼启用，此前招收寄宿生。", (2,)), "not-supported", "新楼启用此前招收寄宿生"),
        (Claim("展览收费开放到10月8日。", (5,)), "not-supported", "展览收费开放到10月8日"),
        (Claim("甲社卖出300册，乙社卖出500册。", (4,)), "mixed", "甲社卖出300册"),
        (Claim("校长窦小明表示：“新楼特别好用”。", (2,)), "quotes", "新楼特别好用"),
    ],
)
def test_what_they_do_not_say_is_struck(claim: Claim, fault: str, what: str) -> None:
    found = judge(claim, _given())
    assert (found.fault, found.what) == (fault, what)


def test_a_year_of_the_article_completes_what_leaves_it_out() -> None:
    assert lacking("展览开放到2025年10月8日", "展览开放到10月8日", "2025-03-05") is None
    assert lacking("展览开放到2025年10月8日", "展览开放到10月8日", None) == "2025年10月8日"
    assert lacking("展览开放到2025年10月8日", "展览开放到2024年10月8日", "2025-03-05") == "2025年10月8日"
    assert lacking("2024年办展", "去年办展", "2025-03-05") is None
    assert lacking("2025年3月办展", "办展", "2025-03-05") is None
    assert lacking("2024年办展", "办展", "2025-03-05") == "2024年"
    assert lacking("展览于3月5日举行", "展览于3月4日举行", "2025-03-05") == "3月5日"


@pytest.mark.parametrize(
    ("held", "day"),
    [
        ("今天", "3月1日"),
        ("明天", "3月2日"),
        ("明日", "3月2日"),
        ("后天", "3月3日"),
        ("昨天", "2月28日"),
        ("前天", "2月27日"),
    ],
)
def test_a_day_that_counts_from_the_article_s_is_that_day_and_no_other(held: str, day: str) -> None:
    sentence = f"展览将于{held}在运河边举行"
    assert lacking(f"展览于{day}在运河边举行", sentence, "2025-03-01") is None
    assert lacking("展览于3月6日在运河边举行", sentence, "2025-03-01") == "3月6日"
    assert lacking(f"展览于{day}在运河边举行", "展览在运河边举行", "2025-03-01") == day
    assert lacking(f"展览于{day}在运河边举行", sentence, None) == day
    assert held == "今天" or lacking("展览于3月1日在运河边举行", sentence, "2025-03-01") == "3月1日"
    assert lacking("展览将于大后天在运河边举行", sentence, "2025-03-01") == "大后天"


def _fault(claim: str, held: str) -> str | None:
    one = article(held, "事")
    return judge(Claim(claim, (1,)), {1: Numbered(1, one, 0, len(held))}).fault


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("会场来了50多人，气氛热烈。", "会场来了50人，气氛热烈。"),
        ("会场来了50人，气氛热烈。", "会场来了50多人，气氛热烈。"),
        ("会场来了近50人，气氛热烈。", "会场来了50余人，气氛热烈。"),
        ("会场来了50人以上，气氛热烈。", "会场来了约50人，气氛热烈。"),
        ("会场来了50人，气氛热烈。", "会场来了约五十人，气氛热烈。"),
        ("广场占地50平方米，绿树成荫。", "广场占地50平方公里，绿树成荫。"),
        ("选手带了5公斤粮食上路。", "选手带了5公里粮食上路。"),
        ("树苗栽了50厘米深。", "树苗栽了50毫米深。"),
        ("工程造价50万美元。", "工程造价50万元。"),
        ("线路长50km，已经开通。", "线路长50mm，已经开通。"),
        ("增速达到5，全县第一。", "增速达到5%，全县第一。"),
    ],
)
def test_another_amount_is_struck(claim: str, held: str) -> None:
    assert _fault(claim, held) == "not-held"
    assert _fault(held, claim) is not None
    assert _fault(held, held) is None


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("会场来了50余人，气氛热烈。", "会场来了五十多人，气氛热烈。"),
        ("会场来了超过50人，气氛热烈。", "会场来了50多人，气氛热烈。"),
        ("跑道长2000米，已经开通。", "跑道长2公里，已经开通。"),
        ("捐出10斤粮食给灾区。", "捐出5公斤粮食给灾区。"),
        ("投资35000万元建设新楼。", "投资3.5亿元建设新楼。"),
    ],
)
def test_the_same_amount_written_otherwise_stands(claim: str, held: str) -> None:
    assert _fault(claim, held) is None


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("甲社卖出50册。", "甲社卖出150册，乙社卖出50册。"),
        ("王小明捐款50元。", "王小明捐款150元，李大力捐款50元。"),
        ("甲社投资35000万元。", "甲社投资150万元，乙社投资3.5亿元。"),
        ("王小明比窦小明多捐款50元。", "窦小明比王小明多捐款50元。"),
        ("票价由50元涨到150元。", "票价由150元涨到50元。"),
    ],
)
def test_facts_that_are_joined_otherwise_are_struck(claim: str, held: str) -> None:
    assert _fault(claim, held) == "mixed"
    assert _fault(held, held) is None


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("局负责人张大力介绍了情况。", "局主任、局负责人张大力介绍胜利路的情况。"),
        ("该局负责人张大力介绍道路情况。", "该局的张大力介绍胜利路道路情况。"),
        ("东城区的道路已经修好。", "城区的道路已经修好，西郊的还没有。"),
        ("这批产品检验合格。", "这批产品检验合格，不合格的另算。"),
        ("书展目前举办得顺利。", "书展现在举行得顺利。"),
        ("全镇民众都来参加。", "全镇群众都来参加。"),
        ("许多人持续关注此事。", "不少人不断关注此事。"),
        ("产量提高了一成。", "产量增加了一成。"),
        ("这些住宅全部完工。", "这些住房全部完工。"),
    ],
)
def test_a_word_of_the_same_meaning_is_no_exchange(claim: str, held: str) -> None:
    assert exchanged(claim, held) is None


@pytest.mark.parametrize(
    ("claim", "held"),
    [
        ("产量增加了一成。", "产量减少了一成。"),
        ("村民在室外活动。", "村民在室内活动。"),
        ("镇里的农村道路已经修好。", "镇里的城市道路已经修好。"),
        ("商店下午开门迎客。", "商店上午开门迎客。"),
        ("获奖的男子走上台来。", "获奖的女子走上台来。"),
        ("这家店处于劣势地位。", "这家店处于优势地位。"),
        ("镇上店铺全部关闭。", "镇上店铺全部开放。"),
        ("水位已经迅速下降。", "水位已经迅速上升。"),
        ("车辆从北门驶出。", "车辆从北门驶入。"),
        ("他们是未成年选手。", "他们是成年选手。"),
        ("展览在秋季举行。", "展览在春季举行。"),
        ("学校每逢周三开放。", "学校每逢周二开放。"),
        ("镇里新修了三座桥梁。", "镇里新修了三座水库。"),
        ("县里的医院已经搬迁。", "县里的学校已经搬迁。"),
    ],
)
def test_an_exchanged_word_is_struck(claim: str, held: str) -> None:
    assert _fault(claim, held) == "not-supported"
    assert _fault(held, claim) == "not-supported"
    assert _fault(held, held) is None


@pytest.mark.parametrize("claim", ["试图阻止大会确认胜利，但没有失败。", "试图阻止大会确认胜利，遭谴责。"])
def test_a_short_clause_at_the_end_is_looked_at_too(claim: str) -> None:
    held = "试图阻止大会确认胜利，但没有成功。"
    assert _fault(claim, held) == "not-supported"
    assert _fault(held, held) is None


def test_a_quote_that_is_printed_may_be_said_again() -> None:
    one = article("他说：“路灯亮了，大家高兴。”", "路灯")
    given = {1: Numbered(1, one, 0, len(one.text))}
    assert judge(Claim("他说：“路灯亮了，大家高兴。”", (1,)), given).fault is None


def test_the_material_is_what_is_quoted_then_what_was_found() -> None:
    found = material(ANSWERED)
    assert [(one.n, one.text) for one in found] == [(1, "四百人参加。"), (2, "主席致辞。"), (3, "路灯亮了。")]
    assert all(one.article.text[one.start : one.end] == one.text for one in found)
    assert [one.text for one in material(replace(REFUSED, hits=()))] == []
    many = tuple(citation(1, FORUM, at, at + 1, Span(0, 1), 0.5) for at in range(5, 10))
    assert len(material(Answer("", "digest", "", 1.0, many), most=3)) == 3
