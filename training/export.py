"""From a checkpoint to what ships: an int8 graph and the manifest beside it."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from pathlib import Path

import torch

from qa.answering import shipped
from qa.embedding.int8 import write_int8
from training.network import WIDTH, Network
from training.smoothing import Rows, exponents

_OPSET = 17
_OUTPUTS = ["start", "end", "answers"]


def export(state: Path, folder: Path, words: str, runs: Iterable[Rows]) -> None:
    """Write the reader that ships into `folder`. `words` is the fingerprint of the lexicon it was trained on; `runs`
    are the word rows, (tokens, WIDTH), of windows whose activations its int8 form is fitted to.
    """
    network = Network()
    network.load_state_dict(torch.load(state, weights_only=True)["network"])
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "whole.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that are read from the input: dynamic axes
        torch.onnx.export(
            network,
            (torch.zeros(1, 17, WIDTH),),
            whole,
            input_names=["words"],
            output_names=_OUTPUTS,
            dynamic_axes={"words": {0: "windows", 1: "tokens"}}
            | {name: {0: "windows", 1: "tokens"} for name in _OUTPUTS[:2]}
            | {"answers": {0: "windows"}},
            opset_version=_OPSET,
            dynamo=False,
        )
    small = folder / "small.onnx"
    write_int8(whole, small, exponents(whole, runs))
    shipped.ship(small.read_bytes(), words, folder)
    whole.unlink()
    small.unlink()
