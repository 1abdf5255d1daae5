"""A file changed behind the back of whoever watches its size and time."""

from __future__ import annotations

import os
from pathlib import Path


def change(path: Path, at: int = 100) -> None:
    """Overwrite 64 bytes from offset `at` with zeros; size and time of the last change stay as they were."""
    was = path.stat()
    with path.open("r+b") as file:
        file.seek(at)
        file.write(bytes(64))
    os.utime(path, ns=(was.st_atime_ns, was.st_mtime_ns))
