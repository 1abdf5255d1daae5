"""The words of a prepared model apart from its layers: how it cuts a text, and a row of numbers for every piece."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.embedding.prepared import WORDS
from qa.embedding.words import Words
from qa.types import Span


class PreparedLexicon:
    """A `qa.protocols.Lexicon`."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.fingerprint = words.prepared.files[WORDS].sha256
        self.begin, self.end = words.tokens.encode("")

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        ids, offsets = self._words.tokens.cut(text)
        return ids, [Span(*offset) for offset in offsets]

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        return np.asarray(self._words.rows[list(pieces)], dtype=np.float32)
