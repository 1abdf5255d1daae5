"""Sentences: where they end, and that nothing is lost, whatever the text."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.sentences import HELD_CHARS, headline, is_headline, split_sentences
from tests.parts.ui_values import article

CASES = {
    "marks": ("今天晴。明天雨！后天呢？再说；好", ["今天晴。", "明天雨！", "后天呢？", "再说；", "好"]),
    "runs of marks": ("是吗？！真的！！！好。。。嗯", ["是吗？！", "真的！！！", "好。。。", "嗯"]),
    "half width": ("真漂亮!是吗?好;走", ["真漂亮!", "是吗?", "好;", "走"]),
    "speech": ("他说：“天气好。出去玩。”大家同意。", ["他说：“天气好。出去玩。”", "大家同意。"]),
    "speech with half-width marks": ("“真漂亮!心里舒服!”居民说。", ["“真漂亮!心里舒服!”", "居民说。"]),
    "straight quotes": ('他问:"怎么办?"大家沉默。"走。"他说', ['他问:"怎么办?"', "大家沉默。", '"走。"', "他说"]),
    "two speakers": ("“好。”“不好。”他们说。", ["“好。”", "“不好。”", "他们说。"]),
    "speech as an object": (
        "提出“谁来负责？”的问题，没有人答。散会。",
        ["提出“谁来负责？”的问题，没有人答。", "散会。"],
    ),
    "title of a book": ("《你好吗？》印了3.5亿册！真的", ["《你好吗？》印了3.5亿册！", "真的"]),
    "brackets": ("（约3人！）到场。(记者 甲)", ["（约3人！）到场。", "(记者 甲)"]),
    "nested": ("他说“读过《问。答》吗？没有。”走了", ["他说“读过《问。答》吗？没有。”", "走了"]),
    "unbalanced": ("“没有闭合。后面还有。再来", ["“没有闭合。", "后面还有。", "再来"]),
    "closed twice": ("‘引号。’”后面。", ["‘引号。’”", "后面。"]),
    "pause after dots": ("他……走了……，又回来。", ["他……", "走了……，又回来。"]),
    "list": ("一是抓落实；二是促发展；三是保民生。", ["一是抓落实；", "二是促发展；", "三是保民生。"]),
    "lines": ("标题一行\n　　正文。第二句\r\n尾", ["标题一行", "正文。", "第二句", "尾"]),
    "address": ("见https://a.com/x?b=c;d=1!好", ["见https://a.com/x?b=c;d=1!", "好"]),
    "English": ("Hello there. How are you? It is 3.5 m!", ["Hello there.", "How are you?", "It is 3.5 m!"]),
    "names with dots": ("卡尔.马克思说。J.K.罗琳写。", ["卡尔.马克思说。", "J.K.罗琳写。"]),
    "marks alone": ("……他来了。。\n——\n", ["……他来了。。", "——"]),
    "blank": (" \n　\t\r\n", []),
}


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_ends_where_it_should(case: str) -> None:
    text, expected = CASES[case]
    assert [text[start:end] for start, end in split_sentences(text)] == expected


def test_a_very_long_quotation_is_cut_at_its_sentences() -> None:
    quoted = "“" + "话说得很长很长。" * (HELD_CHARS // 8 + 1) + "”"
    assert len(split_sentences(quoted)) > 10
    assert len(split_sentences(quoted[:64] + "”")) == 1


MARKS = st.text(alphabet='中文甲a1 \n\r　。！？；…!?;.,，：“”‘’"《》（）()\ud800', max_size=200)


@settings(max_examples=400, deadline=None)
@given(st.one_of(MARKS, st.text(max_size=100)))
def test_sentences_ascend_and_hold_everything_that_is_not_blank(text: str) -> None:
    found = split_sentences(text)
    end = 0
    for span in found:
        assert end <= span.start < span.end
        assert text[span.start : span.end].strip() == text[span.start : span.end]
        assert not text[end : span.start].strip()
        end = span.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    "text",
    [
        "“" * 100_000,
        "（" * 50_000 + "）" * 50_000,
        "“。" * 50_000,
        '"' * 100_001,
        "!" * 100_000 + "a",
        "提出“谁？”的" * 15_000,
        "。 " * 50_000,
        "啊" * 100_000,
        "啊。\n" * 100_000,
    ],
    ids=lambda text: text[:4],
)
def test_time_is_linear(text: str) -> None:
    started = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - started < 5


HEADED = replace(article("运河边的展览开幕了。", "展览 开幕"), kicker="文化周", title_inferred=False)


@pytest.mark.parametrize(
    ("sentence", "is_it"),
    [("展览开幕", True), ("# 展览 开幕", True), ("文化周", True), ("运河边的展览开幕了。", False)],
)
def test_a_headline_is_told_whatever_its_blanks_and_marks(sentence: str, is_it: bool) -> None:
    assert is_headline(HEADED, sentence) is is_it


def test_an_inferred_title_is_no_headline() -> None:
    inferred = replace(HEADED, title_inferred=True)
    assert headline(inferred) == ""
    assert not is_headline(inferred, "展览开幕")
