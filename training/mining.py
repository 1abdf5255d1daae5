"""Mine the windows that a trained embedding model takes for an answer and that are none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.arrays import Item, Store
from training.batches import QUERY, passage_of
from training.network import VectorNetwork

NEAR = 12  # windows a question, one a document
_LOOKED_AT = 96  # the nearest of all windows, from which those are taken
_SAME = 0.97  # cosine to an answering window from which another is the same report
_TOKENS = 262_144  # of a batch, padding counted
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
        told = _embed(network, words, [passage_of(store, one, with_head=True) for one in numbers])
        asked = _embed(network, words, [_query(store, item) for item in items])
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


def _query(store: Store, item: Item) -> NDArray[np.int64]:
    return np.concatenate([[0, *QUERY], store.tokens[item.asked[0]].astype(np.int64), [1]])


def _nearest(asked: Tensor, told: Tensor) -> Iterator[Tensor]:
    """For each question the rows of the nearest windows, nearest first."""
    for some in asked.split(_QUESTIONS):
        yield from (some @ told.T).topk(min(_LOOKED_AT, len(told)), dim=1).indices


def _embed(network: VectorNetwork, words: Tensor, lines: Sequence[NDArray[np.int64]]) -> Tensor:
    """(texts, WIDTH), on the device of `words`."""
    order = sorted(range(len(lines)), key=lambda row: len(lines[row]))
    made = torch.zeros(len(lines), words.shape[1], device=words.device)
    while order:
        width = len(lines[order[-1]])
        some = order[-max(1, _TOKENS // width) :]
        del order[-len(some) :]
        ids, mask = np.ones((len(some), width), np.int64), np.zeros((len(some), width), bool)
        for place, row in enumerate(some):
            ids[place, : len(lines[row])], mask[place, : len(lines[row])] = lines[row], True
        moved = torch.from_numpy(ids).to(words.device), torch.from_numpy(mask).to(words.device)
        with torch.no_grad(), torch.autocast(words.device.type, dtype=torch.bfloat16):
            made[some] = network(words[moved[0]].float(), moved[1])
    return made
