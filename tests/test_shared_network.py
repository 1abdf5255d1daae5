"""A worker whose network is cut: another goes on, and what the first stores later does not count."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa.library.check import check_library
from qa.store.database import Database
from qa.store.folder import Folder
from tests.parts.library import open_library, write_records
from tests.parts.namespaces import Host, hosts
from tests.parts.postgres import serving
from tests.parts.workers import jobs_of, states, until, worker

HERE = "10.231.77.1"


@pytest.fixture
def host() -> Iterator[Host]:
    with hosts(HERE, 1) as (one,):
        yield one


def test_a_cut_network_loses_nothing_and_does_nothing_twice(
    host: Host, machine: Callable[[str], None], tmp_path: Path
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
            there = worker(far, slow=0.3, within=host.within)
            here = None
            try:
                until(lambda: library.stats().articles > 0)
                host.cut()
                machine("c")
                here = worker(place)
                until(lambda: states(library) == {"large.jsonl": "done"})
                host.mend()
                library.enqueue(write_records(tmp_path / "next.jsonl", range(700, 710)))
                here.kill()
                until(lambda: states(library)["next.jsonl"] == "done")
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


def test_what_a_lost_machine_holds_is_let_go_of(host: Host, machine: Callable[[str], None]) -> None:
    with serving(HERE) as server:
        machine("a")
        open_library(server.address("lost"), create=True).close()
        database = Database.at(Folder.at(server.address("lost")))
        machine("b")
        far = f"postgresql://wenbao@{HERE}/postgres?schema=lost&keepalives_idle=1&keepalives_interval=1&tcp_user_timeout=2000"
        command = [*host.within, sys.executable, "-c", HOLDING, far]
        with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as there:
            try:
                assert there.stdout
                assert there.stdout.readline() == "held\n"
                host.cut()
                with database.writer_lock().hold(20.0):
                    assert there.poll() is None
            finally:
                there.kill()
        database.close()
