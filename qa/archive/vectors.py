"""What may follow an `add`, batch by batch, now or behind everything else: reprints grouped, then vectors made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import takewhile

from qa import passages
from qa.archive.grouping import BATCH, Grouping
from qa.archive.modelling import Modelling, described
from qa.errors import QaError
from qa.protocols import Embedder, Progress
from qa.stores.database import Database
from qa.stores.indexes import Indexes
from qa.stores.lock import WriterLock
from qa.stores.models import plan_model, serve_model, store_vectors
from qa.stores.truth import Truth
from qa.stores.vectors import pack

_BATCH = 64  # passages whose vectors are kept together: what an interrupt loses at most
_FEW = 2000  # missing vectors that are looked for among the last passages: going through a million takes a second
_PATIENCE_SECONDS = 1.0  # between two looks whether to stop, while somebody else writes


@dataclass(frozen=True, slots=True)
class Making:
    """How far the making of vectors is."""

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


class VectorMaker:
    """Makes the vectors of a library, and groups the reprints among what is new before them. The writer lock is held
    only while a batch is stored: others may add meanwhile, and what they add is grouped and embedded as well. Whatever
    interrupts, what is made stays, and the next call goes on.
    """

    def __init__(
        self,
        database: Database,
        lock: WriterLock,
        indexes: Callable[[], Indexes],
        modelling: Modelling,
        grouping: Grouping,
    ) -> None:
        self._database = database
        self._truth = Truth(database)
        self._lock = lock
        self._indexes = indexes
        self._modelling = modelling
        self._grouping = grouping
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._switching = threading.Lock()  # the thread on or off
        self._status = Making()
        self._began = 0.0

    @property
    def status(self) -> Making:
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
                self._status = Making(is_running=True)
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
        if self._truth.state().model is None:
            return
        self._fill(self._modelling.embedder(), progress)
        self._settle()

    def make_for(self, articles: Iterable[str]) -> None:
        """Make what these articles lack, however much is missing elsewhere. Raises as `make`."""
        state = self._truth.state()
        ids = self._truth.without_vector_of(state.model.fingerprint, articles) if state.model else []
        if ids:
            self._store_batch(self._modelling.embedder(), ids)
        self._settle()

    def replace(self, embedder: Embedder, progress: Progress | None = None) -> None:
        """Make all vectors by another model, and let it serve when all are there. Raises LibraryBusy."""
        model = described(embedder)
        plan_model(self._database, model)
        while not self._stopping.is_set():
            self._fill(embedder, progress)
            with self._lock.hold():
                if self._truth.count_without_vector(model.fingerprint):  # somebody added meanwhile
                    continue
                self._modelling.hand_over(embedder)
                serve_model(self._database, model)
                self._indexes().catch_up(progress)
                self._database.tidy()
                return

    def _work(self) -> None:
        try:
            self.make(self._note)
            planned = self._truth.planned_model()
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
        while done > before and (left := self._truth.count_without_vector(fingerprint)):
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
            ids = self._truth.newest_without_vector(fingerprint, left)
            batches = (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
            yield from takewhile(lambda _: not self._stopping.is_set(), batches)
            return
        after = -1
        while not self._stopping.is_set() and (ids := self._truth.without_vector(fingerprint, after, _BATCH)):
            yield ids
            after = ids[-1]

    def _store_batch(self, embedder: Embedder, ids: Collection[int]) -> None:
        held = self._truth.passages(ids)
        texts = [passages.context(article, passage) for passage, article in held.values()]
        vectors = list(zip(held, map(pack, embedder.embed_passages(texts)), strict=True))

        def keep() -> None:
            store_vectors(self._database, described(embedder), vectors)
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
