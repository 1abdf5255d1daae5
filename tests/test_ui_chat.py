"""A conversation over the seed pages, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from ui_values import answer, article, citation, hit, refusal

from qa.archive import Archive
from ui import chat
from ui.chat import Conversation
from ui.words import CHINESE

ASKED = "区委召开2026年务虚会用了多长时间？"
STORY = article("甲一。乙二。丙三。", "标题")


def test_an_answer_quotes_its_articles(seeds_archive: Archive) -> None:
    turn = chat.answer(seeds_archive, Conversation().asked(ASKED)).last
    assert turn.answer is not None
    assert turn.problem is None
    assert turn.seconds > 0
    for source in chat.sources(turn.answer):
        for one in source.citations:
            assert source.article.text[one.start : one.end] == one.quote


def test_earlier_questions_go_along(seeds_archive: Archive) -> None:
    first = chat.answer(seeds_archive, Conversation().asked("视察代表建议办理情况由谁带队？"))
    second = chat.answer(seeds_archive, first.asked("陪同的副区长是哪位？"))
    assert [turn.number for turn in second.turns] == [1, 2]
    assert second.turns[0] == first.last
    assert second.last.answer is not None


@pytest.mark.parametrize(
    "question", ["？！。，", "<script>alert(1)</script>", "'; DROP TABLE articles; --", "长" * 10_000]
)
def test_odd_questions_end_in_an_answer_or_a_reason(seeds_archive: Archive, question: str) -> None:
    turn = chat.answer(seeds_archive, Conversation().asked(question)).last
    assert turn.answer is not None or turn.problem


def test_our_errors_become_the_turn_s_problem(tmp_path: Path) -> None:
    archive = Archive.open(tmp_path / "library", create=True)
    archive.close()
    with Archive.open(tmp_path / "library") as empty:
        turn = chat.answer(empty, Conversation().asked("有什么？")).last
    assert turn.problem or (turn.answer and turn.answer.reason)


def test_a_question_waits_for_the_one_before() -> None:
    waiting = Conversation().asked("一？")
    assert chat.refused(waiting, "二？", CHINESE) == CHINESE.still_answering
    assert chat.refused(Conversation(), " \n", CHINESE) == CHINESE.empty_question
    assert chat.refused(Conversation(), "一？", CHINESE) is None
    broken = chat.failed(waiting, CHINESE)
    assert broken.last.problem == CHINESE.failed_unexpectedly
    assert chat.refused(broken, "二？", CHINESE) is None


def test_sources_keep_their_numbers() -> None:
    other = article("丁四。", "别的")
    found = chat.sources(
        answer(citation(1, STORY, "乙二。"), citation(2, other, "丁四。"), citation(1, STORY, "甲一。")),
    )
    assert [(source.n, [one.quote for one in source.citations]) for source in found] == [
        (1, ["乙二。", "甲一。"]),
        (2, ["丁四。"]),
    ]


def test_the_nearest_articles_come_once_each() -> None:
    other = article("丁四。", "别的")
    found = chat.nearest(refusal("无。", (hit(STORY, 0, 3), hit(STORY, 3, 6), hit(other, 0, 3))))
    assert [(position, story.title) for position, story in found] == [(0, "标题"), (2, "别的")]
