"""Example questions: what a sentence lets itself be asked, and that the library answers them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from qa.questions import suggestions
from qa.types import Answer, Article, Citation, Hit, Location, Passage, Query, Span

if TYPE_CHECKING:
    from qa.library.library import Library


def article(text: str, title: str = "通州区供暖", *, inferred: bool = False) -> Article:
    return Article("0", text, title, title_inferred=inferred)


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("目前，全区已建成社区食堂约120家。", ["全区已建成社区食堂多少家？"]),
        ("这一年，运河商务区完成投资超过35.6亿元。", ["运河商务区完成投资多少元？"]),
        (
            "自12月1日起，西集镇将对主干道实行错峰通行。",
            ["西集镇对主干道实行错峰通行是从什么时候开始的？"],
        ),
        ("今年我们共建成社区食堂120家。", []),  # whose?
        ("他种植的苹果树已经超过300亩。", []),  # whose?
        ("活动吸引30人。", []),  # too short to find anything with
        (
            "9月12日，潞河文化节开幕式在运河公园举行。",
            ["潞河文化节开幕式什么时候举行？", "潞河文化节开幕式在哪里举行？"],
        ),
        ("潞河文化节主题展览由区文联主办。", ["潞河文化节主题展览由谁主办？"]),
        ("区文联主席王建国表示，展览免费。", []),  # people say much: no one sentence answers it
        ("区文联主席表示，展览免费。", []),  # who?
        ("本次书画主题展览由区文联主办。", []),  # which?
        ("会议强调，要坚定信心、积极作为。", []),
    ],
)
def test_facts_are_asked_for(sentence: str, questions: list[str]) -> None:
    assert list(suggestions.of_facts(article(sentence))) == questions


def test_a_headline_is_asked_after_where_it_was_printed_and_is_short() -> None:
    assert list(suggestions.of_headline(article("正文"))) == ["通州区供暖，是怎么回事？"]
    assert not list(suggestions.of_headline(article("正文", inferred=True)))
    assert not list(suggestions.of_headline(article("正文", "很长的标题" * 5)))
    assert not list(suggestions.of_headline(article("正文", "")))


def test_what_is_asked_next_is_new_and_answered_and_quickly_found(seeds_library: Library) -> None:
    asked = seeds_library.examples(6)
    suggested = 0
    for question in asked:
        answer = seeds_library.ask(Query(question))
        began = time.process_time()
        following = suggestions.following(answer, asked, 3)
        assert time.process_time() - began < 0.1  # 5 ms on a free machine
        assert not set(following) & set(asked)
        assert suggestions.following(answer, asked, 3) == following
        for one in following:
            suggested += 1
            assert seeds_library.ask(Query(one, history=(question,))).answered, one
    assert suggested >= 12


def test_a_name_is_asked_after_where_another_story_mentions_it() -> None:
    stories = [
        article("马驹桥镇新建公园。", "甲"),
        article("学校在马驹桥镇，由京津冀协同发展中心出资。", "乙"),
        article("京津冀协同发展中心开放。", "丙"),
        article("无关。", "丁"),
    ]
    stories = [replace(one, id=one.title, locations=(Location("a.txt", None, None, ()),)) for one in stories]
    hits = tuple(Hit(Passage(n, one.id, 0, 4, one.text[:4], ()), one, 0.5) for n, one in enumerate(stories))
    quote = Citation(1, stories[0], 0, 9, stories[0].text, Span(0, 1), 0.9)
    found = suggestions.following(Answer("问？", "quote", "", 0.9, (quote,), hits), ("丙，是怎么回事？",), 9)
    assert found == ("哪些报道提到“马驹桥”？",)
    assert suggestions.following(Answer("问？", "quote", "", 0.9), (), 9) == ()


def test_a_library_answers_its_examples(seeds_library: Library) -> None:
    examples = seeds_library.examples(6)
    assert len(examples) == len(set(examples)) == 6
    assert seeds_library.examples(6) == examples
    for question in examples:
        assert seeds_library.ask(Query(question)).answered, question
