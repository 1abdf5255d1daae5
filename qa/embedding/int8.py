"""Matrices of a traced graph to int8: for the embedding model and for the reader alike. Needs onnx, so set-up only."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

Exponents = NDArray[np.int8]
Matrix = NDArray[np.float32]

_MOST = 127  # of two neighbours' sum before they are rounded, so 128 after it: 255 * 128 just fits 16 bits


def write_int8(whole: Path, small: Path, exponents: Exponents | None = None) -> None:
    """Write the graph of `whole` to `small` with int8 matrices, a scale a column; activations are scaled as they come.

    One scale serves all channels of an activation, so a few that are large leave the others few steps. `exponents`
    even them out beforehand: each channel is divided by that power of two and its row of the matrix multiplied by it
    (SmoothQuant, Xiao et al. 2023, https://arxiv.org/abs/2211.10438), which changes nothing before the rounding. They
    stand one behind the other, channel by channel, for the inputs of `products`, in that order.
    """
    model = onnx.load(whole)
    graph = model.graph
    weights = matrices(graph)
    fed = products(graph, weights)
    shifts = _shared_out(exponents, [weights[nodes[0].input[1]].shape[0] for nodes in fed.values()])
    nodes, tensors = [], list[TensorProto]()
    replaced: dict[str, list[NodeProto]] = {}
    evened: dict[str, list[NodeProto]] = {}
    for (source, users), shift in zip(fed.items(), shifts, strict=True):
        even = source
        if shift.any():
            even = f"{source}/even"
            tensors.append(numpy_helper.from_array(_power(-shift), f"{even}/by"))
            evened[users[0].output[0]] = [helper.make_node("Mul", [source, f"{even}/by"], [even], even)]
        for node in users:
            matrix = weights[node.input[1]] * _power(shift)[:, None]
            replaced[node.output[0]] = _product(node, even, matrix, tensors)
    for node in graph.node:
        out = node.output[0]
        nodes += [*evened.get(out, []), *replaced.get(out, [node])]
    kept = [tensor for tensor in graph.initializer if tensor.name not in weights]
    _sums(nodes)
    del graph.node[:], graph.initializer[:]
    graph.node.extend(nodes)
    graph.initializer.extend([*kept, *tensors])
    onnx.checker.check_model(model)
    onnx.save(model, small)


def matrices(graph: GraphProto) -> Mapping[str, Matrix]:
    """The weights that something is multiplied by, (inputs, outputs) each, by name."""
    names = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer if tensor.name in names}


def products(graph: GraphProto, weights: Mapping[str, Matrix]) -> Mapping[str, list[NodeProto]]:
    """The products with weights, by the name of what goes into them, in the order of the graph."""
    found: dict[str, list[NodeProto]] = {}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in weights:
            found.setdefault(node.input[0], []).append(node)
    return found


def quantised(matrix: Matrix) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """(inputs, outputs) -> the same in int8, and (outputs,): what each column is multiplied by.

    Processors without VNNI add the products of two neighbouring inputs in 16 bits and saturate. Eight bits are scaled
    so that no two neighbours can reach that, whatever comes in: the same numbers everywhere, and finer ones than the
    seven bits that are the usual way out
    (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html).
    """
    pairs = np.pad(matrix, ((0, len(matrix) % 2), (0, 0))).reshape(-1, 2, matrix.shape[1])
    sums = np.maximum(np.maximum(pairs, 0).sum(axis=1), np.maximum(-pairs, 0).sum(axis=1))
    scales = np.maximum(sums.max(axis=0) / _MOST, np.finfo(np.float32).tiny).astype(np.float32)
    return np.round(matrix / scales).astype(np.int8), scales


def _shared_out(exponents: Exponents | None, widths: list[int]) -> list[Exponents]:
    """Each input's own. ValueError where they are not as many as the channels."""
    if exponents is None:
        return [np.zeros(width, np.int8) for width in widths]
    if exponents.shape != (sum(widths),):
        raise ValueError(f"{exponents.shape} exponents for {sum(widths)} channels")
    return np.split(exponents, list(itertools.accumulate(widths))[:-1])


def _power(exponents: Exponents) -> NDArray[np.float32]:
    return np.exp2(exponents.astype(np.float32))


def _product(node: NodeProto, source: str, matrix: Matrix, tensors: list[TensorProto]) -> list[NodeProto]:
    """What takes the place of `node`, as ONNX Runtime knows to run it in one step; `tensors` gets its weights."""
    name, (small, scales) = node.output[0], quantised(matrix)
    tensors += [numpy_helper.from_array(small, f"{name}/small"), numpy_helper.from_array(scales, f"{name}/scales")]
    rows, scale, zero = (f"{name}/{part}" for part in ("rows", "scale", "zero"))
    whole, number, by = (f"{name}/{part}" for part in ("whole", "number", "by"))
    return [
        helper.make_node("DynamicQuantizeLinear", [source], [rows, scale, zero], rows),
        helper.make_node("MatMulInteger", [rows, f"{name}/small", zero], [whole], whole),
        helper.make_node("Cast", [whole], [number], number, to=TensorProto.FLOAT),
        helper.make_node("Mul", [scale, f"{name}/scales"], [by], by),
        helper.make_node("Mul", [number, by], list(node.output), node.name),
    ]


def _sums(nodes: list[NodeProto]) -> None:
    """Additions before a norm, as Sum: ONNX Runtime fuses Add and norm into one step that takes longer than both."""
    made = {name for node in nodes for name in node.output}
    normed = {node.input[0] for node in nodes if node.op_type == "LayerNormalization"}
    for node in nodes:
        if node.op_type == "Add" and node.output[0] in normed and made.issuperset(node.input):
            node.op_type = "Sum"
