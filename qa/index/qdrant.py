"""Vectors in Qdrant, and the sparse vectors by which it chooses passages for terms; all else on terms is in PostgreSQL.

Each index is a collection of its own. That of the vectors has the change number in a point without a vector, so that
what Qdrant holds and how far it has come are never apart.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
from qdrant_client import QdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException

from qa.errors import LibraryError
from qa.index.bm25 import Asked, Row, Weights
from qa.index.index_tables import ServerEngine, name_of
from qa.index.pending import Pending, whole_run
from qa.index.postgres_terms import MORE, PostgresTerms
from qa.index.term_tables import TermTables
from qa.store.addresses import Address
from qa.store.folder import Folder
from qa.store.log import Model
from qa.store.postgres import PostgresDatabase
from qa.types.protocols import Array

_PORT = 6333
_STATE = 0  # the point that has the change number; ids of passages are hashes
_DENSE, _SPARSE = "dense", "terms"
_EF_SEARCH = 200  # neighbours that HNSW keeps in view
_SENT = 500  # points sent together
_SECONDS = 60  # for one request
_KEY = "QDRANT_API_KEY"  # environment


def connected(server: str) -> QdrantClient:
    """A client of the Qdrant at ``qdrant://host:port``, which is asked over HTTP, or an address of HTTP."""
    url = server.replace("qdrant://", "http://", 1)
    parts = urlsplit(url)
    return QdrantClient(
        url=url,
        port=parts.port or (443 if parts.scheme == "https" else _PORT),
        api_key=os.environ.get(_KEY),
        timeout=_SECONDS,
        check_compatibility=False,  # its complaint goes to the standard error
    )


class Qdrant:
    """A server, told by its name where it fails."""

    def __init__(self, client: QdrantClient, server: str, library: str) -> None:
        self.client = client
        self._server = server
        self._library = library

    def collection(self, name: str) -> str:
        """That of an index of this library: a Qdrant may hold those of many."""
        return f"wenbao-{self._library}-{name}"

    @contextmanager
    def asking(self) -> Iterator[QdrantClient]:
        """Raises LibraryError where the server is away or refuses."""
        try:
            yield self.client
        except (ApiException, QdrantException, httpx.HTTPError) as error:
            raise LibraryError("qdrant.failed", server=self._server, reason=_reason(error)) from error

    def is_there(self, collection: str) -> bool:
        with self.asking() as client:
            return client.collection_exists(collection)

    def count(self, collection: str) -> int:
        with self.asking() as client:
            return client.count(collection, exact=True).count

    def write(self, collection: str, gone: Collection[int], points: Sequence[models.PointStruct]) -> None:
        """Take points out and put others in; done when this returns."""
        with self.asking() as client:
            for part in _parts(sorted(gone)):
                client.delete(collection, models.PointIdsList(points=list(part)), wait=True)
            for part in _parts(points):
                client.upsert(collection, list(part), wait=True)

    def nearest(self, collection: str, query: Any, using: str, limit: int, **more: Any) -> list[tuple[int, float]]:
        """At most `limit` (id, score), best first."""
        with self.asking() as client:
            found = client.query_points(
                collection, query=query, using=using, limit=limit, with_payload=False, with_vectors=False, **more
            )
        return [(int(point.id), point.score) for point in found.points]


def _parts(whole: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (whole[start : start + _SENT] for start in range(0, len(whole), _SENT))


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def _among(allowed: Collection[int] | None) -> models.Filter | None:
    return None if allowed is None else models.Filter(must=[models.HasIdCondition(has_id=list(allowed))])


class QdrantVectors(Pending[Array]):
    """A `qa.types.protocols.VectorIndex` that finds most of the nearest. Many threads may search, one may change it."""

    def __init__(self, qdrant: Qdrant, name: str, dimension: int) -> None:
        """The index in the collection of a name, which may not be there yet."""
        super().__init__()
        self._qdrant = qdrant
        self._collection = qdrant.collection(name)
        self.name = name
        self.dimension = dimension
        self.change = 0
        self._held = 0
        self.reload()

    def __len__(self) -> int:
        return self._held

    @property
    def ids(self) -> frozenset[int]:
        found: set[int] = set()
        after: Any = None
        with self._qdrant.asking() as client:
            while self.change:
                points, after = client.scroll(
                    self._collection, limit=10_000, offset=after, with_payload=False, with_vectors=False
                )
                found.update(int(point.id) for point in points)
                if after is None:
                    break
        return frozenset(found - {_STATE})

    @property
    def is_torn(self) -> bool:
        """Whether it holds other passages than it says: it counts those that it holds."""
        return False

    def reload(self) -> None:
        """See what was committed since, by whatever machine."""
        change = 0
        if self._qdrant.is_there(self._collection):
            with self._qdrant.asking() as client:
                told = client.retrieve(self._collection, [_STATE], with_payload=True)
            change = int((told[0].payload or {})["change"]) if told else 0
        if change != self.change:
            self._held = self._qdrant.count(self._collection) - 1 if change else 0
            self.change = change

    def add(self, ids: Sequence[int], vectors: Array) -> None:
        """Unit rows. An id that is there already is replaced. Visible after `commit`."""
        self._put(dict(zip(ids, vectors, strict=True)))

    def commit(self, change: int) -> None:
        """Hand all additions and removals over, then the change number: what was handed over without it comes again."""
        if not self._qdrant.is_there(self._collection):
            with self._qdrant.asking() as client:
                client.create_collection(
                    self._collection,
                    vectors_config={
                        _DENSE: models.VectorParams(
                            size=self.dimension, distance=models.Distance.COSINE, datatype=models.Datatype.FLOAT16
                        )
                    },
                )
        points = [models.PointStruct(id=one, vector={_DENSE: vector.tolist()}) for one, vector in self._added.items()]
        self._qdrant.write(self._collection, self._removed, points)
        state = models.PointStruct(id=_STATE, vector={}, payload={"change": change})
        self._qdrant.write(self._collection, (), [state])
        self.rollback()
        self.reload()

    def settle(self) -> None:
        """Qdrant makes its indexes by itself."""

    def search(self, vector: Array, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """At most `k` (id, cosine), best first, ties by id; `allowed` limits which ids may come."""
        if k < 1 or not len(self) or (allowed is not None and not allowed):
            return []

        def ranked(limit: int) -> list[tuple[int, float]]:
            return self._nearest(vector, limit, allowed, hnsw_ef=max(_EF_SEARCH, limit))

        return whole_run(ranked, k)[:k]

    def scores(self, vector: Array, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine of each id that the index holds."""
        if not len(self) or not ids:
            return {}
        return dict(self._nearest(vector, len(ids), ids, exact=True))

    def _nearest(
        self, vector: Array, limit: int, allowed: Collection[int] | None, **how: Any
    ) -> list[tuple[int, float]]:
        more = {"query_filter": _among(allowed), "search_params": models.SearchParams(**how)}
        found = self._qdrant.nearest(self._collection, vector.tolist(), _DENSE, limit, **more)
        return [(one, min(max(score, -1.0), 1.0)) for one, score in found]


class QdrantTerms(PostgresTerms):
    """Looks for the best by sparse vectors in Qdrant, which looks at all of them; everything else is PostgreSQL's."""

    def __init__(self, database: PostgresDatabase, name: str, qdrant: Qdrant) -> None:
        self._qdrant = qdrant
        self._collection = qdrant.collection(name)
        super().__init__(database, TermTables(name))

    @property
    def is_torn(self) -> bool:
        """Whether Qdrant holds other passages than PostgreSQL does."""
        is_there = self._qdrant.is_there(self._collection)
        return (self._qdrant.count(self._collection) if is_there else 0) != len(self)

    def _hand_over(self, weights: Sequence[Weights]) -> None:
        if not self._qdrant.is_there(self._collection):
            with self._qdrant.asking() as client:
                client.create_collection(
                    self._collection, vectors_config={}, sparse_vectors_config={_SPARSE: models.SparseVectorParams()}
                )
        points = [models.PointStruct(id=one.passage, vector={_SPARSE: _sparse(one)}) for one in weights]
        self._qdrant.write(self._collection, self._removed, points)

    def _likely(self, asked: Asked, k: int, allowed: Collection[int] | None) -> Sequence[Row]:
        def ranked(limit: int) -> list[tuple[int, float]]:
            return self._qdrant.nearest(self._collection, _sparse(asked), _SPARSE, limit, query_filter=_among(allowed))

        found = whole_run(ranked, k, MORE)
        query = f"SELECT {self._tables.row} FROM {self._tables.passages} WHERE passage = ANY(%s)"
        return self._tables.read(self._found(query, ([one for one, _ in found],)))


def _sparse(one: Asked | Weights) -> models.SparseVector:
    values = one.weights if isinstance(one, Asked) else one.values
    return models.SparseVector(indices=one.numbers.tolist(), values=values.tolist())


class QdrantEngine(ServerEngine):
    """A `qa.index.shared_indexes.Engine`."""

    def __init__(self, folder: Folder, address: Address, library: str) -> None:
        """Raises LibraryError where the server does not answer, or nothing is made yet and may not be."""
        self._qdrant = Qdrant(connected(address.index), address.index, library)
        self._qdrant.is_there(self._qdrant.collection(""))
        super().__init__(folder, address)

    def vectors(self, model: Model | None) -> QdrantVectors:
        """Those by a model."""
        return QdrantVectors(self._qdrant, name_of("vectors", model), model.dimension if model else 1)

    def terms(self, version: str) -> QdrantTerms:
        """Those cut by a version of the terms."""
        return QdrantTerms(self.database, name_of("qdrant", version), self._qdrant)

    def clear(self, name: str) -> None:
        """Throw away an index that is not what the library has."""
        with self.lock.try_hold() as held:
            if held:
                super().clear(name)
                with self._qdrant.asking() as client:
                    client.delete_collection(self._qdrant.collection(name))

    def close(self) -> None:
        super().close()
        self._qdrant.client.close()
