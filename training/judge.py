"""Evaluate a network on the fitting part, each question with its document and some others, to choose checkpoints."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from training.arrays import Item, Store
from training.batches import Piece, padded, passage_of, query_of, sequence
from training.network import ReaderNetwork, VectorNetwork, alike, embed, halved

_NEAR = 4  # windows of other documents that are read with a question
_SPAN = 60  # tokens
_LOST = 0.06
_TOKENS = 65_536  # that are read at once, padding counted


def judge_reader(network: ReaderNetwork, store: Store, words: Tensor, items: Sequence[Item]) -> Mapping[str, float]:
    """AUROC of the best window's logit, answerable against not; share of the others refused where _LOST of the
    answerable are; share of the answerable whose best window answers, and whose best span in it touches an answer.
    """
    network.eval()
    best, labels, windows, spans = [], [], [], []
    chosen = [(item, pieces) for item in items if (pieces := _pieces(item))]
    read = iter(_read(network, store, words, [(item.asked[0], one) for item, pieces in chosen for one in pieces]))
    for item, pieces in chosen:
        found = [next(read) for _ in pieces]
        at = max(range(len(found)), key=lambda number: found[number][0])
        answers, start, end = found[at]
        best.append(answers)
        labels.append(bool(item.positives[0]))
        if item.positives[0]:
            windows.append(pieces[at].positive is not None)
            spans.append(_touches(pieces[at], start, end))
    network.train()
    present, scores = np.array(labels), np.array(best)
    is_mixed = present.any() and not present.all()
    return {
        "auroc": auroc(best, labels) if is_mixed else math.nan,
        "refused": float(np.mean(scores[~present] < np.quantile(scores[present], _LOST))) if is_mixed else math.nan,
        "window": float(np.mean(windows)),
        "span": float(np.mean(spans)),
    }


def _pieces(item: Item) -> list[Piece]:
    """The windows that a question is asked of; none where it is answered in another cut of its document alone."""
    if any(item.positives) and not item.positives[0]:
        return []
    answering = [Piece(one.window, None, one) for one in item.positives[0]]
    return answering + [Piece(one) for one in (*item.own[0], *item.near[:_NEAR])]


def _read(
    network: ReaderNetwork, store: Store, words: Tensor, asked: Sequence[tuple[int, Piece]]
) -> list[tuple[float, Tensor, Tensor]]:
    """Of each question and window: whether it answers, and where spans start and end, (tokens of the window,) each."""
    lines = [sequence(store, question, store.head_of[one.window], one) for question, one in asked]
    found: list[tuple[float, Tensor, Tensor]] = [(0.0, torch.empty(0), torch.empty(0))] * len(lines)
    for some in alike([line for line, _ in lines], _TOKENS):
        ids, mask = (torch.from_numpy(one).to(words.device) for one in padded([lines[row][0] for row in some]))
        with torch.no_grad(), halved(words.device.type):
            start, end, _, answers = (one.float().cpu() for one in network(words[ids].float(), mask))
        for at, row in enumerate(some):
            line, first = lines[row]
            inside = slice(first, len(line) - 1)
            found[row] = (float(answers[at]), start[at, inside].clone(), end[at, inside].clone())
    return found


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
