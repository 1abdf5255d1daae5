"""Fit what tells questions that compare or add up, and the things in them: `python -m training.things`.

Writes `qa/questions/things.npz`.

`training/data/comparisons.jsonl` has a line a question: who wrote it, its kind, its text with each thing in brackets;
with `before` where it only makes sense behind another question, which names the other thing. Those of
`question-kinds.jsonl` stand beside them as others, and so do turns of whole conversations (`chats*.jsonl`), a fourth of
the folders as if by one writer; those among them that compare have no brackets.

Printed, fitted without each writer in turn and asked those of that writer alone: how many questions of each sort are
taken for one that compares or adds up, with the vector and without; how many facts of the other sets are; of how many
the things are found whole.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import embedding_bag

from qa import models
from qa.questions import things
from qa.questions.kinds import KindModel
from qa.questions.things import CLASSES, MOST, ChainModel, Lattice
from qa.text.folding import normalise
from qa.types import Span
from qa.types.settings import DEFAULT_MODEL
from training.kinds import Labelled, facts, labelled, models_of, stored
from training.sets import OWN, lines, turns

_MARK = re.compile(r"[\[\]]")
_OF_A_CHAT = {"compare": "compare", **dict.fromkeys(("fact", "untold", "premise", "yesno", "list", "how"), "other")}
_KEPT_OTHERS = 3  # one in so many of the turns that do not compare
_EPOCHS, _BATCH, _RATE, _DECAY, _FLAT = 12, 16, 0.05, 0.9, 1e-4  # of the chains; _FLAT: what large weights cost


class Question(NamedTuple):
    """A question of the set: `sort` is its kind, told apart where it needs the one before."""

    sort: str
    asked: Labelled  # its kind is one of CLASSES
    things: tuple[Span, ...]


@dataclass(frozen=True)
class Chain:
    """A lattice as tensors: for each span its features' numbers, for each pair too, and which spans are the things."""

    lattice: Lattice
    right: list[int]
    spans: tuple[Tensor, Tensor]  # numbers, and where each span's begin
    pairs: tuple[Tensor, Tensor]
    cells: Tensor  # of the (spans, spans) matrix that the pairs are


def main() -> None:
    embed = models.load(DEFAULT_MODEL).embed_query
    asked = [_question(item, embed) for item in lines(OWN / "comparisons.jsonl")]
    told = {one.asked.text for one in asked}
    others = [_question({**item, "kind": "other"}, embed) for item in lines(OWN / "question-kinds.jsonl")]
    asked += [one for one in others if one.asked.text not in told]  # some of those for facts compare
    fitted, measured = ([one._replace(kind="other") for one in some] for some in facts(embed))
    taken_as, all_of, taken = Counter[tuple[str, str]](), Counter[str](), Counter[str]()
    marked = [one for one in asked if 0 < len(one.things) <= MOST]
    chatted = list(_turns(embed))
    asked += chatted
    writers = sorted({one.asked.writer for one in (*marked, *chatted)})
    for writer in writers:
        kinds = models_of([one.asked for one in asked if one.asked.writer != writer], fitted, CLASSES)
        chains = fit_chains([one for one in marked if one.asked.writer != writer])
        for one in (each for each in asked if each.asked.writer == writer):
            all_of[one.sort] += 1
            for name, is_one in _taken(kinds, one.asked).items():
                taken_as[one.sort, name] += is_one
            if one.things:
                found = things.best_chain(Lattice(one.asked.text), chains)
                taken_as[one.sort, "things whole"] += tuple(found) == one.things
        for one in measured:
            taken.update(name for name, is_one in _taken(kinds, one).items() if is_one)
    for sort, count in sorted(all_of.items()):
        shares = {name: round(n / count, 3) for (each, name), n in taken_as.items() if each == sort}
        print(f"{sort:20}{count:6}", shares)
    print("facts:", {name: round(count / len(measured) / len(writers), 4) for name, count in taken.items()})
    chain = fit_chains(marked)
    np.savez_compressed(
        things.FILE,
        **stored(models_of([one.asked for one in asked], fitted, CLASSES)),
        **_kept("span", chain.spans),
        **_kept("pair", chain.pairs),
        counts=chain.counts.astype(np.float32),
    )


def _turns(embed) -> Iterator[Question]:
    """Those of conversations that compare, and some of those that ask for a fact."""
    for at, (part, turn) in enumerate(turns()):
        kind = _OF_A_CHAT.get(turn["kind"])
        if kind == "compare" or (kind and at % _KEPT_OTHERS == 0):
            sort = f"{kind}, in a chat" + (", leaning" if turn["leans"] else "")
            yield Question(sort, Labelled(part, kind, turn["q"], None, embed(normalise(turn["q"]))), ())


def _question(item, embed) -> Question:
    kind = item["kind"]
    found = [match.start() - before for before, match in enumerate(_MARK.finditer(item["text"]))]
    spans = tuple(Span(*pair) for pair in zip(found[::2], found[1::2], strict=True)) if kind != "other" else ()
    sort = f"{kind}, behind one" if "before" in item else kind
    return Question(sort, labelled(item, embed), spans)


def _taken(kinds: dict[str, KindModel], one: Labelled) -> dict[str, bool]:
    told = {name: model.probabilities(one.text, one.vector) for name, model in kinds.items()}
    return {name: things.likeliest(probabilities) is not None for name, probabilities in told.items()}


def fit_chains(asked: Sequence[Question]) -> ChainModel:
    """Weights under which the right chains are the likeliest (conditional random field, by gradient descent)."""
    torch.set_num_threads(1)  # its matrices are small
    read = [(one, Lattice(one.asked.text)) for one in asked]
    spans = _numbered(name for one, lattice in read for span in one.things for name in lattice.features(span))
    pairs = _numbered(
        name for one, lattice in read for both in pairwise(one.things) for name in lattice.pair_features(*both)
    )
    chains = [_chain(one, lattice, spans, pairs) for one, lattice in read]
    weights = [torch.zeros(len(spans), 1), torch.zeros(len(pairs), 1), torch.zeros(MOST)]
    optimiser = torch.optim.Adam([one.requires_grad_() for one in weights], lr=_RATE)
    chance = random.Random(0)
    for _ in range(_EPOCHS):
        order = chance.sample(chains, len(chains))
        for start in range(0, len(order), _BATCH):
            loss = sum(_loss(one, *weights) for one in order[start : start + _BATCH]) / _BATCH
            loss = loss + _FLAT * sum((one**2).sum() for one in weights[:2])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        for group in optimiser.param_groups:
            group["lr"] *= _DECAY
    one, two, counts = (weight.detach().numpy() for weight in weights)
    return ChainModel(
        dict(zip(spans, one[:, 0].tolist(), strict=True)), dict(zip(pairs, two[:, 0].tolist(), strict=True)), counts
    )


def _numbered(names) -> dict[str, int]:
    return {name: number for number, name in enumerate(sorted(set(names)))}


def _chain(one: Question, lattice: Lattice, spans: dict[str, int], pairs: dict[str, int]) -> Chain:
    ordered = list(enumerate(lattice.spans))
    follow = [(row, column) for row, first in ordered for column, second in ordered if first.end <= second.start]
    return Chain(
        lattice,
        [lattice.spans.index(span) for span in one.things],
        _bags((lattice.features(span) for span in lattice.spans), spans),
        _bags((lattice.pair_features(lattice.spans[row], lattice.spans[column]) for row, column in follow), pairs),
        torch.tensor([row * len(ordered) + column for row, column in follow], dtype=torch.long),
    )


def _bags(features, numbers: dict[str, int]) -> tuple[Tensor, Tensor]:
    flat, starts = list[int](), list[int]()
    for each in features:
        starts.append(len(flat))
        flat += [numbers[name] for name in each if name in numbers]
    return torch.tensor(flat, dtype=torch.long), torch.tensor(starts, dtype=torch.long)


def _loss(chain: Chain, spans: Tensor, pairs: Tensor, counts: Tensor) -> Tensor:
    """Minus the logarithm of the probability of the right chain among all chains of one to MOST spans."""
    size = len(chain.lattice.spans)
    alone = embedding_bag(chain.spans[0], spans, chain.spans[1], mode="sum")[:, 0]
    between = torch.full((size * size,), -1e9)
    if len(chain.cells):
        between = between.index_put(
            (chain.cells,), embedding_bag(chain.pairs[0], pairs, chain.pairs[1], mode="sum")[:, 0]
        )
    between = between.view(size, size)
    sums, totals = alone, [torch.logsumexp(alone, 0)]
    for _ in range(MOST - 1):
        sums = torch.logsumexp(sums[:, None] + between, 0) + alone
        totals.append(torch.logsumexp(sums, 0))
    right = (
        alone[chain.right].sum() + sum(between[pair] for pair in pairwise(chain.right)) + counts[len(chain.right) - 1]
    )
    return torch.logsumexp(torch.stack(totals) + counts, 0) - right


def _kept(name: str, weights: dict[str, float]) -> dict[str, np.ndarray]:
    kept = {one: weight for one, weight in weights.items() if abs(weight) > 1e-3}
    return {f"{name}_features": np.array(list(kept)), f"{name}_weights": np.array(list(kept.values()), np.float16)}


if __name__ == "__main__":
    main()
