"""Evaluate a network on the fitting part, each question with its document and some others, to choose checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from training.arrays import Item, Store
from training.batches import Piece, passage_of, query_of, sequence
from training.network import ReaderNetwork, VectorNetwork, embed

_NEAR = 4  # windows of other documents that are read with a question
_SPAN = 60  # tokens


def judge_reader(network: ReaderNetwork, store: Store, words: Tensor, items: Sequence[Item]) -> Mapping[str, float]:
    """AUROC of the best window's logit, answerable against not; share of the answerable whose best window answers, and
    whose best span in it touches an answer.
    """
    network.eval()
    best, labels, windows, spans = [], [], [], []
    for item in items:
        pieces = [Piece(one.window, None, one) for one in item.positives[0]]
        pieces += [Piece(one) for one in (*item.own[0], *item.near[:_NEAR])]
        if not pieces or (any(item.positives) and not item.positives[0]):
            continue
        answers, start, end, inside = _read(network, store, words, item.asked[0], pieces)
        at = int(answers.argmax())
        best.append(float(answers[at]))
        labels.append(bool(item.positives[0]))
        if item.positives[0]:
            windows.append(pieces[at].positive is not None)
            spans.append(_touches(pieces[at], start[at, inside[at]], end[at, inside[at]]))
    network.train()
    return {"auroc": auroc(best, labels), "window": float(np.mean(windows)), "span": float(np.mean(spans))}


def _read(
    network: ReaderNetwork, store: Store, words: Tensor, asked: int, pieces: Sequence[Piece]
) -> tuple[Tensor, Tensor, Tensor, list[slice]]:
    lines = [sequence(store, asked, store.head_of[one.window], one) for one in pieces]
    width = max(len(line) for line, _ in lines)
    ids, mask = np.ones((len(lines), width), np.int64), np.zeros((len(lines), width), bool)
    for row, (line, _) in enumerate(lines):
        ids[row, : len(line)], mask[row, : len(line)] = line, True
    with torch.no_grad():
        rows = words[torch.from_numpy(ids).to(words.device)].float()
        start, end, _, answers = network(rows, torch.from_numpy(mask).to(words.device))
    return (
        answers.float().cpu(),
        start.float().cpu(),
        end.float().cpu(),
        [slice(first, len(line) - 1) for line, first in lines],
    )


def _touches(piece: Piece, start: Tensor, end: Tensor) -> bool:
    if piece.positive is None:
        return False
    scores = start[:, None] + end[None, :]
    order = torch.arange(scores.shape[0])
    apart = order[None, :] - order[:, None]
    scores[(apart < 0) | (apart >= _SPAN)] = -1e9
    one, other = divmod(int(scores.argmax()), scores.shape[1])
    return any(gold.first <= other and one <= gold.last for gold in piece.positive.gold)


def judge_vectors(network: VectorNetwork, store: Store, words: Tensor, items: Sequence[Item]) -> Mapping[str, float]:
    """Share of the answerable questions, of those written anew, whose nearest window is of the right document, and
    whose nearest window answers, among all windows of the first cut.
    """
    network.eval()
    chosen = [item for item in items if item.positives[0]]
    numbers = sorted({one for item in items for one in (*item.own[0], *(each.window for each in item.positives[0]))})
    told = embed(network, words, [passage_of(store, one, with_head=True) for one in numbers])
    asked = embed(network, words, [query_of(store, item.asked[0]) for item in chosen])
    nearest = (asked @ told.T).argmax(1).tolist()
    network.train()
    documents = [store.document_of[numbers[at]] == item.document for at, item in zip(nearest, chosen, strict=True)]
    windows = [
        numbers[at] in {one.window for one in item.positives[0]} for at, item in zip(nearest, chosen, strict=True)
    ]
    return {"document": float(np.mean(documents)), "window": float(np.mean(windows)), "of": len(numbers)}


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that one that is true scores above one that is not (Mann and Whitney 1947)."""
    order = np.argsort(np.argsort(scores, kind="stable"), kind="stable") + 1
    right = np.array(labels)
    positive, negative = int(right.sum()), int((~right).sum())
    return float((order[right].sum() - positive * (positive + 1) / 2) / max(1, positive * negative))
