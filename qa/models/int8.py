"""Write a graph with int8 matrices, and decide whether that form serves."""

from __future__ import annotations

import itertools
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper

from qa.models import graphs
from qa.models.embedder import OnnxEmbedder, Vector
from qa.models.prepared import GRAPH, Prepared, seal

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
    """The weight matrices of a graph by name, (inputs, outputs) each."""
    names = {node.input[1] for node in graph.node if node.op_type == "MatMul"}
    return {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer if tensor.name in names}


def matrices_by_node(graph: GraphProto) -> Mapping[str, str]:
    """The name of the node that multiplies by a weight matrix, by the matrix's name."""
    stored = {tensor.name for tensor in graph.initializer}
    return {node.input[1]: node.name for node in graph.node if node.op_type == "MatMul" and node.input[1] in stored}


def products(graph: GraphProto, weights: Mapping[str, Matrix]) -> Mapping[str, list[NodeProto]]:
    """The matrix products with weights, by the name of their input, in the order of the graph."""
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


_CLOSE = 0.98  # cosine to fp32 below which int8 costs too much, and fp32 serves
_FASTER = 1.1  # times that fp32 must be quicker than int8 to serve: a near tie always falls the same way
_ROUNDS = 5  # of timing both
_TIMED_TOKENS = 128  # of a passage, where the model takes so many
SAMPLES = (  # written for this check: the scripts, lengths and signs that newspapers hold
    "谁？",
    "市图书馆昨天开馆。",
    "本报讯（记者 王小明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。",
    "“十四五”期间，全市新建公园27个，新增绿地面积158.6公顷，人均公园绿地面积达到16.2平方米。",
    "The new library opened on 12 December 2025, said Mayor Zhang; 3,200 readers came.",
    "記者從會議上獲悉，臺灣與大陸的學者就《紅樓夢》的版本問題交換了意見。" * 6,
)


def agreement(folder: Path, draft: Prepared, expected: tuple[Vector, Vector]) -> float:
    """Seal the folder and give the lowest cosine of its vectors to those expected."""
    embedder = OnnxEmbedder(folder, seal(folder, draft))
    queries = np.stack([embedder.embed_query(text) for text in SAMPLES])
    passages = embedder.embed_passages(SAMPLES)
    return float(min((queries * expected[0]).sum(axis=1).min(), (passages * expected[1]).sum(axis=1).min()))


def quantise(
    folder: Path, draft: Prepared, expected: tuple[Vector, Vector], exponents: Exponents | None = None
) -> None:
    """Matrices of a sealed fp32 folder to int8, unless that costs too much of the vectors, or this processor is quicker
    without. `expected`: what the fp32 form makes of SAMPLES, as queries and as passages.
    """
    whole = (folder / GRAPH).rename(folder / "whole.onnx")
    write_int8(whole, folder / GRAPH, exponents)
    tokens = min(_TIMED_TOKENS, draft.recipe.max_tokens)
    small = replace(draft, recipe=replace(draft.recipe, precision="int8"))
    if agreement(folder, small, expected) < _CLOSE or is_slower(folder / GRAPH, whole, tokens):
        whole.replace(folder / GRAPH)
        seal(folder, draft)
    whole.unlink(missing_ok=True)


def is_slower(small: Path, whole: Path, tokens: int) -> bool:
    """Whether int8 takes clearly more processor time than fp32 here; not every processor multiplies bytes quickly.

    Processor seconds of one thread, the best of turns taken one after the other: a busy machine does not decide.
    """
    sessions = [graphs.opened(path) for path in (small, whole)]
    width = sessions[0].get_inputs()[0].shape[2]
    rows = np.random.default_rng(0).standard_normal((1, tokens, width)).astype(np.float32)
    turns = [[_processor_seconds(session, rows) for session in sessions] for _ in range(_ROUNDS)]
    int8, fp32 = np.min(turns, axis=0)
    return bool(int8 > _FASTER * fp32)


def _processor_seconds(session: graphs.Session, rows: Vector) -> float:
    start = time.thread_time()
    session.run(None, {"words": rows})
    return time.thread_time() - start
