"""The words of a prepared model: how it cuts a text into pieces, and a row of numbers for every piece."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.embedding.prepared import WORDS, Prepared
from qa.embedding.tokens import Tokens


class Words:
    """What a model and the reader that takes its words share: see `qa.embedding.sharing`. Safe for many threads."""

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        """`folder` holds what `prepared` says. `rows` is (pieces, width) float16, mapped."""
        self.prepared = prepared
        self.rows = np.load(folder / WORDS, mmap_mode="r")
        self.tokens = Tokens(folder, prepared)
