"""Work that lets others go first."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.models.embedder import NICENESS, give_way


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness of their own on Linux alone")
def test_a_thread_gives_way_by_itself_and_never_pushes_forward() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)

    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, 0)

    def nicer() -> int:
        os.setpriority(os.PRIO_PROCESS, 0, 19)
        give_way()
        return niceness()

    with ThreadPoolExecutor(1, initializer=give_way) as pool:
        assert pool.submit(niceness).result() == max(before, NICENESS)
        assert pool.submit(nicer).result() == 19
    assert os.getpriority(os.PRIO_PROCESS, 0) == before
