"""`qa.retrievers.llama_index` by what LlamaIndex asks of a retriever and of its nodes."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("llama_index.core", reason="make test-integrations")
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, QueryBundle
from llama_index.core.vector_stores.utils import metadata_dict_to_node, node_to_metadata_dict

from qa.errors import UsageError
from qa.library.library import Library
from qa.retrievers.llama_index import WenbaoRetriever
from qa.retrievers.passages import identity
from qa.types import Filters, Query
from tests.parts.doors import ASKED


def test_nodes_are_the_passages_of_a_search(seeds_library: Library) -> None:
    retriever = WenbaoRetriever(seeds_library, similarity_top_k=3)
    assert isinstance(retriever, BaseRetriever)
    hits = seeds_library.search(Query(ASKED, k=3))
    for found in (retriever.retrieve(ASKED), asyncio.run(retriever.aretrieve(QueryBundle(ASKED)))):
        assert [(one.node_id, one.text, one.score) for one in found] == [
            (identity(hit), hit.passage.text, hit.score) for hit in hits
        ]
        assert [one.node.ref_doc_id for one in found] == [hit.article.id for hit in hits]


def test_metadata_is_flat_and_lets_one_cite(seeds_library: Library) -> None:
    for one in WenbaoRetriever(seeds_library).retrieve(ASKED):
        kept = node_to_metadata_dict(one.node, flat_metadata=True)  # raises for what vector stores do not take
        assert metadata_dict_to_node(kept).metadata == one.metadata
        page = seeds_library.page_text(one.metadata["source"], one.metadata["record"], one.metadata["page"])
        spans = [tuple(map(int, span.split("-"))) for span in one.metadata["spans"].split()]
        assert "".join("".join(page[start:end] for start, end in spans).split()) == "".join(one.text.split())
        assert one.metadata["url"] == f"wenbao://article/{one.metadata['article']}"


def test_a_model_reads_headline_paper_and_date_alone(seeds_library: Library) -> None:
    node = WenbaoRetriever(seeds_library, similarity_top_k=1).retrieve(ASKED)[0].node
    read = node.get_content(MetadataMode.LLM)
    assert node.metadata["title"] in read
    assert node.metadata["source"] not in read
    assert read.endswith(node.text)


def test_it_serves_a_query_engine(seeds_library: Library) -> None:
    engine = RetrieverQueryEngine.from_args(WenbaoRetriever(seeds_library), llm=MockLLM())
    response = engine.query(ASKED)
    assert [one.node_id for one in response.source_nodes] == list(map(identity, seeds_library.search(ASKED)))


def test_filters_are_those_of_the_library(seeds_library: Library) -> None:
    only = Filters(source=seeds_library.files()[-1].source)
    found = WenbaoRetriever(seeds_library, filters=only).retrieve(ASKED)
    assert {one.metadata["source"] for one in found} == {only.source}
    with pytest.raises(UsageError):
        WenbaoRetriever(seeds_library, similarity_top_k=0).retrieve(ASKED)
