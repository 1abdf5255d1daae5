"""The reading queue of a library on a server, for the screen: what waits, is read and was, on whichever machine.

What is queued lies on the server with its bytes. This process reads of it too, as a `qa worker` does, unless told not
to.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from qa.formats.metadata import stated_columns
from qa.library.worker import report_of
from qa.store.jobs import Job as StoredJob
from qa.store.jobs import Jobs
from qa.store.turns import worded
from qa.types import ANYBODY, AddReport, Metadata, Sender
from ui.ingest import QUEUED, Job

if TYPE_CHECKING:
    from qa.library.library import Library
    from qa.store.inbox import Incoming

_SHOWN = 500  # jobs


class SharedIngest:
    """A `ui.ingest.Reading` over the jobs of the server. Safe for many threads."""

    def __init__(self, library: Library, jobs: Jobs, *, reads: bool = True) -> None:
        """`reads`: whether this process reads what waits. Raises LibraryError."""
        self._library, self._jobs, self._reads = library, jobs, reads
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to read what waits."""
        if self._reads and self._library.is_writable and not self._thread:
            self._thread = threading.Thread(target=self._work, name="worker", daemon=True)
            self._thread.start()

    @property
    def is_full(self) -> bool:
        return self._jobs.count(("waiting", "reading")) >= QUEUED

    def take(self, brought: Incoming, by: Sender = ANYBODY) -> str:
        """Queue a file that has come whole; the name that it got. Once this returns no kill forgets it. Raises
        LibraryError, and UsageError for an empty file.
        """
        return self._jobs.keep(brought.whole(), brought, self._given(), by)

    def add(self, path: Path, name: str, by: Sender = ANYBODY) -> bool:
        """Queue a file of this machine, or all of a folder; whether there was room. Raises LibraryError."""
        if self.is_full:
            return False
        self._library.enqueue(path, given=self._given(), by=by)
        return True

    def jobs(self) -> tuple[Job, ...]:
        """In the order of arrival, the latest."""
        return tuple(map(_shown, self._jobs.listed(_SHOWN)))

    @property
    def is_running(self) -> bool:
        return bool(self._jobs.count(("waiting", "reading")))

    def stop(self) -> None:
        """Nothing that waits is begun any more, by whichever worker; what is under way is read to its end."""
        self._jobs.set_states(("waiting",), "stopped")
        self._library.vectors.stop()

    def resume(self) -> None:
        """Go on with what was stopped and what failed."""
        self._jobs.set_states(("stopped", "failed"), "waiting")

    def clear(self) -> None:
        """Forget what has ended. Raises LibraryError."""
        self._jobs.clear()

    def close(self) -> None:
        """Give back what is under way, and wait for that: the library is about to be closed."""
        self._stopping.set()
        if self._thread:
            self._thread.join()

    def _work(self) -> None:
        self._library.worker().run(self._stopping)

    def _given(self) -> Metadata:
        return Metadata(columns=stated_columns(self._library.columns))


def _shown(job: StoredJob) -> Job:
    told = job.told
    problem = worded(told["problem"]) if "problem" in told else ""
    return Job(
        job.number,
        Path(job.path),
        job.name,
        state=job.state,
        read=told.get("read", 0),
        size=told.get("size", 0),
        seconds=told.get("seconds", 0.0),
        report=AddReport() if problem else report_of(job),
        problem=problem,
    )
