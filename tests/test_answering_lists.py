"""Questions for several things: how many they name, what is counted in the quotes, what is said of the missing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering import lists
from qa.questions.analysed import Listing, listing
from qa.text.sentences import split_sentences
from qa.types import Hit, Span
from tests.parts.answering import ask, hit


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("运河灯会有哪六个展区？", Listing(6)),
        ("灯会的三个展区分别是什么？", Listing(3)),
        ("分别是哪12个村？", Listing(12)),
        ("活动包括哪些内容？", Listing(None)),
        ("都有谁参加了座谈会？", Listing(None)),
        ("灯会有多少盏花灯？", None),
        ("运河的六个展区是哪些？", Listing(6)),
        ("哪十二个村要拆？", Listing(12)),
        ("第十七条讲的是什么？", None),
        ("第17条是什么？", None),
        ("哪个展区最大？", None),
        ("哪一天开幕？", None),
    ],
)
def test_how_many_a_question_names(question: str, expected: Listing | None) -> None:
    assert listing(question) == expected


@pytest.mark.parametrize(
    ("quotes", "number"),
    [
        (["灯会设龙灯、花灯、水灯三个展区。"], 3),
        (["灯会设龙灯、花灯和水灯三个展区。"], 3),
        (["一是龙灯，二是花灯；三是水灯。"], 3),
        (["一是龙灯。", "二是花灯。"], 2),
        (["灯会设三个展区。"], 1),
        (["灯会由东镇与西村合办。"], 2),
        (["游客不要投喂，也不要使用闪光灯。"], 2),
        (["设龙灯、花灯展区。", "另设水灯、冰灯展区。"], 4),
    ],
)
def test_how_many_things_are_quoted(quotes: list[str], number: int) -> None:
    assert lists.count(quotes) == number


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_counted(value: str) -> None:
    assert lists.count([value]) >= 1
    listing(value)
    lists.series([value, value], 0)
    assert all(0 <= at < 3 for at in lists.members(Listing(2), [value, value, value], 0))


@pytest.mark.parametrize(
    ("sentences", "best", "members"),
    [
        (["会议提出三点。", "要快。", "要好。", "散会。"], 0, [1, 2]),
        (["会议提出三点。", "要快。", "要好。", "散会。"], 2, [1, 2]),
        (["一是快；", "二是好；", "又说，三是省。"], 1, [0, 1, 2]),
        (["馆长强调，要快。", "一要早。", "今后要好。", "要省。"], 0, [0, 3]),
        (["他讲话。", "甲。", "乙。", "丙。", "丁。", "馆长要求,要快。", "再说一句。", "要好。"], 0, [5, 7]),
        (["演了节目。", "甲队的《春》。", "乙队唱《夏》。", "散场。"], 0, [1, 2]),
        (["开会。", "天热。", "天冷。", "天晴。"], 3, [1, 2, 3]),
        (["要快。", "要好。", "甲。", "乙。"], 3, []),
        (["甲。", "乙。"], 0, []),
        ([""], 0, []),
    ],
)
def test_members_of_a_list_around_the_best_sentence(sentences: list[str], best: int, members: list[int]) -> None:
    assert lists.series(sentences, best) == members


@pytest.mark.parametrize(
    ("asked", "sentences", "found"),
    [
        (Listing(None), ["设三个馆。", "一是龙馆。", "二是虎馆。"], [1, 2]),
        (Listing(2), ["设两个馆。", "龙馆在东。", "虎馆在西。", "闭馆。"], [1, 2]),  # nothing alike: what follows
        (Listing(None), ["设龙馆、虎馆、狮馆。", "票价十元。", "周一闭馆。"], []),  # its own row says it
        (Listing(4), ["设龙馆、虎馆、狮馆。", "另有一馆。"], [1]),
        (Listing(3), ["设三个馆。"], []),
    ],
)
def test_what_an_announcement_is_followed_by(asked: Listing, sentences: list[str], found: list[int]) -> None:
    assert lists.members(asked, sentences, 0) == found


STORY = hit(
    "运河灯会展区公布\n运河灯会设六个展区。一是龙灯展区，在老码头。二是水灯展区，在西岸。三是冰灯展区，在广场。"
    "灯会期间公交延长两小时。"
)


def test_every_item_is_quoted_in_reading_order() -> None:
    answer = ask("运河灯会有哪三个展区？", STORY)
    quoted = [citation.quote for citation in answer.citations]
    assert [one for one in quoted if "是" in one] == [
        "一是龙灯展区，在老码头。",
        "二是水灯展区，在西岸。",
        "三是冰灯展区，在广场。",
    ]
    assert {citation.n for citation in answer.citations} == {1}
    assert answer.note == ""


def test_a_list_runs_on_where_its_passage_ends_and_the_first_passage_begins_with_it() -> None:
    body = STORY.article.text
    end = body.index("二是")
    short = replace(STORY.passage, end=end, text=body[:end], sentences=split_sentences(body[:end]))
    answer = ask("运河灯会有哪三个展区？", replace(STORY, passage=short))
    assert [one.quote[:2] for one in answer.citations if "是" in one.quote] == ["一是", "二是", "三是"]
    assert all(one.article.text[one.start : one.end] == one.quote for one in answer.citations)
    shown = answer.hits[0].passage
    assert shown.text == shown_text(answer.hits[0])
    assert "三是冰灯展区" in shown.text


def shown_text(one: Hit) -> str:
    return one.article.text[one.passage.start : one.passage.end]


def test_what_is_missing_is_said_outside_the_quotes() -> None:
    answer = ask("运河灯会有哪六个展区？", STORY)
    assert answer.note == f"问的是 6 项，原文里只找到 {lists.count([one.quote for one in answer.citations])} 项。"
    without = answer.text
    for citation in answer.citations:
        without = without.replace(f"{citation.quote}[{citation.n}]", "", 1)
    assert without == ""


@pytest.mark.parametrize(
    ("asked", "sentence", "marked", "expected"),
    [
        (Listing(None), "活动由消防局、教委、街道办共同主办。", "消防局", True),
        (Listing(3), "活动由消防局、教委和街道办共同主办。", "教委", True),
        (Listing(4), "活动由消防局、教委、街道办共同主办。", "消防局", False),  # one is missing
        (Listing(None), "二胡、扬琴、竹笛齐鸣，奏响《喜洋洋》。", "《喜洋洋》", False),  # a row of something else
        (Listing(None), "一是花灯、水灯、冰灯，在东岸。", "花灯", False),  # others are numbered behind it
    ],
)
def test_an_enumeration_around_what_is_marked_may_be_all(
    asked: Listing, sentence: str, marked: str, expected: bool
) -> None:
    start = sentence.index(marked)
    assert lists.enough(asked, sentence, Span(start, start + len(marked))) is expected


def test_steps_may_stand_in_front_of_what_answers_best() -> None:
    told = ["怎么约？", "第一步，登录；", "第二步，选时段；", "第三步，签到。", "每周最多约两次。"]
    assert lists.members(Listing(None, is_steps=True), told, 4, is_whole=True) == [1, 2, 3]
    assert lists.members(Listing(2), told, 4, is_whole=True) == []
