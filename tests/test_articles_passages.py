"""Passages: slices that rebuild the article, of an even length, whatever the text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles.passages import context, passage_id, split
from qa.text.sentences import split_sentences
from qa.types import Article, Passage
from qa.types.settings import PASSAGE_CHARS


def article(text: str, title: str = "标题", **fields: str) -> Article:
    return Article(id="a1", text=text, title=title, **fields)


def check(subject: Article, passages: tuple[Passage, ...]) -> None:
    """What holds of the passages of any article."""
    covered = 0
    for passage in passages:
        assert subject.text[passage.start : passage.end] == passage.text
        assert 0 < len(passage.text) <= PASSAGE_CHARS
        assert not subject.text[covered : passage.start].strip()
        assert passage.end > covered
        covered = passage.end
        end = 0
        for span in passage.sentences:
            assert end <= span.start < span.end <= len(passage.text)
            assert not passage.text[end : span.start].strip()
            end = span.end
        assert end == len(passage.text)
        assert 0 <= passage.id < 2**63
    assert not subject.text[covered:].strip()
    assert all(one.start < other.start for one, other in pairwise(passages))
    assert len({passage.id for passage in passages}) == len(passages)


TEXT = st.lists(
    st.sampled_from(["今天晴。", "明天下雨，后天不下；", "“好。不好。”", "\n", "　　", "长" * 90, "，", "。", " "])
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(TEXT.map("".join), st.text(max_size=300)), st.integers(-5, 900), st.integers(-5, 500))
def test_passages_hold_everything(text: str, target: int, overlap: int) -> None:
    subject = article(text)
    check(subject, split(subject, target=target, overlap=overlap))


def test_a_passage_ends_with_a_sentence_and_repeats_whole_sentences() -> None:
    subject = article("".join(f"第{number:03}句话说到这里就说完了。" for number in range(100)))
    passages = split(subject, target=100, overlap=32)
    check(subject, passages)
    assert all(passage.text.startswith("第") and passage.text.endswith("。") for passage in passages)
    assert {one.end - other.start for one, other in pairwise(passages)} == {30}
    assert all(60 <= len(passage.text) <= 100 for passage in passages)


def test_without_overlap_passages_follow_each_other() -> None:
    subject = article("今天天气很好。" * 100)
    assert all(one.end == other.start for one, other in pairwise(split(subject, target=50, overlap=0)))


def test_lengths_are_even() -> None:
    subject = article("今天天气很好。" * 50)  # 350 characters: 2 x 175 and not 300 and 50
    assert [len(passage.text) for passage in split(subject, target=300, overlap=0)] == [175, 175]


def test_a_short_article_is_one_passage() -> None:
    (passage,) = split(article("标题\n\n正文一句。\n"))
    assert (passage.start, passage.end, passage.text) == (0, 9, "标题\n\n正文一句。")
    assert [passage.text[start:end] for start, end in passage.sentences] == ["标题", "正文一句。"]


def test_a_long_sentence_is_cut_at_its_pauses() -> None:
    subject = article("我们来到了通州，" * 100 + "完。")
    passages = split(subject)
    check(subject, passages)
    assert all(passage.text.endswith("，") for passage in passages[:-1])


def test_a_sentence_without_pauses_is_cut_anywhere() -> None:
    subject = article("啊" * 1001)
    check(subject, split(subject))


def test_sentences_are_those_of_the_article() -> None:
    subject = article("他说：“好。走吧。”于是走了。\n又一段！" * 60)
    known = set(split_sentences(subject.text))
    for passage in split(subject):
        assert {(passage.start + start, passage.start + end) for start, end in passage.sentences} <= known


def test_ids_come_from_content() -> None:
    assert passage_id("a1", 0, 10) == passage_id("a1", 0, 10)
    assert len({passage_id("a1", 0, 10), passage_id("a2", 0, 10), passage_id("a1", 1, 10)}) == 3
    (passage,) = split(article("一句。"))
    assert passage.id == passage_id("a1", 0, 3)


def test_context_puts_the_headline_in_front_but_once() -> None:
    subject = article("眉题\n大 标题\n" + "正文说到这里。" * 100, "大标题", kicker="眉题", subtitle="副题")
    first, *_, last = split(subject)
    assert context(subject, first) == "副题\n" + first.text
    assert context(subject, last) == "眉题 大标题 副题\n" + last.text


def test_context_without_a_headline_is_the_passage() -> None:
    subject = article("正文一句。", title="")
    assert context(subject, split(subject)[0]) == "正文一句。"


@pytest.mark.parametrize("text", ["啊" * 1_000_000, "啊。" * 100_000, "，" * 300_000, "啊 \n" * 100_000], ids=len)
def test_time_is_linear(text: str) -> None:
    subject = article(text)
    started = time.perf_counter()
    check(subject, split(subject))
    assert time.perf_counter() - started < 10
