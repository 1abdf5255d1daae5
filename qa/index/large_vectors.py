"""The vector index of large libraries: quantised rows that are never changed, and what changed since."""

from __future__ import annotations

import os
import threading
import weakref
import zlib
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import faiss
import numpy as np

from qa.errors import IndexUnusable, LibraryDamaged
from qa.index.flat_vectors import (
    CHUNK_BYTES,
    HEADER_BYTES,
    Checked,
    FlatVectors,
    Header,
    checksum,
    read_header,
    replacing,
)
from qa.types.protocols import Array

FORMAT = "wenbao-vectors-2"
_SHARD_ROWS = 1 << 18  # rows that one thread scans at a stretch, in 2.5 ms or so
_SAMPLE = 20_000  # rows whose mean is the centre of the codes
_QUERY_BITS = 4  # of each number of a question, where rows are passed over: eight take longer and find no more
_READ_ROWS = 8192  # rows held at a time where many are gone through


class _Shard(NamedTuple):
    """The codes of _SHARD_ROWS rows; of the last shard, of what is left."""

    fast: Any  # FAISS's IndexRaBitQFastScan
    choosing: Any  # IndexRaBitQ


class _Table(NamedTuple):
    """What stands beside the rows."""

    ids: Array  # int64, ascending
    crc32s: Array  # uint32
    shards: tuple[_Shard, ...]


class QuantisedRows:
    """The rows of one mapped file, still readable after another file has taken its place. Safe for many threads."""

    def __init__(self, path: Path, dimension: int, stamp: str) -> None:
        """Open the file at `path`. Raises IndexUnusable where there is none, or a damaged or another one."""
        try:
            with path.open("rb") as file:
                header = read_header(file, stamp)
                if header.format != FORMAT:
                    raise IndexUnusable("another kind")
                self._row_bytes = 2 * dimension
                self._table = _read_table(file, header, self._row_bytes)
                self._file = os.dup(file.fileno())
        except (OSError, RuntimeError) as error:  # RuntimeError is FAISS's
            raise IndexUnusable(str(error)) from error
        weakref.finalize(self, os.close, self._file)
        self.change = header.change
        self._dimension = dimension
        self._threads = ThreadPoolExecutor(os.cpu_count(), "codes") if len(self._table.shards) > 1 else None

    @property
    def ids(self) -> Array:
        """int64, ascending: a row's number is where its id stands."""
        return self._table.ids

    def numbers(self, ids: Collection[int]) -> Array:
        """The rows of those ids that are held, ascending."""
        wanted = np.sort(np.fromiter(ids, np.int64, len(ids)))  # in order, half a million take a tenth of the time
        places = np.minimum(np.searchsorted(self.ids, wanted), len(self.ids) - 1)
        return places[self.ids[places] == wanted]

    def nearest(self, query: Array, limit: int, may_come: Array | None = None) -> Array:
        """Numbers of the `limit` rows that are most like a (dimension,) unit row by their codes, best first, among
        those of which the bool (rows,) `may_come` says so.
        """

        def scan(number: int) -> tuple[Array, Array]:
            first = number * _SHARD_ROWS
            chosen = None if may_come is None else may_come[first : first + _SHARD_ROWS]
            scores, found = _scanned(self._table.shards[number], query, limit, chosen)
            return scores, found + first

        numbers = range(len(self._table.shards))
        parts = self._threads.map(scan, numbers) if self._threads else map(scan, numbers)
        scores, found = (np.concatenate(part) for part in zip(*parts, strict=True))
        return found[np.lexsort((found, -scores))][:limit]

    def cosines(self, query: Array, numbers: Array) -> Array:
        """(n,) float32, exact. Raises IndexUnusable where a row is not what was written."""
        found = [np.zeros(0, np.float32)]
        for start in range(0, len(numbers), _READ_ROWS):
            held = b"".join(self._read(numbers[start : start + _READ_ROWS].tolist()))
            rows = np.frombuffer(held, "<f2").reshape(-1, self._dimension).astype(np.float32)
            lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))  # not quite 1, as float16
            found.append(rows @ np.asarray(query, np.float32) / np.maximum(lengths, np.finfo(np.float32).tiny))
        return np.clip(np.concatenate(found), -1, 1)

    def verify(self) -> None:
        """Read every row. Raises IndexUnusable."""
        for start in range(0, len(self.ids), _READ_ROWS):
            self._read(list(range(start, min(start + _READ_ROWS, len(self.ids)))))

    def _read(self, numbers: Sequence[int]) -> list[bytes]:
        size, file = self._row_bytes, self._file
        try:
            rows = [os.pread(file, size, HEADER_BYTES + size * number) for number in numbers]
        except OSError as error:
            raise IndexUnusable(str(error)) from error
        if list(map(zlib.crc32, rows)) != self._table.crc32s[numbers].tolist():
            raise IndexUnusable("checksum of a row")
        return rows


def _scanned(shard: _Shard, query: Array, limit: int, chosen: Array | None) -> tuple[Array, Array]:
    """Scores and numbers, from 0, of at most `limit` rows of a shard."""
    faiss.omp_set_num_threads(1)  # of this thread: the shards have threads already
    question, most = np.ascontiguousarray(query, np.float32)[None], min(limit, shard.fast.ntotal)
    if chosen is None:
        scores, found = shard.fast.search(question, most)
    else:
        selector = faiss.IDSelectorBitmap(np.packbits(chosen, bitorder="little"))  # type: ignore[call-arg, arg-type]
        parameters = faiss.RaBitQSearchParameters(qb=_QUERY_BITS, sel=selector)  # type: ignore[call-arg]
        scores, found = shard.choosing.search(question, most, params=parameters)
    is_found = found[0] >= 0
    return scores[0][is_found], found[0][is_found]


def write_quantised(
    path: Path, rows: Iterable[Sequence[tuple[int, bytes]]], dimension: int, stamp: str, change: int
) -> None:
    """Make a file of rows, given in parts as (id, float16 row), ascending by id. Holds their codes and a part of them
    in memory. One process at a time. Raises OSError, IndexUnusable where there is no row.
    """
    with replacing(path, "rows") as (file, finish):
        ids: list[Array] = []
        crc32s: list[Array] = []
        for part in rows:
            file.write(b"".join(row for _, row in part))
            ids.append(np.fromiter((one for one, _ in part), "<i8", len(part)))
            crc32s.append(np.fromiter((zlib.crc32(row) for _, row in part), "<u4", len(part)))
        count = sum(map(len, ids))
        if not count:
            raise IndexUnusable("nothing to hold")
        shards = _coded(file, count, dimension)
        rest = Checked(file)
        for column in (*ids, *crc32s):
            rest.write(column.tobytes())
        writer = faiss.PyCallbackIOWriter(rest.write, CHUNK_BYTES)  # type: ignore[attr-defined]
        for shard in shards:
            faiss.write_index(shard.fast, writer)
            faiss.write_index(shard.choosing, writer)
        finish(Header(FORMAT, stamp, change, rest.crc32, count))


def _coded(file: BinaryIO, count: int, dimension: int) -> list[_Shard]:
    """The codes of all rows of a file, shard by shard, about one centre: scores of different shards compare. The file
    stands behind the rows then.
    """
    sample = _rows(file, 0, min(count, _SAMPLE), dimension)  # ids are hashes: the first rows are of all kinds
    shards = []
    for first in range(0, count, _SHARD_ROWS):
        kinds = (faiss.IndexRaBitQFastScan, faiss.IndexRaBitQ)
        shard = _Shard(*(kind(dimension, faiss.METRIC_INNER_PRODUCT) for kind in kinds))
        behind = min(first + _SHARD_ROWS, count)
        for index in shard:
            index.train(sample)
        for start in range(first, behind, _READ_ROWS):
            rows = _rows(file, start, min(start + _READ_ROWS, behind), dimension)
            for index in shard:
                index.add(rows)
        shards.append(shard)
    return shards


def _rows(file: BinaryIO, start: int, end: int, dimension: int) -> Array:
    """(end - start, dimension) float32."""
    file.seek(HEADER_BYTES + 2 * dimension * start)
    held = file.read(2 * dimension * (end - start))
    return np.frombuffer(held, "<f2").reshape(-1, dimension).astype(np.float32)


def _read_table(file: BinaryIO, header: Header, row_bytes: int) -> _Table:
    """What stands behind the rows. Raises IndexUnusable."""
    start, count = HEADER_BYTES + header.rows * row_bytes, header.rows
    file.seek(start)
    if count < 1 or checksum(file) != header.crc32:
        raise IndexUnusable("checksum")
    file.seek(start)
    ids = np.frombuffer(file.read(8 * count), "<i8")
    crc32s = np.frombuffer(file.read(4 * count), "<u4")
    reader = faiss.PyCallbackIOReader(file.read, CHUNK_BYTES)  # type: ignore[attr-defined]
    shards = tuple(_Shard(*(faiss.read_index(reader) for _ in _Shard._fields)) for _ in range(0, count, _SHARD_ROWS))
    return _Table(ids, crc32s, shards)


_READ = 5  # times k: rows whose exact cosine is looked at; `bench.speed.kinds` has the recall for each
_FEWEST_READ = 100
_FEW = 2000  # allowed rows up to which each is looked at
_MOST = 0.9  # share of the rows that may come, from which on the fast scan of all is tried first
_DAMAGED = "index.vectors-damaged"


class LargeVectors:
    """A `VectorIndex` over a file of quantised rows. Safe for many threads: one at a time is inside."""

    def __init__(self, path: Path, dimension: int, stamp: str) -> None:
        """The index at `path`. Raises IndexUnusable where there is none, or a damaged or another one."""
        self._path = path
        self._base = QuantisedRows(path, dimension, stamp)
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

    def commit(self, change: int) -> None:
        """Say which change number is held now. What was added and removed shows already."""
        self.change = change

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
