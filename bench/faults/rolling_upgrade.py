"""Two versions on one library in PostgreSQL: `python -m bench.faults.rolling_upgrade TREE`.

TREE is a checkout of an older commit, with its tables (`qa/made`). In both orders a process of each version, both
running all the time, adds and asks in turns, then each is started anew: every file is found by whoever may open the
library, whoever added it; a version for which the library is too new says so and writes nothing. Stops at the first
thing that is wrong.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import count
from pathlib import Path

from qa.library.check import check_library
from tests.parts.library import open_library
from tests.parts.postgres import serving

_HERE = Path(__file__).parents[2]
_DOING = """
import sys
from pathlib import Path
from qa.errors import QaError
from qa.types import Query
from tests.parts.library import open_library, write_records
place, folder = sys.argv[1], Path(sys.argv[2])
try:
    with open_library(place, create=True) as library:
        print("open", flush=True)
        for line in sys.stdin:
            word, number = line.split()
            number = int(number)
            if word == "add":
                report = library.add(write_records(folder / f"f{number}.jsonl", range(3 * number, 3 * number + 3)))
                print("added", *report.added, flush=True)
            else:
                hits = library.search(Query(f"第{3 * number}号消息", k=1))
                print("found", hits[0].article.title == f"第{3 * number}号消息", flush=True)
except QaError as error:
    print("refused:", error, flush=True)
"""


class _Version:
    """A process of one version."""

    def __init__(self, name: str, tree: Path, place: str, folder: Path) -> None:
        self.name = name
        environment = {**os.environ, "PYTHONPATH": str(tree), "XDG_DATA_HOME": str(folder / name)}
        command = [sys.executable, "-c", _DOING, place, str(folder)]
        self._process = subprocess.Popen(
            command, cwd=tree, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.said = self._line()

    def ask(self, word: str, number: int) -> str:
        assert self._process.stdin
        self._process.stdin.write(f"{word} {number}\n")
        self._process.stdin.flush()
        return self._line()

    def end(self) -> None:
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    call = parser.parse_args()
    trees = {"older": call.tree.resolve(), "newer": _HERE}
    with serving() as server:
        for first, second in (("older", "newer"), ("newer", "older")):
            with tempfile.TemporaryDirectory() as folder:
                print(f"{first} first:")
                _run(server.address(f"{first}_first"), Path(folder), [(name, trees[name]) for name in (first, second)])


def _run(place: str, folder: Path, trees: list[tuple[str, Path]]) -> None:
    numbers, added = count(), list[int]()
    for started in ("", " started anew"):
        running = [_Version(name, tree, place, folder) for name, tree in trees]
        for one in running:
            print(f"  {one.name}{started}: {one.said}")
        opened = [one for one in running if one.said == "open"]
        for one in opened * 2:
            number = next(numbers)
            if one.ask("add", number) != f"added f{number}.jsonl":
                raise SystemExit(f"{one.name} could not add")
            added.append(number)
            for other in opened:
                missed = [one for one in added if other.ask("find", one) != "found True"]
                if missed:
                    raise SystemExit(f"{other.name} does not find {missed}")
        for one in running:
            one.end()
    os.environ["XDG_DATA_HOME"] = str(folder / "looking")
    with open_library(place) as library:
        whole = library.stats().articles == 3 * len(added)
    found = [one for one in check_library(place) if "--reread" not in one.fix]  # the older one's readers knew less
    print(f"  {len(added)} files added, all found by each that was open; qa check: {found or 'nothing wrong'}")
    if found or not whole:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
