"""Matrices of a traced graph to int8: for the embedding model and for the reader alike. Needs onnx, so set-up only."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.quant_utils import add_pre_process_metadata


def write_int8(whole: Path, small: Path) -> None:
    """Write the graph of `whole` to `small` with int8 matrices, a scale a column; activations are scaled as they come.

    Seven bits are used: with eight, processors without VNNI saturate and give other numbers than those with it
    (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
    """
    graph = onnx.load(whole)
    add_pre_process_metadata(graph)  # or it is warned of on the root logger; nothing is left to do in a traced graph
    quantize_dynamic(
        graph,
        small,
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
