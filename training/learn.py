"""The training loop: seeded, in pieces of given length that each end in a state to resume from.

On a graphics card or on a processor alike; in bfloat16 where that is fast. Needs torch and numpy alone.
"""

from __future__ import annotations

import itertools
import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from training.arrays import Store
from training.batches import WINDOWS, ReadBatch, VectorBatch, read_batches, rounded, vector_batches
from training.network import ReaderNetwork, VectorNetwork, halved

_NEVER = -1e4
_NEEDED = 0.5  # what the loss of needed sentences counts
_TEMPERATURE = 0.02  # of the contrast between vectors
_LENGTHS = 3  # parts of a batch, by length
_AHEAD = 8  # batches made beforehand
_WARM = 0.05  # share of the whole time
_WARM_STEPS = 100  # of each piece: the optimiser is new to it
T = TypeVar("T")
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Course:
    """How long and how fast: `seconds` of the whole training, over all pieces; `piece`: of this one; `rate`: the
    highest learning rate; `tokens` or `pairs` of a batch.
    """

    seconds: float
    piece: float
    rate: float
    tokens: int = 65_536
    pairs: int = 256
    drop: float = 0.1
    keep: float = 1.0  # what staying near the old vectors counts
    frozen: int = 0  # of the lowest layers
    focus: tuple[str, ...] = ()  # sets of which a pass takes all questions, of others one in twenty
    compiled: bool = False  # layers as one step each: quicker after a minute
    seed: int = 0  # of the first pass; each pass has the next
    device: str = "cpu"


def train_reader(
    store: Store, words: Tensor, encoder: dict[str, Tensor], state: Path, course: Course, say: Say
) -> None:
    """Go on with the reader in `state`, or begin from `encoder`. `words`: rows of the store's vocabulary."""
    network = ReaderNetwork(course.drop, course.frozen)
    network.encoder.load_state_dict(encoder)
    epochs = (
        batch
        for seed in itertools.count(course.seed)
        for batch in read_batches(store, store.items, course.tokens, seed, course.focus)
    )
    rows = words.to(course.device)

    def loss(batch: ReadBatch) -> Tensor:
        moved = {name: torch.from_numpy(getattr(batch, name)).to(course.device) for name in batch.__slots__}
        with halved(course.device):
            outputs = by_length(network, rows, batch.mask.sum(1), moved["ids"], moved["mask"])
        return reader_loss(outputs, moved)

    _run(network, epochs, loss, state, course, say)


def by_length(
    network: ReaderNetwork, rows: Tensor, lengths: NDArray[np.int64], ids: Tensor, mask: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What the network makes of (windows, tokens), short windows and long ones apart: a third of a batch is padding
    where the windows of a question, of any length, are read as one. `lengths`: of the windows, in tokens.
    """
    order = np.argsort(lengths, kind="stable")
    made: list[list[Tensor]] = []
    for some in np.array_split(order, min(_LENGTHS, len(order))):
        width = rounded(int(lengths[some].max()))
        at = torch.from_numpy(some).to(ids.device)
        spans = network(rows[ids[at, :width]].float(), mask[at, :width])
        wide = ids.shape[1] - width
        made.append([functional.pad(one, (0, wide)) if one.dim() > 1 else one for one in spans])
    back = torch.from_numpy(np.argsort(order)).to(ids.device)
    start, end, needed, answers = (torch.cat(parts)[back] for parts in zip(*made, strict=True))
    return start, end, needed, answers


def reader_loss(outputs: tuple[Tensor, Tensor, Tensor, Tensor], batch: dict[str, Tensor]) -> Tensor:
    """Where: over all windows of a question together, any occurrence of an answer will do (Clark and Gardner 2018,
    shared norm; Min et al. 2019, marginal likelihood), each answer of several for itself. Whether: a coin for each
    window; of several that hold the same answer the likeliest alone, as the others may only happen to have its words
    (Dietterich et al. 1997, multiple instances). Needed: a coin for each token of those windows.
    """
    start, end, needed, answers = (one.float() for one in outputs)
    outside = ~batch["passage"]
    start, end = start.masked_fill(outside, _NEVER), end.masked_fill(outside, _NEVER)
    meant = _meant(answers.detach(), batch)
    counted = (batch["counted"] & meant).float()
    whether = (
        functional.binary_cross_entropy_with_logits(answers, batch["label"], counted, reduction="sum") / counted.sum()
    )
    inside = (batch["passage"] & meant[:, None]).float()
    coins = functional.binary_cross_entropy_with_logits(needed, batch["needed"], inside, reduction="sum") / inside.sum()
    total = whether + _NEEDED * coins * 4
    gold = batch["gold"]
    if len(gold):
        group = gold[:, 0]
        wide_start, wide_end = (one.reshape(len(answers) // WINDOWS, -1) for one in (start, end))
        norm = torch.logsumexp(wide_start, 1) + torch.logsumexp(wide_end, 1)
        said = wide_start[group, gold[:, 2]] + wide_end[group, gold[:, 3]]
        asked, which = torch.unique(group * 64 + gold[:, 1].clamp(max=63), return_inverse=True)
        # any of several right answers is one: they share a number; of a list, each has its own
        top = torch.full((len(asked),), _NEVER, device=said.device).scatter_reduce(0, which, said, "amax")
        mass = torch.zeros_like(top).scatter_add(0, which, (said - top[which]).exp()).log() + top
        total = total + (norm[asked // 64] - mass).mean() / 2
    return total


def _meant(answers: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """(windows,): not true where another window of the group, of which one suffices, is likelier the one meant."""
    grouped = answers.view(-1, WINDOWS)
    holds = batch["label"].view(-1, WINDOWS) > 0
    likeliest = grouped.masked_fill(~holds, -torch.inf).argmax(1, keepdim=True)
    chosen = torch.zeros_like(holds).scatter_(1, likeliest, value=True)
    return (~holds | chosen | ~batch["any_of"][:, None]).view(-1)


def train_vectors(
    store: Store, words: Tensor, encoder: dict[str, Tensor], state: Path, course: Course, say: Say
) -> None:
    """Go on with the embedding model in `state`, or begin from `encoder`, which the vectors are held near to."""
    network, old = VectorNetwork(0.0, course.frozen), VectorNetwork(0.0).to(course.device).eval()
    network.encoder.load_state_dict(encoder)
    old.encoder.load_state_dict(encoder)
    rows = words.to(course.device)
    epochs = (
        batch for seed in itertools.count(course.seed) for batch in vector_batches(store, course.pairs, seed, plain=0.5)
    )

    def vectors(model: nn.Module, ids: Tensor, mask: Tensor) -> Tensor:
        with halved(course.device):
            made: Tensor = model(rows[ids].float(), mask)
        return made

    def loss(batch: VectorBatch) -> Tensor:
        moved = {name: torch.from_numpy(getattr(batch, name)).to(course.device) for name in batch.__slots__}
        asked = vectors(network, moved["queries"], moved["query_mask"])
        told = vectors(network, moved["passages"], moved["passage_mask"])
        with torch.no_grad():
            asked_before = vectors(old, moved["queries"], moved["query_mask"])
            told_before = vectors(old, moved["passages"], moved["passage_mask"])
        scores = (asked @ told.T / _TEMPERATURE).masked_fill(moved["same"], _NEVER)
        right = torch.arange(len(asked), device=scores.device)
        back = scores[:, : len(asked)].T
        contrast = functional.cross_entropy(scores, right) + functional.cross_entropy(back, right) / 2
        moved_by = (1 - (asked * asked_before).sum(1)).mean() + 2 * (1 - (told * told_before).sum(1)).mean()
        return contrast + course.keep * moved_by

    _run(network, epochs, loss, state, course, say)


def _run(
    network: ReaderNetwork | VectorNetwork,
    batches: Iterable[T],
    loss: Callable[[T], Tensor],
    state: Path,
    course: Course,
    say: Say,
) -> None:
    """Train for the piece's time; the learning rate follows the time used of the whole: up, then down to nothing."""
    network.to(course.device).train()
    if course.compiled:
        for layer in network.encoder.layers:  # one is compiled and serves all
            layer.compile(dynamic=True)
    trained = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=course.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True)
    used = 0.0
    if state.exists():
        kept: dict[str, Any] = torch.load(state, weights_only=True, map_location=course.device)
        network.load_state_dict(kept["network"])
        if "optimiser" in kept:  # not where it is what ships
            optimiser.load_state_dict(kept["optimiser"])
            used = float(kept["used"])
    begun, sums, steps, said = time.monotonic(), 0.0, 0, time.monotonic()
    before = used
    for batch in _ahead(batches):
        used = before + time.monotonic() - begun
        if used >= course.seconds or used - before >= course.piece:
            break
        for group in optimiser.param_groups:
            group["lr"] = course.rate * schedule(used / course.seconds) * min(1.0, (steps + 1) / _WARM_STEPS)
        value = loss(batch)
        value.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        steps += 1
        if steps % 20 == 0:
            sums = float(value.detach())
        if time.monotonic() - said > 15:
            said = time.monotonic()
            say(f"{used:.0f} of {course.seconds:.0f} s, {steps} steps, loss {sums:.3f}")
    say(f"{steps} steps")
    save(state, {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "used": used})


def schedule(progress: float) -> float:
    """Up in a straight line, then down as a half cosine."""
    if progress < _WARM:
        return (progress + 1e-3) / _WARM
    return 0.5 * (1 + math.cos(math.pi * min(1.0, (progress - _WARM) / (1 - _WARM))))


def save(path: Path, state: dict[str, Any]) -> None:
    """Written beside, then renamed: a kill leaves the state before."""
    beside = path.with_suffix(".part")
    torch.save(state, beside)
    beside.replace(path)


def _ahead(batches: Iterable[T]) -> Iterator[T]:
    """The same, made by a second thread while the first trains."""
    ready: queue.Queue[T | BaseException] = queue.Queue(_AHEAD)

    def make() -> None:
        try:
            for batch in batches:
                ready.put(batch)
        except BaseException as error:  # noqa: BLE001 - raised again by the first thread
            ready.put(error)

    threading.Thread(target=make, daemon=True).start()
    while True:
        batch = ready.get()
        if isinstance(batch, BaseException):
            raise batch
        yield batch
