"""Write the work folder: arrays of all questions and the initial weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from qa import models
from qa.models import e5, lexicon
from qa.models.prepared import TOKENIZER
from training import arrays, begin, material

MODEL = "e5-small"


def write(data: Path, work: Path, say: Callable[[str], None]) -> None:
    """Write ``arrays.npz`` and ``begin.npz`` into `work`."""
    work.mkdir(parents=True, exist_ok=True)
    model = models.prepare(MODEL)
    store = material.build(data, work, model / TOKENIZER, say)
    arrays.save(work / "arrays.npz", store)
    weights = e5.unpack(e5.weights(None))
    _, kept = lexicon.cut(e5.tokenizer_of(weights).to_str())
    begin.write(weights.stored, weights.sizes.rows, np.array(kept)[store.vocabulary], work / begin.FILE)
    say(f"{len(store.items)} questions to train on, {len(store.fit)} to choose by, {len(store.vocabulary)} words")
