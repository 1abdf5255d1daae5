"""How much memory this process takes. Linux."""

from __future__ import annotations

from pathlib import Path

_STATUS = Path("/proc/self/status")
_FIELDS = {"resident_mb": "VmRSS", "own_mb": "RssAnon", "peak_mb": "VmHWM"}


def megabytes() -> dict[str, int]:
    """All that is resident, what of it is its own, and the most there was."""
    lines = dict(line.split(":", 1) for line in _STATUS.read_text().splitlines())
    return {name: int(lines[field].split()[0]) // 1024 for name, field in _FIELDS.items()}
