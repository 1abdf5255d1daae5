"""The reader of a library: loaded when the first question wants it."""

from __future__ import annotations

import threading

from qa import embedding
from qa.answering import shipped
from qa.protocols import Reader
from qa.settings import DEFAULT_MODEL


class Reading:
    """The reader of a name. Safe for many threads.

    It takes its words from the default model, whatever model the library's vectors were made with.
    """

    def __init__(self, name: str, shared: embedding.Shared) -> None:
        """`shared` holds the words. Raises UsageError for a name that no reader has."""
        self.name = shipped.known(name)
        self._shared = shared
        self._loaded: Reader | None = None
        self._loading = threading.Lock()

    def reader(self) -> Reader | None:
        """None where the name says so. Raises ModelError where the reader, or the default model, is not there."""
        if self.name == shipped.NONE:
            return None
        with self._loading:
            if self._loaded is None:
                self._loaded = shipped.loader(self.name)(embedding.lexicon_of(DEFAULT_MODEL, shared=self._shared))
            return self._loaded
