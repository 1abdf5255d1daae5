"""Read files into the library for the screen, one after the other, with progress, stop and resume.

What is queued is on the disk first (`Library.queue`), and goes from there once it is read: a restart goes on with it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from qa.errors import LibraryBusy, QaError, reason_of
from qa.formats.metadata import stated_columns
from qa.types import ANYBODY, AddReport, Metadata, Sender, Skipped

if TYPE_CHECKING:
    from qa.library.library import Library
    from qa.store.inbox import Incoming

State = Literal["waiting", "reading", "done", "failed", "stopped"]
QUEUED = 5000  # jobs held at once, ended ones too
_PATIENCE_SECONDS = 0.5  # between two tries to write, while another program does
_LEAST_SECONDS = 2.0  # of reading a file, before it is told how long it takes


@dataclass(frozen=True, slots=True)
class Job:
    """A file or folder being read into the library, and the result."""

    number: int
    path: Path
    name: str  # as it is shown
    by: Sender = ANYBODY
    state: State = "waiting"
    done: int = 0  # files looked at
    total: int = 0  # files found; 0 before it is known
    read: int = 0  # bytes of the file under way
    size: int = 0  # bytes that the file under way has; 0 where it is not known how far it is
    file_left: float | None = None  # seconds until the one file that the job is has been read
    seconds: float = 0.0  # spent on it
    report: AddReport = field(default_factory=AddReport)
    problem: str = ""  # why it failed as a whole
    is_blocked: bool = False  # another program writes: it goes in once that has ended

    @property
    def has_ended(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def seconds_left(self) -> float | None:
        """None where there is nothing to tell it from."""
        if self.state != "reading":
            return None
        if not self.done or not self.total:
            return self.file_left
        return self.seconds / self.done * (self.total - self.done)

    @property
    def failures(self) -> tuple[Skipped, ...]:
        return tuple(skip for skip in self.report.skipped if skip.failed)


class Reading(Protocol):
    """A reading queue as the screen sees it: of this process alone, or of all servers of a library."""

    @property
    def is_full(self) -> bool: ...
    @property
    def is_running(self) -> bool: ...
    def start(self) -> None: ...
    def take(self, brought: Incoming, by: Sender = ANYBODY) -> str: ...
    def add(self, path: Path, name: str, by: Sender = ANYBODY) -> bool: ...
    def jobs(self) -> tuple[Job, ...]: ...
    def stop(self) -> None: ...
    def resume(self) -> None: ...
    def clear(self) -> None: ...
    def close(self) -> None: ...


class Pace:
    """How fast a file is read, measured from where reading was resumed."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def seconds_left(self, read: int, size: int, seconds: float) -> float | None:
        """None where there is nothing yet to tell it from; `read` and `size` in bytes."""
        first, began = self._first = self._first or (read, seconds)
        if read <= first or seconds - began < _LEAST_SECONDS:
            return None
        return (seconds - began) / (read - first) * (size - read)


class _Stopped(Exception):
    """Breaks off an `add`: what it has stored stays."""


class Ingest:
    """The reading queue of one library. Safe for many threads; the library computes vectors after the last file."""

    def __init__(self, library: Library) -> None:
        """With what was accepted before and is not read yet: it waits for `start`. Raises LibraryError."""
        self._library = library
        self._lock = threading.Lock()
        self._jobs = {one.number: Job(*one) for one in library.queue.waiting()}
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def start(self) -> None:
        """Go on with what was accepted before."""
        if self._jobs:
            self._run()

    @property
    def is_full(self) -> bool:
        return len(self._jobs) >= QUEUED

    def take(self, brought: Incoming, by: Sender = ANYBODY) -> str:
        """Queue a file that has come whole, kept in the inbox from now on; the name that it got. Raises as `add`, and
        UsageError for an empty file.
        """
        path = brought.keep()
        self.add(path, path.name, by)
        return path.name

    def add(self, path: Path, name: str, by: Sender = ANYBODY) -> bool:
        """Queue a file or a folder; whether there was room. One that waits already is not queued twice. Once this
        returns no kill forgets it. Raises LibraryError.
        """
        with self._lock:
            if self.is_full:
                return False
            number = self._library.queue.put(path, name, by)
            under_way = self._jobs.get(number)
            if under_way is None or under_way.state not in ("waiting", "reading"):
                self._jobs[number] = Job(number, path, name, by)
        self._run()
        return True

    def jobs(self) -> tuple[Job, ...]:
        """In the order of arrival."""
        with self._lock:
            return tuple(self._jobs.values())

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def stop(self) -> None:
        """End the reading after the story under way, or its file where it is not told how far that is, and the vectors
        after a batch; what waits is kept for `resume`.
        """
        self._stopping.set()
        self._library.vectors.stop()
        with self._lock:
            self._set_states(("waiting",), "stopped")

    def close(self) -> None:
        """Stop, and wait for the story or file under way: the library is about to be closed."""
        self.stop()
        thread = self._thread
        if thread is not None:
            thread.join()

    def resume(self) -> None:
        """Go on with what was stopped, what failed, and the vectors that are missing."""
        with self._lock:
            self._set_states(("stopped", "failed"), "waiting")
        self._run()

    def clear(self) -> None:
        """Forget what has ended. Raises LibraryError."""
        with self._lock:
            self._library.queue.drop(number for number, job in self._jobs.items() if job.has_ended)
            self._jobs = {number: job for number, job in self._jobs.items() if not job.has_ended}

    def _set_states(self, old: Iterable[State], new: State) -> None:
        for number, job in self._jobs.items():
            if job.state in old:
                self._jobs[number] = replace(job, state=new, report=AddReport(), problem="", is_blocked=False)

    def _run(self) -> None:
        with self._lock:
            self._stopping.clear()
            if not self.is_running:
                self._thread = threading.Thread(target=self._work, name="ingest", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            while (job := self._next()) is not None:
                if self._read(job) == "waiting":
                    self._stopping.wait(_PATIENCE_SECONDS)
            if not self._stopping.is_set():
                self._library.vectors.start()
            with self._lock:
                if all(job.state != "waiting" for job in self._jobs.values()):
                    self._thread = None  # under the lock: whoever queues one now starts a thread of its own
                    return

    def _next(self) -> Job | None:
        """The job to do now, marked as such."""
        with self._lock:
            job = next((job for job in self._jobs.values() if job.state == "waiting"), None)
            if job is not None:
                self._jobs[job.number] = job = replace(
                    job, state="reading", done=0, total=0, read=0, size=0, seconds=0.0
                )
            return job

    def _read(self, job: Job) -> State:
        """Add what a job names; whatever happens, it has an outcome."""
        began = time.monotonic()
        pace = None if os.path.isdir(job.path) else Pace()

        def note(stage: str, done: int, total: int) -> None:
            seconds = time.monotonic() - began
            news: dict[str, Any] = {"seconds": seconds, "is_blocked": False}
            if stage == "read":
                self._keep(job, done=done, total=total, read=0, size=0, file_left=None, **news)
            elif stage == "file":
                left = pace.seconds_left(done, total, seconds) if pace else None
                self._keep(job, read=done, size=total, file_left=left, **news)
            if stage in ("read", "file") and self._stopping.is_set() and done < total:
                raise _Stopped

        state: State = "failed"
        report, problem = AddReport(), ""
        try:
            report = self._library.add([job.path], given=self._given(), vectors=False, progress=note, by=job.by)
            if report.added or report.changed or report.unchanged or report.renamed or not report.failed:
                state = "done"
        except _Stopped:
            state = "stopped"
        except LibraryBusy:
            state = "waiting"
        except QaError as error:
            problem = str(error)
        except OSError as error:
            problem = reason_of(error)
        finally:
            state = self._end(job, state, report=report, problem=problem, seconds=time.monotonic() - began)
        return state

    def _end(self, job: Job, state: State, **news: Any) -> State:
        """Keep what came of a job: what is done waits no more, what met another program's writing waits on."""
        with self._lock:
            try:
                if state == "done":
                    self._library.queue.drop([job.number])
            except QaError as error:
                state, news["problem"] = "failed", str(error)
            if state == "waiting" and self._stopping.is_set():
                state = "stopped"
            self._jobs[job.number] = replace(self._jobs[job.number], state=state, is_blocked=state == "waiting", **news)
        return state

    def _given(self) -> Metadata:
        return Metadata(columns=stated_columns(self._library.columns))

    def _keep(self, job: Job, **news: Any) -> None:
        with self._lock:
            self._jobs[job.number] = replace(self._jobs[job.number], **news)
