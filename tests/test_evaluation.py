"""Scores by hand and against scikit-learn, and question sets that are broken."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import evaluation
from qa.errors import QaError
from qa.evaluation import measures, open_library, questions
from qa.evaluation.measures import Judged, calibration_error, curve
from qa.evaluation.questions import expected
from qa.evaluation.scores import Scores, ndcg
from qa.library.library import Library
from qa.store.database import Database
from qa.text import cache
from qa.types import Answer, Assumption, Item, Query, Reason
from tests.parts.command import complaint, lines, qa

TOPICS = {
    "heat": ("供暖", "西集镇从11月7日起供暖。居民家中温度达到22度。"),
    "flowers": ("花海", "漷县镇种植花海300亩。游客达到5000人。"),
    "canteen": ("食堂", "宋庄镇新开社区食堂12家。老人用餐打八折。"),
    "library": ("图书馆", "台湖镇图书馆周末延长开放。读者可借书20册。"),
    "bus": ("公交", "永顺镇新增公交线路3条。首班车早上5点发车。"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Five documents, one of them twice under another id."""
    records = [{"_id": name, "title": title, "text": text} for name, (title, text) in TOPICS.items()]
    records.append({"_id": "heat-again", "title": "供暖", "text": TOPICS["heat"][1]})
    (tmp_path / "set" / "qrels").mkdir(parents=True)
    _write(tmp_path / "set" / "corpus.jsonl", records)
    return tmp_path / "set"


@pytest.fixture
def ranking(folder: Path, tmp_path: Path) -> list[str]:
    """The documents in the order in which a question finds them, read; of two the same, the first."""
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([folder / "corpus.jsonl"])
        ranked = evaluation.rank_documents(library.ask(Query("西集镇从哪天起供暖？", k=50), least=0.0).hits)
    assert ranked[0] == {"heat", "heat-again"}
    assert len(ranked) == 5
    return [min(documents) for documents in ranked]


def _write(path: Path, items: list[Any]) -> None:
    path.write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")


def _ask(folder: Path, questions: list[dict[str, Any]], relevant: list[tuple[str, str, str]]) -> None:
    _write(folder / "queries.jsonl", questions)
    rows = [("query-id", "corpus-id", "score"), *relevant]
    (folder / "qrels" / "test.tsv").write_text("".join("\t".join(row) + "\n" for row in rows), "utf-8")


QUESTION = {"text": "西集镇从哪天起供暖？"}


def test_scores_by_hand(folder: Path, tmp_path: Path, ranking: list[str]) -> None:
    """Found first; found third; two relevant, one first and one not in the corpus; one that is not answerable."""
    answered = {"metadata": {"answers": ["11月7日", "十一月七日"]}}
    _ask(
        folder,
        [
            {"_id": "first", **QUESTION, **answered},
            {"_id": "third", **QUESTION, "metadata": {"answers": ["八折"]}},
            {"_id": "half", **QUESTION},
            {"_id": "none", "text": "火星基地有多少人？", "metadata": {"unanswerable": True}},
            {"_id": "unjudged", "text": "这个问题没有判断"},
            {"_id": "zero", **QUESTION},
        ],
        [
            ("first", "heat", "1"),
            ("third", ranking[2], "1"),
            ("half", "heat", "1"),
            ("half", "absent", "1"),
            ("zero", "heat", "0"),
        ],
    )
    scores = evaluation.evaluate(folder, library_path=tmp_path / "library")
    assert (scores.questions, scores.passages) == (4, 5)
    assert scores.success_at_1 == pytest.approx(2 / 3)
    assert scores.success_at_5 == scores.success_at_10 == 1
    assert scores.mrr_at_10 == pytest.approx((1 + 1 / 3 + 1) / 3)
    ndcg_third, ndcg_half = 1 / math.log2(4), 1 / (1 + 1 / math.log2(3))
    assert scores.ndcg_at_10 == pytest.approx((1 + ndcg_third + ndcg_half) / 3)
    assert scores.answer_in_first_sentence == 0.5
    assert scores.answer_in_answer == 0.5
    assert scores.refusal_auroc is not None
    assert 0.5 < scores.refusal_auroc <= 1
    assert scores.ms_per_question > 0


def test_the_same_text_twice_is_one_document(folder: Path, tmp_path: Path) -> None:
    _ask(folder, [{"_id": "q", **QUESTION}], [("q", "heat", "1"), ("q", "heat-again", "1")])
    scores = evaluation.evaluate(folder, library_path=tmp_path / "library")
    assert (scores.success_at_1, scores.mrr_at_10, scores.ndcg_at_10) == (1, 1, 1)
    assert scores.passages == 5
    assert scores.answer_in_answer is None


def test_required_groups_are_all_wanted(folder: Path, tmp_path: Path) -> None:
    both = [["11月7日"], ["22度", "二十二度"]]
    groups = [both, [["11月7日"]], [["11月7日"], ["火星"]]]
    asked = [{"_id": str(n), **QUESTION, "metadata": {"required": group}} for n, group in enumerate(groups)]
    _ask(folder, asked, [(str(n), "heat", "1") for n in range(3)])
    found = questions.load_questions(folder)
    assert found[0].required == (("11月7日",), ("22度", "二十二度"))
    scores = evaluation.evaluate(folder, library_path=tmp_path / "library")
    assert scores.answer_in_first_sentence == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("quotes", "required", "is_held"),
    [
        (["从１１月\n7日起"], [["11月7日"]], True),
        (["從這天起"], [["从这天"]], True),
        (["共1,320亿元"], [["1320亿"]], True),
        (["甲"], [["甲"], ["乙"]], False),
        (["甲", "乙"], [["甲"], ["乙", "丙"]], True),
        ([], [["甲"]], False),
    ],
)
def test_holds(quotes: list[str], required: list[list[str]], is_held: bool) -> None:
    assert measures.holds(quotes, required) is is_held


SCORES = st.lists(st.integers(0, 6).map(lambda tenths: tenths / 10), max_size=12)


@pytest.fixture(scope="module")
def metrics() -> Any:
    return pytest.importorskip("sklearn.metrics")


@given(positive=SCORES, negative=SCORES)
def test_auroc_is_that_of_scikit_learn(metrics: Any, positive: list[float], negative: list[float]) -> None:
    ours = measures.auroc(positive, negative)
    if not positive or not negative:
        assert ours is None
        return
    labels = [1] * len(positive) + [0] * len(negative)
    assert ours == pytest.approx(metrics.roc_auc_score(labels, positive + negative))


def test_auroc_by_hand() -> None:
    assert measures.auroc([0.9, 0.8], [0.1, 0.2]) == 1
    assert measures.auroc([0.1], [0.9]) == 0
    assert measures.auroc([0.5, 0.5], [0.5]) == 0.5
    assert measures.auroc([0.9, 0.3], [0.5, 0.3]) == pytest.approx((1 + 1 + 0 + 0.5) / 4)


@pytest.mark.parametrize("seed", range(20))
def test_ndcg_is_that_of_scikit_learn(metrics: Any, seed: int) -> None:
    choose = random.Random(seed)
    gains = [choose.random() < 0.3 for _ in range(15)]
    gains[choose.randrange(15)] = True
    falling = [-rank for rank in range(15)]
    assert ndcg(gains[:10], sum(gains)) == pytest.approx(metrics.ndcg_score([list(map(int, gains))], [falling], k=10))


def test_questions_keep_their_history_and_other_line_separators(folder: Path) -> None:
    odd = "甲\u2028乙\x85丙"
    _ask(folder, [{"_id": "q", "text": odd, "metadata": {"history": ["前问"]}}], [("q", "heat", "1")])
    path = folder / "queries.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n\r\n"))
    (question,) = questions.load_questions(folder)
    assert question == questions.Question("q", odd, frozenset({"heat"}), (), ("前问",), None, "heat")


BROKEN: Mapping[str, tuple[str, str]] = {
    "no json": ("queries.jsonl", "nonsense\n"),
    "no text": ("queries.jsonl", '{"_id": "q"}\n'),
    "no object": ("queries.jsonl", "[]\n"),
    "answers not a list": ("queries.jsonl", '{"_id": "q", "text": "x", "metadata": {"answers": "甲乙"}}\n'),
    "groups not lists": ("queries.jsonl", '{"_id": "q", "text": "x", "metadata": {"required": ["甲", "乙"]}}\n'),
    "history not a list": ("queries.jsonl", '{"_id": "q", "text": "x", "metadata": {"history": "前"}}\n'),
    "expectation": ("queries.jsonl", '{"_id": "q", "text": "x", "metadata": {"expected": {"totl": 1}}}\n'),
    "filter": ("queries.jsonl", '{"_id": "q", "text": "x", "metadata": {"unanswerable": true, "filters": {"a": 1}}}\n'),
    "nothing judged": ("queries.jsonl", '{"_id": "other", "text": "x"}\n'),
    "columns": ("qrels/test.tsv", "query-id\tcorpus-id\nq\theat\n"),
    "no header": ("qrels/test.tsv", "q\theat\t1\nq\theat\t1\n"),
    "score": ("qrels/test.tsv", "query-id\tcorpus-id\tscore\nq\theat\tyes\n"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_set_is_named(name: str, folder: Path) -> None:
    _ask(folder, [{"_id": "q", **QUESTION}], [("q", "heat", "1")])
    file, content = BROKEN[name]
    (folder / file).write_text(content, "utf-8")
    with pytest.raises(QaError, match="set"):
        questions.load_questions(folder)


@pytest.mark.parametrize("file", ["queries.jsonl", "qrels/test.tsv"])
def test_a_set_that_is_not_whole_or_not_utf8_is_named(file: str, folder: Path) -> None:
    _ask(folder, [{"_id": "q", **QUESTION}], [("q", "heat", "1")])
    (folder / file).write_bytes("供暖".encode("gbk"))
    with pytest.raises(QaError, match="UTF-8"):
        questions.load_questions(folder)
    (folder / file).unlink()
    with pytest.raises(QaError, match=r"queries\.jsonl"):
        questions.load_questions(folder)


def test_the_command_prints_one_object(folder: Path, tmp_path: Path) -> None:
    _ask(folder, [{"_id": "q", **QUESTION}], [("q", "heat", "1")])
    (told,) = lines(qa("--library", tmp_path / "library", "eval", "--json", folder))
    assert " ".join(told).startswith(
        "success_at_1 success_at_5 success_at_10 mrr_at_10 ndcg_at_10 answer_in_first_sentence answer_in_answer "
        "refusal_auroc ms_per_question questions passages"
    )
    assert (told["success_at_1"], told["questions"], told["answer_in_answer"]) == (1.0, 1, None)
    (folder / "corpus.jsonl").unlink()
    assert "corpus.jsonl" in complaint(qa("--library", tmp_path / "library", "eval", folder))


def test_a_library_of_other_files_is_left_as_it_is(folder: Path, tmp_path: Path) -> None:
    _ask(folder, [{"_id": "q", **QUESTION}], [("q", "heat", "1")])
    (tmp_path / "own.txt").write_text("图书馆昨日开馆。", "utf-8")
    library_path = tmp_path / "own"
    assert qa("--library", library_path, "add", tmp_path / "own.txt").returncode == 0
    done = qa("--library", library_path, "eval", folder)
    assert (done.returncode, "--library" in complaint(done)) == (1, True)
    assert [one["source"] for one in lines(qa("--library", library_path, "list", "--json"))] == ["own.txt"]


def test_a_table_rounds_and_leaves_out_what_was_not_measured() -> None:
    scores = Scores(1 / 3, 1, 1, 1, 1, None, 0.5, None, 11.23456, 3, 9)
    assert scores.as_dict()["success_at_1"] == 0.3333
    table = dict(line.split() for line in replace(scores, passages=8).as_table().splitlines())
    assert (table["refusal_auroc"], table["ms_per_question"], table["passages"]) == ("-", "11.2346", "8")


def test_kinds_are_told_apart_and_means_have_their_interval(folder: Path, tmp_path: Path) -> None:
    known = [("a", "11月7日", "fact"), ("b", "火星", "odd"), ("c", "11月7日", "fact")]
    asked = [{"_id": one, **QUESTION, "metadata": {"answers": [said], "kind": kind}} for one, said, kind in known]
    _ask(folder, asked, [(one, "heat", "1") for one, _, _ in known])
    scores = evaluation.evaluate(folder, library_path=tmp_path / "library", reader="none")
    assert list(scores.kinds) == ["fact", "odd"]
    assert [scores.kinds[kind]["questions"] for kind in scores.kinds] == [2, 1]
    assert [scores.kinds[kind]["answer_in_answer"] for kind in scores.kinds] == [1, 0]
    low, high = scores.intervals["answer_in_answer"]
    assert 0 <= low < 2 / 3 < high <= 1
    assert scores.intervals["success_at_1"] == (1, 1)
    assert scores.kinds["fact"]["intervals"]["answer_in_answer"] == (1, 1)
    assert re.search(r"^odd +1  1\.0 ", scores.as_table(), re.MULTILINE)


@pytest.mark.parametrize(
    ("marked", "answers", "f1", "exact"),
    [
        ("11月7日", ["11月7日"], 1.0, True),
        ("“11月7日”。", ["11月7日"], 1.0, True),
        ("從十一月起", ["从十一月"], 2 * 4 / 9, False),
        ("11月7日起", ["7日", "十一月七日"], 2 * 2 / 7, False),
        ("甲乙", ["丙"], 0.0, False),
        ("", ["丙"], 0.0, False),
        ("Apple 手机", ["apple手机"], 1.0, True),
    ],
)
def test_spans_by_hand(marked: str, answers: list[str], f1: float, exact: bool) -> None:
    """CMRC: pieces are Han characters and runs of Latin letters and digits; the longest run in common counts."""
    assert measures.f1(marked, answers) == pytest.approx(f1)
    assert measures.exact(marked, answers) is exact


JUDGED = (Judged(0.9, True, True), Judged(0.95, False, False), Judged(0.3, True, True), Judged(0.1, False, True))


def test_calibration_by_hand() -> None:
    """Three bins: two answers of .925 with one right, one of .3 that is right, one of .1 that is wrong."""
    assert calibration_error(JUDGED) == pytest.approx((2 * 0.425 + 0.7 + 0.1) / 4)
    assert calibration_error([]) is None


def test_the_curve_by_hand() -> None:
    points = {round(point.threshold, 2): point[1:] for point in curve(JUDGED)}
    assert points[0.0] == (1.0, 0.5, 0.0)
    assert points[0.2] == (2 / 3, 2 / 3, 0.0)
    assert points[0.95] == (0.0, 0.0, 0.0)
    assert curve([Judged(0.2, False, False)])[10][1:] == (None, None, 1.0)


@given(st.lists(st.tuples(st.integers(0, 10).map(lambda tenths: tenths / 10), st.booleans()), min_size=1))
def test_calibration_error_is_at_most_one_and_falls_with_the_threshold(values: list[tuple[float, bool]]) -> None:
    judged = [Judged(sure, right, True) for sure, right in values]
    error = calibration_error(judged)
    assert error is not None
    assert 0 <= error <= 1
    answered = [point.answered or 0.0 for point in curve(judged)]
    assert answered == sorted(answered, reverse=True)


COUNTED = Answer(
    "有几篇提到供暖", "count", "写有“供暖”的文章共 2 篇。", 1.0, total=2,
    items=(Item("供暖", 1, ("a",), "x.jsonl", "heat"), Item("甲", 3, ("a", "b"))),
    assumed=(Assumption("spelling", "柳西镇", "柳溪镇"),),
)  # fmt: skip
REFUSED = Answer(
    "火星？", "quote", "", 0.1, reason=Reason("unknown-term", "库中没有出现“火星”。", ("火星",)), note="少"
)


@pytest.mark.parametrize(
    ("told", "answer", "is_met"),
    [
        ({"answer_kind": "count", "total": 2, "items": ["甲", "heat"]}, COUNTED, True),
        ({"total": 3}, COUNTED, False),
        ({"items": ["heat"]}, COUNTED, False),
        ({"items": []}, REFUSED, True),
        ({"assumed": [{"kind": "spelling", "from": "西", "to": "溪"}]}, COUNTED, True),
        ({"assumed": [{"to": "河"}]}, COUNTED, False),
        ({"not_assumed": ["date"]}, COUNTED, True),
        ({"not_assumed": ["spelling"]}, COUNTED, False),
        ({"reason": "unknown-term", "terms": ["火星"], "noted": True}, REFUSED, True),
        ({"reason": "fact-missing"}, REFUSED, False),
        ({"terms": ["木星"]}, REFUSED, False),
        ({"reason": "unknown-term"}, COUNTED, False),
        ({"noted": False}, REFUSED, False),
        ({"lead": ["二", "两"]}, replace(COUNTED, lead="两篇"), True),
        ({"lead": ["三"]}, replace(COUNTED, lead="两篇"), False),
        ({"lead": ["两"]}, COUNTED, False),
    ],
)
def test_what_is_expected_of_an_answer(told: dict[str, Any], answer: Answer, is_met: bool) -> None:
    assert expected(told).is_met(answer) is is_met


@pytest.mark.parametrize("told", [{"totl": 1}, {"items": "甲"}, {"terms": [1]}, {"assumed": [{"word": "甲"}]}])
def test_an_expectation_that_nobody_knows_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises((TypeError, ValueError)):
        expected(told)


def test_counts_and_refusals_have_rows_of_their_own(folder: Path, tmp_path: Path) -> None:
    asked = [
        ("有几篇提到居民？", {"kind": "count", "expected": {"answer_kind": "count", "total": 1}}),
        ("有几篇提到老人？", {"kind": "count", "expected": {"answer_kind": "list"}}),
        ("马斯克的火箭是谁造的？", {"kind": "none", "unanswerable": True, "expected": {"reason": "unknown-term"}}),
    ]
    _ask(folder, [{"_id": str(n), "text": text, "metadata": about} for n, (text, about) in enumerate(asked)], [])
    scores = evaluation.evaluate(folder, library_path=tmp_path / "library", reader="none")
    assert (scores.questions, scores.as_expected, scores.refused_without_answer) == (3, pytest.approx(2 / 3), 1)
    count, none = scores.kinds["count"], scores.kinds["none"]
    assert (count["questions"], count["as_expected"], count["success_at_1"]) == (2, 0.5, None)
    assert (none["as_expected"], none["intervals"]) == (1, {})
    rows = {line.split()[0]: line.split()[1:] for line in scores.as_table().splitlines() if line}
    assert rows["count"][:3] == ["2", "0.5", "(0.0"]
    assert rows["none"] == ["1", "1.0"]


def test_its_own_library_is_embedded_anew_when_the_model_is_another(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after an upgrade that prepares the model in another form."""
    monkeypatch.setenv("QA_MODELS", str(cache.folder()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with open_library(folder) as library:
        passages, own = library.stats().passages, library.folder
    with closing(Database.at(own)) as database, database.writing() as connection:
        connection.execute("UPDATE models SET fingerprint = 'another'")
    with open_library(folder) as library:
        assert library.search(Query("新馆"))
        assert library.stats().embedded == passages
