"""The words of a prepared model apart from its layers: how it cuts a text, and a row of numbers for every piece."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.embedding.prepared import WORDS, Prepared
from qa.embedding.tokens import Tokens
from qa.types import Span


class PreparedLexicon:
    """A `qa.protocols.Lexicon`. The rows are mapped, so models that share them hold them once."""

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        """`folder` holds what `prepared` says; see `qa.embedding.lexicon_of`, which checks that."""
        self._words = np.load(folder / WORDS, mmap_mode="r")
        self._tokens = Tokens(folder, prepared)
        self.fingerprint = prepared.files[WORDS].sha256
        self.begin, self.end = self._tokens.encode("")

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        ids, offsets = self._tokens.cut(text)
        return ids, [Span(*offset) for offset in offsets]

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        return np.asarray(self._words[list(pieces)], dtype=np.float32)
