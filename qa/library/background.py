"""The work that follows an `add`, at once or on a thread: group reprints, then compute vectors in batches."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile

from qa.articles import passages, reprints
from qa.errors import QaError
from qa.index.engines import AnyIndexes
from qa.index.flat_vectors import pack
from qa.library.models import LibraryModel, model_of
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import WriterLock
from qa.store.passages import plan_model, serve_model, store_vectors
from qa.store.texts import Grouped, Ungrouped, firsts_like, store_groups, texts_of, ungrouped
from qa.types.protocols import Embedder, Progress

BATCH = 200  # articles kept together: what an interrupt loses at most
_REMEMBERED = 2000  # articles whose fingerprint is not made anew for each that resembles them


class ReprintGrouping:
    """Groups the reprints of a library in batches. An interrupt loses no finished batch: an article that was not
    compared yet has no row, and is compared next time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look = lru_cache(_REMEMBERED)(lambda one: reprints.fingerprint(one.text))

    def left(self) -> list[int]:
        """Numbers of the articles that are new, in the order of arrival."""
        return ungrouped(self._database)

    def look(self, numbers: Collection[int]) -> None:
        """Make the fingerprints of a batch, which is most of the work: somebody else may write meanwhile."""
        for one in texts_of(self._database, numbers):
            self._look(one)

    def keep(self, numbers: Collection[int]) -> None:
        """Find the story of each article of a batch that is new still. The caller holds the writer lock."""
        store_groups(self._database, list(self._stories(texts_of(self._database, numbers))))

    def keep_few(self) -> None:
        """Group what a small change made new; of more than a batch, nothing. The caller holds the writer lock."""
        numbers = self.left()
        if len(numbers) <= BATCH:
            self.keep(numbers)

    def _stories(self, batch: list[Ungrouped]) -> Iterator[Grouped]:
        """The story of each article; those of the batch itself are not in the tables yet, and are searched as well."""
        fresh: dict[int, list[Ungrouped]] = {}  # first articles of the batch by their keys
        for one in batch:
            mine = self._look(one)
            near = firsts_like(self._database, mine.keys) if mine.keys else []
            near += {other.number: other for key in mine.keys for other in fresh.get(key, ())}.values()
            first = next((other for other in near if reprints.are_reprints(mine, self._look(other))), one)
            yield Grouped(one.number, first.number, mine.keys)
            if first is one:
                for key in mine.keys:
                    fresh.setdefault(key, []).append(one)


PUBLISHING_SECONDS = 60.0  # between two looks whether indexes are to be published
PASSAGES = 64  # those whose vectors are kept together: what an interrupt loses at most
_FEW = 2000  # missing vectors that are looked for among the last passages: going through a million takes a second
_PATIENCE_SECONDS = 1.0  # between two looks whether to stop, while somebody else writes


@dataclass(frozen=True, slots=True)
class VectorProgress:
    """How far the making of vectors is, and what stopped it."""

    is_running: bool = False
    model: str | None = None
    done: int = 0
    total: int = 0
    seconds: float = 0.0  # spent so far
    problem: str | None = None  # what ended it, with what to do

    @property
    def per_second(self) -> float | None:
        return self.done / self.seconds if self.done and self.seconds else None

    @property
    def seconds_left(self) -> float | None:
        return (self.total - self.done) / self.per_second if self.per_second else None


def embedded(contents: Contents, embedder: Embedder, ids: Collection[int]) -> list[tuple[int, bytes]]:
    """Passages that are still there, with their vectors as they are stored."""
    held = contents.passages(ids)
    texts = [passages.context(article, passage) for passage, article in held.values()]
    return list(zip(held, map(pack, embedder.embed_passages(texts)), strict=True))


@contextmanager
def repeated(work: Callable[[Callable[[], bool]], object], seconds: float) -> Iterator[None]:
    """Do `work` on a thread, every so many seconds until the block ends, which its argument tells. What fails is logged
    and tried again.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(seconds):
            try:
                work(ended.is_set)
            except QaError as error:
                logging.getLogger(__name__).warning("%s", error)

    thread = threading.Thread(target=run, name="repeated", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


class VectorMaker:
    """Makes the vectors of a library, and groups the reprints among what is new before them. The writer lock is held
    only while a batch is stored: others may add meanwhile, and what they add is grouped and embedded as well. Whatever
    interrupts, what is made stays, and the next call goes on.
    """

    def __init__(
        self,
        database: Database,
        lock: WriterLock,
        indexes: Callable[[], AnyIndexes],
        modelling: LibraryModel,
        grouping: ReprintGrouping,
    ) -> None:
        self._database = database
        self._contents = Contents(database)
        self._lock = lock
        self._indexes = indexes
        self._modelling = modelling
        self._grouping = grouping
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._switching = threading.Lock()  # the thread on or off
        self._status = VectorProgress()
        self._began = 0.0

    @property
    def status(self) -> VectorProgress:
        return self._status

    def ready(self) -> tuple[int, int]:
        """How many passages have their vectors now, and how many there are: the others are found by terms alone."""
        indexes = self._indexes()
        indexes.refresh()
        return min(len(indexes.vectors), len(indexes.terms)), len(indexes.terms)

    def start(self) -> None:
        """Make what is missing in a thread of its own, and go on with a change of model that was interrupted. Does
        nothing where it runs already.
        """
        with self._switching:
            if self._thread is None or not self._thread.is_alive():
                self._status = VectorProgress(is_running=True)
                self._began = time.monotonic()
                self._thread = threading.Thread(target=self._work, name="vectors", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread, after the batch under way."""
        with self._switching:
            if self._thread is not None:
                self._stopping.set()
                self._thread.join()
                self._stopping.clear()

    def make(self, progress: Progress | None = None) -> None:
        """Make what is missing now, by the model that serves. Raises ModelError, ModelMismatch."""
        self._group(progress)
        if self._contents.state().model is None:
            return
        self._fill(self._modelling.embedder(), progress)
        self._settle()

    def make_for(self, articles: Iterable[str]) -> None:
        """Make what these articles lack, however much is missing elsewhere. Raises as `make`."""
        state = self._contents.state()
        ids = self._contents.without_vector_of(state.model.fingerprint, articles) if state.model else []
        if ids:
            self._store_batch(self._modelling.embedder(), ids)
        self._settle()

    def replace(self, embedder: Embedder, progress: Progress | None = None) -> None:
        """Make all vectors by another model, and let it serve when all are there. Raises LibraryBusy."""
        model = model_of(embedder)
        plan_model(self._database, model)
        while not self._stopping.is_set():
            self._fill(embedder, progress)
            with self._lock.hold():
                if self._contents.count_without_vector(model.fingerprint):  # somebody added meanwhile
                    continue
                self._modelling.hand_over(embedder)
                serve_model(self._database, model)
                self._indexes().catch_up(progress)
                self._database.tidy()
                return

    def _work(self) -> None:
        try:
            self.make(self._note)
            planned = self._contents.planned_model()
            if planned and not self._stopping.is_set():
                self.replace(self._modelling.load(planned.name), self._note)
        except QaError as error:
            self._status = replace(self._status, problem=str(error))
        finally:
            self._status = replace(self._status, is_running=False)

    def _fill(self, embedder: Embedder, progress: Progress | None) -> None:
        """Until none is missing: others may add while the batches are made."""
        fingerprint = embedder.fingerprint
        self._status = replace(self._status, model=embedder.name)
        done, before = 0, -1
        while done > before and (left := self._contents.count_without_vector(fingerprint)):
            before = done
            for ids in self._batches(fingerprint, left):
                self._store_batch(embedder, ids)
                self._group(progress)
                done, left = done + len(ids), max(left - len(ids), 0)
                if progress:
                    progress("embed", done, done + left)

    def _group(self, progress: Progress | None) -> None:
        """Reprints among all articles that are new by now."""
        left = self._grouping.left()
        for start in range(0, len(left), BATCH):
            batch = left[start : start + BATCH]
            self._grouping.look(batch)
            if not self._when_free(lambda: self._grouping.keep(batch)):  # noqa: B023 - called at once
                return
            if progress:
                progress("group", start + len(batch), len(left))

    def _batches(self, fingerprint: str, left: int) -> Iterator[list[int]]:
        if left <= _FEW:
            ids = self._contents.newest_without_vector(fingerprint, left)
            batches = (ids[start : start + PASSAGES] for start in range(0, len(ids), PASSAGES))
            yield from takewhile(lambda _: not self._stopping.is_set(), batches)
            return
        after = -1
        while not self._stopping.is_set() and (ids := self._contents.without_vector(fingerprint, after, PASSAGES)):
            yield ids
            after = ids[-1]

    def _store_batch(self, embedder: Embedder, ids: Collection[int]) -> None:
        vectors = embedded(self._contents, embedder, ids)

        def keep() -> None:
            store_vectors(self._database, model_of(embedder), vectors)
            self._indexes().catch_up_vectors(meanwhile=True)

        self._when_free(keep)

    def _when_free(self, work: Callable[[], None]) -> bool:
        """Do it with the writer lock, however long somebody else writes; whether it was done before a stop."""
        while not self._stopping.is_set():
            with self._lock.try_hold(_PATIENCE_SECONDS) as is_held:
                if is_held:
                    work()
                    return True
        return False

    def _settle(self) -> None:
        """The vector file as it should be, unless somebody else is writing and will see to it."""
        with self._lock.try_hold() as is_held:
            if is_held:
                self._indexes().catch_up_vectors()
                self._database.tidy()

    def _note(self, stage: str, done: int, total: int) -> None:
        if stage == "embed":
            self._status = replace(self._status, done=done, total=total, seconds=time.monotonic() - self._began)
        elif not self._status.done:  # what comes before the vectors does not count in their rate
            self._began = time.monotonic()
