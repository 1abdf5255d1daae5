"""From a checkpoint to what ships: an int8 graph and the manifest beside it."""

from __future__ import annotations

import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata

from qa.answering import shipped
from training.network import WIDTH, Network

_OPSET = 17
_OUTPUTS = ["start", "end", "answers"]


def export(state: Path, folder: Path, words: str) -> None:
    """Write the reader that ships into `folder`. `words` is the fingerprint of the lexicon it was trained on.

    Seven bits, a scale a column, as the default model has it: with eight, processors without VNNI saturate.
    """
    network = Network()
    network.load_state_dict(torch.load(state, weights_only=True)["network"])
    network.eval()
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "whole.onnx"
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # the tracer warns of shapes that are read from the input; they are dynamic axes
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
    graph = onnx.load(whole)
    add_pre_process_metadata(graph)
    small = folder / "small.onnx"
    quantize_dynamic(
        graph,
        small,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    shipped.ship(small.read_bytes(), words, folder)
    whole.unlink()
    small.unlink()
