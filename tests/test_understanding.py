"""Follow-ups, numbers, scripts and dates, asked of a made-up county: `data/understanding`, a set in BEIR layout."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.questions.follow_ups import is_follow_up
from qa.types import Answer, Filters, Query

SET = Path(__file__).parent / "data" / "understanding"
TODAY = "2025-12-12"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("county"), create=True) as library:
        library.add([SET / "corpus.jsonl"])
        yield library


def asked(county: Library, kind: str) -> Iterator[tuple[str, bool, Answer]]:
    """Each question of a kind, whether its article comes first, and the answer."""
    rows = (SET / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]
    relevant = dict(row.split("\t")[:2] for row in rows)
    for line in (SET / "queries.jsonl").read_text("utf-8").splitlines():
        item = json.loads(line)
        about = item["metadata"]
        if about["kind"] == kind:
            answer = county.ask(Query(item["text"], tuple(about.get("history", ())), today=TODAY))
            yield item["text"], answer.hits[0].article.location.record == relevant[item["_id"]], answer


@pytest.mark.parametrize(("kind", "least"), [("follow-up", 0.95), ("number", 0.85), ("script", 0.95), ("date", 0.95)])
def test_the_article_comes_first_and_what_was_assumed_is_shown(county: Library, kind: str, least: float) -> None:
    found = list(asked(county, kind))
    missed = [question for question, is_first, _ in found if not is_first]
    assert len(missed) <= (1 - least) * len(found), missed
    shown = [question for question, _, answer in found if any(one.kind == kind for one in answer.assumed)]
    if kind != "number":  # a number in digits is read as it stands
        assert set(shown) >= {question for question, _, _ in found if kind != "follow-up" or is_follow_up(question)}


def test_an_unrelated_history_is_let_go(county: Library) -> None:
    swayed = []
    questions = [question for question, is_first, _ in asked(county, "date") if is_first]
    for question in questions:
        after = county.ask(Query(question, ("大桥乡的新卫生院占地多少亩？",), today=TODAY))
        if any(one.kind == "follow-up" for one in after.assumed):
            swayed.append(question)
    assert len(swayed) <= 0.05 * len(questions), swayed


@pytest.mark.parametrize(
    ("question", "filters"),
    [
        ("2019年的报道里东河镇党委书记是谁？", Filters()),
        ("东河镇党委书记是谁？", Filters(since="2030", source="corpus.jsonl")),
    ],
)
def test_nothing_of_that_time_names_the_dates_that_there_are(tmp_path: Path, question: str, filters: Filters) -> None:
    dated = tmp_path / "corpus.jsonl"
    lines = (SET / "corpus.jsonl").read_text("utf-8").splitlines(keepends=True)
    dated.write_text("".join(line for line in lines if '"tree' in line), "utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        library.add([dated])
        reason = library.ask(Query(question, filters=filters, today=TODAY)).reason
    assert reason
    assert (reason.kind, reason.terms) == ("outside-dates", ("2022-03-12", "2025-03-17"))


@pytest.mark.parametrize("question", ["？", "为什么呢", "　", "……"])
def test_a_question_that_says_nothing_is_told_so(county: Library, question: str) -> None:
    reason = county.ask(Query(question)).reason
    assert reason
    assert reason.kind == "empty-question"
