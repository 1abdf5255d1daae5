"""Numbers in all their forms: read, written, told apart from names and idioms."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qa.text import numerals
from qa.text.folding import comparable
from qa.text.words import number_terms


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("二十户", "20户"),
        ("两百个", "200个"),
        ("一千三百二十亿元", "1320亿元"),
        ("一百零五万", "105万"),
        ("百分之八十的居民", "80%的居民"),
        ("百分之零点五", "0.5%"),
        ("百分之80", "80%"),
        ("两成左右", "20%左右"),
        ("八成半", "85%"),
        ("三成五以上", "35%以上"),
        ("二〇二五年十二月十一日", "2025年12月11日"),
        ("二零二五年", "2025年"),
        ("2025-12-11", "2025年12月11日"),
        ("2025/03/05", "2025年3月5日"),
        ("第二十届", "第20届"),
        ("三十多人", "30多人"),
        ("一月", "1月"),
        ("一万二千户", "12000户"),
        ("1.2万户", "12000户"),
        ("1万2千户", "12000户"),
        ("一万零五户", "10005户"),
        ("50000户", "5万户"),
        ("一亿三千万元", "13000万元"),
        ("1.3亿元", "13000万元"),
        ("13000000元", "1300万元"),
    ],
)
def test_numbers_are_put_in_digits(written: str, digits: str) -> None:
    assert numerals.in_digits(written) == digits


@pytest.mark.parametrize(
    "plain",
    [
        "十里堡",
        "神舟十四号",
        "三轮车",
        "一带一路",
        "二十大",
        "十四五规划",
        "几十户",
        "十几个",
        "数百名",
        "三成立功",
        "五年级",
        "十分满意",
        "两会",
        "1-2",
        "千万不要",
        "万一",
        "几千万",
        "上万人",
        "四五万人",
        "三四个",
        "四五十人",
        "1.23456万",
    ],
)
def test_names_and_idioms_keep_their_characters(plain: str) -> None:
    assert numerals.in_digits(plain) == plain


@pytest.mark.parametrize(
    ("plain", "expected"),
    [
        ("20户", ("二十",)),
        ("二十户", ("20",)),
        ("两百个", ("200", "二百")),
        ("3个", ("三个",)),
        ("2条", ("两条",)),
        ("2月", ("二月",)),
        ("1320亿元", ("一千三百二十",)),
        ("80%", ("百分之八十", "八成")),
        ("两成", ("20", "百分之二十")),
        ("12000户", ("一万二千", "1.2")),
        ("一万二千户", ("12000", "1.2")),
        ("105万", ("一百零五", "1050000")),
        ("1.3亿元", ("13000", "一万三千", "130000000")),
        ("2025年12月11日", ("二〇二五", "十二月", "十一日")),
        ("没有数字", ()),
        ("3.5%", ()),
    ],
)
def test_other_ways_of_writing(plain: str, expected: tuple[str, ...]) -> None:
    assert numerals.variants(plain) == expected


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("20", ("两成", "二十")),
        ("2025", ("二〇二五", "二千零二十五")),
        ("八十", ("80",)),
        ("一", ()),
        ("人民", ()),
        ("1.5", ()),
        ("12000", ("1.2", "一万二千")),
    ],
)
def test_other_ways_of_writing_a_term(term: str, expected: tuple[str, ...]) -> None:
    assert numerals.variants_of_term(term) == expected


@given(st.integers(0, 10**8 - 1))
def test_what_is_written_is_read_back(number: int) -> None:
    thousands, rest = divmod(number, 10_000)
    assert numerals.value(numerals.written(rest)) == rest
    if thousands:
        assert numerals.written(number).startswith(f"{numerals.written(thousands)}万")


@given(st.text("零一二十百千万两〇成年月个户%百分之点第几 20.5-/", max_size=16))
@example("一成一0万")
@example("3万一十十")
def test_digits_are_stable_and_form_free(plain: str) -> None:
    once = numerals.in_digits(plain)
    assert all(plain.count(one) >= once.count(one) for one in "零〇两百千")
    assert numerals.read(once).keys() <= numerals.read(plain).keys() | numerals.read(once).keys()
    assert not set(numerals.variants(plain)) & {plain}
    assert numerals.in_digits(once) == once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二十户居民", "20户居民"),
        ("投資１,320億元", "投资一千三百二十亿元"),
        ("1.2万户", "12,000户"),
        ("一万二千户", "1.2万户"),
        ("3500万元", "三千五百万元"),
    ],
)
def test_comparable_texts_read_the_same(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


def test_number_terms_are_those_that_the_question_lacks() -> None:
    found = number_terms("二十户居民")
    assert "20" in found["words"]
    assert found["grams"] == ["20"]
    assert number_terms("哪些居民") == {"words": [], "grams": []}


@pytest.mark.parametrize(
    ("plain", "wanted"),
    [
        ("一百零三国道", "103国道"),
        ("一百零八将", "108将"),
        ("三百六十五里路", "365里路"),
        ("一百一十二万", "112万"),
        ("二十路公交", "20路公交"),
        ("五一路", "五一路"),
        ("八百里", "八百里"),
    ],
)
def test_a_number_of_hundreds_is_one_whatever_it_counts(plain: str, wanted: str) -> None:
    assert numerals.in_digits(plain) == wanted
