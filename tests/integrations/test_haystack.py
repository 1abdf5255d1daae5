"""`qa.retrievers.haystack` by what Haystack asks of a component that retrieves by text."""

from __future__ import annotations

import asyncio
import inspect
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("haystack", reason="make test-integrations")
from haystack import Document, Pipeline
from haystack.components.builders import PromptBuilder
from haystack.components.retrievers.types import TextRetriever
from haystack.utils.filters import document_matches_filter

from qa.errors import NoLibrary, UsageError
from qa.library.library import Library
from qa.retrievers.haystack import WenbaoRetriever
from qa.retrievers.passages import identity, metadata
from qa.types import Query
from tests.parts.doors import ASKED

TEMPLATE = "{% for one in documents %}{{ one.meta.title }}：{{ one.content }}\n{% endfor %}"


def test_documents_are_the_passages_of_a_search(seeds_library: Library) -> None:
    retriever = WenbaoRetriever(seeds_library, top_k=3)
    assert (
        list(inspect.signature(retriever.run).parameters) == list(inspect.signature(TextRetriever.run).parameters)[1:]
    )
    wanted = [
        Document(id=identity(hit), content=hit.passage.text, meta=metadata(hit), score=hit.score)
        for hit in seeds_library.search(Query(ASKED, k=3))
    ]
    assert retriever.run(ASKED) == {"documents": wanted} == asyncio.run(retriever.run_async(ASKED))
    assert [Document.from_dict(one.to_dict()) for one in wanted] == wanted
    assert retriever.run(ASKED, top_k=1)["documents"] == wanted[:1]


def _by_hand(library: Library) -> Pipeline:
    pipeline = Pipeline()
    pipeline.add_component("retriever", WenbaoRetriever(library, top_k=2, served_at="http://127.0.0.1:7860"))
    pipeline.add_component("prompt", PromptBuilder(TEMPLATE, required_variables=["documents"]))
    pipeline.connect("retriever.documents", "prompt.documents")
    return pipeline


def test_a_pipeline_runs_is_saved_and_runs_again(seeds_library: Library) -> None:
    made = _by_hand(seeds_library)
    told = made.run({"retriever": {"query": ASKED}})["prompt"]["prompt"]
    assert "永顺镇一队获得冠军" in told
    again = Pipeline.loads(made.dumps(), allowed_modules=["qa.retrievers.haystack"])
    assert again.run({"retriever": {"query": ASKED}})["prompt"]["prompt"] == told
    assert again.dumps() == made.dumps()
    again.get_component("retriever").library.close()


def test_an_asynchronous_pipeline_runs(seeds_library: Library) -> None:
    pipeline = Pipeline()
    pipeline.add_component("retriever", WenbaoRetriever(seeds_library, top_k=1))
    (found,) = asyncio.run(pipeline.run_async({"retriever": {"query": ASKED}}))["retriever"]["documents"]
    assert "永顺镇一队获得冠军" in found.content


def _is(field: str, operator: str, value: object) -> dict[str, Any]:
    return {"field": f"meta.{field}", "operator": operator, "value": value}


def _all(*conditions: dict[str, Any]) -> dict[str, Any]:
    return {"operator": "AND", "conditions": list(conditions)}


@pytest.mark.parametrize(
    "filters",
    [
        _is("source", "==", "000_7e2e17393b0a502e.txt"),
        _is("source", "!=", "000_7e2e17393b0a502e.txt"),
        _is("source", "in", ["000_7e2e17393b0a502e.txt"]),
        _is("date", ">=", "2026-01-01"),
        _is("date", "<", "2026-01-01"),
        _all(_is("date", ">=", "2025-01-01T00:00:00"), _is("date", "<=", "2025-12-31"), _is("title", "!=", "无")),
        {"operator": "OR", "conditions": [_is("date", ">", "2026-01-01"), _is("source", "==", "没有")]},
        {"operator": "NOT", "conditions": [_is("date", "==", None)]},
        _all(_is("source", "==", "没有")),
        _is("article", "==", "ffffffffffffffff"),
    ],
)
def test_a_filter_admits_what_haystack_s_own_test_admits(seeds_library: Library, filters: dict[str, Any]) -> None:
    """Articles, not passages: of those that overlap a search gives the best. A narrower search finds more of them."""
    everything = WenbaoRetriever(seeds_library, top_k=1000).run(ASKED)["documents"]
    wanted = {one.meta["article"] for one in everything if document_matches_filter(filters, one)}
    found = WenbaoRetriever(seeds_library, top_k=1000).run(ASKED, filters)["documents"]
    assert {one.meta["article"] for one in found} >= wanted
    assert all(document_matches_filter(filters, one) for one in found)
    few = WenbaoRetriever(seeds_library, top_k=2, filters=filters).run(ASKED)["documents"]
    assert few == found[:2]


def test_filters_of_the_question_take_the_place_of_others(seeds_library: Library) -> None:
    first, second = (one.source for one in seeds_library.files()[:2])
    retriever = WenbaoRetriever(seeds_library, filters=_is("source", "==", first))
    found = retriever.run(ASKED, _is("source", "==", second))["documents"]
    assert {one.meta["source"] for one in found} == {second}


def test_errors_are_ours(seeds_library: Library, tmp_path: Path) -> None:
    retriever = WenbaoRetriever(seeds_library)
    with pytest.raises(UsageError):
        retriever.run(ASKED, top_k=0)
    saved = retriever.to_dict()
    saved["init_parameters"]["library"] = str(tmp_path / "gone")
    with pytest.raises(NoLibrary):
        WenbaoRetriever.from_dict(saved)
