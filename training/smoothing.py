"""Find large activation channels, and the exponents that even them out before quantisation to int8.

`python -m training.smoothing DATA` runs e5-small in fp32 over news (DATA/crud-news) and writes what ships for it,
`qa/models/e5-small.exponents.npy`; our own models carry theirs (`training.export`). It ships, and is not measured
at set-up, because a power of two that lies near a tie would fall on either side from one processor to the next, and
with it the vectors' fingerprint.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

from qa.models import built, graphs, int8, prepared
from qa.models.int8 import Exponents
from qa.models.lexicon import ModelWords
from qa.models.prepared import GRAPH
from training import located
from training.sets import lines
from training.start import MODEL

ALPHA = 0.7  # share of the activations; the rest of the evening out is left to the weights (SmoothQuant, equation 4)
USUAL = 0.95  # of texts have no larger value in a channel: a single odd text does not decide
_TINY = 1e-4
_PASSAGES, _CHARS = 300, 200  # of the news

Rows = NDArray[np.float32]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        built.build(MODEL, None, folder, lambda: None, "fp32")
        texts = list(_texts(call.data / located.SET))
        found = exponents(folder / GRAPH, _rows(folder, texts))
    np.save(built.E5_EXPONENTS, found)


def exponents(whole: Path, runs: Iterable[Rows]) -> Exponents:
    """For `qa.models.int8.write_int8`, from what goes through the fp32 graph `whole`, which takes one input.

    Per channel peak^ALPHA / weight^(1 - ALPHA), as a power of two around the input's geometric mean.
    """
    model = onnx.load(whole)
    weights = int8.matrices(model.graph)
    fed = int8.products(model.graph, weights)
    seen = _peaks(model, list(fed), runs)
    return np.concatenate([_of_input(seen[name], [weights[node.input[1]] for node in fed[name]]) for name in fed])


def _of_input(peaks: Rows, matrices: Sequence[Rows]) -> Exponents:
    """(texts, channels), and what is multiplied by it, (channels, outputs) each -> (channels,)."""
    usual = np.maximum(np.quantile(peaks, USUAL, axis=0), _TINY)
    heaviest = np.maximum(np.max([np.abs(matrix).max(axis=1) for matrix in matrices], axis=0), _TINY)
    wanted = ALPHA * np.log2(usual) - (1 - ALPHA) * np.log2(heaviest)
    return np.round(wanted - wanted.mean()).astype(np.int8)


def _peaks(model: onnx.ModelProto, names: Sequence[str], runs: Iterable[Rows]) -> Mapping[str, Rows]:
    """The largest absolute value of each channel in each run, (runs, channels), by name."""
    (source,) = model.graph.input
    del model.graph.output[:]
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in names)
    session = graphs.opened(model.SerializeToString())
    found: list[list[Rows]] = []
    for rows in runs:
        values = session.run(list(names), {source.name: rows[None]})
        found.append([np.abs(value).reshape(-1, value.shape[-1]).max(axis=0) for value in values])
    return {name: np.stack(each) for name, each in zip(names, zip(*found, strict=True), strict=True)}


def _rows(folder: Path, texts: Iterable[tuple[bool, str]]) -> Iterator[Rows]:
    """(tokens, width) of each, as the prepared model of the folder embeds it."""
    known = prepared.read(folder)
    assert known is not None
    prefixes = known.recipe.passage_prefix, known.recipe.query_prefix
    words = ModelWords(folder, known)
    return (words.rows(words.tokens.encode(prefixes[asked] + text)) for asked, text in texts)


def _texts(folder: Path) -> Iterator[tuple[bool, str]]:
    """Passages out of the news, and what is asked about it; with each whether it is a question."""
    chance = random.Random(0)
    for one in chance.sample(list(lines(folder / "corpus.jsonl.xz")), _PASSAGES):
        start = chance.randrange(max(1, len(one["text"]) - _CHARS))
        yield False, one["text"][start : start + _CHARS]
    for one in lines(folder / "queries.jsonl"):
        yield True, one["text"]


if __name__ == "__main__":
    main()
