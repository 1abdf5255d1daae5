"""Resident memory of this process (Linux), and files read into the system's cache before a run."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path("/proc/self/status")
_FIELDS = {"resident_mb": "VmRSS", "own_mb": "RssAnon", "peak_mb": "VmHWM"}


_CHUNK_BYTES = 1 << 22


def warmed(folder: Path) -> None:
    """Read every file once, so that the system holds it in memory as it does that of a library in use: a machine that
    has rested reads it from the disk first, row by row.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                while file.read(_CHUNK_BYTES):
                    pass


def megabytes() -> dict[str, int]:
    """All that is resident, what of it is its own, and the most there was."""
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return {name: int(lines[field].split()[0]) // 1024 for name, field in _FIELDS.items()}
