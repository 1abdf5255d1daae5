"""A worker whose network is cut: another goes on, and what the first stores later does not count."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.library.check import check_library
from qa.store.database import Database
from qa.store.folder import Folder
from tests.parts.library import open_library, write_records
from tests.parts.postgres import serving
from tests.parts.workers import jobs_of, states, worker

HERE, THERE = "10.231.77.1", "10.231.77.2"
SECONDS = 90.0


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def host() -> Iterator[str]:
    """A network namespace of its own, which a pair of devices of the same name leads to."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("needs to make a network namespace: root, and iproute2")
    name = f"wb{uuid.uuid4().hex[:8]}"
    try:
        _ip("netns", "add", name)
    except subprocess.CalledProcessError:
        pytest.skip("no network namespace can be made here")
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", f"{name}p")
        _ip("link", "set", f"{name}p", "netns", name)
        _ip("addr", "add", f"{HERE}/24", "dev", name)
        _ip("link", "set", name, "up")
        _ip("-n", name, "addr", "add", f"{THERE}/24", "dev", f"{name}p")
        _ip("-n", name, "link", "set", f"{name}p", "up")
        yield name
    finally:
        _ip("netns", "del", name)  # the pair goes with it


def test_a_cut_network_loses_nothing_and_does_nothing_twice(
    host: str, machine: Callable[[str], None], tmp_path: Path
) -> None:
    large = write_records(tmp_path / "large.jsonl", range(600))
    with serving(HERE) as server:
        machine("a")
        place = server.address("cut")
        far = (
            f"postgresql://wenbao@{HERE}/postgres?schema=cut&tcp_user_timeout=2000&keepalives_idle=1&connect_timeout=2"
        )
        with open_library(place, create=True) as library:
            library.enqueue(large)
            machine("b")
            there = worker(far, slow=0.3, within=("ip", "netns", "exec", host))
            here = None
            try:
                _until(lambda: library.stats().articles > 0)
                _ip("link", "set", host, "down")
                machine("c")
                here = worker(place)
                _until(lambda: states(library) == {"large.jsonl": "done"})
                _ip("link", "set", host, "up")
                library.enqueue(write_records(tmp_path / "next.jsonl", range(700, 710)))
                here.kill()
                _until(lambda: states(library)["next.jsonl"] == "done")
                assert there.poll() is None, "it goes on when the network is back"
            finally:
                for one in filter(None, (there, here)):
                    one.kill()
                    one.communicate()
            machine("a")
            assert check_library(place) == ()
            assert library.stats().articles == 610
            assert library.stats().embedded == library.stats().passages
            assert len({job.worker for job in jobs_of(library).listed(9)}) == 2


HOLDING = """
import sys, time
from qa.store.database import Database
from qa.store.folder import Folder
database = Database.at(Folder.at(sys.argv[1]))
with database.writer_lock().hold():
    print("held", flush=True)
    time.sleep(600)
"""


def test_what_a_lost_machine_holds_is_let_go_of(host: str, machine: Callable[[str], None]) -> None:
    with serving(HERE) as server:
        machine("a")
        open_library(server.address("lost"), create=True).close()
        database = Database.at(Folder.at(server.address("lost")))
        machine("b")
        far = f"postgresql://wenbao@{HERE}/postgres?schema=lost&keepalives_idle=1&keepalives_interval=1&tcp_user_timeout=2000"
        command = ["ip", "netns", "exec", host, sys.executable, "-c", HOLDING, far]
        with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as there:
            try:
                assert there.stdout
                assert there.stdout.readline() == "held\n"
                _ip("link", "set", host, "down")
                with database.writer_lock().hold(20.0):
                    assert there.poll() is None
            finally:
                there.kill()
        database.close()


def _until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < last
        time.sleep(0.05)
