"""The things that a question compares or adds up."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from qa.questions.things import ChainModel, Lattice, asks_for, best_chain, things_in
from qa.types import Span
from training.sets import OWN, lines


def things(question: str) -> list[str]:
    return [question[one.start : one.end] for one in things_in(question)]


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("北河镇和南河镇哪个种的稻子多", ["北河镇", "南河镇"]),
        ("去年的参观人数有没有前年多", ["去年", "前年"]),
        ("县医院床位多还是中医院床位多？", ["县医院", "中医院"]),
        ("東村跟西村哪邊的戲好看", ["東村", "西村"]),
        ("2019年比2021年多修了几公里路", ["2019年", "2021年"]),
        ("北河、南河、中河三个镇加起来栽了多少树", ["北河", "南河", "中河"]),
    ],
)
def test_the_things_are_found_whole(question: str, found: list[str]) -> None:
    assert things(question) == found


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("北河镇和南河镇哪个种的稻子多", "compare"),
        ("对比一下去年和前年的客流", "compare"),
        ("一厂和二厂加起来有多少工人", "sum"),
        ("新桥是哪天通车的", None),
        ("书记在会上讲了什么", None),
        ("谁" * 200, None),
    ],
)
def test_what_is_asked_of_several(question: str, asked: str | None) -> None:
    assert asks_for(question, None) == asked


@pytest.mark.parametrize("question", ["", "？", "。,", "2024"])
def test_a_chain_lies_in_the_question_and_cuts_no_number(question: str) -> None:
    assert all(span == Span(0, 4) for span in things_in(question))


def test_the_best_chain_is_the_best_of_all() -> None:
    lattice, chance = Lattice("甲比乙"), np.random.default_rng(0)
    spans = {name: float(chance.normal()) for one in lattice.spans for name in lattice.features(one)}
    follow = [(one, other) for one in lattice.spans for other in lattice.spans if one.end <= other.start]
    pairs = {name: float(chance.normal()) for both in follow for name in lattice.pair_features(*both)}
    model = ChainModel(spans, pairs, np.zeros(4))

    def score(chain: list[Span]) -> float:
        alone = sum(spans[name] for span in chain for name in lattice.features(span))
        return alone + sum(pairs[name] for both in pairwise(chain) for name in lattice.pair_features(*both))

    chains = [[one] for one in lattice.spans] + [[*both] for both in follow]
    chains += [[one, two, three] for one, two in follow for start, three in follow if start == two]
    assert score(best_chain(lattice, model)) == pytest.approx(max(map(score, chains)))


def test_the_questions_are_whole() -> None:
    """Each thing stands in brackets; what compares names two or three, or one behind another question."""
    asked = list(lines(OWN / "comparisons.jsonl"))
    assert {one["kind"] for one in asked} == {"compare", "sum", "other"}
    for one in asked:
        marks = re.findall(r"[\[\]]", one["text"])
        assert marks == ["[", "]"] * (len(marks) // 2)
        assert not marks or one["kind"] != "other"
