"""The vector index of small libraries: exact inner product (FAISS) over unit rows.

The file is a header and FAISS's own format after it, read whole. For a library of moderate size: `large_vectors` holds
the others.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from qa.errors import IndexUnusable
from qa.index.vector_file import CHUNK_BYTES, HEADER_BYTES, Checked, Header, checksum, read_header, replacing
from qa.protocols import Array

_FORMAT = "wenbao-vectors-1"
_LOST = -1  # FAISS's id where it found nothing


def pack(vector: Array) -> bytes:
    """A unit row as stored: float16, little-endian."""
    return np.asarray(vector, dtype="<f2").tobytes()


def unpack(blobs: Sequence[bytes], dimension: int) -> Array:
    """Stored rows -> (n, dimension) float32, normalised again after the rounding to float16."""
    rows = np.frombuffer(b"".join(blobs), dtype="<f2").reshape(len(blobs), dimension).astype(np.float32)
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.finfo(np.float32).tiny)


class FlatVectors:
    """A `qa.protocols.VectorIndex`. Safe for many threads: one at a time is inside."""

    def __init__(self, dimension: int, stamp: str) -> None:
        """An empty index. `stamp` names what it is made of: an index read with another stamp is not usable."""
        self.dimension = dimension
        self.change = 0
        self.stamp = stamp
        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        self._held: set[int] = set()
        self._inside = threading.Lock()

    @classmethod
    def read(cls, path: Path, dimension: int, stamp: str) -> FlatVectors:
        """The index at `path`. Raises IndexUnusable where there is none, or a damaged or another one."""
        found = cls(dimension, stamp)
        try:
            with path.open("rb") as file:
                header = read_header(file, stamp)
                if header.format != _FORMAT or checksum(file) != header.crc32:
                    raise IndexUnusable("another kind, or damaged")
                file.seek(HEADER_BYTES)
                reader = faiss.PyCallbackIOReader(file.read, CHUNK_BYTES)  # type: ignore[attr-defined]
                found._index = faiss.read_index(reader)
        except (OSError, RuntimeError) as error:  # RuntimeError is FAISS's
            raise IndexUnusable(str(error)) from error
        found._held = set(faiss.vector_to_array(found._index.id_map).tolist())
        found.change = header.change
        return found

    def write(self, path: Path) -> None:
        """Replace the file at `path` in one step; a crash leaves the old one or the new one. One at a time."""
        with self._inside, replacing(path) as (file, finish):
            body = Checked(file)
            writer = faiss.PyCallbackIOWriter(body.write, CHUNK_BYTES)  # type: ignore[attr-defined]
            faiss.write_index(self._index, writer)
            finish(Header(_FORMAT, self.stamp, self.change, body.crc32))

    def __len__(self) -> int:
        return len(self._held)

    @property
    def ids(self) -> frozenset[int]:
        with self._inside:
            return frozenset(self._held)

    def add(self, ids: Sequence[int], vectors: Array) -> None:
        """Unit rows. An id that is there already is replaced."""
        with self._inside:
            self._drop(ids)
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, np.int64))
            self._held.update(ids)

    def remove(self, ids: Collection[int]) -> None:
        """Deletion is real: a removed id never comes back. Ids that are not there are passed over."""
        with self._inside:
            self._drop(ids)

    def search(self, vector: Array, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        """At most `k` (id, cosine), best first, ties by id; `allowed` limits which ids may come."""
        query = np.ascontiguousarray(vector, np.float32)[None]
        with self._inside:
            most = len(self._held) if allowed is None else min(len(self._held), len(allowed))
            if k < 1 or most < 1:
                return []
            limit = min(k + 1, most)
            while True:
                found = self._nearest(query, limit, allowed)
                # Cut inside a run of equal scores, FAISS keeps any of them: take the whole run.
                if limit == most or len(found) < limit or found[-1][1] < found[k - 1][1]:
                    break
                limit = min(limit * 2, most)
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def scores(self, vector: Array, ids: Sequence[int]) -> dict[int, float]:
        """The exact cosine of each id that the index holds."""
        with self._inside:
            held = [one for one in ids if one in self._held]
            if not held:
                return {}
            rows = self._index.reconstruct_batch(np.asarray(held, np.int64))
        return dict(zip(held, np.clip(rows @ np.asarray(vector, np.float32), -1, 1).tolist(), strict=True))

    def _drop(self, ids: Iterable[int]) -> None:
        gone = self._held.intersection(ids)
        if gone:
            self._index.remove_ids(np.fromiter(gone, np.int64, len(gone)))
            self._held -= gone

    def _nearest(self, query: Array, limit: int, allowed: Collection[int] | None) -> list[tuple[int, float]]:
        faiss.omp_set_num_threads(1)  # of this thread. Two wait for each other: 40 ms on a busy machine, one takes .5
        selector = self._selector(allowed) if allowed is not None else None
        parameters = faiss.SearchParameters(sel=selector) if selector else None  # type: ignore[call-arg]
        scores, ids = self._index.search(query, limit, params=parameters)
        pairs = zip(ids[0].tolist(), np.clip(scores[0], -1, 1).tolist(), strict=True)
        return [(one, score) for one, score in pairs if one != _LOST]

    def _selector(self, allowed: Collection[int]) -> Any:
        """Of the allowed ids; where they are most of what is held, of all but the others, which is faster."""
        if len(allowed) * 2 < len(self._held):
            return _batch(allowed)
        excluded = self._held.difference(allowed)
        return faiss.IDSelectorNot(_batch(excluded)) if excluded else None


def _batch(ids: Collection[int]) -> Any:
    return faiss.IDSelectorBatch(np.fromiter(ids, np.int64, len(ids)))
