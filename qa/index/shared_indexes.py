"""The indexes of a library that a server keeps for all machines: whichever asks first brings them up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from qa.errors import IndexUnusable
from qa.index.catching_up import CatchingUp
from qa.index.term_worker import TermWorker
from qa.index.vector_cache import Replayed, replay
from qa.store.contents import Contents
from qa.store.folder import WriterLock
from qa.store.log import Model
from qa.types.protocols import Progress, TermIndex

_REPLAYED = 10_000  # changes that are kept together
_PATIENCE_SECONDS = 10.0  # while another machine brings the same up to date


class SharedVectors(Replayed, Protocol):
    """Vectors that a server keeps."""

    name: str

    def __len__(self) -> int: ...
    @property
    def ids(self) -> frozenset[int]: ...
    @property
    def is_torn(self) -> bool:
        """Whether it holds other passages than it says."""

    def reload(self) -> None:
        """See what was committed since, by whatever machine."""

    def rollback(self) -> None:
        """Forget the additions and removals since the last commit."""

    def settle(self) -> None:
        """Make what searching a filled index takes."""


class SharedTerms(TermIndex, Protocol):
    """Terms that a server keeps."""

    name: str

    def __len__(self) -> int: ...
    @property
    def ids(self) -> frozenset[int]: ...
    @property
    def is_torn(self) -> bool: ...
    def pinned(self) -> SharedTerms: ...
    def reload(self) -> None: ...
    def rollback(self) -> None: ...
    def settle(self) -> None: ...


class SharedServing(NamedTuple):
    """The vectors that questions are compared with, and the model that made them."""

    model: Model | None
    vectors: SharedVectors


class Engine(Protocol):
    """What keeps the indexes of one library."""

    def vectors(self, model: Model | None) -> SharedVectors:
        """Those by a model."""

    def terms(self, version: str) -> SharedTerms:
        """Those cut by a version of the terms."""

    lock: WriterLock  # admits one machine at a time to changing them
    is_writable: bool  # whether this account may bring them up to date

    def clear(self, name: str) -> None:
        """Throw one away that is not what the library has."""

    def clear_unused(self, *used: str) -> None:
        """Note that these are used; throw away those that nobody has used for a week."""

    def close(self) -> None: ...


class SharedIndexes(CatchingUp):
    """Stands for `Indexes` where a server keeps them. Safe for many threads.

    Whoever changes the library brings them up to date; what it left undone, the next question of any machine does. An
    account that may only read asks what there is.
    """

    def __init__(self, engine: Engine, contents: Contents, worker: TermWorker) -> None:
        super().__init__(worker)
        self._engine = engine
        self._contents = contents
        self._following = threading.Lock()  # who asks meanwhile waits for the same
        self._is_elsewhere = False  # another machine was found at it, and for long
        self._state = contents.state()
        self.terms = engine.terms(worker.version)
        self.serving = SharedServing(self._state.model, engine.vectors(self._state.model))
        if engine.is_writable:
            self._clear_unlike()
        self.refresh()

    @property
    def vectors(self) -> SharedVectors:
        return self.serving.vectors

    def refresh(self) -> None:
        """See what was added and removed since, by whatever process. Cheap where nothing was."""
        self._look()
        if self._is_changing or not self._engine.is_writable:
            return
        if self._is_behind():
            with self._following:
                if self._is_behind():
                    self.catch_up(patience_seconds=0 if self._is_elsewhere else _PATIENCE_SECONDS)

    def catch_up(self, progress: Progress | None = None, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        """Bring both indexes up to date; where another machine does for long, leave it to that."""
        with self._engine.lock.try_hold(patience_seconds) as held:
            self._look()
            self._is_elsewhere = not held
            if held:
                self._replay(self.terms, lambda: self._replay_terms(progress))
                self._worker.forget()
                self._replay(self.vectors, self._replay_vectors)

    def catch_up_vectors(self, *, meanwhile: bool = False) -> None:
        """The same for the vectors alone; `meanwhile` more are being made, which makes no difference."""
        with self._engine.lock.try_hold(_PATIENCE_SECONDS) as held:
            self._look()
            if held:
                self._replay(self.vectors, self._replay_vectors)

    def close(self) -> None:
        self._engine.close()

    def _look(self) -> None:
        self._state = self._contents.state()
        if self._state.model != self.serving.model:
            self.serving = SharedServing(self._state.model, self._engine.vectors(self._state.model))
        self.terms.reload()
        self.vectors.reload()

    def _is_behind(self) -> bool:
        return self.terms.change < self._state.text_change or self.vectors.change < self._state.change

    def _clear_unlike(self) -> None:
        """Throw away what holds other passages than the library does, as after one of them was restored alone."""
        census = self._contents.census()
        for index, newest, count in (
            (self.terms, census.text_change, census.passages),
            (self.vectors, census.change, census.vectors),
        ):
            if index.change > census.change or (index.change >= newest and len(index) != count) or index.is_torn:
                self._engine.clear(index.name)
                index.reload()
        self._engine.clear_unused(self.terms.name, self.vectors.name)

    def _replay(self, index: SharedTerms | SharedVectors, replaying: Callable[[], None]) -> None:
        """The caller holds the lock."""
        try:
            replaying()
        except IndexUnusable:  # the library was set back, and this index was not
            self._engine.clear(index.name)
            index.reload()
            replaying()

    def _replay_terms(self, progress: Progress | None) -> None:
        done = 0
        with _undone_unless_kept(self.terms.rollback):
            while batch := self._contents.text_changes(self.terms.change, _REPLAYED):
                present = self._contents.passages(passage for _, passage in batch)
                self.terms.remove([passage for _, passage in batch if passage not in present])
                self.terms.add({one: self._worker.terms(article, text) for one, (text, article) in present.items()})
                self.terms.commit(batch[-1][0])
                done += len(batch)
                if progress:
                    progress("index", done, 0)
        if done:
            self.terms.settle()

    def _replay_vectors(self) -> None:
        with _undone_unless_kept(self.vectors.rollback):
            is_new = replay(self.vectors, self._contents, self.serving.model, _REPLAYED)
        if is_new:
            self.vectors.settle()


@contextmanager
def _undone_unless_kept(undo: Callable[[], None]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        undo()
        raise
