"""How a prepared model cuts a text: with the pieces that the text may have, or with all once there are many texts."""

from __future__ import annotations

import threading
from pathlib import Path

from tokenizers import Encoding, Tokenizer

from qa.embedding import pieces, prepared
from qa.embedding.pieces import Cutter, Pieces
from qa.embedding.prepared import Prepared
from qa.errors import ModelError

_FEW = 200  # texts for which the whole tokenizer, .2 s and 90 MB, is not worth its loading: four times as quick then


class Tokens:
    """Cuts texts as the model's own tokenizer does, at once. Safe for many threads."""

    def __init__(self, folder: Path, known: Prepared) -> None:
        """`folder` holds what `known` says."""
        self._folder = folder
        self._known = known
        self._loading = threading.Lock()
        self._pieces = Pieces(folder) if pieces.TRIE in known.aids else None
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
