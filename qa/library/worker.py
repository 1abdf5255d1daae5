"""Read the files that wait for a library on a server, one after the other: any number of workers do so at once.

Reading, recognising, cutting and embedding are done outside of any lock; each part of a file is stored in one
transaction, which counts only where the job is still the worker's own.
"""

from __future__ import annotations

import logging
import os
import platform
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from qa.errors import LibraryError, ModelError, ModelMismatch, QaError
from qa.errors.messages import Wording
from qa.library.adding import Adding, max_bytes
from qa.library.background import PASSAGES, ReprintGrouping, embedded
from qa.library.models import LibraryModel, model_of
from qa.store import own_files
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import WriterLock
from qa.store.jobs import BEAT_SECONDS, LOOK_SECONDS, Claim, Job, Jobs, Overtaken, State
from qa.store.passages import serve_model, store_vectors
from qa.store.turns import made, plain, worded
from qa.types import AddReport, Skipped
from qa.types.protocols import Embedder
from qa.types.settings import MAX_FILE_MB

TURN_SECONDS = 60.0  # of waiting for the right to store a part
_AWAY_SECONDS = 2.0  # between two tries, while the server is away


class _Stopped(Exception):
    """The worker is to end: what it stored of its job stays, and who takes that goes on."""


@dataclass(slots=True)
class _Course:
    """How a job goes: told to the server at short intervals, whatever the worker is at."""

    jobs: Jobs
    claim: Claim
    stopping: threading.Event
    told: dict[str, Any] = field(default_factory=dict)
    is_lost: bool = False
    _ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def telling(self) -> Iterator[None]:
        teller = threading.Thread(target=self._tell, name="beat", daemon=True)
        teller.start()
        try:
            yield
        finally:
            self._ended.set()
            teller.join()

    def _tell(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            try:
                self.jobs.say(self.claim, self.told)
            except Overtaken:
                self.is_lost = True
                return
            except LibraryError as error:  # the server is away: what is stored next will say so as well
                logging.getLogger(__name__).info("%s", error)

    def note(self, stage: str, done: int, total: int) -> None:
        """Progress. Raises Overtaken, and _Stopped where there is more to do."""
        if stage == "file":
            self.told = {"read": done, "size": total}
        if self.is_lost:
            raise Overtaken
        if self.stopping.is_set() and done < total:
            raise _Stopped


class Worker:
    """Reads for one library, one job at a time. Safe for many threads."""

    def __init__(
        self,
        database: Database,
        jobs: Jobs,
        lock: WriterLock,
        modelling: LibraryModel,
        grouping: ReprintGrouping,
        max_mb: float = MAX_FILE_MB,
    ) -> None:
        self._database = database
        self._contents = Contents(database)
        self._jobs = jobs
        self._lock = lock
        self._modelling = modelling
        self._grouping = grouping
        self._max_bytes = max_bytes(max_mb)
        self.name = f"{os.getpid()} {platform.node()}"

    def run(
        self,
        stopping: threading.Event,
        ended: Callable[[Job], None] = lambda _: None,
        trouble: Callable[[QaError], None] = lambda _: None,
        *,
        once: bool = False,
    ) -> None:
        """Read what waits until `stopping` is set, or `once`: until nothing waits. `ended` is told each job that ended,
        `trouble` why one was given back: the server is away, or this machine cannot keep it.

        Raises ModelError, ModelMismatch where this machine cannot embed.
        """
        left: Claim | None = None
        while not stopping.is_set():
            try:
                if left:
                    self._give_back(left)
                left = claim = self._jobs.take(self.name)
                if claim is None and once:
                    return
                if claim is None:
                    self._jobs.wait(LOOK_SECONDS)
                elif job := self._do(claim, stopping):
                    ended(job)
                left = None
            except (ModelError, ModelMismatch):
                if left:
                    self._give_back(left)
                raise
            except LibraryError as error:
                trouble(error)
                stopping.wait(_AWAY_SECONDS)

    def read_now(self, number: int) -> AddReport:
        """A job read before all others, by this worker or whoever has it already; what came of it."""
        while True:
            if claim := self._jobs.take(self.name, number):
                self._do(claim, threading.Event())
            job = self._jobs.job(number)
            if job is None or job.state in ("done", "failed"):
                return report_of(job)
            time.sleep(_AWAY_SECONDS / 10)

    def _do(self, claim: Claim, stopping: threading.Event) -> Job | None:
        """The job as it ended; None where it did not, or not here. Raises LibraryError, ModelError, ModelMismatch."""
        course, began = _Course(self._jobs, claim, stopping), time.monotonic()
        try:
            with course.telling(), own_files.temporary() as folder:
                told = self._outcome(course, folder)
        except _Stopped:
            self._give_back(claim)
            return None
        except Overtaken:
            return None
        except KeyboardInterrupt:
            with suppress(LibraryError):  # the server is away: it gives the job to another when it is back
                self._give_back(claim)
            raise
        told["seconds"] = round(time.monotonic() - began, 3)
        state: State = "failed" if told.get("problem") or told.pop("is_failure", False) else "done"
        try:
            self._jobs.end(claim, state, told)
        except Overtaken:
            return None
        return Job(claim.number, claim.path, claim.name, state, self.name, told)

    def _outcome(self, course: _Course, folder: Path) -> dict[str, Any]:
        claim = course.claim
        try:
            path = self._jobs.read(claim.brought, folder, Path(claim.path).name)
            adding = Adding(
                self._database,
                self._max_bytes,
                claim.given,
                prune=False,
                indexes=None,
                progress=course.note,
                reread=True,
                is_shared=True,
                turn=self.turn,
                copies={path.resolve(): claim.path},
                require=partial(self._jobs.require, claim=claim),
                by=claim.by,
            )
            report = adding.run_one(path, claim.name)
            self._finish(claim.path, course)
        except (_Stopped, Overtaken, LibraryError, ModelError, ModelMismatch):
            raise
        except QaError as error:
            return {"problem": plain(error.wording)}
        except OSError as error:
            return {"problem": plain(Wording("jobs.broken", error=str(error)))}
        except Exception as error:  # a mistake of ours, or of who made a reader: told, and nobody tries it again
            logging.getLogger(__name__).exception("%s", claim.name)
            return {"problem": plain(Wording("jobs.broken", error=repr(error)))}
        is_read = report.added or report.changed or report.unchanged or report.renamed
        return {"report": plain(report), "is_failure": report.failed and not is_read}

    def turn(self) -> AbstractContextManager[None]:
        """The right to change the library, for a moment. Raises LibraryBusy."""
        return self._lock.hold(TURN_SECONDS)

    def serve_model(self) -> Embedder:
        """The model of the library, from now on where it has none. Raises ModelError, ModelMismatch, LibraryBusy."""
        embedder = self._modelling.embedder()
        if not self._contents.state().model:
            with self.turn():
                if not self._contents.state().model:
                    serve_model(self._database, model_of(embedder))
        return embedder

    def _finish(self, path: str, course: _Course) -> None:
        """Group the reprints of what is new, and make the vectors that a file lacks."""
        embedder = self.serve_model()
        self._grouping.look(self._grouping.left()[:PASSAGES])
        with self.turn():
            self._grouping.keep_few()
        ids = self._contents.without_vector_in(embedder.fingerprint, path)
        for start in range(0, len(ids), PASSAGES):
            course.note("embed", start, len(ids))
            vectors = embedded(self._contents, embedder, ids[start : start + PASSAGES])
            with self.turn():
                store_vectors(self._database, model_of(embedder), vectors)

    def _give_back(self, claim: Claim) -> None:
        with suppress(Overtaken):
            self._jobs.end(claim, "waiting", {})


def report_of(job: Job | None) -> AddReport:
    """What came of a job; nothing of one that was forgotten meanwhile, or is not done."""
    if job is None:
        return AddReport()
    if problem := job.told.get("problem"):
        return AddReport(skipped=(Skipped(job.name, worded(problem), failed=True),))
    return made(AddReport, job.told["report"]) if "report" in job.told else AddReport()
