"""Folding, terms and content words: values, and what holds for any text. Sentences have a file of their own."""

from __future__ import annotations

import itertools
import logging
import warnings
from collections.abc import Iterable
from pathlib import Path

import pytest
import rjieba
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.folding import fold, normalise
from qa.text.words import bigrams, content_words, index_terms, query_terms, search_words, tagged_words
from qa.text.words import bigrams as words_bigrams

# Any text, and texts of what a fold may trip over: forms that change length, characters simpler forms of others.
ANY = st.text(max_size=60) | st.text("乾著麼么髮幹後裏里云雲隻薴苧1,，.１２３ İẞﬁΣ㎏½①Ａa-'年\ud800", max_size=20)


@settings(deadline=None)  # the first call loads dictionaries
@given(ANY)
def test_fold_keeps_every_place(value: str) -> None:
    folded = fold(value)
    assert len(folded) == len(value)
    assert fold(folded) == folded


def test_each_character_is_folded_as_if_alone() -> None:
    every = list(map(chr, range(0x10000)))
    assert fold("\n".join(every)) == "\n".join(map(fold, every))


@settings(deadline=None)  # the first call loads dictionaries
@given(ANY)
def test_normalise_is_done_once(value: str) -> None:
    plain = normalise(value)
    assert normalise(plain) == plain
    plain.encode()  # no lone surrogate is left: models and indexes take UTF-8


@settings(deadline=None)  # the first call loads dictionaries
@given(ANY)
def test_terms_come_from_the_text_in_any_spelling(value: str) -> None:
    assert search_words(value) == search_words(normalise(value))
    assert index_terms(value) == {"words": search_words(value), "grams": bigrams(value)}


@settings(deadline=None)  # the first call loads dictionaries
@given(ANY)
def test_a_question_asks_for_terms_that_its_own_text_would_have(value: str) -> None:
    asked, held = query_terms(value), index_terms(value)
    for field, terms in asked.items():
        assert set(terms) <= set(held[field])
        assert len(terms) == len(set(terms))
        assert bool(terms) == bool(held[field])  # function words alone still ask for something


@pytest.mark.parametrize(
    ("written", "folded", "normalised"),
    [
        ("漷縣鎮", "漷县镇", "漷县镇"),
        ("ＣＯＶＩＤ－19", "covid-19", "covid-19"),
        ("１,３２０億元", "1,320亿元", "1320亿元"),
        ("1,234,567", "1,234,567", "1234567"),
        ("第1,2,345条", "第1,2,345条", "第1,2345条"),
        ("3,14", "3,14", "3,14"),
        ("皇后的後面，乾坤乾杯", "皇后的后面,乾坤干杯", "皇后的后面,乾坤干杯"),
        ("㎏½①", "㎏½1", "kg1⁄21"),
        ("薴", "苎", "苎"),
        ("a\ud800b", "a\ufffdb", "a\ufffdb"),
        ("", "", ""),
    ],
)
def test_fold_and_normalise(written: str, folded: str, normalised: str) -> None:
    assert fold(written) == folded
    assert normalise(written) == normalised


@pytest.mark.parametrize(
    ("written", "words", "bigrams"),
    [
        ("1,320亿", ["1320", "亿"], ["1320", "亿"]),
        ("大運河論壇", ["大运", "运河", "大运河", "论坛"], ["大运", "运河", "河论", "论坛"]),
        ("2025年12月", ["2025", "年", "12", "月"], ["2025", "年", "12", "月"]),
        ("参加COVID-19讲座", ["参加", "covid", "19", "讲座"], ["参加", "covid", "19", "讲座"]),
        ("iPhone15 Pro-Max，3.5%", ["iphone", "15", "pro-max", "3.5"], ["iphone", "15", "pro-max", "3.5"]),
        ("Ёлка и café", ["ёлка", "и", "caf", "é"], ["ёлка", "и", "caf", "é"]),
        ("韩国한국어 \uf900﨑玉", ["韩国", "한국어", "岂", "﨑", "玉"], ["韩国", "한국어", "岂﨑", "﨑玉"]),
        ("刘\ue863芳", ["刘", "\ue863", "芳"], ["刘\ue863", "\ue863芳"]),  # private use: what an encoding lacked
        ("日", ["日"], ["日"]),
        ("。！？  <>;", [], []),
    ],
)
def test_words_and_bigrams(written: str, words: list[str], bigrams: list[str]) -> None:
    assert search_words(written) == words
    assert words_bigrams(written) == bigrams


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("今年供暖从哪天开始？", ["今年", "供暖", "开始"]),
        ("哪些人參加了大運河論壇", ["参加", "大运河", "论坛"]),
        ("这个活动有多少人？这次活动呢", ["活动"]),
        ("那青萝镇呢？", ["青萝镇"]),
        ("的了吗", []),
        ("。！？", []),
    ],
)
def test_content_words(question: str, words: list[str]) -> None:
    assert content_words(question) == words


def test_function_words_ask_only_where_nothing_else_does() -> None:
    assert query_terms("大运河有多少人")["words"] == ["大运", "运河", "大运河"]
    assert query_terms("多少的")["words"] == ["多少", "的"]


def _boundaries(words: Iterable[str]) -> set[int]:
    return set(itertools.accumulate(map(len, words)))


def test_the_segmenter_cuts_as_jieba_does(seeds: Path) -> None:
    with warnings.catch_warnings(action="ignore"):  # of its own old code
        import jieba
    jieba.setLogLevel(logging.WARNING)
    ours, shared = rjieba.Jieba(), 0
    total = 0
    for path in sorted(seeds.glob("*.txt")):
        plain = normalise(path.read_text("utf-8-sig"))
        mine, reference = _boundaries(ours.cut(plain)), _boundaries(jieba.cut(plain))
        shared += 2 * len(mine & reference)
        total += len(mine) + len(reference)
    assert total > 20_000
    assert shared / total >= 0.99


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("雪是谁扫的", ["雪", "扫"]),
        ("戏是谁唱的", ["戏", "唱"]),
        ("2005年青石街道做了什么", ["2005", "青石", "街道"]),
        ("103号云栖小区", ["103", "云栖", "小区"]),
        ("5日骆明轩说", ["5", "骆明轩"]),
        ("目的是什么", ["目的"]),  # words of the dictionary stay whole
        ("3年级学生", ["3", "年级", "学生"]),
        ("2号线", ["2", "号线"]),
    ],
)
def test_particles_and_units_are_parts_of_no_name(question: str, wanted: list[str]) -> None:
    assert content_words(question) == wanted
    assert not {word for word, _ in tagged_words(question)} & {"雪是", "戏是", "年青石", "号云栖", "日骆明"}
