"""What the reader is shown in training: windows that hold the answer or do not, noise that keeps spans, the split."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import text
from qa.types import Span
from training import noise, sets, split, windows
from training.cloze import questions
from training.sets import Document

STORY = (
    "新馆昨天开馆。当天接待读者3200人次,是旧馆的两倍。馆长王小明说,新馆藏书一百万册。"
    "读者李先生来自邻县。他说旧馆只有3200册新书。新馆周一闭馆。少儿阅览室设在二层。馆前的广场可以停车三百辆。"
)


def test_every_occurrence_the_longest_at_a_place() -> None:
    assert windows.occurrences("甲乙甲乙丙", ("甲乙", "甲乙丙", "丁")) == [Span(0, 2), Span(2, 5)]


def test_the_occurrence_beside_the_questions_words_is_meant() -> None:
    apart = STORY.replace(
        "读者李先生", "据介绍,这一带的住户以前要走很远的路才能借到书,不少人办了证却从来没有去过。" * 3 + "读者李先生"
    )
    spans = windows.occurrences(apart, ("3200",))
    assert len(spans) == 2
    assert windows.meant("开馆当天接待读者多少人次?", apart, spans) == spans[0]
    assert windows.meant("旧馆有多少册新书?", apart, spans) == spans[1]


@given(st.integers(0, 10_000))
def test_a_positive_window_marks_answers_and_a_silent_one_has_none(seed: int) -> None:
    found = windows.positive("开馆当天接待读者多少人次?", STORY, ("3200",), random.Random(seed))
    assert found is not None
    assert found.text in STORY
    assert found.spans
    assert all(found.text[one.start : one.end] == "3200" for one in found.spans)
    quiet = windows.silent(STORY, ("3200",), random.Random(seed))
    assert quiet is None or (quiet.spans == () and "3200" not in quiet.text and quiet.text in STORY)


def test_no_positive_window_without_the_answer() -> None:
    assert windows.positive("几册?", STORY, ("九百",), random.Random(1)) is None


@given(st.text(min_size=1, max_size=80), st.data(), st.integers(0, 99))
def test_line_breaks_alone_change_no_other_character(value: str, data: st.DataObject, seed: int) -> None:
    start = data.draw(st.integers(0, len(value) - 1))
    end = data.draw(st.integers(start + 1, len(value)))
    scanned, (moved,) = noise.scan(value, [Span(start, end)], 0.0, random.Random(seed))
    assert scanned.replace("\n", "") == value.replace("\n", "")
    assert scanned[moved.start : moved.end].replace("\n", "") == value[start:end].replace("\n", "")


def test_noise_hits_about_its_rate() -> None:
    scanned, _ = noise.scan("己" * 4000, [], 0.1, random.Random(3))
    assert 0.07 < sum(character != "己" for character in scanned.replace("\n", "")) / 4000 < 0.13 + 0.1


def test_a_question_keeps_its_content_words() -> None:
    asked = {noise.ask("王小明什么时候当上图书馆馆长的?", random.Random(seed)) for seed in range(60)}
    assert len(asked) > 3
    assert all("王小明" in one and "馆长" in one for one in asked)


def test_titles_and_neighbours_share_a_side() -> None:
    assert split.fold("d1", "梵文") == split.fold("d900", "梵文")
    assert split.fold("d0", "") == split.fold("d33", "")
    folds = [split.fold(f"d{number}", f"题{number}") for number in range(1000)]
    untitled = [split.fold(f"d{number}", "") for number in range(1000)]
    for found in (folds, untitled):
        assert all(150 < found.count(one) < 250 for one in range(5))


def test_a_made_question_asks_for_what_the_document_says() -> None:
    news = [Document(f"n{number}", text.fold(STORY.replace("3200", str(3200 + number))), False) for number in range(40)]
    held = [Document("h", news[0].text, True)]
    made = list(questions([*news, *held], 30, random.Random(5)))
    assert made
    assert all(one.document.id != "h" for one in made)
    for one in made:
        assert one.answers[0] in one.document.text
        assert one.answers[0] not in one.question


def test_a_set_is_read_folded_with_its_side(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td0\t1\n", encoding="utf-8")
    _write(tmp_path / "corpus.jsonl", [{"_id": "d0", "title": "梵文", "text": "梵語盛行於歐洲。"}])
    answered = {"_id": "q0", "text": "盛行於哪裡？", "metadata": {"answers": ["歐洲"]}}
    without = {"_id": "q1", "text": "誰發明？", "metadata": {"answers": ["無"], "unanswerable": True, "passage": "d0"}}
    _write(tmp_path / "queries.jsonl", [answered, without])
    first, second = sets.load(tmp_path)
    assert first.question == "盛行于哪里?"
    assert first.answers == ("欧洲",)
    assert first.document.text == "梵语盛行于欧洲。"
    assert first.document.held == split.held_out("d0", "梵文")
    assert second.answers == ()


def _write(path: Path, records: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")


@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_a_scan_is_the_same_for_a_seed(rate: float) -> None:
    assert noise.scan(STORY, [Span(2, 9)], rate, random.Random(7)) == noise.scan(
        STORY, [Span(2, 9)], rate, random.Random(7)
    )
