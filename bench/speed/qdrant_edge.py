"""Qdrant's engine in this process, in the place of a client of its server: what `qa.index.qdrant` asks, no more.

It is the package `qdrant-edge-py`, no dependency of the project. Nothing is sent, so what a network and JSON cost is
not in its figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import qdrant_edge as edge
from qdrant_client import models


class _Points(NamedTuple):
    points: Sequence[Any]


class _Count(NamedTuple):
    count: int


class EdgeClient:
    """Collections in a folder; of `qdrant_client.QdrantClient` the methods that are called."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._shards: dict[str, edge.EdgeShard] = {}

    def close(self) -> None:
        """It is opened once for all: what is in it stays."""

    def settle(self) -> None:
        """Make the graphs, as a server does behind everything else."""
        for shard in self._shards.values():
            shard.optimize()

    def collection_exists(self, name: str) -> bool:
        return name in self._shards

    def create_collection(self, name: str, vectors_config: Any, sparse_vectors_config: Any = None) -> None:
        dense = {
            key: edge.EdgeVectorParams(one.size, edge.Distance.Cosine, datatype=edge.VectorStorageDatatype.Float16)
            for key, one in vectors_config.items()
        }
        sparse = {key: edge.EdgeSparseVectorParams() for key in sparse_vectors_config or ()}
        path = self._folder / name
        path.mkdir(parents=True)
        self._shards[name] = edge.EdgeShard.create(str(path), edge.EdgeConfig(vectors=dense, sparse_vectors=sparse))

    def delete_collection(self, name: str) -> None:
        if shard := self._shards.pop(name, None):
            shard.close()

    def upsert(self, name: str, points: Sequence[models.PointStruct], wait: bool) -> None:
        made = [edge.Point(int(one.id), _vectors(one.vector), one.payload) for one in points]
        self._shards[name].update(edge.UpdateOperation.upsert_points(made))

    def delete(self, name: str, chosen: models.PointIdsList, wait: bool) -> None:
        self._shards[name].update(edge.UpdateOperation.delete_points(list(chosen.points)))

    def count(self, name: str, exact: bool) -> _Count:
        return _Count(self._shards[name].count(edge.CountRequest(exact=exact)))

    def retrieve(self, name: str, ids: Sequence[int], with_payload: bool) -> Sequence[Any]:
        return self._shards[name].retrieve(list(ids), with_payload=with_payload, with_vector=False)

    def query_points(
        self,
        name: str,
        query: Any,
        using: str,
        limit: int,
        query_filter: Any = None,
        search_params: Any = None,
        **_: Any,
    ) -> _Points:
        asked = edge.SparseVector(query.indices, query.values) if isinstance(query, models.SparseVector) else query
        how = {} if search_params is None else {"hnsw_ef": search_params.hnsw_ef, "exact": bool(search_params.exact)}
        among = None
        if query_filter is not None:
            among = edge.Filter(must=[edge.HasIdCondition(set(query_filter.must[0].has_id))])
        request = edge.QueryRequest(
            limit, query=edge.Query.Nearest(asked, using), filter=among, params=edge.SearchParams(**how)
        )
        return _Points(self._shards[name].query(request))


def _vectors(named: Any) -> dict[str, Any]:
    return {
        key: edge.SparseVector(one.indices, one.values) if isinstance(one, models.SparseVector) else one
        for key, one in named.items()
    }
