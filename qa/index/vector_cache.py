"""The vector index of a library on disk: open it, bring it up to date, rebuild it when damaged or too far behind.

A library of moderate size has all its vectors flat in memory; beyond LARGE a file of coded rows serves, with what
changed since in memory. That file is made from SQLite behind everything else, while the old one serves.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Protocol

from qa.errors import IndexNotWritten, IndexUnusable, LibraryError
from qa.index import large_vectors
from qa.index.flat_vectors import FlatVectors, header_at, unpack
from qa.index.large_vectors import LargeVectors
from qa.store import own_files
from qa.store.contents import Contents
from qa.store.folder import Folder, WriterLock
from qa.store.log import Model, State
from qa.types.protocols import VectorIndex

LARGE = 50_000 if hasattr(os, "pread") else sys.maxsize
"""Vectors from which on codes serve: flat takes 3 ms there and grows with their number, codes .8 and 2 for the rows
that are read (`python -m bench.speed.kinds`). Only a system that has `pread` replaces a file that is open."""
LAG = 0.02  # share of the vectors that the file may lack: to replay so few is faster than to write all
LAG_MEANWHILE = 0.25  # the same while vectors are being made: the file is written a few times in all
NOT_WRITTEN = "index.not-written"
_MOST_REPLAYED = 20_000  # changes that a file of coded rows may lack: searched flat they take 2 ms, replayed .3 s
_REPLAYED = 2000  # changes read and passed on at a time
_STORED = 5000  # vectors read at a time

Vectors = FlatVectors | LargeVectors


class Replayed(VectorIndex, Protocol):
    """Vectors that changes are replayed to."""

    @property
    def dimension(self) -> int: ...


class Serving(NamedTuple):
    """The vectors that questions are compared with, and the model that made them, which must embed the questions."""

    model: Model | None
    vectors: Vectors


def vectors_on_disk(folder: Folder, contents: Contents, state: State) -> Vectors:
    """The vector index of the file, completely checked, with later changes replayed. Raises IndexUnusable."""
    found = _opened(folder.vectors, state)
    if isinstance(found, LargeVectors):
        found.verify()
    _replay(found, contents, state)
    return found


class VectorCache:
    """The vectors that serve, and their file. Many threads may search; everything else is for one at a time."""

    def __init__(self, folder: Folder, contents: Contents, lock: WriterLock | None, state: State) -> None:
        self._folder = folder
        self._contents = contents
        self._lock = lock
        self._temporary = ExitStack()
        self._is_file_lost = False  # the file cannot be used
        self._making: threading.Thread | None = None
        self._made: LargeVectors | None = None  # by that thread, to serve from the next look on
        self._failed: Exception | None = None  # what ended it
        self.serving = Serving(state.model, self._read(state))

    def follow(self, state: State) -> None:
        """Take over a new state: another model, newer vectors, a file made anew."""
        made, vectors = self._made, self.serving.vectors
        is_damaged = isinstance(vectors, LargeVectors) and vectors.is_damaged
        if state.model != self.serving.model or is_damaged:
            self.serving = Serving(state.model, self._read(state))
        elif made:
            self._made = None
            self.serving = Serving(state.model, made)
        elif self._is_newer_on_disk(vectors):
            self.serving = Serving(state.model, self._read(state))
        try:
            _replay(self.serving.vectors, self._contents, state)
        except IndexUnusable:  # the library was set back
            self.serving = Serving(state.model, self._read(state))

    def is_behind(self, lag: float = LAG) -> bool:
        """Whether the file is lost, of something else or another kind, or lacks more than a share of the vectors."""
        vectors = self.serving.vectors
        saved = header_at(self._folder.vectors, vectors.stamp)
        if saved is None or self._is_file_lost:
            return True
        lacking = abs(vectors.change - saved.change)
        if _is_large(vectors):
            return saved.format != large_vectors.FORMAT or lacking > min(lag * len(vectors), _MOST_REPLAYED)
        return lacking > lag * len(vectors)

    def save(self, lag: float = LAG) -> None:
        """Bring the file up to date where it is behind: at once, or where there are a great many vectors behind
        everything else. The caller holds the writer lock. Raises IndexNotWritten, also for what failed behind.
        """
        failed, self._failed = self._failed, None
        if failed:
            raise self._not_written(failed)
        if not self.is_behind(lag):
            return
        if _is_large(self.serving.vectors):
            self._start_making()
            return
        vectors = self.serving.vectors
        if isinstance(vectors, LargeVectors):  # most were removed
            vectors = _flat(self._contents, self._contents.state())
            self.serving = Serving(self.serving.model, vectors)
        try:
            vectors.write(self._folder.vectors)
        except OSError as error:
            raise self._not_written(error) from error
        self._is_file_lost = False

    def close(self) -> None:
        """Wait for a file that is being made: whoever opens the library next has it."""
        if self._making:
            self._making.join()
        self._temporary.close()

    def _is_newer_on_disk(self, vectors: Vectors) -> bool:
        """Whether another process made a file that holds what this one has gathered in memory."""
        if not isinstance(vectors, LargeVectors) or vectors.change - vectors.base_change <= _MOST_REPLAYED:
            return False
        saved = header_at(self._folder.vectors, vectors.stamp)
        return saved is not None and saved.change - vectors.base_change > _MOST_REPLAYED

    def _read(self, state: State) -> Vectors:
        """The index on disk, or where it cannot be used a new one; caught up in memory."""
        try:
            found = _opened(self._folder.vectors, state)
            _replay(found, self._contents, state)
            census = self._contents.census()
            if found.change > census.change or (found.change == census.change and len(found) != census.vectors):
                raise IndexUnusable("out of step")
            self._is_file_lost = False
            return found
        except IndexUnusable:
            self._is_file_lost = True
            return self._made_anew(state)

    def _made_anew(self, state: State) -> Vectors:
        if self._contents.census().vectors < LARGE:
            return _flat(self._contents, state)
        if self._lock:
            with self._lock.try_hold() as held:
                if held:
                    return self._made_at(self._folder.vectors, state)
        folder = self._temporary.enter_context(own_files.temporary())
        return self._made_at(folder / "vectors", state)

    def _made_at(self, path: Path, state: State) -> Vectors:
        from filelock import FileLock  # takes long to load, and who only asks never locks

        try:
            with FileLock(_lock_of(path), mode=own_files.FILE):
                _write(path, self._contents, state)
            made = LargeVectors(path, *made_of(state))
        except OSError as error:
            raise self._not_written(error) from error
        self._is_file_lost = path != self._folder.vectors
        _replay(made, self._contents, state)
        return made

    def _start_making(self) -> None:
        if self._making is None or not self._making.is_alive():
            self._making = threading.Thread(target=self._make, name="vector file", daemon=True)
            self._making.start()

    def _make(self) -> None:
        from filelock import FileLock, Timeout

        path, state = self._folder.vectors, self._contents.state()
        try:
            with FileLock(_lock_of(path), timeout=0, mode=own_files.FILE):
                _write(path, self._contents, state)
            made = LargeVectors(path, *made_of(state))
            _replay(made, self._contents, state)
            if self._contents.state().model == state.model:
                self._is_file_lost = False
                self._made = made
        except Timeout:
            return  # another process makes it: it is taken over from there
        except (OSError, LibraryError) as error:
            self._failed = error

    def _not_written(self, error: Exception) -> IndexNotWritten:
        reason = getattr(error, "strerror", None) or error
        return IndexNotWritten(NOT_WRITTEN, path=self._folder.root, reason=reason)


def _is_large(vectors: Vectors) -> bool:
    """Whether codes shall serve: those that do serve on until half are gone."""
    return len(vectors) >= (LARGE // 2 if isinstance(vectors, LargeVectors) else LARGE)


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def made_of(state: State) -> tuple[int, str]:
    """Dimension and stamp of the vector index."""
    model = state.model
    if model is None:
        return 1, f"{state.library}:"  # there is no vector to hold
    return model.dimension, f"{state.library}:{model.fingerprint}"


def _opened(path: Path, state: State) -> Vectors:
    """The index at `path`, of whatever kind. Raises IndexUnusable."""
    dimension, stamp = made_of(state)
    header = header_at(path, stamp)
    if header and header.format == large_vectors.FORMAT:
        return LargeVectors(path, dimension, stamp)
    return FlatVectors.read(path, dimension, stamp)


def _flat(contents: Contents, state: State) -> FlatVectors:
    found = FlatVectors(*made_of(state))
    _replay(found, contents, state)
    return found


def _write(path: Path, contents: Contents, state: State) -> None:
    """A file of all vectors by the state's model. Those that change meanwhile have later numbers: a replay from the
    state's change on sets them right.
    """
    dimension, stamp = made_of(state)
    large_vectors.write_quantised(path, _stored(contents, state), dimension, stamp, state.change)


def _stored(contents: Contents, state: State) -> Iterator[Sequence[tuple[int, bytes]]]:
    after, fingerprint = -1, state.model.fingerprint if state.model else ""
    while part := contents.stored_vectors(fingerprint, after, _STORED):
        yield part
        after = part[-1][0]


def _replay(vectors: Vectors, contents: Contents, state: State) -> None:
    replay(vectors, contents, state.model, _REPLAYED)


def replay(vectors: Replayed, contents: Contents, model: Model | None, at_once: int) -> bool:
    """Bring vectors by the model up to date, `at_once` changes a commit. Whether there were any."""
    before = vectors.change
    while batch := contents.changes(vectors.change, at_once, model.fingerprint if model else None):
        now = {change.passage: change.vector for change in batch}
        vectors.remove([passage for passage, vector in now.items() if vector is None])
        held = {passage: vector for passage, vector in now.items() if vector is not None}
        if held:
            vectors.add(list(held), unpack(list(held.values()), vectors.dimension))
        vectors.commit(batch[-1].number)
    return vectors.change != before
