"""A server takes its memory from few heaps, however many threads it has, and no more connections than it may hold."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

HEAPS_OF_TWENTY_THREADS = """
import ctypes, sys, threading
from ui import process
if sys.argv[1] == "few":
    process.few_heaps()
all_there = threading.Barrier(20)
def take():
    taken = bytearray(5000)
    all_there.wait()
threads = [threading.Thread(target=take) for _ in range(20)]
for one in threads:
    one.start()
for one in threads:
    one.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info(0, out := ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(out)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="heaps are counted as glibc has them")
def test_two_heaps_serve_twenty_threads() -> None:
    made = {
        how: subprocess.run(
            [sys.executable, "-c", HEAPS_OF_TWENTY_THREADS, how], capture_output=True, text=True, check=True
        ).stdout.count("<heap nr=")
        for how in ("few", "many")
    }
    assert made["few"] == 2 < made["many"]


RAISED = """
import resource
from ui import process
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
process.raise_limit()
print(*resource.getrlimit(resource.RLIMIT_NOFILE), process.connections())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有描述符的限额")
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
