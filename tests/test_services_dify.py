"""Dify's external knowledge interface, as its specification has it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from qa import Metadata
from qa.library.library import Library
from tests.parts.doors import ASKED, doors

QUESTION = "今年供暖从哪天开始"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """Three reports on one thing, of a day, of a year, and of no date."""
    folder = tmp_path_factory.mktemp("dify")
    with Library.open(folder / "报库") as library:
        for name, date in (("甲", "2025-03-05"), ("乙", "2024"), ("丙", None)):
            (folder / f"{name}.txt").write_text(f"{name}区供暖通知\n{name}区今年供暖从十一月七日开始。\n", "utf-8")
            library.add(folder / f"{name}.txt", given=Metadata(date=date, paper=f"{name}报"))
        with doors(library, "key") as client:
            yield client


def _ask(client: TestClient, *conditions: dict[str, Any], operator: str = "and", **more: Any) -> Any:
    body = {
        "knowledge_id": "报库",
        "query": QUESTION,
        "retrieval_setting": {"top_k": 5, "score_threshold": 0.0},
        **({"metadata_condition": {"logical_operator": operator, "conditions": conditions}} if conditions else {}),
        **more,
    }
    return client.post("/retrieval", json=body, headers={"authorization": "Bearer key"})


def _papers(answer: Any) -> set[str]:
    return {one["metadata"]["paper"] for one in answer.json()["records"]}


def test_records_have_the_form_that_dify_reads(client: TestClient) -> None:
    records = _ask(client).json()["records"]
    assert len(records) == 3
    for one in records:
        assert set(one) == {"content", "score", "title", "metadata"}
        assert 0 <= one["score"] <= 1
        assert None not in one["metadata"].values()
        assert one["metadata"]["path"].startswith("http://127.0.0.1:7860/#article/")
    assert [one["score"] for one in records] == sorted((one["score"] for one in records), reverse=True)


def test_as_many_as_wanted_and_no_worse(client: TestClient) -> None:
    assert len(_ask(client, retrieval_setting={"top_k": 2, "score_threshold": 0}).json()["records"]) == 2
    assert _ask(client, retrieval_setting={"top_k": 2, "score_threshold": 1.01}).json() == {"records": []}


@pytest.mark.parametrize(
    ("operator", "value", "papers"),
    [
        ("after", "2025-01-01", {"甲报"}),
        ("after", "2025-03-05", set()),
        ("before", "2025-03-06T00:00:00Z", {"甲报", "乙报"}),
        ("before", "2025-01", {"乙报"}),
        ("before", 1735689600, {"乙报"}),
        ("after", 1735689600, {"甲报"}),
        ("before", "2024-06", set()),
        ("is", "2024", {"乙报"}),
        ("empty", None, {"丙报"}),
        ("not empty", None, {"甲报", "乙报"}),
        ("start with", "2025", {"甲报"}),
    ],
)
def test_conditions_on_dates(client: TestClient, operator: str, value: Any, papers: set[str]) -> None:
    assert _papers(_ask(client, {"name": ["date"], "comparison_operator": operator, "value": value})) == papers


def test_conditions_together(client: TestClient) -> None:
    first = {"name": ["paper"], "comparison_operator": "contains", "value": "甲"}
    second = {"name": ["title", "paper"], "comparison_operator": "start with", "value": "乙"}
    assert _papers(_ask(client, first, second)) == set()
    assert _papers(_ask(client, first, second, operator="or")) == {"甲报", "乙报"}


@pytest.mark.parametrize(
    ("operator", "value", "papers"),
    [
        ("in", ["甲报", "丁报"], {"甲报"}),
        ("in", "甲报,乙报", {"甲报", "乙报"}),
        ("in", ["丁报,甲报"], set()),
        ("in", [], set()),
        ("not in", ["甲报", "乙报"], {"丙报"}),
        ("not in", ["丁报,甲报"], {"甲报", "乙报", "丙报"}),
    ],
)
def test_conditions_of_lists(client: TestClient, operator: str, value: Any, papers: set[str]) -> None:
    assert _papers(_ask(client, {"name": ["paper"], "comparison_operator": operator, "value": value})) == papers


@pytest.mark.parametrize(
    "condition",
    [
        {"name": ["date"], "comparison_operator": "before", "value": "昨天"},
        {"name": ["date"], "comparison_operator": "before", "value": 1e300},
        {"name": ["date"], "comparison_operator": "before", "value": "2025-13"},
        {"name": ["date"], "comparison_operator": "after", "value": "9999-99-99"},
        {"name": ["date"], "comparison_operator": "before", "value": "0000"},
        {"name": ["date"], "comparison_operator": "before", "value": None},
        {"name": ["date"], "comparison_operator": "is like", "value": "2025"},
    ],
)
def test_a_condition_that_cannot_be_read_is_told(client: TestClient, condition: dict[str, Any]) -> None:
    answer = _ask(client, condition)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error_code", "error_msg"}


def test_errors_have_the_form_and_codes_of_dify(client: TestClient) -> None:
    asked = {"knowledge_id": "报库", "query": ASKED, "retrieval_setting": {"top_k": 1, "score_threshold": 0}}
    for header, code in (({}, 1001), ({"authorization": "key"}, 1001), ({"authorization": "Bearer x"}, 1002)):
        answer = client.post("/retrieval", json=asked, headers=header)
        assert (answer.status_code, answer.json()["error_code"]) == (403, code)
        assert set(answer.json()) == {"error_code", "error_msg"}
    answer = _ask(client, knowledge_id="别的")
    assert (answer.status_code, answer.json()["error_code"]) == (404, 2001)
    assert _ask(client, retrieval_setting={"top_k": 0}).json()["error_code"] == 422
