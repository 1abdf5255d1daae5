"""Machines whose clocks are days off use one library."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.parts.postgres import Server
from tests.parts.shared_kills import crowd

SECONDS = 60.0


def off_by(days: str) -> tuple[str, ...]:
    """What runs a command under a clock that is so far off. `faketime` itself would stay between and be killed."""
    asked = ["faketime", "-f", f"{days}d", "printenv", "LD_PRELOAD"]
    preload = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    return ("env", f"LD_PRELOAD={preload}", f"FAKETIME={days}d")


@pytest.mark.skipif(shutil.which("faketime") is None, reason="apt install faketime")
def test_clocks_that_are_days_off_lose_nothing(
    postgres: Server, machine: Callable[[str], None], tmp_path: Path
) -> None:
    machine("a")
    with crowd(postgres.address(), tmp_path, (off_by("+3"), off_by("-2"), off_by("+40"), ())) as using:
        last = time.monotonic() + SECONDS
        while min(len(one.said()) for one in using.all) < 3:
            assert time.monotonic() < last
            time.sleep(0.2)
        using.workers[0].kill()
        using.finish(SECONDS)
    using.require_all()
