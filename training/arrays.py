"""The arrays that training reads: tokens of windows, heads and questions, and which windows answer which question.

Flat arrays in one compressed file, so that a machine without the product's language tools can train on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]


class Gold(NamedTuple):
    """An answer in a window, in tokens of the window: `answer` is its number, `first` and `last` are both inside."""

    answer: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Positive:
    """A window that answers: where, in which sentences (ranges of tokens), and what left out makes it silent."""

    window: int
    gold: tuple[Gold, ...]
    sentences: tuple[tuple[int, int], ...]
    hole: tuple[int, int] | None


@dataclass(slots=True)
class Item:
    """A question. By cut of its document: windows that answer (`positives`) and others (`own`); `near` are windows of
    other documents; `swapped` are questions, about something else, that none of these answers.
    """

    set: int
    asked: list[int]  # the question in one or more wordings: numbers of `texts`
    swapped: list[int]
    positives: list[list[Positive]]
    own: list[list[int]]
    near: list[int]
    document: int
    is_list: bool
    made: bool  # of a sentence, by rule
    plain: bool  # of a set of questions that lean on their text's words


@dataclass(slots=True)
class Store:
    """`tokens` is flat; text i is `tokens[bounds[i]:bounds[i + 1]]`. `head_of` gives each window's head, also a text.

    `document_of` tells windows of one document, or of documents that are alike, from others.
    """

    vocabulary: list[int] = field(default_factory=list)  # row of the default model's words by token
    tokens: list[NDArray[np.uint16]] = field(default_factory=list)
    head_of: dict[int, int] = field(default_factory=dict)
    document_of: dict[int, int] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    fit: list[Item] = field(default_factory=list)  # of documents that do not train: to choose by
    pairs: list[tuple[int, int]] = field(default_factory=list)  # question and window in the window's own words
    others: list[int] = field(default_factory=list)  # texts whose vectors are only to stay where they are
    sets: list[str] = field(default_factory=list)  # by the number that items have


def save(path: Path, store: Store) -> None:
    """Write it, compressed."""
    rows = [_flat(item) for item in (*store.items, *store.fit)]
    np.savez_compressed(
        path,
        vocabulary=np.array(store.vocabulary, np.int32),
        tokens=np.concatenate(store.tokens),
        lengths=np.array([len(one) for one in store.tokens], np.int32),
        heads=np.array(list(store.head_of.items()), np.int32).reshape(-1, 2),
        documents=np.array(list(store.document_of.items()), np.int32).reshape(-1, 2),
        items=np.array([number for row in rows for number in row], np.int32),
        sizes=np.array([len(row) for row in rows], np.int32),
        training=np.array(len(store.items)),
        pairs=np.array(store.pairs, np.int32).reshape(-1, 2),
        others=np.array(store.others, np.int32),
        sets=np.array(store.sets, np.str_),
    )


def read(path: Path) -> Store:
    """What `save` wrote."""
    with np.load(path) as kept:
        tokens = np.split(kept["tokens"], np.cumsum(kept["lengths"])[:-1])
        rows = np.split(kept["items"], np.cumsum(kept["sizes"])[:-1])
        items = [_item(row.tolist()) for row in rows]
        return Store(
            kept["vocabulary"].tolist(),
            tokens,
            dict(kept["heads"].tolist()),
            dict(kept["documents"].tolist()),
            items[: int(kept["training"])],
            items[int(kept["training"]) :],
            [(one, other) for one, other in kept["pairs"].tolist()],
            kept["others"].tolist(),
            kept["sets"].tolist(),
        )


def _flat(item: Item) -> list[int]:
    out = [item.set, item.document, int(item.is_list), int(item.made), int(item.plain)]
    for numbers in (item.asked, item.swapped, item.near):
        out += [len(numbers), *numbers]
    out.append(len(item.own))
    for positives, own in zip(item.positives, item.own, strict=True):
        out += [len(own), *own, len(positives)]
        for one in positives:
            out += [one.window, *(one.hole or (-1, -1)), len(one.gold), *(n for gold in one.gold for n in gold)]
            out += [len(one.sentences), *(n for pair in one.sentences for n in pair)]
    return out


def _item(row: list[int]) -> Item:
    at = 5

    def take(count: int) -> list[int]:
        nonlocal at
        at += count
        return row[at - count : at]

    def many() -> list[int]:
        return take(take(1)[0])

    asked, swapped, near = many(), many(), many()
    positives, own = [], []
    for _ in range(take(1)[0]):
        own.append(many())
        found = []
        for _ in range(take(1)[0]):
            window, first, last, count = take(4)
            gold = tuple(Gold(*take(3)) for _ in range(count))
            sentences = tuple((one, other) for one, other in (take(2) for _ in range(take(1)[0])))
            found.append(Positive(window, gold, sentences, (first, last) if first >= 0 else None))
        positives.append(found)
    return Item(row[0], asked, swapped, positives, own, near, row[1], bool(row[2]), bool(row[3]), bool(row[4]))
