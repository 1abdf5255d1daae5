"""The training itself: seeded, resumable, in bfloat16 where the processor multiplies that fast."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.features import Group
from training.network import Network

TOKENS = 4096  # of a batch, padding counted
ACCUMULATE = 2  # batches a step
_PEAK = 1.2e-4
_WARM = 0.02  # share of the steps
_DECAY = 0.45  # share of the steps, at the end
_POOL = 600  # questions that are sorted by length together
_ROUND = 16  # tokens: lengths are padded to multiples, so that few shapes are compiled
_SAVE_EVERY = 400  # batches
_SAY_EVERY = 50


@dataclass(slots=True)
class Batch:
    """Windows of several questions, padded. `rows[i]` of them belong to question i, `gold` are (window, start, end)."""

    ids: NDArray[np.int32]
    mask: NDArray[np.bool_]
    passage: NDArray[np.bool_]
    rows: list[int]
    gold: list[list[tuple[int, int, int]]]


def batches(groups: Sequence[Group], seed: int) -> Iterator[Batch]:
    """All groups once, in batches of like lengths, in an order that the seed gives."""
    chance = random.Random(seed)
    order = chance.sample(range(len(groups)), len(groups))
    ready: list[list[Group]] = []
    for begin in range(0, len(order), _POOL):
        pool = sorted((groups[i] for i in order[begin : begin + _POOL]), key=_width)
        current: list[Group] = []
        for group in pool:
            windows = sum(map(len, current)) + len(group)
            if current and windows * _width(group) > TOKENS:
                ready.append(current)
                current = []
            current.append(group)
        ready.append(current)
    chance.shuffle(ready)
    yield from map(_batch, ready)


def _width(group: Group) -> int:
    longest = max(len(one.ids) for one in group)
    return -(-longest // _ROUND) * _ROUND


def _batch(groups: Sequence[Group]) -> Batch:
    windows = [one for group in groups for one in group]
    shape = (len(windows), max(map(_width, groups)))
    ids, mask, passage = np.zeros(shape, np.int32), np.zeros(shape, bool), np.zeros(shape, bool)
    gold: list[list[tuple[int, int, int]]] = []
    row = 0
    for group in groups:
        gold.append([(row + i, *pair) for i, one in enumerate(group) for pair in one.gold])
        for one in group:
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = True
            passage[row, one.first : len(one.ids) - 1] = True
            row += 1
    return Batch(ids, mask, passage, [len(group) for group in groups], gold)


def loss_of(start: Tensor, end: Tensor, sure: Tensor, batch: Batch) -> Tensor:
    """Where: over all windows of a question together, any occurrence will do (Clark and Gardner 2018, shared norm;

    Min et al. 2019, marginal likelihood). Whether: a coin for each window.
    """
    outside = ~torch.from_numpy(batch.passage)
    start, end = (logits.float().masked_fill(outside, -1e4) for logits in (start, end))
    label = torch.zeros(len(sure))
    spans = []
    row = 0
    for rows, gold in zip(batch.rows, batch.gold, strict=True):
        if gold:
            windows, starts, ends = (torch.tensor(column) for column in zip(*gold, strict=True))
            label[windows] = 1.0
            here = slice(row, row + rows)
            total = torch.logsumexp(start[here].flatten(), 0) + torch.logsumexp(end[here].flatten(), 0)
            spans.append(total - torch.logsumexp(start[windows, starts] + end[windows, ends], 0))
        row += rows
    whether = functional.binary_cross_entropy_with_logits(sure.float(), label)
    return whether + (torch.stack(spans).mean() / 2 if spans else 0)


class Course:
    """A run over a list of passes, each a list of groups, that can be taken up where it was left."""

    def __init__(self, network: Network, words: NDArray[np.float16], state: Path, total: int) -> None:
        """`words`: the rows of the vocabulary; `state`: the file to resume from; `total`: the batches of all passes."""
        self.network = network
        self._words = words
        self._state = state
        self._total = total
        self._optimiser = torch.optim.AdamW(
            [one for one in network.parameters() if one.requires_grad], lr=_PEAK, weight_decay=0.01, fused=True
        )
        self._done = 0
        for layer in network.layers:  # one layer is compiled and serves all: seconds, where the whole takes minutes
            layer.compile(dynamic=True)
        if state.exists():
            stored = torch.load(state, weights_only=True)
            network.load_state_dict(stored["network"])
            self._optimiser.load_state_dict(stored["optimiser"])
            self._done = stored["done"]

    def run(self, passes: Sequence[Sequence[Group]], say: Callable[[str], None]) -> None:
        """Go through the passes; batches done before are passed over."""
        number, seen, begun, sums = 0, 0, time.monotonic(), [0.0, 0]
        for seed, groups in enumerate(passes):
            for batch in batches(groups, seed):
                number += 1
                if number <= self._done:
                    continue
                sums[0] += self._learn(batch, step=number % ACCUMULATE == 0)
                sums[1] += 1
                seen += len(batch.ids)
                self._done = number
                if number % _SAY_EVERY == 0:
                    rate = seen / (time.monotonic() - begun)
                    say(f"pass {seed} batch {number}/{self._total} loss {sums[0] / sums[1]:.3f} {rate:.1f} windows/s")
                    sums = [0.0, 0]
                if number % _SAVE_EVERY == 0:
                    self.save()
        self.save()

    def save(self) -> None:
        """Write the state beside, then rename: a kill loses at most the batches since the last."""
        beside = self._state.with_suffix(".part")
        stored = {"network": self.network.state_dict(), "optimiser": self._optimiser.state_dict(), "done": self._done}
        torch.save(stored, beside)
        beside.replace(self._state)

    def _learn(self, batch: Batch, step: bool) -> float:
        words = torch.from_numpy(self._words[batch.ids].astype(np.float32))
        with torch.autocast("cpu", dtype=torch.bfloat16):
            start, end, sure = self.network(words, torch.from_numpy(batch.mask))
        loss = loss_of(start, end, sure, batch)
        (loss / ACCUMULATE).backward()  # type: ignore[no-untyped-call]
        if step:
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), 1.0)
            for group in self._optimiser.param_groups:
                group["lr"] = _PEAK * _schedule(self._done / self._total)
            self._optimiser.step()
            self._optimiser.zero_grad()
        return float(loss.detach())


def _schedule(progress: float) -> float:
    """Up, level, down: a trapezoid."""
    return max(0.0, min(1.0, (progress + 1e-3) / _WARM, (1 - progress) / _DECAY))
