"""Example questions: what a sentence lets itself be asked, and that the library answers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from qa import suggest
from qa.types import Article, Query

if TYPE_CHECKING:
    from qa.archive import Archive


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
        ("会议强调，要坚定信心、积极作为。", []),
    ],
)
def test_facts_are_asked_for(sentence: str, questions: list[str]) -> None:
    assert list(suggest.of_facts(article(sentence))) == questions


def test_a_headline_is_asked_after_where_it_was_printed_and_is_short() -> None:
    assert list(suggest.of_headline(article("正文"))) == ["通州区供暖，是怎么回事？"]
    assert not list(suggest.of_headline(article("正文", inferred=True)))
    assert not list(suggest.of_headline(article("正文", "很长的标题" * 5)))
    assert not list(suggest.of_headline(article("正文", "")))


def test_a_library_answers_its_examples(seeds_archive: Archive) -> None:
    examples = seeds_archive.examples(6)
    assert len(examples) == len(set(examples)) == 6
    assert seeds_archive.examples(6) == examples
    for question in examples:
        assert seeds_archive.ask(Query(question)).answered, question
