"""A PostgreSQL killed, its replica promoted: `python -m bench.faults.failover [--times 5] [--asynchronous]`.

Two servers of PostgreSQL, one a streaming replica of the other; a process that brings files, one that asks and keeps
conversations, and two workers, all with the address of both. `kill -9` of the primary, the replica promoted; what was
the primary comes back as a replica of the other, and so on. In the end what was reported is looked for. With
`--asynchronous` the primary does not wait for its replica, which lags behind by three files at least: what was lost is
counted, and the indexes compared with what is left. Prints how long nobody was answered, and stops at the first thing
that is wrong.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from random import Random
from statistics import median

from qa.library.check import check_library
from tests.parts.library import open_library
from tests.parts.postgres import Server, either, replicated
from tests.parts.shared_kills import Crowd, Process, crowd

_SECONDS = 60.0  # in which all go on


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--asynchronous", action="store_true")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, replicated() as (primary, replica):
        os.environ["XDG_DATA_HOME"] = str(Path(folder) / "here")
        if call.asynchronous:
            primary.wait_for_replica("")
        with crowd(either(primary, replica, "failover"), Path(folder)) as using:
            away = [_fail_over(using, call.asynchronous, *pair) for pair in _turns(primary, replica, call.times)]
            using.finish(_SECONDS)
        print(f"{call.times} times; nobody was answered for {median(away):.1f} s, at most {max(away):.1f} s; "
              f"{len(using.bringing.said())} files and {len(using.keeping.said())} turns were reported")  # fmt: skip
        if call.asynchronous:
            _tell_lost(using)
        else:
            using.require_all()
            print("all of them are there, once")


def _turns(primary: Server, replica: Server, times: int) -> list[tuple[Server, Server]]:
    return [(primary, replica) if number % 2 == 0 else (replica, primary) for number in range(times)]


def _fail_over(using: Crowd, is_asynchronous: bool, primary: Server, replica: Server) -> float:
    """Seconds between the last that was reported by the primary and the first by what was its replica."""
    random = Random(time.monotonic_ns())
    _until_said(using.keeping, 10)
    _until_said(using.bringing, 3)
    if is_asynchronous:
        replica.stop()
        _until_said(using.bringing, 3)
    time.sleep(random.uniform(0.0, 1.0))
    primary.kill()
    if is_asynchronous:
        replica.start()
    began = time.monotonic()
    replica.wait_for_replica("")  # its own, which is away: nobody would be answered until it is back
    replica.promote()
    _until_said(using.keeping, 1)
    away = time.monotonic() - began
    _until_said(using.bringing, 1)
    while True:  # until the last process of the killed one has let go of its folder
        try:
            primary.follow(replica)
            break
        except OSError:
            time.sleep(0.2)
    primary.restart()
    if not is_asynchronous:
        replica.wait_for_replica("*")
    return away


def _until_said(process: Process, more: int) -> None:
    before, last = len(process.said()), time.monotonic() + _SECONDS
    while len(process.said()) < before + more:
        if time.monotonic() > last:
            raise SystemExit("somebody did not go on")
        time.sleep(0.02)


def _tell_lost(using: Crowd) -> None:
    brought = {line.strip() for line in using.bringing.said()}
    with open_library(using.place) as library:
        lost = brought - {one.source for one in library.files()}
    found = check_library(using.place)
    print(f"{len(lost)} of the files are not there; qa check: {found or 'nothing wrong'}")
    if found:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
