"""Passages by cosine, a great many of them: coded rows that never change, and what changed since.

What was added since the file was made is held flat in memory, what was removed or replaced is passed over. Scores are
exact; which passages are scored is chosen by codes, and of the best ten of a million none was missed (`bench.million`).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from qa.errors import LibraryDamaged
from qa.protocols import Array
from qa.stores.coded import CodedRows
from qa.stores.damage import IndexUnusable
from qa.stores.vectors import FlatVectors

_READ = 5  # times k: rows whose exact cosine is looked at; `bench.kinds` has the recall for each
_FEWEST_READ = 100
_FEW = 2000  # allowed rows up to which each is looked at
_MOST = 0.9  # share of the rows that may come, from which on the fast scan of all is tried first
_DAMAGED = "向量索引损坏：{path}。已弃用，再问一次，会自动重建。"


class LargeVectors:
    """A `qa.protocols.VectorIndex` over a file of coded rows. Safe for many threads: one at a time is inside."""

    def __init__(self, path: Path, dimension: int, stamp: str) -> None:
        """The index at `path`. Raises IndexUnusable where there is none, or a damaged or another one."""
        self._path = path
        self._base = CodedRows(path, dimension, stamp)
        self._is_live = np.ones(len(self._base.ids), bool)  # rows of the base that were not removed or replaced
        self._newer = FlatVectors(dimension, stamp)
        self.dimension = dimension
        self.stamp = stamp
        self.change = self.base_change = self._base.change
        self._inside = threading.Lock()
        self.is_damaged = False

    def __len__(self) -> int:
        return int(np.count_nonzero(self._is_live)) + len(self._newer)

    @property
    def ids(self) -> frozenset[int]:
        with self._inside:
            return self._newer.ids.union(self._base.ids[self._is_live].tolist())

    def verify(self) -> None:
        """Read everything that the file holds. Raises IndexUnusable."""
        self._base.verify()

    def add(self, ids: Sequence[int], vectors: Array) -> None:
        """Unit rows. An id that is there already is replaced."""
        with self._inside:
            self._is_live[self._base.numbers(ids)] = False
            self._newer.add(ids, vectors)

    def remove(self, ids: Collection[int]) -> None:
        """Deletion is real: a removed id never comes back. Ids that are not there are passed over."""
        with self._inside:
            self._is_live[self._base.numbers(ids)] = False
            self._newer.remove(ids)

    def search(self, vector: Array, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """At most `k` (id, exact cosine), best first, ties by id; `allowed` limits which ids may come."""
        if k < 1:
            return []
        with self._inside:
            found = self._newer.search(vector, k, allowed)
            may_come = self._is_live
            if allowed is not None:
                may_come = np.zeros(len(may_come), bool)
                may_come[self._base.numbers(allowed)] = True
                may_come &= self._is_live
            numbers = self._near(vector, max(_READ * k, _FEWEST_READ), may_come)
            found += self._scored(vector, numbers, best=k)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def scores(self, vector: Array, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine of each id that the index holds."""
        with self._inside:
            numbers = self._base.numbers(ids)
            found = dict(self._scored(vector, numbers[self._is_live[numbers]], best=len(numbers)))
            return found | self._newer.scores(vector, ids)

    def _near(self, vector: Array, wanted: int, may_come: Array) -> Array:
        """The `wanted` rows that may come and are most like the vector by their codes; all where they are few."""
        left = int(np.count_nonzero(may_come))
        if left <= max(wanted, _FEW):
            return np.flatnonzero(may_come)
        if left > _MOST * len(may_come):
            near = self._base.nearest(vector, wanted + wanted // 4)
            near = near[may_come[near]]
            if len(near) >= wanted:
                return near[:wanted]
        return self._base.nearest(vector, wanted, may_come)

    def _scored(self, vector: Array, numbers: Array, best: int) -> list[tuple[int, float]]:
        """At most `best` of the rows, best first, ties by id. Raises LibraryDamaged where a row is not what was
        written: the file is dropped, whoever opens next makes it anew.
        """
        try:
            cosines = self._base.cosines(vector, numbers)
        except IndexUnusable as error:
            self.is_damaged = True
            self._path.unlink(missing_ok=True)
            raise LibraryDamaged(_DAMAGED, path=self._path) from error
        ids = self._base.ids[numbers]
        ordered = np.lexsort((ids, -cosines))[:best]
        return list(zip(ids[ordered].tolist(), cosines[ordered].tolist(), strict=True))
