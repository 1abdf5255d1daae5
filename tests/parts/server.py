"""The browser app in a process of its own, as `qa serve` runs it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SERVE = """
import sys, time
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.app import serve
class Patient(Library):
    def ask(self, query, **more):
        time.sleep(5 * ("慢" in query.question))
        return super().ask(query, **more)
library_path = Path(sys.argv[1])
with Patient.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8901, demo=True, announce=lambda url: print(url, flush=True))
"""


@contextmanager
def running(library_path: Path, program: str = SERVE) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The address and the process of the app over `library_path`; it ends with the block. A question with 慢 takes 5 s.

    Another `program` gets the library as its argument, and prints the address once it listens.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(library_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert url.startswith("http://127.0.0.1:"), process.communicate(timeout=10)[1]
        yield url, process
    finally:
        process.kill()
        process.communicate()
