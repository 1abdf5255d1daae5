"""Mine the windows that a trained embedding model takes for an answer and that are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import torch
from torch import Tensor

from training.arrays import Item, Store
from training.batches import passage_of, query_of
from training.network import VectorNetwork, embed

NEAR = 12  # windows a question, one a document
_LOOKED_AT = 96  # the nearest of all windows, from which those are taken
_SAME = 0.97  # cosine to an answering window from which another is the same report
_QUESTIONS = 1024  # that are compared at once


def mine(store: Store, words: Tensor, network: VectorNetwork) -> None:
    """Put the nearest windows of other documents into each item's `near`, before NEAR of those found by words.

    Left out: windows with an answer's tokens in a row, and those nearly equal to a window that answers. Documents that
    do not train are near to each other alone.
    """
    network.eval()
    apart = {item.document for item in store.fit}
    for items, is_apart in ((store.items, False), (store.fit, True)):
        numbers = [one for one in sorted(store.head_of) if (store.document_of[one] in apart) == is_apart]
        told = embed(network, words, [passage_of(store, one, with_head=True) for one in numbers])
        asked = embed(network, words, [query_of(store, item.asked[0]) for item in items])
        rows = {number: row for row, number in enumerate(numbers)}
        for item, nearest in zip(items, _nearest(asked, told), strict=True):
            answering = [rows[one.window] for found in item.positives for one in found]
            alike = (told[nearest] @ told[answering].T).amax(1).cpu() if answering else torch.zeros(len(nearest))
            looked_at = [
                numbers[row] for row, cosine in zip(nearest.tolist(), alike.tolist(), strict=True) if cosine < _SAME
            ]
            item.near = [*_others(store, item, looked_at), *item.near[-NEAR:]]
    network.train()


def _others(store: Store, item: Item, looked_at: Iterable[int]) -> list[int]:
    """The first NEAR that hold no answer, one of a document, none of the item's own."""
    every = [one for found in item.positives for one in found]
    golds = {store.tokens[one.window][gold.first : gold.last + 1].tobytes() for one in every for gold in one.gold}
    found: dict[int, int] = {}
    for number in looked_at:
        document = store.document_of[number]
        told = store.tokens[number].tobytes()
        if document != item.document and document not in found and not any(gold in told for gold in golds):
            found[document] = number
        if len(found) == NEAR:
            break
    return list(found.values())


def _nearest(asked: Tensor, told: Tensor) -> Iterator[Tensor]:
    """For each question the rows of the nearest windows, nearest first."""
    for some in asked.split(_QUESTIONS):
        yield from (some @ told.T).topk(min(_LOOKED_AT, len(told)), dim=1).indices
