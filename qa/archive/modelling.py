"""The embedding model of a library: the right one, loaded."""

from __future__ import annotations

import threading

from qa import embedding
from qa.errors import ModelMismatch
from qa.protocols import Embedder
from qa.settings import DEFAULT_MODEL
from qa.stores.log import Model
from qa.stores.truth import Truth


class Modelling:
    """The model that the library's vectors were made with, loaded when it is first needed. Safe for many threads."""

    def __init__(self, truth: Truth, given: Embedder | None) -> None:
        """`given` serves instead of the one that the library names; it must be the same model."""
        self._truth = truth
        self._given = given
        self._loaded: Embedder | None = given
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Of the library's model; of the one it would get, while it has no vectors."""
        model = self._truth.state().model
        if model:
            return model.name
        return self._given.name if self._given else DEFAULT_MODEL

    def embedder(self) -> Embedder:
        """The library's model. Raises ModelMismatch where the one at hand is another, ModelError where none is."""
        model = self._truth.state().model
        with self._loading:
            if self._loaded is None or (model and self._loaded.fingerprint != model.fingerprint):
                self._loaded = self._given or embedding.load(model.name if model else DEFAULT_MODEL)
            if model and self._loaded.fingerprint != model.fingerprint:
                raise ModelMismatch(
                    f"这个库的向量是用另一个模型做的（{model.name}），与现在的模型 {self._loaded.name} 不符。"
                    f"换模型并重新计算：qa model {self._loaded.name}"
                )
            return self._loaded

    def replace(self, embedder: Embedder) -> None:
        """Let another model serve from now on."""
        with self._loading:
            self._given = embedder if self._given else None
            self._loaded = embedder


def described(embedder: Embedder) -> Model:
    return Model(embedder.name, embedder.fingerprint, embedder.dimension)
