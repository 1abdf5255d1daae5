"""Which form of a graph serves: int8, unless this processor takes clearly longer over it."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from qa import graphs
from qa.embedding.export import _is_slower
from qa.embedding.int8 import write_int8

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


@pytest.mark.parametrize(("small", "whole", "is_slower"), [(1, 60, False), (60, 1, True), (8, 8, False)])
def test_the_form_that_takes_clearly_longer_does_not_serve(
    tmp_path: Path, small: int, whole: int, is_slower: bool
) -> None:
    assert _is_slower(chain(tmp_path / "small", small), chain(tmp_path / "whole", whole), 128) is is_slower


def test_int8_gives_nearly_the_same_numbers_the_same_way_twice(tmp_path: Path) -> None:
    whole = chain(tmp_path / "whole", 2)
    for name in ("small", "again"):
        write_int8(whole, tmp_path / name)
    assert (tmp_path / "small").read_bytes() == (tmp_path / "again").read_bytes()
    rows = np.random.default_rng(1).standard_normal((1, 9, WIDTH)).astype(np.float32)
    exact, near = (graphs.opened(path).run(None, {"words": rows})[0] for path in (whole, tmp_path / "small"))
    cosine = float((exact * near).sum() / np.linalg.norm(exact) / np.linalg.norm(near))
    assert 0.999 < cosine < 1
