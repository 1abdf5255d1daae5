"""Detect reprints: articles with the same or nearly the same text, by MinHash.

A. Broder, "On the resemblance and containment of documents" (1997): the share of equal minima estimates the Jaccard
similarity of two sets. Bands of a signature that agree name the few articles worth comparing (locality-sensitive
hashing: Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from qa.text.folding import fold

_SHINGLE = 4  # characters
_BANDS, _ROWS = 8, 3  # two texts of similarity .8 share a band with probability .997, of .3 with .2
_ALIKE = 0.7  # Jaccard similarity of the shingles from which on two texts are one story: OCR errors leave so much
_SAME_NUMBERS = 0.7  # the same of the numbers: a form filled in anew each day is no reprint
_FEWEST = 40  # characters of a text that can be told from another
_READ = 50_000  # characters of a text that are compared
_INK = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What of a text is compared. `keys` are 63-bit hashes: texts that resemble each other share one of them."""

    shingles: NDArray[np.uint32]  # ascending, each once: as a set of numbers it takes fifteen times the memory
    numbers: frozenset[str]
    keys: tuple[int, ...]


def fingerprint(whole: str) -> Fingerprint:
    """White space, punctuation, script and width count for nothing. A text too short to be told apart has no keys."""
    folded = fold(whole[:_READ])
    ink = "".join(_INK.findall(folded))
    if len(ink) < _FEWEST:
        return Fingerprint(np.zeros(0, np.uint32), frozenset(), ())
    hashes = np.unique(_shingles(ink))
    numbers = frozenset(_NUMBER.findall(folded))
    return Fingerprint(hashes.astype(np.uint32), numbers, tuple(_keys(_minima(hashes))))


def are_reprints(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two texts are printings of one story."""
    shared = len(np.intersect1d(one.shingles, other.shingles, assume_unique=True))
    if _jaccard(shared, len(one.shingles), len(other.shingles)) < _ALIKE:
        return False
    if not (one.numbers or other.numbers):
        return True
    return _jaccard(len(one.numbers & other.numbers), len(one.numbers), len(other.numbers)) >= _SAME_NUMBERS


def holds(article: str, passage: str) -> bool:
    """Whether most of a passage stands in an article as well, OCR errors apart."""
    said = frozenset(_shingles("".join(_INK.findall(fold(passage)))).tolist())
    there = frozenset(_shingles("".join(_INK.findall(fold(article)))).tolist())
    return len(said & there) >= _ALIKE * len(said)


def _jaccard(shared: int, one: int, other: int) -> float:
    """The similarity of two sets, from their sizes and how much they share."""
    return shared / ((one + other - shared) or 1)


def _shingles(ink: str) -> NDArray[np.uint64]:
    """32-bit hashes of all runs of `_SHINGLE` characters: a polynomial of their code points, mixed."""
    points = np.frombuffer(ink.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    length = max(len(points) - _SHINGLE + 1, 0)
    hashes = np.zeros(length, np.uint64)
    for offset in range(_SHINGLE):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + points[offset : offset + length]
    hashes ^= hashes >> np.uint64(29)
    return (hashes * np.uint64(0xBF58476D1CE4E5B9)) >> np.uint64(32)


def _keys(minima: NDArray[np.uint64]) -> list[int]:
    """A hash of each band, its number mixed in."""
    bands = minima.astype("<u8").reshape(_BANDS, _ROWS)
    digests = (blake2b(row.tobytes(), digest_size=8, salt=bytes([band])).digest() for band, row in enumerate(bands))
    return [int.from_bytes(digest, "big") >> 1 for digest in digests]


def _minima(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The least of 32-bit hashes under each permutation: the signature that the package datasketch 2 makes with seed 1
    (scheme affine32), which libraries keep. It would bring scipy, 140 MB, for these lines.
    """
    factors, shifts = _permutations()
    mixed = _finalised(hashes.astype(np.uint32))
    minima: NDArray[np.uint64] = (mixed[:, None] * factors + shifts).min(axis=0).astype(np.uint64)
    return minima


def _finalised(hashes: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """MurmurHash3's last step: every bit of a hash depends on every other."""
    for factor, places in ((0x85EBCA6B, 16), (0xC2B2AE35, 13), (1, 16)):
        hashes = (hashes ^ (hashes >> np.uint32(places))) * np.uint32(factor)
    return hashes


@functools.cache
def _permutations() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """(permutations,) factors, odd, and shifts of hashes, modulo 2^32."""
    draw, count = np.random.RandomState(1), _BANDS * _ROWS
    factors = draw.randint(0, 1 << 31, count, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, draw.randint(0, 1 << 32, count, dtype=np.uint32)
