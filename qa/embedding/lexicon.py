"""Tokenise text for a prepared model, and look up the embedding row of each token."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from qa.embedding import prepared, vocabulary
from qa.embedding.prepared import WORDS, Prepared
from qa.embedding.vocabulary import Cutter, Pieces
from qa.errors import ModelError
from qa.types import Span

_FEW = 200  # texts up to which the whole tokenizer is not worth its loading: 21 % of a cold `qa ask`, 80 MB


class Tokeniser:
    """Tokenises as the model's own tokenizer does, from files that open at once. Safe for many threads."""

    def __init__(self, folder: Path, known: Prepared) -> None:
        """`folder` holds what `known` says."""
        self._folder = folder
        self._known = known
        self._loading = threading.Lock()
        self._pieces = Pieces(folder) if vocabulary.TRIE in known.aids else None
        self._left = _FEW  # texts; threads may count one twice
        self._whole: Tokenizer | None = None

    def cut(self, text: str) -> tuple[list[int], list[tuple[int, int]]]:
        """Ids, none of them special, and the range of the text that each stands for."""
        cutter = self._cutter(text)
        encoded = cutter.tokenizer.encode(text, add_special_tokens=False)
        return _ids(cutter, encoded), encoded.offsets

    def encode(self, text: str) -> list[int]:
        """Ids with the special ones around them, at most as many as the model takes."""
        cutter = self._cutter(text)
        encoded = cutter.tokenizer.encode(text, add_special_tokens=False)
        special = cutter.tokenizer.num_special_tokens_to_add(is_pair=False)
        encoded.truncate(self._known.recipe.max_tokens - special)
        return _ids(cutter, cutter.tokenizer.post_process(encoded))

    def _cutter(self, text: str) -> Cutter:
        if self._whole is None:
            if self._pieces and self._left > 0:
                self._left -= 1
                return self._pieces.cutter(text)
            with self._loading:
                self._whole = self._whole or self._load()
        return Cutter(self._whole, [])

    def _load(self) -> Tokenizer:
        """Raises ModelError where the file is damaged."""
        if prepared.altered(self._folder, self._known, (prepared.TOKENIZER,)):
            raise ModelError(prepared.DAMAGED, name=self._known.name, files=prepared.TOKENIZER)
        whole = Tokenizer.from_file(str(self._folder / prepared.TOKENIZER))
        whole.no_padding()
        whole.no_truncation()
        return whole


def _ids(cutter: Cutter, encoded: Encoding) -> list[int]:
    ids: list[int] = encoded.ids
    return [cutter.ids[one] for one in ids] if cutter.ids else ids


class ModelWords:
    """The tokeniser and embedding rows that a model and a span reader share. Safe for many threads."""

    def __init__(self, folder: Path, prepared: Prepared) -> None:
        """`folder` holds what `prepared` says. `rows` is (pieces, width) float16, mapped."""
        self.prepared = prepared
        self.rows = np.load(folder / WORDS, mmap_mode="r")
        self.tokens = Tokeniser(folder, prepared)


class PreparedLexicon:
    """The `qa.protocols.Lexicon` of a prepared model."""

    def __init__(self, words: ModelWords) -> None:
        self._words = words
        self.fingerprint = words.prepared.files[WORDS].sha256
        self.begin, self.end = words.tokens.encode("")

    def cut(self, text: str) -> tuple[list[int], list[Span]]:
        ids, offsets = self._words.tokens.cut(text)
        return ids, [Span(*offset) for offset in offsets]

    def rows(self, pieces: Sequence[int]) -> NDArray[np.float32]:
        return np.asarray(self._words.rows[list(pieces)], dtype=np.float32)


class SharedWords:
    """Loads the words of each model once for all who use the same instance. Safe for many threads.

    Model and reader share a tokenizer: without that a server of 200 questions holds 447 MiB instead of 342.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._in_use: WeakValueDictionary[Path, ModelWords] = WeakValueDictionary()

    def words(self, folder: Path, known: Prepared) -> ModelWords:
        """Those that `folder` holds as `known` says; what it held before it was prepared anew is not given again."""
        with self._opening:
            words = self._in_use.get(folder)
            if words is None or words.prepared != known:
                words = self._in_use[folder] = ModelWords(folder, known)
            return words
