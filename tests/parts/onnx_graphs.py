"""Small ONNX graphs, as large as a test wants them."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH = 64


def chain(path: Path, length: int) -> Path:
    """A graph of so many products, one after the other."""
    weights = np.random.default_rng(0).standard_normal((WIDTH, WIDTH)).astype(np.float32) / 8
    steps = ["words", *(f"step{n}" for n in range(1, length)), "states"]
    shape = ["texts", "tokens", WIDTH]
    graph = helper.make_graph(
        [helper.make_node("MatMul", [into, "weights"], [out]) for into, out in itertools.pairwise(steps)],
        "chain",
        [helper.make_tensor_value_info("words", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(weights, "weights")],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path
