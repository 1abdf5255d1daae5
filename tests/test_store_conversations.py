"""Conversations on disk: whose they are, what is left of them, and that an answer outlives its articles."""

from __future__ import annotations

import json
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.cli import main
from qa.errors import LibraryDamaged, LibraryError, NotFound
from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.store.turns import Turn, read, write
from qa.types import Filters, Query
from tests.parts.conversation_faults import still_there
from tests.parts.ui_values import ANSWER, HOSTILE, OTHER, STORY, answer, article, hit, refusal


@pytest.fixture
def library(place: str) -> str:
    """Where a library of either engine is."""
    Library.open(place).close()
    return place


@pytest.fixture
def kept(library: str) -> Iterator[Conversations]:
    with Conversations.open(library) as kept:
        yield kept


def _found(kept: Conversations, owner: str, id: str) -> tuple[Turn, ...]:
    return kept.messages(owner, id, still_there)


def test_an_answer_comes_back_as_it_was() -> None:
    assert read(write(ANSWER), still_there) == ANSWER
    refused = refusal("库中没有出现“火星”。", hits=(hit(STORY, 0, 5),))
    assert read(write(refused), still_there) == refused
    unsure = replace(refused, nearest=ANSWER.citations[:1])
    assert read(write(unsure), still_there) == unsure


def test_what_may_be_the_answer_outlives_its_article() -> None:
    unsure = replace(refusal("报上没有写。"), nearest=ANSWER.citations[:1])
    (lost,) = read(write(unsure), lambda was: []).nearest
    assert (lost.quote, lost.article.text) == (ANSWER.citations[0].quote, ANSWER.citations[0].quote)
    assert lost.article.text[lost.start : lost.end] == lost.quote
    anew = article(f"本报讯。\n{lost.quote}", "书展开幕")
    (found,) = read(write(unsure), lambda was: [anew]).nearest
    assert found.article == anew
    assert anew.text[found.start : found.end] == lost.quote


def test_a_real_answer_comes_back_as_it_was(seeds_library: Library) -> None:
    for question in ("区委召开2026年务虚会用了多长时间？", "火星上有几家书店？", "一共有多少篇？", "最近有哪些会？"):
        found = seeds_library.ask(Query(question))
        assert read(write(found), lambda was: [seeds_library.article(was.id)]) == found


def test_what_was_shown_of_an_article_outlives_it() -> None:
    found = read(write(ANSWER), lambda was: [OTHER] if was.id == OTHER.id else [])
    assert [one.quote for one in found.citations] == [one.quote for one in ANSWER.citations]
    assert [one.passage.text for one in found.hits] == [one.passage.text for one in ANSWER.hits]
    assert found.citations[1] == ANSWER.citations[1]
    gone = found.citations[0].article
    assert (gone.id, gone.title, gone.byline, gone.location.source) == (STORY.id, "首届书展", ("甲",), "page.txt")
    assert gone.text == "首届书展。\n书展在四月开幕。\n散会。"
    for one in found.citations:
        assert one.article.text[one.start : one.end] == one.quote
    for one in found.hits:
        assert one.article.text[one.passage.start : one.passage.end] == one.passage.text


def test_a_story_cut_anew_takes_the_place_of_the_old_one() -> None:
    anew = article("本报讯。\n书展在四月开幕。共有三百家出版社参加。", "书展开幕")
    old = replace(ANSWER, hits=(hit(STORY, 6, 14), hit(OTHER, 0, 5), hit(STORY, 0, 6)))
    found = read(write(old), lambda was: [OTHER] if was.id == OTHER.id else [OTHER, anew])
    first, second, third = found.citations
    assert (first.article, second) == (anew, ANSWER.citations[1])
    assert (third.article.id, third.quote) == (STORY.id, "散会。"), "what nobody says now is shown as it was"
    assert {one.article.id for one in found.hits} == {anew.id, OTHER.id, STORY.id}
    for one in found.citations:
        assert one.article.text[one.start : one.end] == one.quote
    for one in found.hits:
        assert one.article.text[one.passage.start : one.passage.end] == one.passage.text
        assert one.passage.article == one.article.id


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=40), st.lists(st.tuples(st.integers(0, 39), st.integers(1, 20)), max_size=6))
def test_every_slice_of_a_lost_article_is_still_its_slice(text: str, slices: list[tuple[int, int]]) -> None:
    story = article(text, "题")
    hits = tuple(hit(story, start, min(start + size, len(text))) for start, size in slices if start < len(text))
    found = read(write(answer(hits=hits)), lambda was: [])
    for before, after in zip(hits, found.hits, strict=True):
        assert after.article.text[after.passage.start : after.passage.end] == before.passage.text


@pytest.mark.parametrize("snapshot", [b"", b"x", write(ANSWER)[:-9], b"x\x9c\xab\xae\x05\x00\x01u\x00\xf9"])
def test_a_damaged_answer_says_so(snapshot: bytes) -> None:
    with pytest.raises(LibraryError, match="再问一次"):
        read(snapshot, still_there)


def test_a_conversation_is_there_after_a_restart(library: str) -> None:
    asked = Turn("书展何时开幕？", ANSWER, seconds=0.2, filters=Filters(since="2025"), refused=ANSWER.assumed)
    with Conversations.open(library) as kept:
        assert kept.lasts
        id, first = kept.keep("甲", "", asked)
        _, second = kept.keep("甲", id, Turn("然后呢？", problem="没有答成"))
    assert first.number != second.number
    with Conversations.open(library) as kept:
        assert [one.title for one in kept.listed("甲")] == ["书展何时开幕？"]
        assert _found(kept, "甲", id) == (first, second)
        assert replace(first, number=0) == asked


def test_nobody_sees_or_touches_what_is_another_s(kept: Conversations) -> None:
    id, message = kept.keep("甲", "", Turn("一？", ANSWER))
    assert kept.listed("乙") == ()
    for call in (
        lambda: kept.messages("乙", id, still_there),
        lambda: kept.rename("乙", id, "新"),
        lambda: kept.remove("乙", id),
        lambda: kept.keep("乙", id, Turn("二？")),
        lambda: kept.rate("乙", message.number, "up"),
        lambda: kept.messages("甲", "' OR 1=1 --", still_there),
        lambda: kept.messages("甲", "", still_there),
    ):
        with pytest.raises(NotFound):
            call()
    assert len(_found(kept, "甲", id)) == 1
    assert list(kept.feedback()) == []


def test_the_latest_conversation_comes_first(kept: Conversations) -> None:
    first, _ = kept.keep("甲", "", Turn("一？"))
    second, _ = kept.keep("甲", "", Turn("二？"))
    assert [one.id for one in kept.listed("甲")] == [second, first]
    kept.keep("甲", first, Turn("三？"))
    assert [one.id for one in kept.listed("甲")] == [first, second]


def test_a_title_can_be_changed_and_found(kept: Conversations) -> None:
    id, _ = kept.keep("甲", "", Turn("  很长的\n问题" + "长" * 100))
    (listed,) = kept.listed("甲")
    assert len(listed.title) == 60
    assert listed.title.startswith("很长的 问题长")
    assert kept.rename("甲", id, " 我的\n书展 ") == "我的 书展"
    assert kept.rename("甲", id, "  ") == ""
    assert [one.title for one in kept.listed("甲", "書展")] == ["我的 书展"]


@pytest.mark.parametrize("search", ["无此 " * 100_000, "无此" * 200_000])
def test_a_search_for_a_whole_page_finds_nothing_and_is_no_error(kept: Conversations, search: str) -> None:
    kept.keep("甲", "", Turn("书展何时开幕？"))
    assert kept.listed("甲", search) == ()


@pytest.mark.parametrize("search", ["四月", "四月 何时", "書展", "書展 四月"])
def test_questions_and_answers_are_searched(kept: Conversations, search: str) -> None:
    id, _ = kept.keep("甲", "", Turn("书展何时开幕？", ANSWER))
    kept.keep("甲", "", Turn("别的？"))
    assert [one.id for one in kept.listed("甲", search)] == [id]


@pytest.mark.parametrize("search", ["%", "_", "\\", "'", "没有 四月", "\ud800x"])
def test_a_search_is_taken_by_the_letter(kept: Conversations, search: str) -> None:
    kept.keep("甲", "", Turn("书展何时开幕？", ANSWER))
    assert kept.listed("甲", search) == ()


def test_asking_again_takes_the_place_of_the_question(kept: Conversations) -> None:
    id, first = kept.keep("甲", "", Turn("一？"))
    _, second = kept.keep("甲", id, Turn("二？"))
    kept.keep("甲", id, Turn("三？"))
    _, again = kept.keep("甲", id, Turn("二，再？"), instead_of=second.number)
    assert [one.question for one in _found(kept, "甲", id)] == ["一？", "二，再？", "三？"]
    assert again.number > second.number
    kept.keep("甲", id, Turn("一，改？"), instead_of=first.number, dropping=True)
    assert [one.question for one in _found(kept, "甲", id)] == ["一，改？"]
    with pytest.raises(NotFound):
        kept.keep("甲", id, Turn("二？"), instead_of=second.number)
    other, _ = kept.keep("甲", "", Turn("别的？"))
    with pytest.raises(NotFound):
        kept.keep("甲", other, Turn("一？"), instead_of=_found(kept, "甲", id)[0].number)


def test_feedback_is_kept_with_what_it_is_about(kept: Conversations) -> None:
    id, first = kept.keep("甲", "", Turn("一？", ANSWER))
    _, second = kept.keep("甲", id, Turn("二？", ANSWER))
    kept.rate("甲", second.number, "up")
    kept.rate("甲", second.number, "down", f" {HOSTILE}\ud800 ")
    for _ in range(2):
        assert [(one.verdict, one.word) for one in _found(kept, "甲", id)] == [(None, ""), ("down", f"{HOSTILE}?")]
        kept.rate("甲", second.number, "down")  # the thumb may be heard behind its word
    kept.rate("甲", second.number, "up")
    assert _found(kept, "甲", id)[1].word == ""
    kept.keep("甲", id, Turn("二，再？"), instead_of=second.number)
    (feedback,) = kept.feedback()
    assert feedback.about["question"] == "二？"
    assert feedback.about["history"] == ["一？"]
    assert feedback.about["citations"][0]["quote"] == "书展在四月开幕。"
    assert "甲" not in json.dumps(feedback.about["history"])
    kept.rate("甲", first.number, "up")
    kept.rate("甲", first.number, None)
    assert len(list(kept.feedback())) == 1
    kept.remove("甲", id)
    assert list(kept.feedback()) == []
    assert kept.listed("甲") == ()


def test_a_word_stays_when_the_thumb_is_heard_at_the_same_time(kept: Conversations) -> None:
    for _ in range(20):
        _, message = kept.keep("甲", "", Turn("一？", ANSWER))
        with ThreadPoolExecutor() as both:
            heard = [both.submit(kept.rate, "甲", message.number, "down", word) for word in (None, "太短")]
        assert "太短" in [one.result() for one in heard]
    assert [one.word for one in kept.feedback()] == ["太短"] * 20


def test_a_number_is_never_used_twice(kept: Conversations) -> None:
    id, first = kept.keep("甲", "", Turn("一？"))
    kept.remove("甲", id)
    _, second = kept.keep("甲", "", Turn("一？"))
    assert second.number > first.number


def test_many_threads_lose_nothing(kept: Conversations) -> None:
    def ask(owner: str) -> None:
        id, _ = kept.keep(owner, "", Turn("一？", ANSWER))
        for _ in range(9):
            kept.keep(owner, id, Turn(owner, ANSWER))

    threads = [threading.Thread(target=ask, args=[f"甲{n}"]) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for n in range(8):
        (listed,) = kept.listed(f"甲{n}")
        assert [one.question for one in _found(kept, f"甲{n}", listed.id)] == ["一？", *[f"甲{n}"] * 9]


def test_two_processes_share_them(library: str) -> None:
    with Conversations.open(library) as one, Conversations.open(library) as two:
        id, _ = one.keep("甲", "", Turn("一？"))
        two.keep("甲", id, Turn("二？"))
        assert len(_found(one, "甲", id)) == 2


def test_two_servers_that_keep_in_one_conversation_at_once_take_turns(library: str) -> None:
    with Conversations.open(library) as one, Conversations.open(library) as two:
        id, first = one.keep("甲", "", Turn("一？", ANSWER))

        def ask(kept: Conversations) -> None:
            for number in range(20):
                kept.keep("甲", id, Turn(f"{number}？"))
                kept.rate("甲", first.number, "up")

        threads = [threading.Thread(target=ask, args=[kept]) for kept in (one, two)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(_found(one, "甲", id)) == 41
        assert len(list(two.feedback())) == 1


def test_a_question_with_a_zero_byte_is_kept_without_it(kept: Conversations) -> None:
    id, _ = kept.keep("甲", "", Turn("书\0展？"))
    assert [one.question for one in _found(kept, "甲", id)] == ["书?展？"]
    assert kept.rename("甲", id, "书\0展") == "书?展"
    assert kept.listed("甲", "\0馆") == ()


def test_in_memory_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Conversations.in_memory() as kept:
        assert not kept.lasts
        id, _ = kept.keep("甲", "", Turn("一？", ANSWER))
        assert len(_found(kept, "甲", id)) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.folder("its own file")
def test_a_file_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "conversations.db"
    path.write_bytes(b"not a database, not at all" * 100)
    with pytest.raises(LibraryDamaged, match=r"conversations\.db"):
        Conversations.open(tmp_path)
    path.unlink()
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE other (x)")
    foreign.close()
    with pytest.raises(LibraryDamaged):
        Conversations.open(tmp_path)
    path.unlink()
    Conversations.open(tmp_path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(LibraryError, match="99"):
        Conversations.open(tmp_path)


@pytest.mark.folder("its own file")
def test_an_answer_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    kept = Conversations.open(tmp_path)
    id, _ = kept.keep("甲", "", Turn("一？", ANSWER))
    kept.keep("甲", id, Turn("二？", ANSWER))
    with sqlite3.connect(tmp_path / "conversations.db") as file:
        file.execute("UPDATE messages SET answer = x'00' WHERE position = 1")
    file.close()
    first, second = _found(kept, "甲", id)
    assert (first.answer, "再问一次" in (first.problem or "")) == (None, True)
    assert second.answer == ANSWER


def test_an_old_answer_without_today_s_fields_still_reads() -> None:
    def older(snapshot: bytes) -> bytes:
        data = json.loads(zlib.decompress(snapshot))
        del data["answer"]["assumed"], data["answer"]["nearest"]
        data["answer"]["no longer known"] = 1
        return zlib.compress(json.dumps(data).encode())

    found = read(older(write(ANSWER)), still_there)
    assert found == replace(ANSWER, assumed=())


def test_feedback_leaves_by_the_command_line(library: str, capsys: pytest.CaptureFixture[str]) -> None:
    with Conversations.open(library) as kept:
        _, message = kept.keep("甲", "", Turn("一？", ANSWER))
        kept.rate("甲", message.number, "down", "引错了")
    assert main(["--library", library, "export", "--feedback"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert (found["verdict"], found["word"], found["question"], found["history"]) == ("down", "引错了", "一？", [])
    assert "owner" not in line
