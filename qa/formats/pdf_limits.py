"""Limit the processor time and the memory of the process that reads a PDF, from inside that process.

A thread looks every few hundredths of a second and ends the process at once, with a code that says why. Behind it stand
the system's own limits, where there are any, for what grows faster than that. Memory is measured on Linux, macOS and
other Unix; Windows tells it to no program without further packages: there only time is limited.
"""

from __future__ import annotations

import os
import sys
import threading
import time

MEMORY_BYTES = 768 << 20  # resident; a page of text needs a few megabytes, Python and PDFium sixty
SECONDS = 20.0  # of the processor, for one page; the fullest broadsheet takes one
TOO_MUCH, TOO_LONG = 71, 72  # exit codes
_SPACE = 2 << 30  # bytes of address space, of which more is reserved than used
_LOOK_SECONDS = 0.05


class Watch:
    """Ends this process when it exceeds its limits. Time is counted anew from each `begin`."""

    def __init__(self) -> None:
        self._begun = time.process_time()
        _limit_by_system()
        threading.Thread(target=self._look, daemon=True).start()

    def begin(self) -> None:
        self._begun = time.process_time()

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            if time.process_time() - self._begun > SECONDS:
                os._exit(TOO_LONG)
            if (resident_bytes() or 0) > MEMORY_BYTES:
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


def _limit_by_system() -> None:
    try:
        import resource
    except ModuleNotFoundError:
        return
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_SPACE, _SPACE))
    except (ValueError, OSError):  # macOS may take no such limit: the thread measures there, too
        return
