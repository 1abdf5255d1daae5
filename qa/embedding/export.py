"""Export a sentence-transformers model to a prepared folder: int8 ONNX graph, word embeddings, tokenizer."""

from __future__ import annotations

import itertools
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import GraphProto, NodeProto, TensorProto, helper, numpy_helper
from sentence_transformers import SentenceTransformer

from qa.embedding import graphs, lexicon, wenbao
from qa.embedding.embedder import OnnxEmbedder, Vector
from qa.embedding.prepared import GRAPH, TOKENIZER, WORDS, Precision, Prepared, Recipe, seal, stamp
from qa.embedding.source import first_line, open_model, recipe_of, tokenizer_of
from qa.errors import ModelError

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


_OPSET = 17  # the first with LayerNormalization
_SAME = 0.999  # cosine to sentence-transformers below which the export is wrong
_CLOSE = 0.98  # cosine to sentence-transformers below which int8 costs too much, and fp32 serves
_FASTER = 1.1  # times that fp32 must be quicker than int8 to serve: a near tie always falls the same way
_ROUNDS = 5  # of timing both
_TIMED_TOKENS = 128  # of a passage, where the model takes so many
E5_EXPONENTS = Path(__file__).with_name("e5-small.exponents.npy")
EXPONENTS: Mapping[str, Callable[[], Exponents]] = MappingProxyType(
    {"e5-small": lambda: np.load(E5_EXPONENTS), "wenbao-small": wenbao.exponents}
)
"""What evens out the activations of the models where that was measured: see `write_int8`."""
_SAMPLES = (  # written for this check: the scripts, lengths and signs that newspapers hold
    "谁？",
    "市图书馆昨天开馆。",
    "本报讯（记者 王小明）昨天上午，市图书馆新馆正式开馆，当天接待读者3200多人次。",
    "“十四五”期间，全市新建公园27个，新增绿地面积158.6公顷，人均公园绿地面积达到16.2平方米。",
    "The new library opened on 12 December 2025, said Mayor Zhang; 3,200 readers came.",
    "記者從會議上獲悉，臺灣與大陸的學者就《紅樓夢》的版本問題交換了意見。" * 6,
)


def export(source: str, name: str, folder: Path, step: Callable[[], None], precision: Precision = "int8") -> None:
    """Write the prepared model into `folder`, an empty one.

    `source` is a sentence-transformers folder or a hub's name, `name` what the user calls the model. The graph is
    checked against sentence-transformers: ModelError where it does not give the same vectors. `step` is called 5 times.
    """
    model = open_model(source)
    step()
    recipe = recipe_of(model, name)
    tokenizer, kept = lexicon.cut(tokenizer_of(model))
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    try:
        dimension = _write(model, kept, folder)
    except (RuntimeError, TypeError, ValueError, AttributeError) as error:  # what torch and odd models raise
        raise ModelError("model.not-exported", name=name, reason=first_line(error)) from error
    draft = Prepared(name, dimension, recipe, stamp(Path(name)))
    step()
    expected = _expected(model, recipe)
    step()
    if _agreement(folder, draft, expected) < _SAME:
        raise ModelError("model.other-vectors", name=name)
    step()
    if precision == "int8":
        _quantise(folder, draft, expected)
    step()


def _write(model: SentenceTransformer, kept: list[int], folder: Path) -> int:
    """Graph and word rows of the model's transformer. Returns the width of its token states."""
    bert = model[0].auto_model
    with torch.no_grad():
        words = bert.get_input_embeddings()(torch.tensor(kept))  # called, not indexed: some models scale their rows
        np.save(folder / WORDS, words.numpy().astype(np.float16))
        example = words[None, :17]
        dimension = int(bert(inputs_embeds=example).last_hidden_state.shape[-1])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the tracer warns of is what `_agreement` tests
            torch.onnx.export(
                _States(bert),
                (example,),
                folder / GRAPH,
                input_names=["words"],
                output_names=["states"],
                dynamic_axes={"words": {0: "texts", 1: "tokens"}, "states": {0: "texts", 1: "tokens"}},
                opset_version=_OPSET,
                dynamo=False,
            )
    return dimension


class _States(torch.nn.Module):
    """Word rows in, states of the last layer out."""

    def __init__(self, bert: torch.nn.Module) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self.bert(inputs_embeds=words).last_hidden_state
        return states


def _expected(model: SentenceTransformer, recipe: Recipe) -> tuple[Vector, Vector]:
    """What sentence-transformers makes of the samples: as queries, as passages."""

    def encode(prefix: str) -> Vector:
        vectors: Vector = model.encode(
            [prefix + text for text in _SAMPLES], prompt="", normalize_embeddings=True, show_progress_bar=False
        )
        return vectors

    return encode(recipe.query_prefix), encode(recipe.passage_prefix)


def _agreement(folder: Path, draft: Prepared, expected: tuple[Vector, Vector]) -> float:
    """Seal the folder and give the lowest cosine of its vectors to those expected."""
    embedder = OnnxEmbedder(folder, seal(folder, draft))
    queries = np.stack([embedder.embed_query(text) for text in _SAMPLES])
    passages = embedder.embed_passages(_SAMPLES)
    return float(min((queries * expected[0]).sum(axis=1).min(), (passages * expected[1]).sum(axis=1).min()))


def _quantise(folder: Path, draft: Prepared, expected: tuple[Vector, Vector]) -> None:
    """Matrices to int8, unless that costs too much of the vectors, or this processor is quicker without."""
    whole = (folder / GRAPH).rename(folder / "whole.onnx")
    exponents = EXPONENTS[draft.name]() if draft.name in EXPONENTS else None
    write_int8(whole, folder / GRAPH, exponents)
    tokens = min(_TIMED_TOKENS, draft.recipe.max_tokens)
    small = replace(draft, recipe=replace(draft.recipe, precision="int8"))
    if _agreement(folder, small, expected) < _CLOSE or _is_slower(folder / GRAPH, whole, tokens):
        whole.replace(folder / GRAPH)
        seal(folder, draft)
    whole.unlink(missing_ok=True)


def _is_slower(small: Path, whole: Path, tokens: int) -> bool:
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
