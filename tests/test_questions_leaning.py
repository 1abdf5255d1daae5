"""The learned chance that a question leans on the one before it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.questions.follow_ups import SURELY
from qa.questions.leaning import chance, shape

LEANING = (
    "这个项目投资多少亿元？",
    "该镇种植面积有多少亩？",
    "後來還有誰參加？",
    "除了发传单还做了什么？",
    "那笔钱啥时候到账？",
)
ALONE = (
    "今年春节期间全市接待了多少游客？",
    "夺冠的那支球队叫什么名字？",
    "孩子夜里发烧上哪个医院看？",
    "青石镇新修的公路有多长？",
    "马铃薯价格为什么涨了",
)


@pytest.mark.parametrize("question", LEANING)
def test_what_leans_most_probably_leans(question: str) -> None:
    assert chance(question) > SURELY


@pytest.mark.parametrize("question", ALONE)
def test_what_names_its_subject_stands_alone(question: str) -> None:
    assert chance(question) < SURELY


def test_a_question_that_names_its_place_leans_less_than_the_same_without() -> None:
    assert chance("青石镇卫生院有多少张床位？") < chance("有多少张床位？")


def test_its_shape_is_of_its_words_whatever_the_script() -> None:
    assert shape("後來還有誰參加？") == shape("后来还有谁参加？")
    assert shape("") == ["l=0", "c=0", "n=0", "a=0"]


@settings(deadline=None)  # the first call loads dictionaries
@given(st.text(max_size=40))
def test_a_chance_is_one_whatever_is_written(question: str) -> None:
    assert 0 <= chance(question) <= 1
