"""Both indexes in PostgreSQL by its extension pgvector: vectors by HNSW, passages for terms by sparse vectors."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import psycopg

from qa.errors import LibraryError
from qa.index.bm25 import Asked, Row, Weights
from qa.index.index_tables import (
    EMPTY,
    IndexState,
    ServerEngine,
    TableIndex,
    copy_rows,
    is_made,
    keep_state,
    name_of,
    packed_halves,
    packed_id,
    packed_sparse,
    state_of,
)
from qa.index.pending import whole_run
from qa.index.postgres_terms import MORE, PostgresTerms
from qa.index.term_tables import TermTables
from qa.store.addresses import Address
from qa.store.folder import Folder
from qa.store.log import Model
from qa.store.postgres import PostgresDatabase
from qa.types.protocols import Array

_LEAST = (0, 8)  # its version, from which on a filtered search goes on until it has enough
_FLAT = 10_000  # vectors up to which all are compared, which is exact
_FEW = 10_000  # allowed ids up to which each is compared
_EF_SEARCH = 200  # neighbours that HNSW keeps in view
_RARE = 10_000  # passages that hold the rarest terms of a question: among these the best are looked for
_DIMENSIONS = 1_000_000_000  # the most that a sparsevec takes: a place for each term there will be

_SCORE = "1 - (vector::vector <=> %(vector)s::vector)"  # of what is found: the question is not rounded
_SETTINGS = (
    f"SET hnsw.ef_search = {_EF_SEARCH}",
    "SET hnsw.iterative_scan = strict_order",
    "SET plan_cache_mode = force_custom_plan",  # how many ids and terms are asked for decides
    "SET enable_seqscan = off",  # to compare the terms of two rows takes longer than to read five
)
"""What a connection is told that searches."""


def require(database: PostgresDatabase, server: object) -> str:
    """The schema of the extension, which is made where it is not there. Raises LibraryError where it cannot be."""
    query = "SELECT extnamespace::regnamespace::text, extversion FROM pg_extension WHERE extname = 'vector'"
    with database.session() as session:
        found: Any = session.execute(query).fetchone()
        if found is None:
            try:
                session.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
            except psycopg.Error as error:
                raise LibraryError("pgvector.missing", server=server) from error
            (found,) = session.execute(query)
    if tuple(map(int, found[1].split(".")[:2])) < _LEAST:
        raise LibraryError("pgvector.old", server=server, version=found[1])
    return str(found[0])


class PgvectorVectors(TableIndex[Array]):
    """A `qa.types.protocols.VectorIndex`. Many threads may search, one may change it.

    Up to 10,000 vectors, and where few ids are allowed, all are compared; else HNSW finds most of the nearest: how many
    is in docs/scale.md. Every cosine is exact.
    """

    def __init__(self, database: PostgresDatabase, name: str, dimension: int) -> None:
        """The index in the table `name`, which may not be there yet."""
        super().__init__(database, name, name)
        self.dimension = dimension
        self.reload()

    def reload(self) -> None:
        """See what was committed since, by whatever machine."""
        with self._database.session() as session:
            self._state = state_of(session, self.name)

    def add(self, ids: Sequence[int], vectors: Array) -> None:
        """Unit rows. An id that is there already is replaced. Visible after `commit`."""
        self._put(dict(zip(ids, vectors, strict=True)))

    def commit(self, change: int) -> None:
        """Make all additions and removals durable, together with the change number."""
        with self._database.session() as session, session.transaction():
            state = state_of(session, self.name)
            if state == EMPTY:
                session.execute(
                    f"CREATE TABLE {self.name} (passage bigint PRIMARY KEY, vector halfvec({self.dimension}) NOT NULL)"
                )
                session.execute(f"ALTER TABLE {self.name} ALTER vector SET STORAGE PLAIN")
            gone = session.execute(
                f"DELETE FROM {self.name} WHERE passage = ANY(%s)", ([*self._added, *self._removed],)
            )
            rows = ((packed_id(one), packed_halves(vector)) for one, vector in self._added.items())
            copy_rows(session, self.name, ("passage", "vector"), rows)
            keep_state(session, self.name, IndexState(change, state.held - gone.rowcount + len(self._added), ()))
        self.rollback()
        self.reload()

    def settle(self) -> None:
        """Make what searching many vectors takes; nothing where it is there."""
        index = f"{self.name}_by_vector"
        with self._database.session() as session:
            if len(self) > _FLAT and not is_made(session, index):
                with session.transaction():
                    session.execute("SET LOCAL maintenance_work_mem = '2GB'")
                    session.execute(f"CREATE INDEX {index} ON {self.name} USING hnsw (vector halfvec_cosine_ops)")
                session.execute(f"ANALYZE {self.name}")

    def search(self, vector: Array, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """At most `k` (id, cosine), best first, ties by id; `allowed` limits which ids may come."""
        if k < 1 or not len(self) or (allowed is not None and not allowed):
            return []
        return whole_run(lambda limit: self._nearest(vector, limit, allowed), k)[:k]

    def scores(self, vector: Array, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine of each id that the index holds."""
        if not len(self) or not ids:
            return {}
        query = f"SELECT passage, {_SCORE} FROM {self.name} WHERE passage = ANY(%(ids)s)"
        return {one: _cosine(score) for one, score in self._found(query, {"vector": _sent(vector), "ids": list(ids)})}

    def _nearest(self, vector: Array, limit: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        values = {"vector": _sent(vector), "limit": limit, "allowed": list(allowed or ())}
        if allowed is not None and len(allowed) <= _FEW:
            source = f"(SELECT * FROM {self.name} WHERE passage = ANY(%(allowed)s) OFFSET 0) AS few"
        else:
            source = self.name + (" WHERE passage = ANY(%(allowed)s)" if allowed is not None else "")
        nearest = f"SELECT * FROM {source} ORDER BY vector <=> %(vector)s::halfvec LIMIT %(limit)s"
        found = self._found(f"SELECT passage, {_SCORE} FROM ({nearest}) AS nearest", values)
        return sorted(((one, _cosine(score)) for one, score in found), key=lambda hit: -hit[1])


def _sent(vector: Array) -> str:
    return str(np.asarray(vector, np.float32).tolist())


def _cosine(score: float) -> float:
    return min(max(score, -1.0), 1.0)


class PgvectorTerms(PostgresTerms):
    """Looks for the best among the passages that hold the rarest terms of a question, about 10,000 of them. Where all
    that hold any term are no more, as in a small library, none is missed; how many else is in docs/scale.md.
    """

    def __init__(self, database: PostgresDatabase, name: str) -> None:
        super().__init__(database, TermTables(name, ("weights sparsevec NOT NULL",), lambda one: (_packed(one),)))

    def _hand_over(self, weights: Sequence[Weights]) -> None:
        """They are in the tables."""

    def _likely(self, asked: Asked, k: int, allowed: Collection[int] | None) -> Sequence[Row]:
        rarest = np.argsort(asked.passages, kind="stable")
        are_few = np.cumsum(asked.passages[rarest]) <= _RARE
        are_few[0] = True
        values = {
            "rare": asked.numbers[rarest[are_few]].tolist(),
            "weights": _sparse(asked),
            "limit": k + MORE,
            "allowed": list(allowed or ()),
        }
        if allowed is not None and len(allowed) <= _FEW:
            where = "passage = ANY(%(allowed)s)"
        else:
            where = "terms && %(rare)s::integer[]" + (" AND passage = ANY(%(allowed)s)" if allowed is not None else "")
        query = f"SELECT passage FROM {self._tables.passages} WHERE {where} "
        query += "ORDER BY weights <#> %(weights)s::sparsevec, passage LIMIT %(limit)s"
        # Terms are made ready to be sent of those alone that are.
        query = f"SELECT {self._tables.row} FROM ({query}) AS likely JOIN {self._tables.passages} USING (passage)"
        return self._tables.read(self._found(query, values))


def _packed(one: Weights) -> bytes:
    return packed_sparse(one.numbers, one.values, _DIMENSIONS)


def _sparse(asked: Asked) -> str:
    pairs = zip(asked.numbers.tolist(), asked.weights.tolist(), strict=True)
    return f"{{{','.join(f'{number + 1}:{weight:.6g}' for number, weight in pairs)}}}/{_DIMENSIONS}"


class PgvectorEngine(ServerEngine):
    """A `qa.index.shared_indexes.Engine`."""

    def __init__(self, folder: Folder, address: Address) -> None:
        """Raises LibraryError where the server has no such extension, or nothing is made yet and may not be."""
        asking = PostgresDatabase(folder, address)
        try:
            schema = require(asking, address)
        finally:
            asking.close()
        super().__init__(folder, address, (f'SET search_path = "{address.schema}", "{schema}"', *_SETTINGS))

    def vectors(self, model: Model | None) -> PgvectorVectors:
        """Those by a model."""
        return PgvectorVectors(self.database, name_of("vectors", model), model.dimension if model else 1)

    def terms(self, version: str) -> PgvectorTerms:
        """Those cut by a version of the terms."""
        return PgvectorTerms(self.database, name_of("terms", version))
