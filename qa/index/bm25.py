"""BM25 as tantivy computes it, over passages whose terms are numbers; and the weights that a passage is chosen by.

A score depends on how many passages there are now and how long they are, a weight on its passage alone: k1 = 1.2,
b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)), a field's length rounded to one byte. N counts one more than there
are, as tantivy's document with the change number does.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from typing import NamedTuple

import numpy as np

from qa.types.protocols import Array

_K1, _B = 1.2, 0.75


class Asked(NamedTuple):
    """Those terms of a question that a passage holds: arrays of one length, ascending by number."""

    numbers: Array
    fields: Array  # places among the fields
    passages: Array  # how many hold it
    weights: Array  # inverse document frequencies, as often as asked


class Row(NamedTuple):
    """A passage that may be among the best."""

    passage: int
    lengths: Sequence[int]  # by field
    terms: Array  # numbers, as often as they stand there


class Weights(NamedTuple):
    """The part of BM25 that depends on a passage alone, as long as passages are as long as when it was added."""

    passage: int
    numbers: Array  # ascending
    values: Array


def rarity(total: int, passages: int) -> float:
    """The weight of a term that some of all passages hold."""
    return log(1 + (total + 1 - passages + 0.5) / (passages + 0.5))


def scored(asked: Asked, rows: Sequence[Row], total: int, lengths: Sequence[int]) -> list[tuple[int, float]]:
    """(passage, BM25) of each row that holds a term, best first, ties by id. `lengths` are those of all passages
    together, by field.
    """
    if not rows:
        return []
    every = np.concatenate([row.terms for row in rows])
    owner = np.repeat(np.arange(len(rows)), [len(row.terms) for row in rows])
    place = np.minimum(np.searchsorted(asked.numbers, every), len(asked.numbers) - 1)
    cell = (owner * len(asked.numbers) + place)[asked.numbers[place] == every]
    counts = np.bincount(cell, minlength=len(rows) * len(asked.numbers)).reshape(len(rows), -1)
    norms = _norms(np.array([row.lengths for row in rows]), _means(total, lengths))[:, asked.fields]
    scores = (counts * (_K1 + 1) / (counts + norms) * asked.weights).sum(axis=1).astype(np.float32)
    found = [(row.passage, score) for row, score in zip(rows, scores.tolist(), strict=True) if score > 0]
    return sorted(found, key=lambda hit: (-hit[1], hit[0]))


def weights(passage: int, fields: Sequence[Array], total: int, lengths: Sequence[int]) -> Weights:
    """Of a passage, by the terms of each field. `lengths` as in `scored`."""
    numbers, values = [np.empty(0, np.int64)], [np.empty(0)]
    for terms, mean in zip(fields, _means(total, lengths), strict=True):
        found, counts = np.unique(terms, return_counts=True)
        numbers.append(found)
        values.append(counts * (_K1 + 1) / (counts + _norms(np.array(len(terms)), mean)))
    every = np.concatenate(numbers)
    order = np.argsort(every)
    return Weights(passage, every[order], np.concatenate(values)[order])


def _means(total: int, lengths: Sequence[int]) -> Array:
    return np.maximum(np.array(lengths) / (total + 1), np.finfo(np.float64).tiny)


def _norms(lengths: Array, means: Array) -> Array:
    """What BM25 adds to a count, for each length."""
    rounded = _ROUNDED[np.searchsorted(_ROUNDED, lengths, "right") - 1]
    return _K1 * (1 - _B + _B * rounded / means)


def _rounded_lengths() -> Array:
    """The lengths that tantivy tells apart, ascending; another counts as the next shorter one."""
    exact, steps = 24, 8  # behind those that are exact, three bits of a number and where they stand
    found = [*range(exact + steps)]
    found += [exact + ((steps + low) << shift) for shift in range(28) for low in range(steps)]
    return np.array(found)


_ROUNDED = _rounded_lengths()
