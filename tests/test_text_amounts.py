"""The amounts of a text: their values in common units, their bounds, and where they stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qa.text.amounts import amounts


@pytest.mark.parametrize(
    ("printed", "value", "unit", "bound"),
    [
        ("50人", "50", "人", ""),
        ("五十名", "50", "人", ""),
        ("50多人", "50", "人", ">"),
        ("30余万元", "300000", "元", ">"),
        ("其中约50人", "50", "人", "~"),
        ("附近50人", "50", "人", ""),
        ("将近50人", "50", "人", "<"),
        ("不超过50人", "50", "人", "<"),
        ("50人以上", "50", "人", ">"),
        ("50人左右", "50", "人", "~"),
        ("３.５亿元", "350000000", "元", ""),
        ("1,320万元", "13200000", "元", ""),
        ("50万美元", "500000", "美元", ""),
        ("5公里", "5000", "米", ""),
        ("5公斤", "10", "斤", ""),
        ("50平方米", "50", "平方米", ""),
        ("50平方千米", "50", "平方公里", ""),
        ("50mm", "50", "mm", ""),
        ("10秒89", "10.89", "秒", ""),
        ("3个百分点", "3", "个百分点", ""),
        ("5％", "5", "%", ""),
        ("3个月", "3", "个月", ""),
        ("2024", "2024", "", ""),
    ],
)
def test_what_an_amount_comes_to(printed: str, value: str, unit: str, bound: str) -> None:
    (found,) = amounts(printed)
    assert (found.value, found.unit, found.bound) == (Decimal(value), unit, bound)


def test_each_stands_where_it_is_printed() -> None:
    text = "会场来了约５０多人，投资1,320万元，占地五亩。"
    assert [text[slice(*one.span)] for one in amounts(text)] == ["５０多人", "1,320万元", "五亩"]


@pytest.mark.parametrize("written", ["3月5日", "3个月", "5号楼", "三年级", "12"])
def test_a_part_of_a_date_or_of_another_word_measures_nothing(written: str) -> None:
    assert not any(one.is_measured for one in amounts(written))
