"""Run a prepared embedding model with ONNX Runtime, tokenizers and NumPy, nothing else."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.models import graphs
from qa.models.lexicon import ModelWords
from qa.models.prepared import GRAPH, OPTIMISED_GRAPH, Pooling, Prepared
from qa.types.protocols import Progress
from qa.types.settings import cores

NICENESS = 10  # a tenth of the processor where others want it too, all of it where none does


def give_way() -> None:
    """Lower the priority of the calling thread, from now on, below other work of any process.

    On Linux, where a thread has a niceness of its own; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))


Vector = NDArray[np.float32]

_CHARS_PER_TOKEN = 16  # more than any vocabulary spends on running text; bounds the work on a text of any length
_SURROGATES = re.compile("[\ud800-\udfff]")


class OnnxEmbedder:
    """A prepared model, loaded: `qa.types.protocols.Embedder`.

    Texts run one at a time, so no text can touch its neighbour's vector (dynamic int8 scales activations over a whole
    batch). Each run has one thread and passages share the cores: faster than one run on all cores.
    """

    def __init__(self, folder: Path, prepared: Prepared, words: ModelWords | None = None) -> None:
        """`folder` holds what `prepared` says; see `qa.models.load`, which checks that. `words` are its own, loaded
        already.
        """
        self._prepared = prepared
        self._words = words or ModelWords(folder, prepared)
        quick = OPTIMISED_GRAPH in prepared.aids
        self._session = graphs.opened_optimised(folder / OPTIMISED_GRAPH) if quick else graphs.opened(folder / GRAPH)

    @property
    def fingerprint(self) -> str:
        return self._prepared.fingerprint

    @property
    def name(self) -> str:
        return self._prepared.name

    @property
    def dimension(self) -> int:
        return self._prepared.dimension

    def embed_query(self, text: str) -> Vector:
        """(dimension,) float32, unit length."""
        return self._embed(self._prepared.recipe.query_prefix, text)

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vector:
        """(n, dimension) float32, unit rows, in the order of `texts`. Longer texts are cut at the model's limit.

        Questions go first, also those of other processes.
        """
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        pool = ThreadPoolExecutor(cores(), initializer=give_way)
        try:
            prefix = self._prepared.recipe.passage_prefix
            for done, vector in enumerate(pool.map(lambda text: self._embed(prefix, text), texts), start=1):
                vectors[done - 1] = vector
                if progress:
                    progress("embed", done, len(texts))
        finally:
            pool.shutdown(cancel_futures=True)  # an interrupt does not wait for the texts that are left
        return vectors

    def _embed(self, prefix: str, text: str) -> Vector:
        start = text[: self._prepared.recipe.max_tokens * _CHARS_PER_TOKEN]
        ids = self._words.tokens.encode(prefix + _SURROGATES.sub("\ufffd", start))
        rows = self._words.rows(ids)
        (states,) = self._session.run(["states"], {"words": rows[None]})
        vector = _pool(states[0], self._prepared.recipe.pooling)
        return vector / max(float(np.linalg.norm(vector)), 1e-12)


def _pool(states: Vector, pooling: Pooling) -> Vector:
    """(tokens, dimension) -> (dimension,)."""
    pooled: Vector
    match pooling:
        case "mean":
            pooled = states.mean(axis=0)
        case "cls":
            pooled = states[0]
        case "lasttoken":
            pooled = states[-1]
    return pooled
