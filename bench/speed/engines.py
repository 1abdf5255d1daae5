"""A library in SQLite beside the same in PostgreSQL: `python -m bench.speed.engines FILE ADDRESS [--records 2000]`.

FILE is a set of records (.jsonl), ADDRESS a database that may be written, with a schema that is not there yet. Printed:
seconds to add the records, milliseconds of a search, asked in turns; and how long a machine that has nothing of the
library yet takes to its first answer, and to find what another has just added.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

from qa.library.library import Library
from qa.types import Query

_LATE = 100  # records that are added later
_TURNS = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("address")
    parser.add_argument("--records", type=int, default=2000)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        first, late, questions = _parts(call.file, call.records, Path(folder))
        with _machine(Path(folder) / "here"):
            places = {"SQLite": str(Path(folder) / "library"), "PostgreSQL": call.address}
            opened = {name: stack.enter_context(Library.open(place)) for name, place in places.items()}
            for name, library in opened.items():
                print(f"{name:12}{_seconds(lambda: library.add(first)):8.1f} s to add {call.records} records")  # noqa: B023
            took: dict[str, list[float]] = {name: [] for name in opened}
            for question in islice(questions, _TURNS):
                for name, library in opened.items():
                    took[name].append(_seconds(lambda: library.search(question)))  # noqa: B023
            for name, each in took.items():
                print(f"{name:12}{1000 * median(each):8.1f} ms a search, median of {len(each)}")
            ratio = median(theirs / ours for ours, theirs in zip(*took.values(), strict=True))
            print(f"{'':12}{ratio:8.2f} times SQLite's, median")
        with _machine(Path(folder) / "there"):
            there = stack.enter_context(Library.open(call.address))
            waited = _seconds(lambda: there.search(questions[0]))
            print(f"{'PostgreSQL':12}{waited:8.1f} s to a new machine's first answer")
        began = time.perf_counter()
        opened["PostgreSQL"].add(late, vectors=False)
        added = time.perf_counter()
        there.search(Query(questions[0], k=1))
        print(f"{'PostgreSQL':12}{time.perf_counter() - added:8.2f} s until {_LATE} more are found elsewhere, "
              f"added in {added - began:.1f} s")  # fmt: skip


def _parts(file: Path, records: int, folder: Path) -> tuple[Path, Path, list[str]]:
    """The first records, those added later, and headlines to ask for."""
    with file.open(encoding="utf-8") as lines:
        taken = list(islice(lines, records + _LATE))
    first, late = folder / "first.jsonl", folder / "late.jsonl"
    first.write_text("".join(taken[:records]), encoding="utf-8")
    late.write_text("".join(taken[records:]), encoding="utf-8")
    told = [json.loads(line) for line in taken[:records]]
    return first, late, [str(one.get("title") or one["text"][:20]) for one in told]


@contextmanager
def _machine(home: Path) -> Iterator[None]:
    """Libraries that are opened meanwhile are asked from a machine that keeps its own in `home`."""
    before = os.environ.get("XDG_DATA_HOME")
    os.environ["XDG_DATA_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_DATA_HOME"]
        else:
            os.environ["XDG_DATA_HOME"] = before


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
