"""The vector index of small libraries: exact inner product (FAISS) over unit rows; the file format of both.

A file is a header, one line of JSON padded to 512 bytes, then the index's own data: here FAISS's format, read whole.
The header tells the kind (its format), the last change number held, what the index was made of (its stamp), and the
CRC-32 of what is read when it is opened. A file is replaced in one step. `large_vectors` is for large libraries.
"""

from __future__ import annotations

import json
import os
import threading
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import faiss
import numpy as np

from qa.errors import IndexUnusable
from qa.store import own_files
from qa.types.protocols import Array

HEADER_BYTES = 512
CHUNK_BYTES = 1 << 20


class Header(NamedTuple):
    """The header of a file of vectors."""

    format: str
    stamp: str
    change: int
    crc32: int
    rows: int = 0  # where the format needs to know it beforehand

    def dump(self) -> bytes:
        return json.dumps(self._asdict()).encode("ascii").ljust(HEADER_BYTES - 1) + b"\n"


class Checked:
    """A writer that computes the checksum of what passes through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.crc32 = 0

    def write(self, chunk: bytes) -> int:
        self.crc32 = zlib.crc32(chunk, self.crc32)
        return self._file.write(chunk)


def read_header(file: BinaryIO, stamp: str) -> Header:
    """Read the header. Raises IndexUnusable for a damaged one, or one with another stamp."""
    try:
        header = Header(**json.loads(file.read(HEADER_BYTES)))
    except (ValueError, TypeError) as error:
        raise IndexUnusable("header") from error
    if not all(isinstance(number, int) for number in header[2:]) or header.stamp != stamp:
        raise IndexUnusable("made of something else")
    return header


def header_at(path: Path, stamp: str) -> Header | None:
    """The header of the file at `path`; None where there is none with this stamp."""
    try:
        with path.open("rb") as file:
            return read_header(file, stamp)
    except (OSError, IndexUnusable):
        return None


def checksum(file: BinaryIO) -> int:
    """The checksum of the rest of the file."""
    crc32 = 0
    while chunk := file.read(CHUNK_BYTES):
        crc32 = zlib.crc32(chunk, crc32)
    return crc32


@contextmanager
def replacing(path: Path, suffix: str = "tmp") -> Iterator[tuple[BinaryIO, Callable[[Header], None]]]:
    """A file to fill behind its header, and what finishes it: the header is written, and the file takes the place of
    the one at `path`. A crash leaves the old one or the new one.

    One process at a time may use a suffix: what it left there when it was killed is tidied up.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.{suffix}")
    for left in path.parent.glob(f"{path.name}.*.{suffix}"):
        left.unlink()
    try:
        with open(partial, "wb+", opener=own_files.opener) as file:
            file.write(b" " * HEADER_BYTES)

            def finish(header: Header) -> None:
                file.seek(0)
                file.write(header.dump())
                file.flush()
                os.fsync(file.fileno())
                file.close()
                os.replace(partial, path)

            yield file, finish
    finally:
        with suppress(FileNotFoundError):  # renamed: nothing is left to tidy up
            partial.unlink()


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
    """A `qa.types.protocols.VectorIndex`. Safe for many threads: one at a time is inside."""

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

    def commit(self, change: int) -> None:
        """Say which change number is held now. What was added and removed shows already; a file is `write`'s."""
        self.change = change

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
