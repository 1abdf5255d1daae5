"""The embedding model of a library: the right one loaded, vectors made where they are missing."""

from __future__ import annotations

import threading

from qa import embedding, passages
from qa.errors import ModelMismatch
from qa.protocols import Embedder, Progress
from qa.settings import DEFAULT_MODEL
from qa.stores.database import Database
from qa.stores.log import Model
from qa.stores.truth import Truth
from qa.stores.vectors import pack
from qa.stores.writing import store_vectors

_BATCH = 64  # passages whose vectors are kept together: what an interrupt loses at most


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


def embed_missing(database: Database, embedder: Embedder, progress: Progress | None) -> None:
    """Make the vectors that passages lack, batch by batch; what is made is kept, whatever interrupts."""
    truth = Truth(database)
    model = described(embedder)
    total = truth.count_without_vector(model.fingerprint)
    done, after = 0, -1
    while done < total and (ids := truth.without_vector(model.fingerprint, after, _BATCH)):
        held = truth.passages(ids)
        vectors = embedder.embed_passages([passages.context(article, passage) for passage, article in held.values()])
        store_vectors(database, model, zip(held, map(pack, vectors), strict=True))
        after = ids[-1]
        done += len(ids)
        if progress:
            progress("embed", done, total)
