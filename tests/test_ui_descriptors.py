"""More descriptors where the system allows them, and no more connections than they suffice for."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("resource", reason="Windows 上没有描述符的限额")

RAISED = """
import resource
from ui import descriptors
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
descriptors.raise_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE), descriptors.connections())
"""


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "least", "most"),
    [(64, 64, 64, 8, 40), (256, 4000, 4000, 3900, 3976), (40, 40, 40, 8, 16), (9000, 9000, 9000, 4096, 4096)],
)
def test_the_limit_is_raised_and_never_lowered(soft: int, hard: int, raised: int, least: int, most: int) -> None:
    program = RAISED.format(soft=soft, hard=hard)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    now, allowed, connections = map(int, done.stdout.split())
    assert (now, allowed) == (raised, hard)
    assert least <= connections <= most
