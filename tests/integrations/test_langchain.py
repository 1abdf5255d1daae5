"""`qa.retrievers.langchain` by the standard tests of LangChain, and what its documents are beyond them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("langchain_tests", reason="make test-integrations")
from langchain_core.runnables import RunnableLambda
from langchain_tests.integration_tests import RetrieversIntegrationTests

from qa.errors import NotFound, UsageError
from qa.library.library import Library
from qa.retrievers.langchain import WenbaoRetriever
from qa.retrievers.passages import identity, metadata
from qa.types import Filters, Query
from tests.parts.doors import ASKED


class TestStandard(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _open(self, seeds_library: Library) -> None:
        self.library = seeds_library

    @property
    def retriever_constructor(self) -> type[WenbaoRetriever]:
        return WenbaoRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"library": self.library}

    @property
    def retriever_query_example(self) -> str:
        return ASKED


def test_documents_are_the_passages_of_a_search(seeds_library: Library) -> None:
    found = WenbaoRetriever(library=seeds_library, k=3).invoke(ASKED)
    hits = seeds_library.search(Query(ASKED, k=3))
    assert [(one.id, one.page_content) for one in found] == [(identity(hit), hit.passage.text) for hit in hits]
    assert [one.metadata for one in found] == [{**metadata(hit), "score": hit.score} for hit in hits]


@pytest.mark.parametrize("given", ["made", "asked", "awaited"])
def test_filters_and_k_are_taken_where_it_is_made_and_where_it_is_asked(seeds_library: Library, given: str) -> None:
    only = {"k": 2, "filters": Filters(source=seeds_library.files()[-1].source)}
    plain = WenbaoRetriever(library=seeds_library)
    if given == "made":
        found = WenbaoRetriever(library=seeds_library, **only).invoke(ASKED)
    elif given == "asked":
        found = plain.invoke(ASKED, **only)
    else:
        found = asyncio.run(plain.ainvoke(ASKED, **only))
    assert [one.metadata["source"] for one in found] == [only["filters"].source] * 2


def test_it_is_a_part_of_a_chain_and_takes_many_at_once(seeds_library: Library) -> None:
    retriever = WenbaoRetriever(library=seeds_library, served_at="http://127.0.0.1:7860")
    chain = retriever | RunnableLambda(lambda found: found[0].metadata["url"])
    first, second = chain.batch([ASKED, "务虚会用了多长时间？"])
    assert first.startswith("http://127.0.0.1:7860/#article/")
    assert first != second


def test_errors_are_ours(seeds_library: Library) -> None:
    retriever = WenbaoRetriever(library=seeds_library)
    with pytest.raises(UsageError):
        retriever.invoke(ASKED, k=0)
    with pytest.raises(NotFound):
        retriever.invoke(ASKED, filters=Filters(source="没有"))
