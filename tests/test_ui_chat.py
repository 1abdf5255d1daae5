"""A conversation over the seed pages, without a browser."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa.answering.answer import unknown
from qa.composing.server import ModelServer
from qa.errors import NotFound
from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from qa.types import Assumption, Filters
from qa.types.settings import QUESTION_CHARS
from tests.parts.model_server import Script, model_server
from tests.parts.ui_values import answer, article, citation, hit, refusal
from ui import chat
from ui.answers import outcome
from ui.chat import Asking, Conversation
from ui.words import CHINESE, ENGLISH

ASKED = "区委召开2026年务虚会用了多长时间？"
STORY = article("甲一。乙二。丙三。", "标题")
THREE = Conversation("id", tuple(Turn(f"{n}？", answer(), number=n) for n in (1, 2, 3)))


def test_an_answer_quotes_its_articles(seeds_library: Library) -> None:
    turn = chat.answer(seeds_library, Conversation(), Asking(ASKED))
    assert turn.answer is not None
    assert turn.problem is None
    assert turn.seconds > 0
    for source in chat.sources(turn.answer):
        for one in source.citations:
            assert source.article.text[one.start : one.end] == one.quote
    assert chat.gone(seeds_library, turn.answer) == frozenset()


def test_earlier_questions_go_along_unless_taken_back(seeds_library: Library) -> None:
    with Conversations.in_memory() as kept:
        first = chat.answer(seeds_library, Conversation(), Asking("校园安全 消防闯关"))
        talk = chat.keep(kept, "甲", Conversation(), Asking(first.question), first)
        asking = Asking("有多少人？")
        second = chat.answer(seeds_library, talk, asking)
        assert second.answer is not None
        assert [one.kind for one in second.answer.assumed] == ["follow-up"]
        talk = chat.keep(kept, "甲", talk, asking, second)
        number = talk.turns[1].number
        without = chat.pressed(talk, Filters(), "", number, 0)
        assert without == replace(asking, refused=second.answer.assumed, instead_of=number)
        again = chat.answer(seeds_library, talk, without)
        assert again.answer is not None
        assert again.answer.assumed == ()
        talk = chat.keep(kept, "甲", talk, without, again)
        assert [turn.question for turn in talk.turns] == [first.question, second.question]
        assert talk.turns == chat.opened(seeds_library, kept, "甲", talk.id).turns


def test_a_model_s_follow_up_is_told_as_what_was_asked_and_may_be_taken_back(seeds_library: Library) -> None:
    with Conversations.in_memory() as kept, model_server(Script(["校园消防闯关有多少人参加？"])) as url:
        first = chat.answer(seeds_library, Conversation(), Asking("校园 消防闯关"))
        talk = chat.keep(kept, "甲", Conversation(), Asking(first.question), first)
        asking = Asking("有多少人参加？")
        *_, turn = chat.answering(seeds_library, talk, asking, ModelServer(url, "m"))
        assert isinstance(turn, Turn)
        assert turn.answer is not None
        assert turn.answer.assumed == (Assumption("follow-up", "有多少人参加？", "校园消防闯关有多少人参加？"),)
        talk = chat.keep(kept, "甲", talk, asking, turn)
        assert "沿用：校园消防闯关有多少人参加？" in outcome(talk.turns[1], CHINESE)
        without = chat.pressed(talk, Filters(), "", talk.turns[1].number, 0)
        assert without is not None
        again = chat.answer(seeds_library, talk, without, ModelServer(url, "m"))
        assert again.answer is not None
        assert again.answer.assumed == ()


@pytest.mark.parametrize(
    "question", ["？！。，", "<script>alert(1)</script>", "'; DROP TABLE articles; --", "长" * 10_000]
)
def test_odd_questions_end_in_an_answer_or_a_reason(seeds_library: Library, question: str) -> None:
    turn = chat.answer(seeds_library, Conversation(), Asking(question))
    assert turn.answer is not None or turn.problem


def test_our_errors_become_the_turn_s_problem(seeds_library: Library) -> None:
    turn = chat.answer(seeds_library, Conversation(), Asking("哪个队赢了？", Filters(source="没有的文件")))
    assert turn.answer is None
    assert "没有的文件" in (turn.problem or "")


def test_a_question_is_asked_up_to_its_limit() -> None:
    for question, words, told in (
        ("长" * QUESTION_CHARS, CHINESE, ""),
        ("", CHINESE, "请先写下问题"),
        ("长" * (QUESTION_CHARS + 1), CHINESE, "问题有 2001 个字，最多 2000 个"),
        ("长" * (QUESTION_CHARS + 1), ENGLISH, "2001 characters; 2000 are the most"),
    ):
        problem = chat.unaskable(Asking(question), words)
        assert told in problem
        assert bool(problem) == bool(told)


def test_a_question_takes_its_place() -> None:
    turn = Turn("新？", number=4)
    assert [one.number for one in THREE.placed(Asking("新？"), turn).turns] == [1, 2, 3, 4]
    assert [one.number for one in THREE.placed(Asking("新？", instead_of=2), turn).turns] == [1, 4, 3]
    assert [one.number for one in THREE.placed(Asking("新？", instead_of=2, dropping=True), turn).turns] == [1, 4]
    assert [one.number for one in THREE.before(Asking("新？", instead_of=2))] == [1]
    assert THREE.position(3) == 3
    assert THREE.turn(9) is None


def test_what_a_button_asks() -> None:
    chosen, assumed = Filters(since="2025"), Assumption("date", "去年", "2025")
    last = Turn("3？", replace(answer(), assumed=(assumed,)), number=3, filters=Filters(until="2024"))
    talk = THREE.replaced(last)
    assert chat.pressed(talk, chosen, "新？", 0, -1) == Asking("新？", chosen)
    assert chat.pressed(talk, chosen, "", 2, -1) == Asking("2？", chosen, instead_of=2)
    assert chat.pressed(talk, chosen, "改？", 2, -1) == Asking("改？", chosen, instead_of=2, dropping=True)
    assert chat.pressed(talk, chosen, "", 3, 0) == Asking("3？", last.filters, (assumed,), instead_of=3)
    for number, refuse in ((9, -1), (3, 1), (2, 0), (-1, 0)):
        assert chat.pressed(talk, chosen, "", number, refuse) is None


def test_a_conversation_opens_again_and_says_what_is_gone(seeds: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_text("桂花节开幕\n\n本报讯(记者 甲乙)桂花节九月三日开幕，展出三百盆桂花。\n", "utf-8")
    (pages / "b.txt").write_text("图书馆开放\n\n本报讯(记者 丙丁)新图书馆周一开放，可借四本书。\n", "utf-8")
    library_path = tmp_path / "library"
    with Library.open(library_path, create=True) as library, Conversations.open(library_path) as kept:
        library.add([pages])
        asking = Asking("桂花节展出多少盆桂花？")
        turn = chat.answer(library, Conversation(), asking)
        assert turn.answer is not None
        talk = chat.keep(kept, "甲", Conversation(), asking, turn)
        cited = turn.answer.citations[0].article.id
        library.remove(["a.txt"])
        (again,) = chat.opened(library, kept, "甲", talk.id).turns
        assert again.answer is not None
        assert again.answer.citations[0].quote == turn.answer.citations[0].quote
        assert cited in chat.gone(library, again.answer)
        library.add([pages])  # the library is rebuilt: the citation opens again
        (back,) = chat.opened(library, kept, "甲", talk.id).turns
        assert back.answer == turn.answer
        assert chat.gone(library, back.answer) == frozenset()
        with pytest.raises(NotFound):
            chat.opened(library, kept, "乙", talk.id)
        assert chat.opened(library, kept, "乙", "") == Conversation()


def test_a_reason_is_told_in_the_reader_s_language() -> None:
    refused = refusal("库中没有出现“火星”。")
    assert chat.reason(refused, CHINESE) == "库中没有出现“火星”。"
    named = replace(refused, reason=unknown(["火星", "水星"]))
    assert chat.reason(named, CHINESE) == "库中没有出现“火星”“水星”。"
    assert chat.reason(named, ENGLISH) == "The library never mentions: 火星, 水星"
    assert chat.reason(answer(), ENGLISH) == ""


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


def test_the_examples_are_made_once_for_a_library_as_it_is(seeds_library: Library) -> None:
    examples, stats = chat.Examples(seeds_library, 2), seeds_library.stats()
    assert examples.known(stats) is None
    made = examples.of(stats)
    assert examples.known(stats) is made is examples.of(stats)
    assert examples.known(replace(stats, articles=1)) is None
    assert examples.of(replace(stats, articles=0)) == ()


def test_a_question_that_leans_on_the_last_one_is_asked_of_its_article() -> None:
    of_one = Filters(article="abcd")
    talk = Conversation("id", (Turn("总结这篇", answer(), number=1, filters=of_one),))
    for leaning in ("还有呢？", "有多少人？", "这篇讲了什么？"):
        assert chat.on_article(talk, Asking(leaning)) == Asking(leaning, of_one)
    alone, chosen = Asking(ASKED), Asking("还有呢？", Filters(byline="甲"))
    for asking in (alone, chosen, Asking("还有呢？", instead_of=1)):
        assert chat.on_article(talk, asking) == asking
    assert chat.on_article(THREE, Asking("还有呢？")) == Asking("还有呢？")
    assert chat.pressed(talk, Filters(), "", 1, -1) == Asking("总结这篇", of_one, instead_of=1)
    assert chat.pressed(talk, Filters(), "", 1, -1, everywhere=True) == Asking("总结这篇", instead_of=1)
