"""Train what tells which words a follow-up question takes over: `python -m training.follow_ups`.

Writes `qa/models/reader/follow_ups.onnx`: the lower LAYERS layers of the reader that ships, as they are, and one layer
over them, trained here (`FollowUpNetwork`): some minutes on two cores, and again after each export of the reader. It is
trained on the turns of `training/data/chats*.jsonl` behind another turn: those that lean were also written to stand
alone, and the words of that which the turn lacks and the earlier ones have are what it takes over. Printed after each
pass, of `chats-fit.jsonl`, on which nothing is trained: how well the words taken over and those not are told apart, and
the turns that lean and the others (AUROC).
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import TensorProto, compose, helper, utils
from torch import Tensor
from torch.nn import functional

from qa import models
from qa.evaluation.measures import auroc
from qa.models import graphs, readers
from qa.models.follow_up_reader import ROLES, Part, line_of
from qa.questions.taken_over import words_in
from qa.text.folding import comparable
from qa.text.words import is_function_word
from qa.types.settings import DEFAULT_MODEL
from training import sets
from training.network import WIDTH, FollowUpNetwork, alike

LAYERS = 6
STATES = f"/encoder/layers.{LAYERS - 1}/last/LayerNormalization_output_0"
_OF_THE_LAST = ("talk", "about", "more", "correction")  # kinds of turns that take nothing over as others do
_PASSES, _TOKENS, _RATE, _DROP = 4, 6000, 2e-3, 0.1
_TAKEN_WEIGHT = 2.0  # of a word that is taken over: most are not
_LEANS_WEIGHT = 0.3  # of whether a turn leans, beside its words
_NO_WORD = -1


class Turn(NamedTuple):
    """A turn behind another. `whole` is the same written to stand alone; of one that does, what it says."""

    question: str
    history: tuple[str, ...]
    whole: str
    leans: bool
    is_fit: bool


class Read(NamedTuple):
    """A turn as the network sees it: `taken` is 1 at pieces of words that are taken over, 0 at those of other words."""

    states: NDArray[np.float16]
    roles: NDArray[np.int64]
    taken: NDArray[np.int64]
    leans: bool
    is_fit: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        lower = lower_layers(Path(scratch))
        turns = list(read(turns_of(), graphs.opened_optimised(lower)))
        ship(train(turns, call.seed), lower)


def lower_layers(folder: Path) -> Path:
    """The reader's graph up to the states that the network starts from, with all its weights, written to `folder`."""
    whole = onnx.load(readers.FOLDER / readers.GRAPH, load_external_data=False)
    shape = helper.make_tensor_value_info(STATES, TensorProto.FLOAT, ["windows", "tokens", WIDTH])
    whole.graph.value_info.append(shape)
    lower = folder / readers.GRAPH
    onnx.save(utils.Extractor(whole).extract_model(["words"], [STATES]), lower)
    weights = readers.GRAPH + graphs.WEIGHTS
    (folder / weights).write_bytes((readers.FOLDER / weights).read_bytes())
    return lower


def turns_of() -> Iterator[Turn]:
    for name in sets.CHATS:
        for item in sets.lines(sets.OWN / name):
            turns = item["turns"]
            for at, turn in enumerate(turns):
                history = tuple(one["q"] for one in turns[:at] if one["kind"] != "talk")
                if history and turn["kind"] not in _OF_THE_LAST:
                    whole = turn["whole"] if turn["leans"] else turn["q"]
                    yield Turn(turn["q"], history, whole, turn["leans"], name == "chats-fit.jsonl")


def read(turns: Iterator[Turn], lower: graphs.Session) -> Iterator[Read]:
    lexicon = models.lexicon_of(DEFAULT_MODEL)

    def one(turn: Turn) -> Read:
        line = line_of(lexicon, turn.question, turn.history)
        (states,) = lower.run([STATES], {"words": lexicon.rows(line.pieces)[None]})
        taken = np.full(len(line.pieces), _NO_WORD)
        for part in line.parts:
            _mark(taken, part, comparable(turn.whole), comparable(turn.question))
        return Read(states[0].astype(np.float16), np.array(line.roles), taken, turn.leans, turn.is_fit)

    with ThreadPoolExecutor() as pool:
        yield from pool.map(one, turns)


def _mark(taken: NDArray[np.int64], part: Part, whole: str, own: str) -> None:
    """Set where the pieces of a part's words are: 1 of those that `whole` has and `own` lacks. One character, or a word
    that any sentence may hold, is taken over with the longer word beside it alone.
    """
    words = [(span, comparable(part.text[span.start : span.end])) for span in words_in(part.text)]
    for at, (span, word) in enumerate(words):
        is_taken = word in whole and word not in own
        if is_taken and (len(word) < 2 or is_function_word(word)):
            before = words[at - 1][1] if at else ""
            behind = words[at + 1][1] if at + 1 < len(words) else ""
            is_taken = (len(before) > 1 and before + word in whole) or (len(behind) > 1 and word + behind in whole)
        for number, piece in enumerate(part.places, part.first):
            if piece.start < span.end and piece.end > span.start:
                taken[number] = max(taken[number], int(is_taken))


def train(turns: Sequence[Read], seed: int) -> FollowUpNetwork:
    """AdamW, the rate rising for a tenth of the steps and then falling to nothing."""
    torch.manual_seed(seed)
    learnt, fit = ([one for one in turns if one.is_fit == wanted] for wanted in (False, True))
    network = FollowUpNetwork(ROLES, _DROP)
    optimiser = torch.optim.AdamW(network.parameters(), weight_decay=0.05)
    steps = _PASSES * len(list(alike([one.roles for one in learnt], _TOKENS)))
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, _RATE, steps, pct_start=0.1, anneal_strategy="linear")
    chance = random.Random(seed)
    for number in range(_PASSES):
        network.train()
        chance.shuffle(learnt)
        batches = list(alike([one.roles for one in learnt], _TOKENS))
        chance.shuffle(batches)
        for rows in batches:
            optimiser.zero_grad()
            _loss(network, [learnt[row] for row in rows]).backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            pace.step()
        print(f"pass {number + 1}: {_told(network, fit)}", flush=True)
    return network.eval()


def _loss(network: FollowUpNetwork, turns: Sequence[Read]) -> Tensor:
    taken, leans, wanted = _logits(network, turns)
    is_follow_up = torch.tensor([float(one.leans) for one in turns])
    loss = _LEANS_WEIGHT * functional.binary_cross_entropy_with_logits(leans, is_follow_up)
    counts = (wanted != _NO_WORD) & (is_follow_up[:, None] > 0)
    if counts.any():
        weight = torch.tensor(_TAKEN_WEIGHT)
        words = functional.binary_cross_entropy_with_logits(taken[counts], wanted[counts].float(), pos_weight=weight)
        loss = loss + words
    return loss


def _logits(network: FollowUpNetwork, turns: Sequence[Read]) -> tuple[Tensor, Tensor, Tensor]:
    """What the network says of the pieces and of the turns, and what is true of the pieces."""
    longest = max(len(one.roles) for one in turns)
    states = np.zeros((len(turns), longest, WIDTH), np.float32)
    roles, taken = np.zeros((len(turns), longest), np.int64), np.full((len(turns), longest), _NO_WORD)
    mask = np.zeros((len(turns), longest), np.bool_)
    for row, one in enumerate(turns):
        own = np.s_[row, : len(one.roles)]
        states[own], roles[own], taken[own], mask[own] = one.states, one.roles, one.taken, True
    logits, leans = network(*(torch.from_numpy(one) for one in (states, roles, mask)))
    return logits, leans, torch.from_numpy(taken)


def _told(network: FollowUpNetwork, turns: Sequence[Read]) -> str:
    network.eval()
    words: dict[int, list[float]] = {0: [], 1: []}
    asked: dict[bool, list[float]] = {True: [], False: []}
    with torch.no_grad():
        for one in turns:
            taken, leans, wanted = _logits(network, [one])
            asked[one.leans] += leans.tolist()
            for value in (0, 1) if one.leans else ():
                words[value] += taken[wanted == value].tolist()
    return f"words {auroc(words[1], words[0]):.4f}, turns {auroc(asked[True], asked[False]):.4f}"


def ship(network: FollowUpNetwork, lower: Path) -> None:
    """Write the lower layers and the network over them, as one graph that uses the reader's weights."""
    head = lower.with_name("head.onnx")
    torch.onnx.export(
        network,
        (torch.zeros(1, 17, WIDTH), torch.zeros(1, 17, dtype=torch.int64)),
        head,
        input_names=["states", "roles"],
        output_names=["taken", "leans"],
        dynamic_axes={"states": {1: "tokens"}, "roles": {1: "tokens"}, "taken": {1: "tokens"}},
        opset_version=17,
        dynamo=False,
    )
    below, above = onnx.load(lower, load_external_data=False), onnx.load(head)
    own = compose.add_prefix(above, "follow_ups/", rename_inputs=False, rename_outputs=False).graph
    below.graph.CopyFrom(compose.merge_graphs(below.graph, own, [(STATES, "states")]))
    readers.ship_follow_ups(below.SerializeToString(), readers.FOLDER)


if __name__ == "__main__":
    main()
