"""Workers of a library on a server, in processes of their own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from qa.library.library import Library
from qa.store.jobs import Jobs

WORKER = """
import sys, threading, time
from pathlib import Path
from qa.errors import LibraryError
from qa.store import jobs
from tests.parts.library import HashingEmbedder, open_library
jobs.BEAT_SECONDS, jobs.LOST_SECONDS, slow = (float(one) for one in sys.argv[2:5])
class Slow(HashingEmbedder):
    def embed_passages(self, texts, progress=None):
        time.sleep(slow)
        return super().embed_passages(texts, progress)
import qa.library.worker as worker
worker.BEAT_SECONDS, worker._AWAY_SECONDS = jobs.BEAT_SECONDS, 0.1
told, trouble = lambda job: print(job.name, job.state, flush=True), lambda error: print(error, file=sys.stderr)
while True:
    try:
        with open_library(sys.argv[1], embedder=Slow()) as library:
            print("ready", flush=True)
            library.worker().run(threading.Event(), told, trouble)
    except LibraryError as error:  # the server is away as it starts: whoever runs it starts it anew
        trouble(error)
        time.sleep(0.1)
"""


def worker(
    place: str, *, beat: float = 0.3, lost: float = 1.0, slow: float = 0.0, within: Sequence[str] = ()
) -> subprocess.Popen[str]:
    """One that is ready, and runs until it is ended. `slow`: seconds that each batch of vectors takes; `within`: the
    words of a command that runs it.
    """
    command = [*within, sys.executable, "-c", WORKER, place, str(beat), str(lost), str(slow)]
    started = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert started.stdout
    assert started.stdout.readline() == "ready\n", started.communicate(timeout=10)[1]
    return started


def jobs_of(library: Library) -> Jobs:
    assert library.jobs
    return library.jobs


def states(library: Library) -> dict[str, str]:
    """The state of each job, by the file's name."""
    return {job.name: job.state for job in jobs_of(library).listed(10_000)}


def until(true: Callable[[], bool], seconds: float = 90.0) -> None:
    """Wait for what is to become true; AssertionError where it does not in time."""
    last = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < last
        time.sleep(0.05)
