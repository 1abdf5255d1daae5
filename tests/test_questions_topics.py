"""What is asked for besides a fact, given the kind of the question: the topic, and how much is wanted."""

from __future__ import annotations

import pytest

from qa.questions.kinds import Kind
from qa.questions.topics import Summary, any_of_it, catalogue_question, summary_of, topic_of


@pytest.mark.parametrize(
    ("question", "kind", "topic"),
    [
        ("医保", "topic", ("digest", "医保", True, None)),
        ("介绍一下柳溪镇", "topic", ("digest", "柳溪镇", False, None)),
        ("用三句话介绍供暖", "topic", ("digest", "供暖", False, 3)),
        ("列三条关于供暖的新闻", "topic", ("digest", "供暖", False, 3)),
        ("介绍下韦一川", "topic", ("digest", "韦一川", False, None)),
        ("马拉松的经过", "timeline", ("timeline", "马拉松", False, None)),
        ("新图书馆建设的来龙去脉", "timeline", ("timeline", "新图书馆建设", False, None)),
    ],
)
def test_the_topic_of_a_question(question: str, kind: Kind, topic: tuple[str, str, bool, int | None]) -> None:
    assert topic_of(question, kind) == topic


def test_a_fact_has_no_topic() -> None:
    assert topic_of("医保", "fact") is None


def test_words_asked_for_as_they_stand_are_no_topic() -> None:
    assert topic_of("介绍一下“讀書週”", "topic") is None


@pytest.mark.parametrize(
    "question",
    [
        "有没有警察跳河救人的",
        "最近有没有老人出书的？",
        "有好心人帮盲人的吗",
        "最近有银行被罚的没",
        "現在有沒有搶銀行的",
    ],
)
def test_whether_there_is_any(question: str) -> None:
    topic = any_of_it(question)
    assert topic is not None
    assert (topic.kind, topic.is_bare, topic.most) == ("digest", False, None)


@pytest.mark.parametrize(
    "question",
    ["东河镇有没有卫生院", "有关供暖的规定是哪天出的吗", "供暖了没有", "有没有“讀書週”的报道"],
)
def test_what_does_not_ask_whether_there_is_any(question: str) -> None:
    assert any_of_it(question) is None


@pytest.mark.parametrize(
    ("question", "most", "is_pointed"),
    [
        ("总结这篇", None, True),
        ("太长不看，给个摘要", None, False),
        ("帮我列三条", 3, False),
        ("三句话总结这篇报道", 3, True),
    ],
)
def test_the_points_of_an_article(question: str, most: int | None, is_pointed: bool) -> None:
    assert summary_of(question, "summary") == Summary(most, is_pointed)


def test_what_is_no_summary_has_no_points() -> None:
    assert summary_of("总结这篇", "fact") is None


@pytest.mark.parametrize(
    ("question", "kind", "asked"),
    [
        ("库里都有哪些报纸？", "papers", ("papers", 0, None)),
        ("哪年报道最多", "periods_year", ("periods", 4, None)),
        ("哪个月报道最多", "periods_month", ("periods", 7, None)),
        ("哪天登得最多", "periods_day", ("periods", 10, None)),
        ("最新的三条新闻", "newest", ("newest", 0, 3)),
        ("给我最新的十篇", "newest", ("newest", 0, 10)),
        ("最近有什么新闻", "recent", ("newest", 0, 5)),
        ("近来的新闻来三条", "recent", ("newest", 0, 3)),
    ],
)
def test_what_is_asked_of_the_library(question: str, kind: Kind, asked: tuple[str, int, int | None]) -> None:
    assert catalogue_question(question, kind) == asked


def test_a_fact_is_not_asked_of_the_library() -> None:
    assert catalogue_question("库里都有哪些报纸？", "fact") is None
