"""A new machine with nothing of a library on a server: until its first answer, with a published snapshot and without.

    python -m bench.speed.snapshots ADDRESS [--library FOLDER] [--times 3]

ADDRESS is a library in PostgreSQL; where its schema is not there yet, that of FOLDER is copied into it (one of any
size: `python -m bench.speed.million REAL FOLDER --passages 60000 --only-make`). In turns a process that keeps nothing
yet is started and asked once, without and with what another has published: printed are the medians in seconds, from the
start of the process to the answer, and of its processor time; how long publishing takes, and how many megabytes it is.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.material.server_copy import copy_library
from qa.errors import NoLibrary
from qa.index import snapshots
from qa.library.library import Library
from qa.store.addresses import address
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase

_QUESTION = "北京今天有什么新闻"
_FIRST = """
import sys
from qa.library.library import Library
with Library.open(sys.argv[1], create=False) as library:
    library.search(sys.argv[2])
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("--library", type=Path)
    parser.add_argument("--times", type=int, default=3)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = str(Path(folder) / "first")
        if call.library:
            _copy(call.library, call.address)
        took: dict[str, list[tuple[float, float]]] = {"from nothing": [], "from a snapshot": []}
        for number in range(call.times):
            _withdraw(call.address)
            home = Path(folder) / f"nothing{number}"
            took["from nothing"].append(_first_answer(call.address, home))
            _publish(call.address, home, is_told=not number)
            took["from a snapshot"].append(_first_answer(call.address, Path(folder) / f"snapshot{number}"))
        for name, each in took.items():
            seconds, busy = (median(one) for one in zip(*each, strict=True))
            print(f"{name:16}{seconds:8.1f} s to the first answer, {busy:.1f} s of them processor's")


def _copy(library: Path, location: str) -> None:
    try:
        Database.at(Folder.at(location)).close()
    except NoLibrary:
        copy_library(library, location)


def _withdraw(location: str) -> None:
    with closing(PostgresDatabase(Folder.at(location), address(location))) as database, database.session() as session:
        session.execute("DROP TABLE IF EXISTS snapshots, snapshot_parts")


def _publish(location: str, home: Path, *, is_told: bool) -> None:
    """By the machine that keeps its indexes in `home`."""
    os.environ["XDG_DATA_HOME"] = str(home)
    with Library.open(location, create=False) as library:
        library.search(_QUESTION)
        began, indexes = time.perf_counter(), library._indexes()
        if not indexes.publish(lambda: False):
            raise SystemExit(f"not published: a library of {snapshots.LEAST:,} passages or more is")
        took = time.perf_counter() - began
    if is_told:
        files = [path for path in Folder.at(location).root.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files if path.parent.name == "terms" or path.suffix == ".faiss")
        print(f"{'published':16}{took:8.1f} s, {size / 1e6:.0f} MB")


def _first_answer(location: str, home: Path) -> tuple[float, float]:
    """Seconds from the start of a process on a machine that keeps nothing yet, and of processor."""
    environment = {**os.environ, "XDG_DATA_HOME": str(home)}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, "-c", _FIRST, location, _QUESTION], env=environment, check=True)
    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
