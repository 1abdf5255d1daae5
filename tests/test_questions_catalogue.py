"""Questions about the library itself, told from questions about something in it."""

from __future__ import annotations

import pytest

from qa.questions.catalogue import catalogue_question


@pytest.mark.parametrize(
    ("question", "subject", "characters"),
    [
        ("库里都有哪些报纸？", "papers", 0),
        ("有几份报纸", "papers", 0),
        ("有什么内容", "contents", 0),
        ("你这里有什么资料可以查", "contents", 0),
        ("介绍一下这个库", "contents", 0),
        ("最新的报道是哪篇", "newest", 0),
        ("最近有什么新闻？", "newest", 0),
        ("最近发生了什么大事", "newest", 0),
        ("最早的报道是哪一篇", "oldest", 0),
        ("写得最多的记者是谁", "reporters", 0),
        ("哪位记者发稿最多？", "reporters", 0),
        ("谁写的报道最多", "reporters", 0),
        ("哪个月报道最多", "periods", 7),
        ("哪一年的新闻最多", "periods", 4),
        ("报道是从什么时候到什么时候的", "span", 0),
        ("时间跨度是多少", "span", 0),
        ("资料从何时开始", "span", 0),
        ("数据更新到几月", "newest", 0),
        ("今天有什么新闻", "newest", 0),
        ("最早能查到哪一年", "oldest", 0),
        ("报道涵盖哪些方面", "contents", 0),
        ("随便给我看一篇", "contents", 0),
        ("哪个记者最高产", "reporters", 0),
        ("报道集中在哪几个月", "periods", 7),
    ],
)
def test_questions_about_the_library(question: str, subject: str, characters: int) -> None:
    assert catalogue_question(question) == (subject, characters, None)


@pytest.mark.parametrize(
    "question",
    [
        "医院有什么科室",
        "最近有什么关于供暖的新闻",
        "东河镇有什么",
        "哪个镇的床位最多",
        "谁写的信",
        "记者是谁",
        "有几篇提到供暖",
        "有几个消息来源",
        "库里有多少位记者",
        "什么时候？",
        "是什么时候的事？",
        "哪年的？",
        "什么时候开始的",
        "从什么时候到什么时候？",
        "多长时间",
    ],
)
def test_questions_about_something_in_it(question: str) -> None:
    assert catalogue_question(question) is None


@pytest.mark.parametrize(
    ("question", "most"), [("最新的三条新闻", 3), ("给我最新的十篇", 10), ("最近有什么新闻", None)]
)
def test_how_many_articles_are_to_be_named(question: str, most: int | None) -> None:
    found = catalogue_question(question)
    assert found
    assert (found.subject, found.most) == ("newest", most)
