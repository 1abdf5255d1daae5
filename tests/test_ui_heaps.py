"""A server takes its memory from few heaps, however many threads it has."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

HEAPS_OF_TWENTY_THREADS = """
import ctypes, sys, threading
from ui import heaps
if sys.argv[1] == "few":
    heaps.few()
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
