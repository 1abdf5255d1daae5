"""Kill a library at random moments and damage each of its files: `python -m bench.faults [--kills 200] [--rounds 10]`.

What is done and looked at is in `tests/parts`, library_faults.py and library_kills.py; the tests do it with fewer
kills. `--kills` of an add are followed by `--changes`: kills in turn over an add, a removal, an edit by hand, an
export, an import, a change of model, and uploads with vectors being made (or those of `--kinds`). A long run can be
made in pieces: each `--seed` is a run of its own, at another library and at other moments. The conversations beside a
library are damaged `--conversations` times.

Prints a line a kind of damage with what `qa check` named, and stops at the first thing that is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.parts.conversation_faults import damage_conversations
from tests.parts.library import open_library, write_records
from tests.parts.library_faults import damage_each_file
from tests.parts.library_kills import CHANGES, kill_changes


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, help="of an add")
    parser.add_argument("--changes", type=int, default=200, help="kills over everything that changes a library")
    parser.add_argument("--kinds", nargs="+", choices=CHANGES, default=list(CHANGES), help="of change")
    parser.add_argument("--rounds", type=int, default=10, help="of damage to each file, in every way")
    parser.add_argument("--records", type=int, default=60, help="of the library that is damaged")
    parser.add_argument("--conversations", type=int, default=400, help="times that their file is damaged")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _damage(Path(folder), args.rounds, args.records, args.seed)
    with tempfile.TemporaryDirectory() as folder:
        told = list(damage_conversations(Path(folder), args.conversations, args.seed))
    print(f"{len(told):5} conversations.db: {sum(opened for opened, _ in told)} still opened, no foreign error")
    if args.kills:
        with tempfile.TemporaryDirectory() as folder:
            _kill_changes(Path(folder), args.kills, args.seed, ["add"])
    if args.changes:
        with tempfile.TemporaryDirectory() as folder:
            _kill_changes(Path(folder), args.changes, args.seed, args.kinds)


def _damage(folder: Path, rounds: int, records: int, seed: int) -> None:
    made = folder / "made"
    with open_library(made, create=True) as library:
        library.add([write_records(folder / "a.jsonl", range(records))])
    found: Counter[str] = Counter()
    started = time.monotonic()
    for number in range(rounds):
        for path, damage, named in damage_each_file(folder / "library", made, seed * 10_000 + number):
            kind = path.split("/")[0] if "/" in path else path
            found[f"{kind} {damage}: {'、'.join(sorted(named)) or 'answers as before, nothing to mend'}"] += 1
        print(f"\rround {number + 1}/{rounds}, {time.monotonic() - started:.0f} s", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    for line, times in sorted(found.items()):
        print(f"{times:5} {line}")


def _kill_changes(folder: Path, kills: int, seed: int, kinds: list[str]) -> None:
    started, done = time.monotonic(), Counter[str]()
    before = 0
    for kind, killed in kill_changes(folder, kills, seed, kinds):
        done[kind] += killed - before
        before = killed
        print(f"\rkilled {killed}/{kills} changes, whole each time", end="", flush=True)
    listed = ", ".join(f"{kind} {count}" for kind, count in done.items())
    print(f" ({listed}); {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
