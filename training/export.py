"""Trained states -> what ships: the reader's int8 graph, and the embedding model's layers in int8."""

from __future__ import annotations

import random
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from torch import Tensor, nn

from qa import models
from qa.models import int8, readers, wenbao
from qa.models.int8 import Exponents, write_int8
from qa.text import cache
from training import arrays, begin
from training.arrays import Store
from training.batches import Piece, passage_of, query_of, sequence
from training.network import LAYERS, WIDTH, ReaderNetwork, VectorNetwork, put_layers
from training.smoothing import Rows, exponents

_OPSET = 17
_OUTPUTS = ["start", "end", "needed", "answers"]
_RUNS = 300  # texts that the int8 form is fitted to
_LAYER = "encoder.layer.{}"
_PARTS = {"out": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense"}
_NORMS = {"norm": "attention.output.LayerNorm", "last": "output.LayerNorm"}
_SMALL = "/small"
_MOST = 127  # of a pair's sum, as `int8.quantised` scales it


def export_reader(work: Path, states: Mapping[Path, float]) -> None:
    """Write the reader into the package; of several trainings the mean of their weights (Wortsman et al. 2022), each
    counted as `states` tells.
    """
    network = ReaderNetwork()
    trained = [(_floats(state), share / sum(states.values())) for state, share in states.items()]
    network.load_state_dict({name: sum(share * one[name] for one, share in trained) for name in trained[0][0]})
    store, words = arrays.read(work / "arrays.npz"), begin.read(work / begin.FILE)[1].numpy()
    with tempfile.TemporaryDirectory() as scratch:
        whole, small = Path(scratch) / "whole.onnx", Path(scratch) / "small.onnx"
        _trace(network, whole, _OUTPUTS)
        write_int8(whole, small, exponents(whole, _windows(store, words)))
        readers.ship(small.read_bytes(), models.lexicon_of("e5-small").fingerprint, readers.FOLDER)


def shipped_reader() -> dict[str, Tensor]:
    """The state of the reader that ships, as `export_reader` wrote it: exact but for the rounding to int8."""
    stored = {
        one.name: torch.from_numpy(np.array(numpy_helper.to_array(one)))
        for one in onnx.load(readers.FOLDER / readers.GRAPH).graph.initializer
    }
    graph = onnx.load(readers.FOLDER / readers.GRAPH, load_external_data=False).graph
    fed = {part: node.input[0] for node in graph.node for part in node.input if part.endswith(_SMALL)}
    state = {name: stored[name] for name in ReaderNetwork().state_dict() if name in stored}
    for part, source in fed.items():
        matrix = stored[part].float() * stored[part.removesuffix(_SMALL) + "/scales"]
        if source.endswith("/even"):
            matrix = matrix * stored[f"{source}/by"][:, None]
        state[part.removesuffix(_SMALL).strip("/").replace("/", ".").replace(".MatMul_output_0", ".weight")] = matrix.T
    return state


def shipped_vectors(work: Path) -> dict[str, Tensor]:
    """The state of the embedding model that ships; `work` has what training begins from, its positions among it."""
    network = VectorNetwork()
    network.encoder.load_state_dict(begin.read(work / begin.FILE)[0])
    put_layers(network.encoder, {name: torch.from_numpy(value) for name, value in wenbao.layers().items()})
    return network.state_dict()


def export_vectors(work: Path, state: Path) -> None:
    """Write the layers of the embedding model into the package, as the int8 graph has them."""
    network = VectorNetwork()
    network.load_state_dict(_floats(state))
    store, words = arrays.read(work / "arrays.npz"), begin.read(work / begin.FILE)[1].numpy()
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        _trace(network.encoder, whole, ["states"])
        found = exponents(whole, _passages(store, words))
        graph = onnx.load(whole).graph
        widths = [WIDTH, WIDTH, WIDTH, 4 * WIDTH] * LAYERS
        assert len(found) == sum(widths)
        assert len(int8.products(graph, int8.matrices(graph))) == len(widths)
    shifts = np.split(found, np.cumsum(widths)[:-1])
    kept: dict[str, NDArray[np.generic]] = {"exponents": found}
    for name, value in _named(network.encoder.state_dict(), shifts):
        kept[name] = value
    np.savez(wenbao.FILE, **kept)
    wenbao.DIGEST.write_text(cache.digest(wenbao.FILE.parent, (wenbao.FILE.name,)) + "\n", encoding="ascii")


def _named(state: Mapping[str, Tensor], shifts: list[Exponents]) -> Iterator[tuple[str, NDArray[np.generic]]]:
    """What ships, by name: matrices under BertModel's names with /small, /scales, /shift; the rest as it is."""
    for number in range(LAYERS):
        own, name = f"layers.{number}", _LAYER.format(number)
        fed = shifts[4 * number : 4 * number + 4]
        for at, part in enumerate(("query", "key", "value")):
            rows = slice(at * WIDTH, (at + 1) * WIDTH)
            yield from _matrix(f"{name}.attention.self.{part}.weight", state[f"{own}.qkv.weight"][rows], fed[0])
            yield f"{name}.attention.self.{part}.bias", state[f"{own}.qkv.bias"][rows].numpy()
        for at, (short, long) in enumerate(_PARTS.items(), 1):
            yield from _matrix(f"{name}.{long}.weight", state[f"{own}.{short}.weight"], fed[at])
            yield f"{name}.{long}.bias", state[f"{own}.{short}.bias"].numpy()
        for short, long in _NORMS.items():
            for kind in ("weight", "bias"):
                yield f"{name}.{long}.{kind}", state[f"{own}.{short}.{kind}"].numpy()
    for kind in ("weight", "bias"):
        yield f"embeddings.LayerNorm.{kind}", state[f"norm.{kind}"].numpy()


def _matrix(name: str, weight: Tensor, shift: Exponents) -> Iterator[tuple[str, NDArray[np.generic]]]:
    whole = weight.numpy().T * np.exp2(shift.astype(np.float32))[:, None]
    small, scales = settled(whole)
    yield from ((f"{name}/small", small), (f"{name}/scales", scales), (f"{name}/shift", shift))


def settled(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """As `int8.quantised`, so that quantising the result once more changes nothing: the largest sum of a pair in each
    column is exactly what the scale was made for.
    """
    small, scales = int8.quantised(matrix)
    for column in range(small.shape[1]):
        _settle(small[:, column])
    return small, scales


def _settle(column: NDArray[np.int8]) -> None:
    """Lower or raise by one where rounding made the largest sum of a pair another than `_MOST`."""
    pairs = column.reshape(-1, 2)
    for sign in (1, -1):
        sums = np.maximum(sign * pairs.astype(int), 0).sum(1)
        for row in np.flatnonzero(sums > _MOST):
            at = int(np.argmax(sign * pairs[row].astype(int)))
            pairs[row, at] -= sign
    sides = [np.maximum(sign * pairs.astype(int), 0).sum(1) for sign in (1, -1)]
    sign, sums = max(zip((1, -1), sides, strict=True), key=lambda side: side[1].max())
    while sums.max() < _MOST:
        row = int(sums.argmax())
        at = int(np.argmax(sign * pairs[row].astype(int)))
        pairs[row, at] += sign
        sums = np.maximum(sign * pairs.astype(int), 0).sum(1)


def _floats(state: Path) -> dict[str, Tensor]:
    kept = torch.load(state, weights_only=True, map_location="cpu")
    network: dict[str, Tensor] = kept.get("network", kept)
    return {name: value.float() for name, value in network.items()}


def _trace(network: nn.Module, path: Path, outputs: list[str]) -> None:
    network.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer warns of shapes that are read from the input: dynamic axes
        torch.onnx.export(
            network,
            (torch.zeros(1, 17, WIDTH),),
            path,
            input_names=["words"],
            output_names=outputs,
            dynamic_axes={"words": {0: "windows", 1: "tokens"}}
            | {name: {0: "windows", 1: "tokens"} for name in outputs if name != "answers"}
            | ({"answers": {0: "windows"}} if "answers" in outputs else {}),
            opset_version=_OPSET,
            dynamo=False,
        )


def _windows(store: Store, words: NDArray[np.float16]) -> Iterator[Rows]:
    """The word rows of windows with questions, as the reader reads them."""
    for item in random.Random(0).sample(store.items, _RUNS):
        windows = [one.window for found in item.positives for one in found] or [one for own in item.own for one in own]
        if windows:
            line, _ = sequence(store, item.asked[0], store.head_of[windows[0]], Piece(windows[0]))
            yield words[line].astype(np.float32)


def _passages(store: Store, words: NDArray[np.float16]) -> Iterator[Rows]:
    """The word rows of passages and of questions, as the embedding model has them."""
    chance = random.Random(0)
    for number in chance.sample(sorted(store.head_of), _RUNS // 2):
        yield words[passage_of(store, number, with_head=True)].astype(np.float32)
    for item in chance.sample(store.items, _RUNS // 2):
        yield words[query_of(store, item.asked[0])].astype(np.float32)
