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

    def __init__(self, truth: Truth, given: Embedder | None, shared: embedding.Shared) -> None:
        """`given` serves instead of the one that the library names; it must be the same model. `shared` holds words."""
        self._truth = truth
        self._given = given
        self._shared = shared
        self._at_hand = {given.fingerprint: given} if given else {}
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Of the library's model; of the one it would get, while it has no vectors."""
        model = self._truth.state().model
        if model:
            return model.name
        return self._given.name if self._given else DEFAULT_MODEL

    def embedder(self) -> Embedder:
        """The library's model now. Raises ModelMismatch where the one at hand is another, ModelError where none is."""
        return self.embedder_of(self._truth.state().model)

    def embedder_of(self, model: Model | None) -> Embedder:
        """The model that made certain vectors, be it just replaced; None: that the next ones will be made with."""
        with self._loading:
            if model is None and self._at_hand:
                return list(self._at_hand.values())[-1]
            if model and model.fingerprint in self._at_hand:
                return self._at_hand[model.fingerprint]
            found = self._given or self.load(model.name if model else DEFAULT_MODEL)
            if model and found.fingerprint != model.fingerprint:
                raise ModelMismatch(
                    "这个库的向量是用另一个模型做的（{old}），与现在的模型 {new} 不符。"
                    "换模型并重新计算：qa model {new}",
                    old=model.name,
                    new=found.name,
                )
            self._keep(found)
            return found

    def load(self, name: str) -> Embedder:
        """A prepared model, for `hand_over`. Raises ModelError."""
        return embedding.load(name, shared=self._shared)

    def hand_over(self, embedder: Embedder) -> None:
        """Another model serves from now on; said before the library says so, that no question falls between them."""
        with self._loading:
            self._keep(embedder)
            self._given = embedder if self._given else None

    def _keep(self, embedder: Embedder) -> None:
        """At hand, with the one before it: questions under way still compare with its vectors."""
        before = [one for one in self._at_hand.values() if one.fingerprint != embedder.fingerprint][-1:]
        self._at_hand = {one.fingerprint: one for one in (*before, embedder)}


def described(embedder: Embedder) -> Model:
    return Model(embedder.name, embedder.fingerprint, embedder.dimension)
