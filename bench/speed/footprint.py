"""What each index of a library on a server takes: `python -m bench.speed.footprint ADDRESS LIBRARY... [--json FILE]`.

    python -m bench.speed.footprint ADDRESS LIBRARY... [--index local pgvector edge] [--questions 50] [--json FILE]

Each LIBRARY is a folder made by `bench.speed.million REAL FOLDER --passages N --only-make`; it is copied into a schema
of its own in the PostgreSQL at ADDRESS, which must be this machine's. A process of its own opens it through an index,
which makes that, and asks: seconds to make it, megabytes on the disk, of this process's own memory and of the files
that it has mapped, processor milliseconds of each search and each answer by the reader, here and in PostgreSQL. `edge`
is Qdrant's engine in the process, where the package `qdrant-edge-py` is installed. FILE gets what was measured in the
place of what it had of the same index and size; `bench.capacity` reads it.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from bench.material.server_copy import copy_library
from bench.speed.memory import megabytes
from qa.errors import NoLibrary
from qa.library.library import Library
from qa.store.addresses import address, with_index
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.postgres import PostgresDatabase
from qa.types import Query

_EDGE = "qdrant://edge"
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_OURS = "FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname"
_OF_INDEXES, _OF_LIBRARY = f"{_OURS} LIKE 'index\\_%'", f"{_OURS} NOT LIKE 'index\\_%'"
Figures = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("address")
    parser.add_argument("library", type=Path, nargs="+")
    parser.add_argument("--index", nargs="+", default=["local", "pgvector", "edge"])
    parser.add_argument("--questions", type=int, default=50)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--part", action="store_true", help=argparse.SUPPRESS)
    call = parser.parse_args()
    if call.part:
        print(json.dumps(_measured(call.address, call.library[0], call.index[0], call.questions)))
        return
    found = json.loads(call.json.read_text("utf-8")) if call.json and call.json.exists() else []
    for library in call.library:
        place = _copied(library, call.address)
        for index in call.index:
            made = _of_a_process(place, library, index, call.questions)
            print({name: value for name, value in made.items() if not isinstance(value, list)}, flush=True)
            found = [row for row in found if (row["index"], row["passages"]) != (made["index"], made["passages"])]
            found.append(made)
    if call.json:
        found.sort(key=lambda row: row["passages"])
        call.json.write_text("[\n" + ",\n".join(map(json.dumps, found)) + "\n]\n", encoding="utf-8")


def _of_a_process(place: str, library: Path, index: str, questions: int) -> Figures:
    told = [place, str(library), "--part", "--index", index, "--questions", str(questions)]
    command = [sys.executable, "-m", "bench.speed.footprint", *told]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "XDG_DATA_HOME": home}
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    found: Figures = json.loads(done.stdout)
    return found


def _copied(library: Path, location: str) -> str:
    """The address of the library on the server, in a schema that is called as its folder."""
    schema = address(location).schema
    place = location.replace(f"schema={schema}", f"schema={schema}_{library.name.lower()}")
    with tempfile.TemporaryDirectory() as home:
        os.environ["XDG_DATA_HOME"] = home
        try:
            Database.at(Folder.at(place)).close()
        except NoLibrary:
            copy_library(library, place)
    return place


def _measured(place: str, made: Path, index: str, count: int) -> Figures:
    questions = json.loads((made / "questions.json").read_text("utf-8"))[:: max(1, 100 // count)][:count]
    folder, edge = Folder.at(place), Path(os.environ["XDG_DATA_HOME"]) / "edge"
    settle = _edge(edge) if index == "edge" else None
    with closing(PostgresDatabase(folder, address(place))) as database, database.session() as session:
        master = _parent(session.execute("SELECT pg_backend_pid()").fetchone()[0])
        for (table,) in session.execute(f"SELECT relname {_OF_INDEXES}").fetchall():
            session.execute(f"DROP TABLE {table}")
        session.execute("DROP TABLE IF EXISTS snapshots, snapshot_parts")
        began, busy, theirs = time.perf_counter(), time.process_time(), _processor(master)
        with Library.open(with_index(place, _EDGE if settle else index), create=False) as library:
            library.sources()
            if settle:
                settle()
            figures: Figures = {
                "index": index,
                "passages": library.stats().passages,
                "make_s": time.perf_counter() - began,
                "make_processor_s": time.process_time() - busy + _children() + _processor(master) - theirs,
            }
            session.execute("VACUUM ANALYZE")  # or PostgreSQL does so by itself, while questions are counted
            session.execute("CHECKPOINT")
            for kind, ask in (("search", library.search), ("ask", library.ask)):
                here, there = _asked(ask, questions, master)
                figures |= {f"{kind}_here_ms": here, f"{kind}_postgres_ms": there}
            told = megabytes()
            kept = sum(path.stat().st_size for path in (*_files(folder), *edge.rglob("*")) if path.is_file())
            mapped = told["resident_mb"] - told["own_mb"]
            figures |= {"own_mb": told["own_mb"], "mapped_mb": mapped, "kept_mb": kept / 1e6}
        for name, which in (("tables_mb", _OF_LIBRARY), ("index_tables_mb", _OF_INDEXES)):
            query = f"SELECT coalesce(sum(pg_total_relation_size(oid)), 0) {which}"
            figures[name] = float(session.execute(query).fetchone()[0]) / 1e6
    return {name: round(value, 1) if isinstance(value, float) else value for name, value in figures.items()}


def _edge(folder: Path) -> Callable[[], None]:
    """Have Qdrant's engine in this process, its files in `folder`; what makes its graphs."""
    from bench.speed.qdrant_edge import EdgeClient
    from qa.index import qdrant

    folder.mkdir()
    client = EdgeClient(folder)
    qdrant.connected = lambda _: client  # type: ignore[assignment,return-value]
    return client.settle


def _asked(ask: Callable[[Query], object], questions: Sequence[str], master: int) -> tuple[list[float], list[int]]:
    """Processor milliseconds of each question but the first, here and in PostgreSQL."""
    ask(Query(questions[0]))
    here, there = [], []
    for question in questions[1:]:
        busy, theirs = time.process_time(), _processor(master)
        ask(Query(question))
        here.append(round(1000 * (time.process_time() - busy), 2))
        there.append(round(1000 * (_processor(master) - theirs)))
    return here, there


def _files(folder: Folder) -> tuple[Path, ...]:
    """Of the indexes on this machine."""
    return folder.vectors, *(folder.terms.iterdir() if folder.terms.is_dir() else ())


def _children() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _stat(process: int | str) -> list[str]:
    """What Linux says of a process, from its state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()


def _parent(process: int) -> int:
    return int(_stat(process)[1])


def _processor(master: int) -> float:
    """Seconds that a PostgreSQL has had of the processor, all its processes together."""
    ticks = sum(map(int, _stat(master)[11:15]))  # those that have ended too
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has just ended
            told = _stat(path.name)
            ticks += sum(map(int, told[11:13])) if int(told[1]) == master else 0
    return ticks / _TICKS


if __name__ == "__main__":
    main()
