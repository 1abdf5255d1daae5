"""The initial weights: e5-small's encoder and word embeddings, in one file that numpy and torch alone can read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.network import INNER, LAYERS, WIDTH

FILE = "begin.npz"
_BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])  # as `qa.models.e5` has it
_MATRICES = (("out", "ao"), ("inner", "fi"), ("outer", "fo"))
_NORMS = (("norm", "aln"), ("last", "oln"))


def write(stored: Mapping[str, NDArray[Any]], rows: int, wanted: NDArray[np.int64], path: Path) -> None:
    """`stored`: the tensors of `qa.models.e5.E5File` as they lie in the file, `rows` of them words, of which
    `wanted` are kept.
    """
    kept = {**stored, "emb.word": stored["emb.word"].reshape(rows, -1)[wanted]}
    np.savez_compressed(path, **{name: np.ascontiguousarray(value).view(np.uint8) for name, value in kept.items()})


def read(path: Path) -> tuple[dict[str, Tensor], Tensor]:
    """The state of an `Encoder`, and the word rows, (tokens, WIDTH) float16."""
    with np.load(path) as kept:
        rows = _unpacked(kept["emb.word"].reshape(-1).view(_BLOCK)).reshape(-1, WIDTH)
        state = {name: torch.from_numpy(value) for name, value in _state(kept).items()}
        return state, torch.from_numpy(rows).half()


def _state(kept: Any) -> dict[str, NDArray[np.float32]]:
    def floats(name: str, *shape: int) -> NDArray[np.float32]:
        raw = kept[name].reshape(-1)
        count = int(np.prod(shape))
        found = raw.view("<f4") if len(raw) == 4 * count else _unpacked(raw.view(_BLOCK))
        return found.reshape(shape).astype(np.float32)

    state = {
        "places": floats("emb.pos", 512, WIDTH) + floats("emb.type", 2, WIDTH)[0],
        "norm.weight": floats("emb.ln.w", WIDTH),
        "norm.bias": floats("emb.ln.b", WIDTH),
    }
    for number in range(LAYERS):
        own = f"layers.{number}"
        state[f"{own}.qkv.weight"] = np.concatenate([floats(f"l{number}.{one}.w", WIDTH, WIDTH) for one in "qkv"])
        state[f"{own}.qkv.bias"] = np.concatenate([floats(f"l{number}.{one}.b", WIDTH) for one in "qkv"])
        for long, short in _MATRICES:
            shape = {"out": (WIDTH, WIDTH), "inner": (INNER, WIDTH), "outer": (WIDTH, INNER)}[long]
            state[f"{own}.{long}.weight"] = floats(f"l{number}.{short}.w", *shape)
            state[f"{own}.{long}.bias"] = floats(f"l{number}.{short}.b", shape[0])
        for long, short in _NORMS:
            state[f"{own}.{long}.weight"] = floats(f"l{number}.{short}.w", WIDTH)
            state[f"{own}.{long}.bias"] = floats(f"l{number}.{short}.b", WIDTH)
    return state


def _unpacked(blocks: NDArray[Any]) -> NDArray[np.float32]:
    nibbles = blocks["nibbles"]
    signed = np.concatenate([nibbles & 15, nibbles >> 4], axis=1).astype(np.float32) - 8
    found: NDArray[np.float32] = (signed * blocks["scale"].astype(np.float32)[:, None]).reshape(-1)
    return found
