"""What asks for more than a fact: a topic, a course of events, the points of one article."""

from __future__ import annotations

import pytest

from qa.questions.topics import Summary, summary_of, topic_of


@pytest.mark.parametrize(
    ("question", "kind", "words", "is_bare"),
    [
        ("医保", "digest", "医保", True),
        ("介绍一下柳溪镇", "digest", "柳溪镇", False),
        ("总结供暖的情况", "digest", "供暖", False),
        ("关于供暖的报道", "digest", "供暖", False),
        ("马拉松的经过", "timeline", "马拉松", False),
        ("新图书馆建设的来龙去脉", "timeline", "新图书馆建设", False),
        ("供暖进展如何？", "timeline", "供暖", False),
        ("粮价这几年的变化经过讲一讲", "timeline", "粮价", False),
        ("老粮站的粮是怎么运走的，经过说一下", "timeline", "老粮站的粮运走", False),
        ("县剧团这些年是怎么一步步过来的", "timeline", "县剧团", False),
        ("把水库加固从头到尾讲一遍", "timeline", "水库加固", False),
        ("按时间顺序说说水库加固", "timeline", "水库加固", False),
        ("梳理一下东河镇防汛从2022年到2025年的变化", "timeline", "东河镇防汛", False),
    ],
)
def test_topics(question: str, kind: str, words: str, is_bare: bool) -> None:
    assert topic_of(question) == (kind, words, is_bare, None)


@pytest.mark.parametrize(
    "question",
    [
        "谁是冠军",
        "县城到水库怎么走？",
        "什么时候供暖",
        "美国姑娘听完他开嗓，觉得怎么样？",
        "桥多长",
        "脱欧以后英镑的起伏会怎样？",
    ],
)
def test_facts_are_no_topics(question: str) -> None:
    assert topic_of(question) is None


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("用三句话介绍供暖", ("digest", "供暖", False, 3)),
        ("列三条关于供暖的新闻", ("digest", "供暖", False, 3)),
        ("给我找2篇马拉松的报道", ("digest", "马拉松", False, 2)),
    ],
)
def test_a_topic_may_say_how_many(question: str, topic: tuple[str, str, bool, int]) -> None:
    assert topic_of(question) == topic


def test_a_list_of_all_is_no_digest() -> None:
    assert topic_of("列出关于供暖的报道") is None


@pytest.mark.parametrize(
    ("question", "most", "is_pointed"),
    [
        ("总结这篇", None, True),
        ("这篇报道讲了什么？", None, True),
        ("太长不看，给个摘要", None, False),
        ("帮我列三条", 3, False),
        ("三句话总结这篇报道", 3, True),
    ],
)
def test_the_points_of_an_article(question: str, most: int | None, is_pointed: bool) -> None:
    assert summary_of(question) == Summary(most, is_pointed)


@pytest.mark.parametrize("question", ["总结供暖的情况", "这篇报道的记者是谁", "谁写的这篇", "列三条供暖的新闻"])
def test_what_names_something_asks_for_no_points(question: str) -> None:
    assert summary_of(question) is None
