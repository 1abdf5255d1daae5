"""Which form of a graph serves: int8, unless this processor takes clearly longer over it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from qa.models import graphs
from qa.models.int8 import Exponents, is_slower, quantised, write_int8
from tests.parts.onnx_graphs import WIDTH, chain


@pytest.mark.parametrize(("small", "whole", "expected"), [(1, 60, False), (60, 1, True)])
def test_the_form_that_takes_clearly_longer_does_not_serve(
    tmp_path: Path, small: int, whole: int, expected: bool
) -> None:
    assert is_slower(chain(tmp_path / "small", small), chain(tmp_path / "whole", whole), 128) is expected


def test_int8_gives_nearly_the_same_numbers_the_same_way_twice(tmp_path: Path) -> None:
    whole = chain(tmp_path / "whole", 2)
    for name in ("small", "again"):
        write_int8(whole, tmp_path / name)
    assert (tmp_path / "small").read_bytes() == (tmp_path / "again").read_bytes()
    rows = np.random.default_rng(1).standard_normal((1, 9, WIDTH)).astype(np.float32)
    exact, near = (graphs.opened(path).run(None, {"words": rows})[0] for path in (whole, tmp_path / "small"))
    cosine = float((exact * near).sum() / np.linalg.norm(exact) / np.linalg.norm(near))
    assert 0.999 < cosine < 1


def ran(path: Path, rows: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = graphs.opened(path).run(None, {"words": rows})[0]
    return found


def test_exponents_even_out_a_channel_that_is_large(tmp_path: Path) -> None:
    whole = chain(tmp_path / "whole", 1)
    rows = np.random.default_rng(1).standard_normal((1, 9, WIDTH)).astype(np.float32)
    rows[..., 3] *= 64
    exponents = np.zeros(WIDTH, np.int8)
    exponents[3] = 3
    write_int8(whole, tmp_path / "uneven")
    write_int8(whole, tmp_path / "even", exponents)
    exact = ran(whole, rows)
    uneven, even = (np.abs(ran(tmp_path / name, rows) - exact).mean() for name in ("uneven", "even"))
    assert even < uneven / 3


@pytest.mark.parametrize("exponents", [np.zeros(WIDTH - 1, np.int8), np.zeros((2, WIDTH), np.int8)])
def test_exponents_of_another_graph_are_refused(tmp_path: Path, exponents: Exponents) -> None:
    with pytest.raises(ValueError, match=f"for {WIDTH} channels"):
        write_int8(chain(tmp_path / "whole", 1), tmp_path / "small", exponents)


MATRICES = arrays(
    np.float32,
    st.tuples(st.integers(1, 9), st.integers(1, 3)),
    elements=st.floats(-1e6, 1e6, width=32, allow_subnormal=False),
)


@given(MATRICES)
def test_two_neighbours_never_saturate_16_bits_and_little_is_lost(matrix: NDArray[np.float32]) -> None:
    small, scales = quantised(matrix)
    wide = np.pad(small, ((0, len(small) % 2), (0, 0))).astype(int).reshape(-1, 2, matrix.shape[1])
    assert (np.maximum(wide, 0).sum(axis=1) * 255 <= np.iinfo(np.int16).max).all()
    assert (np.minimum(wide, 0).sum(axis=1) * 255 >= np.iinfo(np.int16).min).all()
    assert (np.abs(small * scales - matrix) <= scales * 0.501).all()


def test_a_sum_before_a_norm_is_kept_apart_from_it(tmp_path: Path) -> None:
    names = {"weights": np.eye(WIDTH, dtype=np.float32), "ones": np.ones(WIDTH, np.float32)}
    shape = ["texts", "tokens", WIDTH]
    graph = helper.make_graph(
        [
            helper.make_node("MatMul", ["words", "weights"], ["product"]),
            helper.make_node("MatMul", ["product", "weights"], ["second"]),
            helper.make_node("Add", ["second", "product"], ["both"]),
            helper.make_node("LayerNormalization", ["both", "ones"], ["states"]),
        ],
        "residual",
        [helper.make_tensor_value_info("words", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("states", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(value, name) for name, value in names.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, tmp_path / "whole")
    write_int8(tmp_path / "whole", tmp_path / "small")
    graphs.optimise(tmp_path / "small", tmp_path / "quick.onnx")
    kinds = {node.op_type for node in onnx.load(tmp_path / "quick.onnx").graph.node}
    assert "LayerNormalization" in kinds
    assert not any(kind.startswith("Skip") for kind in kinds)
