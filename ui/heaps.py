"""Limit the number of heaps (malloc arenas) of the process, so that many threads do not multiply its memory."""

from __future__ import annotations

import ctypes
import platform

_ARENA_MAX = -8  # M_ARENA_MAX of glibc's malloc.h
_HEAPS = 2


def few() -> None:
    """No more heaps than there are, or two; glibc would make eight for each core.

    Questions are answered on threads that come and go, and every heap keeps what the largest answer took from it. On
    other C libraries nothing changes.
    """
    if platform.libc_ver()[0] == "glibc":
        ctypes.CDLL(None).mallopt(_ARENA_MAX, _HEAPS)
