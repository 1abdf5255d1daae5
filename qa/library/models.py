"""Load a library's embedding model and span reader: when first needed, or ahead of time in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from qa import models
from qa.errors import ModelMismatch, QaError
from qa.models import lexicon, readers
from qa.store.contents import Contents
from qa.store.log import Model
from qa.types.protocols import Embedder, FollowUpReader, SpanReader
from qa.types.settings import DEFAULT_MODEL, DEFAULT_READER


class LibraryModel:
    """The model that the library's vectors were made with, loaded when it is first needed. Safe for many threads."""

    def __init__(self, contents: Contents, given: Embedder | None, shared: lexicon.SharedWords) -> None:
        """`given` serves instead of the one that the library names; it must be the same model. `shared` holds words."""
        self._contents = contents
        self._given = given
        self._shared = shared
        self._at_hand = {given.fingerprint: given} if given else {}
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Of the library's model; of the one it would get, while it has no vectors."""
        model = self._contents.state().model
        if model:
            return model.name
        return self._given.name if self._given else DEFAULT_MODEL

    def embedder(self) -> Embedder:
        """The library's model now. Raises ModelMismatch where the one at hand is another, ModelError where none is."""
        return self.embedder_of(self._contents.state().model)

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
                    "library.other-model",
                    old=model.name,
                    new=found.name,
                )
            self._keep(found)
            return found

    def load(self, name: str) -> Embedder:
        """A prepared model, for `hand_over`. Raises ModelError."""
        return models.load(name, shared=self._shared)

    def hand_over(self, embedder: Embedder) -> None:
        """Another model serves from now on; said before the library says so, that no question falls between them."""
        with self._loading:
            self._keep(embedder)
            self._given = embedder if self._given else None

    def _keep(self, embedder: Embedder) -> None:
        """At hand, with the one before it: questions under way still compare with its vectors."""
        before = [one for one in self._at_hand.values() if one.fingerprint != embedder.fingerprint][-1:]
        self._at_hand = {one.fingerprint: one for one in (*before, embedder)}


def model_of(embedder: Embedder) -> Model:
    """The model of an embedder, as the store records it."""
    return Model(embedder.name, embedder.fingerprint, embedder.dimension)


class LibraryReader:
    """The span reader with a given name. Safe for many threads.

    It takes its words from the default model, whatever model the library's vectors were made with.
    """

    def __init__(self, name: str, shared: lexicon.SharedWords) -> None:
        """`shared` holds the words. Raises UsageError for a name that no reader has."""
        self.name = readers.known(name)
        self._shared = shared
        self._loaded: SpanReader | None = None
        self._follow_ups: FollowUpReader | None = None
        self._loading = threading.Lock()

    def reader(self) -> SpanReader | None:
        """None where the name says so. Raises ModelError where the reader, or the default model, is not there."""
        if self.name == readers.NONE:
            return None
        with self._loading:
            if self._loaded is None:
                self._loaded = readers.loader(self.name)(models.lexicon_of(DEFAULT_MODEL, shared=self._shared))
            return self._loaded

    def follow_ups(self) -> FollowUpReader | None:
        """The one beside the shipped reader; None where another one reads, or none. Raises as `reader`."""
        if self.name != DEFAULT_READER:
            return None
        with self._loading:
            if self._follow_ups is None:
                self._follow_ups = readers.load_follow_ups(models.lexicon_of(DEFAULT_MODEL, shared=self._shared))
            return self._follow_ups


class Warmup:
    """Loads the model and the reader of a library ahead of time, each on a thread of its own.

    Callers ask LibraryModel and LibraryReader as always: they wait for it, or get the error, which is ignored here.
    """

    def __init__(self, modelling: LibraryModel, reading: LibraryReader) -> None:
        self._modelling = modelling
        self._reading = reading
        self._threads: list[threading.Thread] = []

    def start(self, model: Model | None) -> None:
        """Load what answers with the vectors of `model`, and return at once."""
        self._load(lambda: self._modelling.embedder_of(model))
        self._load(self._reading.reader)

    def wait(self) -> None:
        """Until nothing is being loaded: a thread cannot load while its process ends."""
        for thread in self._threads:
            thread.join()

    def _load(self, loader: Callable[[], object]) -> None:
        def load() -> None:
            with suppress(QaError):
                loader()

        self._threads.append(threading.Thread(target=load))
        self._threads[-1].start()
