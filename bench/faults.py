"""A library killed at many random moments and damaged file by file: `python -m bench.faults [--kills 200] [--seed 1]`.

What is done and looked at is in tests/library_faults.py; the tests do it with fewer kills. Prints a line a kind of
damage with what `qa check` named, and stops at the first thing that is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from library_faults import damage_each_file, kill_adds
from library_parts import open_library, write_records


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=10, help="of damage to each file")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _damage(Path(folder), args.rounds, args.seed)
    if not args.kills:
        return
    with tempfile.TemporaryDirectory() as folder:
        started = time.monotonic()
        for killed in kill_adds(Path(folder), args.kills, args.seed):
            print(f"\rkilled {killed}/{args.kills}, whole each time", end="", flush=True)
        print(f"; {time.monotonic() - started:.0f} s")


def _damage(folder: Path, rounds: int, seed: int) -> None:
    made = folder / "made"
    with open_library(made, create=True) as archive:
        archive.add([write_records(folder / "a.jsonl", range(60))])
    found: Counter[str] = Counter()
    for number in range(rounds):
        for path, damage, named in damage_each_file(folder / "library", made, seed + number):
            kind = path.split("/")[0] if "/" in path else path
            found[f"{kind} {damage}: {'、'.join(sorted(named)) or 'answers as before, nothing to mend'}"] += 1
    for line, times in sorted(found.items()):
        print(f"{times:5} {line}")


if __name__ == "__main__":
    main()
