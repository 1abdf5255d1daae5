"""Read a file in a process of its own, a page an answer, within limits of time and memory.

Libraries in C++ read there what strangers wrote: they may crash, hang or eat memory, and ours goes on. Inside that
process a thread looks every few hundredths of a second at its time and memory and ends it at once, with a code that
says why. Behind it stand the system's own limits, where there are any, for what grows faster than that. Memory is
measured on Linux, macOS and other Unix; Windows tells it to no program without further packages: there only time is
limited.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.files import MEGABYTE

TOO_MUCH, TOO_LONG = 71, 72  # exit codes
_LOOK_SECONDS = 0.05


class Limits(NamedTuple):
    """What the process may take."""

    seconds: float  # of the processor, for one page
    page_seconds: float  # by the clock, without a page: then it is ended from outside
    file_seconds: float  # by the clock, for all of a file
    pages: int
    memory_bytes: int  # resident
    address_bytes: int  # of address space, of which more is reserved than used


class Reader(NamedTuple):
    """A process that reads files: ``python -m module FILE`` writes a JSON object a line on stdout.

    The first is ``{"pages": n}`` or ``{"error": name}``, each that follows a page, or with ``part`` what it says before
    it is done with one.
    """

    module: str
    limits: Limits
    errors: Mapping[str, str]  # name of an error to the code of its message
    stuck: str  # codes of messages: it died (`trouble` says why); too many pages; too slow in all
    too_many: str
    too_slow: str


@contextmanager
def answers_of(reader: Reader, path: Path, *more: str) -> Iterator[Iterator[dict[str, Any]]]:
    """What the process says, a page an answer, and its parts before it, each with the count of all `pages`; `more` are
    its arguments after the file. It is ended with the block, or when it is silent. Raises ReadError, possibly after
    some pages.
    """
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", reader.module, str(path), *more],
        # with glibc its threads share one heap, which takes a fifth less memory
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "MALLOC_ARENA_MAX": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        yield _answers(reader, process, process.stdout)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _answers(reader: Reader, process: subprocess.Popen[bytes], stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    limits = reader.limits
    head = _next(reader, process, stream, 1)
    if error := head.get("error"):
        raise ReadError(reader.errors[error])
    if head["pages"] > limits.pages:
        raise ReadError(reader.too_many, pages=head["pages"], most=limits.pages)
    end = time.monotonic() + limits.file_seconds
    page = 1
    while page <= head["pages"]:
        if time.monotonic() > end:
            raise ReadError(reader.too_slow, minutes=limits.file_seconds / 60)
        answer = _next(reader, process, stream, page)
        yield answer | {"pages": head["pages"]}
        page += "part" not in answer


def _next(reader: Reader, process: subprocess.Popen[bytes], stream: IO[bytes], page: int) -> dict[str, Any]:
    """The next line of the process, ended where none comes in time. Raises ReadError where it died."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        process.kill()

    silence = threading.Timer(reader.limits.page_seconds, end)
    silence.start()
    try:
        line = stream.readline()
    finally:
        silence.cancel()
    if not line.endswith(b"\n"):
        code = TOO_LONG if is_over.is_set() else process.wait()
        seconds = reader.limits.page_seconds if is_over.is_set() else reader.limits.seconds
        raise ReadError(reader.stuck, trouble=_trouble(code, page, seconds, reader.limits.memory_bytes))
    answer: dict[str, Any] = json.loads(line)
    return answer


def _trouble(code: int, page: int, seconds: float, memory_bytes: int) -> Wording:
    """Why a process ended before its time, by its exit code."""
    if code == TOO_LONG:
        return Wording("page.too-slow", page=page, seconds=seconds)
    if code == TOO_MUCH:
        return Wording("page.too-large", page=page, most=memory_bytes // MEGABYTE)
    return Wording("page.crashed", page=page)


def say(value: Mapping[str, object]) -> None:
    """Inside the process: an answer."""
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class Watch:
    """Ends this process when it exceeds its limits. Time is counted anew from each `begin`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._begun = time.process_time()
        _limit_by_system(limits.address_bytes)
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        self._begun = time.process_time()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.process_time() - self._begun > self._limits.seconds:
                os._exit(TOO_LONG)
            if (resident_bytes() or 0) > self._limits.memory_bytes:
                os._exit(TOO_MUCH)


def resident_bytes() -> int | None:
    """The memory that this process holds, or where only that is told, the most that it ever held; None on Windows."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:  # no Linux
        pass
    try:
        import resource
    except ModuleNotFoundError:
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _limit_by_system(address_bytes: int) -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (address_bytes, address_bytes))
    except (ValueError, OSError):  # macOS may take no such limit: the thread measures there, too
        return
