"""Courtesy is taken off, a correction is understood, and a foreign language is told by its letters."""

from __future__ import annotations

import pytest

from qa.questions.courtesy import corrected, foreign_language, without_courtesy


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("你好，请问供暖什么时候开始？", "供暖什么时候开始？"),
        ("麻烦问一下，停车费多少", "停车费多少"),
        ("帮我查一下医保定点", "医保定点"),
        ("能帮我找一下马术比赛的成绩吗", "马术比赛的成绩吗"),
        ("谢谢，那冠军是谁", "那冠军是谁"),
        ("我想了解一下新校舍", "新校舍"),
        ("你好", "你好"),
        ("帮我查一下", "帮我查一下"),
        ("好的学校有几所", "好的学校有几所"),
    ],
)
def test_courtesy_is_taken_off_and_nothing_else(said: str, asked: str) -> None:
    assert without_courtesy(said) == asked


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("When does heating start?", "en"),
        ("暖房はいつから始まりますか", "ja"),
        ("난방은 언제 시작하나요", "ko"),
        ("Когда начнётся отопление?", "ru"),
        ("Où est l'hôpital ?", "fr"),
        ("¿Hay algo sobre el parque?", "es"),
        ("Gibt es etwas über den Park?", "de"),
        ("GDP", None),
        ("Los Angeles", None),
        ("DeepSeek R1 是什么", None),
        ("供暖什么时候开始", None),
    ],
)
def test_the_language_of_a_question(question: str, language: str | None) -> None:
    assert foreign_language(question) == language


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("不是，我问的是西坡镇", "西坡镇呢？"),
        ("不对我问的是床位", "床位呢？"),
        ("我问的是床位有多少？", "床位有多少？"),
        ("不是南苑，是北苑", "北苑呢？"),
        ("不是南苑，我问的是北苑哪天开门", "北苑哪天开门"),
        ("不是退票 我是要问小汽车过河多少钱", "小汽车过河多少钱"),
        ("不是问最贵的 五倍子那种卖多少", "五倍子那种卖多少"),
        ("不对，我就想知道是哪个省帮忙盖的", "哪个省帮忙盖的"),
        ("我不是说狗 我问的是猫几岁", "猫几岁"),
        ("错过学校那一场的学生，拿什么去哪里补？", None),
        ("不对外开放的文物，有哪些", None),
        ("不说了，谢谢", None),
        ("不对吧，你再看看", None),
        ("不是党员，申请入党需要满足哪些条件和材料", None),
        ("我不是本地人，怎么办医保", None),
        ("我是指挥官吗", None),
        ("不是，问卷调查有多少人参加", "问卷调查有多少人参加"),
        ("不对，我要求赔偿多少", "我要求赔偿多少"),
        ("我是问店里还剩多少瓶", "店里还剩多少瓶"),
        ("我问的是镇里的，不是村里的", "镇里的呢？"),
        ("不是，我说的是驾校那块地到底借没借成", "驾校那块地到底借没借成"),
        ("不是这个，问题出在哪", "问题出在哪"),
        ("不是本地户口能办医保吗？", None),
        ("不是我写的那篇是谁写的", None),
    ],
)
def test_a_correction_is_told_from_what_begins_like_one(said: str, meant: str | None) -> None:
    assert corrected(said) == meant
