"""Prepared models' words that are in use, each held once: with all its pieces loaded, a tokenizer takes 90 MB."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from qa.embedding.prepared import Prepared

if TYPE_CHECKING:
    from qa.embedding.words import Words


class Shared:
    """Who loads models with the same one of these shares their words. Safe for many threads."""

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._in_use: WeakValueDictionary[Path, Words] = WeakValueDictionary()

    def words(self, folder: Path, known: Prepared) -> Words:
        """Those that `folder` holds as `known` says; what it held before it was prepared anew is not given again."""
        from qa.embedding.words import Words

        with self._opening:
            words = self._in_use.get(folder)
            if words is None or words.prepared != known:
                words = self._in_use[folder] = Words(folder, known)
            return words
