"""Open both indexes of a library, bring them up to date with the store, rebuild those that cannot be used."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from qa.errors import IndexNotWritten, IndexUnusable, LibraryError
from qa.errors.messages import Wording
from qa.index.catching_up import CatchingUp
from qa.index.flat_vectors import header_at
from qa.index.term_index import TantivyTerms, segments, verify
from qa.index.term_worker import TermWorker
from qa.index.vector_cache import LAG, LAG_MEANWHILE, NOT_WRITTEN, Serving, VectorCache, Vectors, made_of
from qa.store import own_files
from qa.store.contents import Contents
from qa.store.folder import Folder, WriterLock
from qa.store.log import State
from qa.text.words import FIELDS, ORDERED
from qa.types.protocols import Progress

_REPLAYED = 2000  # changes read and passed on at a time
_PATIENCE_SECONDS = 10.0  # while another process of this machine brings the same files up to date
_COMMITTED = 20_000  # passages after which a long replay is made durable


def terms_on_disk(folder: Path, state: State, version: str) -> TantivyTerms:
    """The term index in a folder, made by this `version` of the terms, its files verified. Raises IndexUnusable."""
    if not (folder / "meta.json").exists():
        raise IndexUnusable("missing")
    verify(folder)
    return _terms_at(folder, state, version)


class Indexes(CatchingUp):
    """The vector and the term index of one library. Safe for many threads.

    Of a library that a server has, each machine brings its own files up to date, at the latest for the next question,
    and where it has none begins with those that another has published: see `snapshots`. They have a lock of their own,
    which all the rest here is about then. Of others:

    Who holds the writer lock brings the files up to date; who does not keeps its own vectors up to date in memory, and
    takes the terms as the last writer left them. Where the term index on disk cannot be used and not be mended either,
    because somebody else is writing, the folder is read-only or its disk full, a copy of its own is made in a
    temporary folder.
    """

    def __init__(self, folder: Folder, contents: Contents, worker: TermWorker, lock: WriterLock | None) -> None:
        """Open both, and bring them up to date on disk where there is a lock and it is free."""
        super().__init__(worker)
        self._folder = folder
        self._contents = contents
        self._lock = lock
        self._refreshing = threading.Lock()
        self._following = threading.Lock()  # of a server's changes: who asks meanwhile waits for the same
        self._temporary = ExitStack()
        self._is_own = False  # the term index is a temporary copy
        self._state = contents.state()
        self.terms = self._open_terms()  # first: a snapshot brings the vectors as well
        self._vectors = VectorCache(folder, contents, lock, self._state)
        if lock and self._is_behind():
            with lock.try_hold() as held, suppress(IndexNotWritten):  # asking needs no room on the disk
                if held:
                    self.catch_up()
        self.refresh()

    @property
    def serving(self) -> Serving:
        return self._vectors.serving

    @property
    def vectors(self) -> Vectors:
        return self.serving.vectors

    def refresh(self) -> None:
        """See what was added and removed since, by whatever process. Cheap where nothing was."""
        with self._refreshing:
            self._follow()
            if self.terms.change >= self._state.text_change:
                return
            if self._is_own:
                self._replay_terms()
                return
            try:
                self.terms.reload()
            except IndexUnusable:
                self.terms = self._open_terms()
        if self._folder.server and not self._is_changing:
            with self._following:
                if self.terms.change < self._state.text_change:
                    self._catch_up_to_ask()

    def _catch_up_to_ask(self) -> None:
        """Likewise of a library on a server; asking needs no room on its disk, if only that for temporary files has
        some. Raises IndexNotWritten.
        """
        try:
            self.catch_up()
        except IndexNotWritten as error:
            if self.terms.change < self._state.text_change:
                logging.getLogger(__name__).warning("%s", error)
                try:
                    self.terms = self._own_terms()
                except (OSError, IndexUnusable):
                    raise error from None
                self._is_own = True
                self._replay_terms()

    def catch_up(self, progress: Progress | None = None) -> None:
        """Bring both indexes up to date, in memory and on disk. The caller holds the writer lock."""
        with self._held() as held:
            if held:
                self._catch_up(progress)

    @contextmanager
    def _held(self) -> Iterator[bool]:
        """The lock of the files, which the caller has where it is the writers' lock; else whoever has it catches up."""
        if self._lock is None:
            yield True
            return
        with self._lock.try_hold(_PATIENCE_SECONDS) as held:
            yield held

    def _catch_up(self, progress: Progress | None) -> None:
        try:
            if self._is_own:
                raise IndexUnusable("it was when it was opened")
            self.terms.reload()
        except IndexUnusable:
            self._is_own = False
            self.terms = self._open_terms()
        self._replay_terms(progress)
        self._worker.forget()
        self.catch_up_vectors()

    def catch_up_vectors(self, *, meanwhile: bool = False) -> None:
        """The same for the vectors alone; `meanwhile` more are being made. The caller holds the writer lock."""
        with self._held() as held, self._refreshing:
            self._follow()
            if held:
                self._vectors.save(LAG_MEANWHILE if meanwhile else LAG)

    def publish(self, stopping: Callable[[], bool]) -> bool:
        self.refresh()
        server = self._folder.server
        if server is None or self._is_own:
            return False
        from qa.index import snapshots  # a library in a folder needs none

        stamp, state, count = self._stamp(), self._state, len(self.terms)
        if count < snapshots.LEAST:
            return False
        before = snapshots.published(self._folder, server, stamp)
        if before is not None and 0 <= state.change - before <= snapshots.LAG * count:
            return False
        try:
            with own_files.temporary_in(self._folder.root) as room:
                with self._held() as held:
                    self.catch_up_vectors()
                    if not held or self._is_behind() or self._stamp() != stamp:
                        return False
                    files = snapshots.link(self._folder, segments(self._folder.terms), room)
                return snapshots.publish(self._folder, server, stamp, state.change, files, stopping)
        except snapshots.Stopped:
            return False
        except OSError as error:
            raise IndexNotWritten(NOT_WRITTEN, path=self._folder.root, reason=error) from error

    def close(self) -> None:
        self._vectors.close()
        self._temporary.close()

    def _stamp(self) -> str:
        """What both indexes are made of."""
        return f"{made_of(self._state)[1]}:{self._worker.version}"

    def _is_behind(self) -> bool:
        return self._is_own or self.terms.change < self._state.text_change or self._vectors.is_behind()

    def _follow(self) -> None:
        self._state = self._contents.state()
        self._vectors.follow(self._state)

    def _open_terms(self) -> TantivyTerms:
        """The index on disk; where it cannot be used, a new one in its place, or a copy of our own."""
        try:
            return self._shared_terms()
        except IndexUnusable:
            if self._lock:
                with self._lock.try_hold() as held:
                    if held:
                        return self._mend_terms()
            self._is_own = True
            return self._own_terms()

    def _shared_terms(self) -> TantivyTerms:
        return self._sound_terms(self._folder.terms)

    def _sound_terms(self, folder: Path) -> TantivyTerms:
        """Raises IndexUnusable."""
        terms = terms_on_disk(folder, self._state, self._worker.version)
        census = self._contents.census()
        is_caught_up = terms.change >= census.text_change
        if terms.change > census.change or (is_caught_up and len(terms) != census.passages):
            raise IndexUnusable("out of step")
        self._contents.text_changes(terms.change, 1)  # which the library may have lost
        return terms

    def _mend_terms(self) -> TantivyTerms:
        """The index on disk, made anew and empty if need be. The caller holds the writer lock."""
        try:
            return self._shared_terms()
        except IndexUnusable:
            self._clear_terms()
            return self._begun() or _terms_at(self._folder.terms, self._state, self._worker.version)

    def _begun(self) -> TantivyTerms | None:
        """The index that another machine has published, in its place, the vectors too where there are none; None where
        there is no such, or none that can be used, which is told. The caller holds the writer lock.
        """
        server = self._folder.server
        if server is None:
            return None
        from qa.index import snapshots

        try:
            with own_files.temporary_in(self._folder.root) as room:
                if not snapshots.fetch(self._folder, server, self._stamp(), room):
                    return None
                if header_at(self._folder.vectors, made_of(self._state)[1]) is None:
                    os.replace(room / "vectors", self._folder.vectors)
                for path in (room / "terms").iterdir():
                    os.replace(path, self._folder.terms / path.name)
            return self._shared_terms()
        except (LibraryError, OSError) as error:
            logging.getLogger(__name__).warning("%s", Wording("index.snapshot-unusable", reason=error))
            self._clear_terms()
            return None

    def _clear_terms(self) -> None:
        """An empty folder for the term index. The old one is moved first: a reader may still put a lock file there."""
        terms, discarded = self._folder.terms, self._folder.discarded
        if discarded.is_dir():
            shutil.rmtree(discarded)
        if terms.is_dir():
            terms.rename(discarded)
            shutil.rmtree(discarded)
        terms.unlink(missing_ok=True)
        own_files.make_folder(terms)

    def _own_terms(self) -> TantivyTerms:
        folder = self._temporary.enter_context(own_files.temporary())
        try:
            return self._sound_terms(Path(shutil.copytree(self._folder.terms, folder / "copy")))
        except (OSError, IndexUnusable):
            (folder / "new").mkdir()
            return _terms_at(folder / "new", self._state, self._worker.version)

    def _replay_terms(self, progress: Progress | None = None) -> None:
        try:
            self._replay_into(self.terms, progress)
        except IndexUnusable:  # the library was set back
            self.terms = self._open_terms()
            self._replay_into(self.terms, progress)

    def _replay_into(self, terms: TantivyTerms, progress: Progress | None) -> None:
        target = self._contents.state().change
        done, after = 0, terms.change
        try:
            while batch := self._contents.text_changes(after, _REPLAYED):
                present = self._contents.passages(passage for _, passage in batch)
                terms.remove([passage for _, passage in batch if passage not in present])
                terms.add({one: self._worker.terms(article, text) for one, (text, article) in present.items()})
                after = batch[-1][0]
                done += len(batch)
                if done // _COMMITTED > (done - len(batch)) // _COMMITTED:
                    terms.commit(after)
                if progress:
                    progress("index", done, 0)
            if done:
                terms.commit(max(after, target))
        except BaseException as error:
            terms.rollback()
            if isinstance(error, OSError | ValueError):  # ValueError is tantivy's
                raise IndexNotWritten(NOT_WRITTEN, path=self._folder.root, reason=error) from error
            raise


def _terms_at(folder: Path, state: State, version: str) -> TantivyTerms:
    return TantivyTerms(folder, FIELDS, f"{state.library}:{version}", ORDERED)
