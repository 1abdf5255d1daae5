"""What this process may take of the machine: how many heaps, open files and connections."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

WANTED = 8192  # more than connections and indexes take; macOS refuses more than 10,240
SPARE = 24  # left for what answering opens: databases, indexes, uploads, pipes
FEWEST, MOST = 8, 4096  # connections at once
_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_HEAPS = 2


def raise_limit() -> None:
    """Raise the limit of descriptors as far as the system allows, to at most `WANTED`; many shells give 256 or
    1,024.
    """
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def connections() -> int:
    """How many connections the limit of descriptors allows, beside `SPARE` others."""
    if sys.platform == "win32":  # sockets are no descriptors there
        return MOST
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return MOST
    return max(FEWEST, min(MOST, soft - len(os.listdir("/dev/fd")) - SPARE))


def few_heaps() -> None:
    """No more heaps than there are, or two; glibc would make eight for each core.

    Questions are answered on threads that come and go, and every heap keeps what the largest answer took from it. On
    other C libraries nothing changes.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)
