"""A reader small enough to compute by hand: its pieces are characters, its graph three sums."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from qa.models import graphs, readers
from qa.models.span_reader import OnnxSpanReader
from qa.types import Span

LIKED_START, LIKED_END = "始", "终"  # what the graph takes for the start and the end of an answer
DISLIKED = "非"  # what it takes for a sign that nothing is answered
ROWS = {LIKED_START: (4.0, 0.0, 1.0), LIKED_END: (0.0, 4.0, 0.0), DISLIKED: (-4.0, -4.0, -6.0)}
WIDTH = 3


class Characters:
    """A `qa.types.protocols.Lexicon`: a piece is a character."""

    fingerprint = "characters"
    begin, end = 0, 1

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        return [ord(one) for one in text], [Span(at, at + 1) for at in range(len(text))]

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        return np.array([ROWS.get(chr(piece), (0.0, 0.0, 0.0)) for piece in pieces], dtype=np.float32)


def graph(width: int = WIDTH) -> bytes:
    """A token's start logit is its row's first number, its end logit the second, `needed` the third; `answers` sums the
    third over all tokens, those of question and head too.
    """
    nodes, weights = [], []
    for place, name in enumerate(("start", "end", "needed")):
        column = np.zeros((width, 1), dtype=np.float32)
        column[place] = 1.0
        weights.append(numpy_helper.from_array(column, f"{name}_weight"))
        nodes.append(helper.make_node("MatMul", ["words", f"{name}_weight"], [f"{name}_column"]))
        nodes.append(helper.make_node("Squeeze", [f"{name}_column", "last"], [name]))
    nodes.append(helper.make_node("ReduceSum", ["needed", "last"], ["answers"], keepdims=0))
    weights.append(numpy_helper.from_array(np.array([-1], dtype=np.int64), "last"))
    words = helper.make_tensor_value_info("words", TensorProto.FLOAT, ["windows", "tokens", width])
    given = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        for name, shape in (
            ("start", ["windows", "tokens"]),
            ("end", ["windows", "tokens"]),
            ("needed", ["windows", "tokens"]),
            ("answers", ["windows"]),
        )
    ]
    model = helper.make_model(
        helper.make_graph(nodes, "reader", [words], given, weights), opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def ship(folder: Path, words: str, width: int = WIDTH) -> Path:
    """The graph in a folder as it ships, made for the words of that fingerprint."""
    readers.ship(graph(width), words, folder)
    return folder


def small_reader() -> OnnxSpanReader:
    """The graph served over the characters."""
    return OnnxSpanReader(graphs.opened(graph()), Characters(), "small")
