"""A great many unit rows that never change: a short code of each in memory, the rows themselves in a file.

The codes are RaBitQ (Gao and Long 2024, "RaBitQ: quantizing high-dimensional vectors with a theoretical error bound"),
a bit a dimension and 8 bytes. They choose the rows worth reading; what counts is each row's exact cosine. They are held
in two arrangements of FAISS's: one that is scanned three times as fast, and one that can pass over rows while it is
scanned. `python -m bench.kinds` measures them beside other kinds of index.

The file is a header; the rows, float16 as the library keeps them, ascending by id; the ids (int64); each row's CRC-32
(uint32); and the codes, in FAISS's own format. All but the rows is read and summed up when the file is opened, a row
when it is read: nothing is answered from what is not what was written, and nothing has to be read whole. Rows are read,
not mapped: a file that is cut short is an error then, where a map would end the process.
"""

from __future__ import annotations

import os
import weakref
import zlib
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import faiss
import numpy as np

from qa.protocols import Array
from qa.stores.damage import IndexUnusable
from qa.stores.vector_file import CHUNK_BYTES, HEADER_BYTES, Checked, Header, checksum, read_header, replacing

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


class CodedRows:
    """The rows of one file, read on after another file has taken its place. Safe for many threads."""

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


def write_coded(
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
