"""The installed `qa` command, run as its users run it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

QA = Path(sys.executable).with_name("qa")


def qa(*words: object, stdin: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """One call, its outputs as bytes."""
    return subprocess.run(
        [QA, *map(str, words)],
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        env={**os.environ, **environment},
        timeout=600,  # against hanging: on a busy machine two hundred questions take minutes
        check=False,
    )


def lines(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, Any]]:
    """The JSON lines of a call that went well."""
    assert done.returncode == 0, done.stderr.decode()
    return [json.loads(line) for line in done.stdout.splitlines()]


def complaint(done: subprocess.CompletedProcess[bytes]) -> str:
    """What a call that failed says on stderr: one line of ours, and no traceback."""
    told = done.stderr.decode()
    assert told.startswith("qa: "), told
    assert told.count("\n") == 1, told
    assert not done.stdout
    return told
