"""Work that lets others go first: whoever asks a question should not wait for vectors that nobody waits for."""

from __future__ import annotations

import os
import sys
import threading

NICENESS = 10  # a tenth of the processor where others want it too, all of it where none does


def give_way() -> None:
    """Let the threads of other work, in whatever process, go before the one that calls this, from now on.

    On Linux, where a thread has a niceness of its own; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
