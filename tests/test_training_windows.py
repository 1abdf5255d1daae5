"""What the reader is shown in training: windows that hold the answer or do not, noise that keeps spans, the split."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.folding import fold
from qa.types import Span
from training import noise, sets, split, swap, windows
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


def test_documents_that_are_alike_go_together() -> None:
    joined = split.groups(["a", "b", "c", "d"], [("c", "b"), ("b", "a"), ("x", "d")])
    assert joined == {"a": "a", "b": "a", "c": "a", "d": "d"}
    assert split.public_part("d1", "梵文") == split.public_part("d900", "梵文")
    assert split.public_part("d0", "") == split.public_part("d33", "")


def test_three_fifths_train() -> None:
    for parts in (
        [split.part(str(number)) for number in range(2000)],
        [split.public_part(f"d{number}", f"题{number}") for number in range(2000)],
    ):
        assert 1100 < parts.count("train") < 1300
        assert 320 < parts.count("fit") < 480
        assert 320 < parts.count("measure") < 480


def test_a_made_question_asks_for_what_the_document_says() -> None:
    news = [Document(f"n{number}", fold(STORY.replace("3200", str(3200 + number))), "train") for number in range(40)]
    made = list(questions(news, 30, random.Random(5)))
    assert made
    for one in made:
        assert one.answers[0] in one.document.text
        assert one.answers[0] not in one.question


def test_a_set_is_read_folded_with_its_part(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq0\td0\t1\nq1\td0\t1\n", encoding="utf-8")
    _write(tmp_path / "corpus.jsonl", [{"_id": "d0", "title": "梵文", "text": "梵語盛行於歐洲。"}])
    answered = {"_id": "q0", "text": "盛行於哪裡？", "metadata": {"answers": ["歐洲"]}}
    without = {"_id": "q1", "text": "誰發明？", "metadata": {"answers": ["無"], "unanswerable": True, "passage": "d0"}}
    _write(tmp_path / "queries.jsonl", [answered, without])
    first, second = sets.public(tmp_path)
    assert first.question == "盛行于哪里?"
    assert first.answers == ("欧洲",)
    assert first.document.text == "梵语盛行于欧洲。"
    assert first.document.part == split.public_part("d0", "梵文")
    assert (second.answers, second.mode) == ((), "none")


def test_no_article_of_the_written_questions_is_on_two_sides() -> None:
    parts: dict[str, set[str]] = {}
    for one in sets.asked_other():
        parts.setdefault(one.document.group, set()).add(one.document.part)
    assert all(len(found) == 1 for found in parts.values())
    assert {part for found in parts.values() for part in found} == {"train", "fit", "measure"}


def test_a_swapped_question_names_what_the_text_does_not() -> None:
    value = "青石县图书馆2023年接待读者3200人次,馆长王小明介绍。"
    names = swap.stock(["河源县、平山县、沙河县的李大光、张小红。"])
    for seed in range(20):
        other = swap.swap("青石县图书馆2023年接待读者多少人次?", value, names, random.Random(seed))
        assert other is not None
        assert other != "青石县图书馆2023年接待读者多少人次?"
        assert "2023" not in other or "青石县" not in other


def _write(path: Path, records: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")


@pytest.mark.parametrize("rate", [0.0, 0.05])
def test_a_scan_is_the_same_for_a_seed(rate: float) -> None:
    assert noise.scan(STORY, [Span(2, 9)], rate, random.Random(7)) == noise.scan(
        STORY, [Span(2, 9)], rate, random.Random(7)
    )
