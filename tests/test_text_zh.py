"""Facts of the language: each holds wherever the library reads text."""

from __future__ import annotations

import pytest

from qa.answering.premises import missing
from qa.articles.bylines import is_signature, names
from qa.questions.analysed import AnalysedQuestion
from qa.text import numerals, zh
from qa.text.sentences import split_sentences
from qa.text.words import bigrams, is_function_word, search_words
from qa.text.zh import iso
from qa.types import Article, Query, Span

RARE = "㐀𠮷〇"  # of extension A, of a plane beyond the first, and a digit


@pytest.mark.parametrize("sign", RARE)
def test_a_rare_ideograph_is_one_everywhere(sign: str) -> None:
    assert zh.is_han(sign)
    assert bigrams(f"{sign}家") == [f"{sign}家"]
    assert "".join(search_words(f"{sign}")) == sign
    assert is_function_word(f"哪{sign}")
    assert split_sentences(f"他姓{sign}!你呢?") == (Span(0, 4), Span(4, 7))
    assert names(f"本报记者 王{sign}明", f"本报记者 王{sign}明") == (f"王{sign}明",)


def test_characters_that_are_none_are_not() -> None:
    assert not any(map(zh.is_han, ["a", "9", "あ", "한", "，", "　", ""]))


@pytest.mark.parametrize("name", ["窦小明", "郜小明", "臧小明", "储小明", "滑小明"])
def test_one_list_of_surnames_serves_bylines_and_questions(name: str) -> None:
    assert is_signature(f"本报记者{name}")
    assert AnalysedQuestion(Query(f"{name}在哪所学校教书？")).sure_names == {name}


def test_what_starts_with_no_surname_is_no_signature() -> None:
    assert not is_signature("本报记者采访时")


@pytest.mark.parametrize("kind", zh.KINDS_OF_PLACE)
def test_a_place_may_be_named_without_its_kind(kind: str) -> None:
    article = Article("0", "青禾昨日通水。", "青禾通水")
    assert missing([f"青禾{kind}", f"白石{kind}"], article) == (f"白石{kind}",)


def test_what_is_counted_makes_a_numeral_a_number() -> None:
    assert numerals.in_digits("三户、二十个、五号线") == "3户、20个、5号线"
    assert numerals.in_digits("三轮车、十号令、五年级") == "三轮车、十号令、五年级"


def test_a_day_that_the_calendar_lacks_is_none() -> None:
    assert [iso(2024, 2, 29), iso("2024", "2"), iso(2024)] == ["2024-02-29", "2024-02", "2024"]
    assert [iso(2023, 2, 29), iso(2024, 13), iso(0)] == [None, None, None]
