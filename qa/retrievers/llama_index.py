"""The library as a retriever of LlamaIndex: `BaseRetriever`, whose `retrieve` and `aretrieve` give nodes."""

from __future__ import annotations

import asyncio
from typing import Any

from qa import Filters, Hit, Library, Query
from qa.retrievers.passages import framework, identity, metadata
from qa.services import wire
from qa.types.settings import PASSAGES_SHOWN

with framework():
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

_FOR_MODELS = {"title", "paper", "date"}  # of the metadata: the rest would only lengthen what a model reads


class WenbaoRetriever(BaseRetriever):
    """The passages of an open library that fit a question best, best first, as nodes with their scores.

    `served_at` is the address of its ``qa serve``, for the links; other options are those of `BaseRetriever`. A node's
    source node is its article. Raises QaError.
    """

    def __init__(
        self,
        library: Library,
        similarity_top_k: int = PASSAGES_SHOWN,
        filters: Filters = Filters(),  # noqa: B008  # a frozen value
        served_at: str | None = None,
        **options: Any,
    ) -> None:
        self._library, self._k = library, similarity_top_k
        self._filters, self._served_at = filters, served_at
        super().__init__(**options)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._library.search(Query(query_bundle.query_str, filters=self._filters, k=self._k))
        return [NodeWithScore(node=self._node(hit), score=hit.score) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)

    def _node(self, hit: Hit) -> TextNode:
        told = _flat(metadata(hit, self._served_at))
        unread = sorted(set(told) - _FOR_MODELS)
        return TextNode(
            id_=identity(hit),
            text=hit.passage.text,
            start_char_idx=hit.passage.start,
            end_char_idx=hit.passage.end,
            metadata=told,
            excluded_llm_metadata_keys=unread,
            excluded_embed_metadata_keys=unread,
            relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=hit.article.id)},
        )


def _flat(told: wire.Json) -> wire.Json:
    """Metadata as its vector stores want it, without lists: spans are ``812-870 901-915``, reporters ``甲、乙``."""
    spans = " ".join(f"{start}-{end}" for start, end in told["spans"])
    return {**told, "spans": spans, "byline": "、".join(told["byline"])}
