"""Small talk is known as such, courtesy is taken off, and a foreign language is told by its letters."""

from __future__ import annotations

import pytest

from qa.questions.courtesy import corrected, foreign_language, talk_of, without_courtesy


@pytest.mark.parametrize(
    ("said", "talk"),
    [
        ("你好", "greeting"),
        ("您好！", "greeting"),
        ("hello", "greeting"),
        ("在吗？", "greeting"),
        ("非常感谢你的帮助", "thanks"),
        ("好的，谢谢", "thanks"),
        ("再见", "farewell"),
        ("你好，你是谁？", "who"),
        ("你是机器人吗", "who"),
        ("你能做什么？", "abilities"),
        ("可以问你哪些问题", "abilities"),
        ("怎么用", "usage"),
        ("使用说明", "usage"),
        ("举几个例子", "usage"),
        ("第一次用，教教我", "usage"),
        ("太厉害了", "thanks"),
        ("好久不见", "greeting"),
        ("你喜欢什么", "chat"),
        ("你几岁了", "chat"),
    ],
)
def test_small_talk(said: str, talk: str) -> None:
    assert talk_of(said) == talk


@pytest.mark.parametrize(
    "asked",
    [
        "谢谢老师的人是谁？",
        "你好，请问供暖什么时候开始",
        "谁说了再见",
        "怎么用医保卡",
        "医院能做什么检查",
        "你有供暖的报道吗",
        "你们学校有几个班",
        "？",
        "",
    ],
)
def test_what_asks_something_is_no_talk(asked: str) -> None:
    assert talk_of(asked) is None


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
        ("GDP", None),
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
        ("不是本地户口能办医保吗？", None),
        ("不是我写的那篇是谁写的", None),
    ],
)
def test_a_correction_is_told_from_what_begins_like_one(said: str, meant: str | None) -> None:
    assert corrected(said) == meant
