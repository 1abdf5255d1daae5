"""Attack a running `qa serve` and what it stores: `python -m bench.attacks [NAME...] [--list]` (Linux).

Each attack has a library of the seed pages and servers of its own, on loopback alone; counts and times are bounded.
Prints a line of a table an attack; the exit code is 1 where one does not hold.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bench.faults import attack_door, attack_keeping, attack_load, attack_outside
from bench.faults.attack_parts import Attack, Outcome, Refused, qa

SEEDS = Path(__file__).parent.parent / "seeds"
PARTS = (attack_door, attack_load, attack_keeping, attack_outside)
ATTACKS = {attack.name: attack for part in PARTS for attack in part.ATTACKS}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="attacks to make; all where none is named")
    parser.add_argument("--list", action="store_true", help="the names, with what must hold")
    args = parser.parse_args()
    if unknown := set(args.names) - set(ATTACKS):
        parser.error(f"no such attack: {', '.join(sorted(unknown))}; --list names them")
    chosen = [attack for attack in ATTACKS.values() if not args.names or attack.name in args.names]
    if args.list:
        print("\n".join(f"{attack.name:22} {attack.must}" for attack in chosen))
        return 0
    with tempfile.TemporaryDirectory(prefix="wenbao-attacks-") as folder:
        return 0 if _all_hold(chosen, Path(folder)) else 1


def _all_hold(attacks: list[Attack], folder: Path) -> bool:
    """Make every attack, and print what came of it as a table."""
    made = folder / "library"
    added = qa(made, "add", "--quiet", SEEDS)
    if added.returncode:
        sys.exit(added.stderr.decode())
    print("| attack | what must hold | what was seen | held | seconds |\n|---|---|---|---|---|", flush=True)
    held = True
    for attack in attacks:
        began = time.monotonic()
        outcome = _made(attack, made, folder / attack.name)
        seconds, word = time.monotonic() - began, "yes" if outcome.held else "**no**"
        print(f"| {attack.name} | {attack.must} | {outcome.seen} | {word} | {seconds:.0f} |", flush=True)
        held &= outcome.held
    return held


def _made(attack: Attack, made: Path, work: Path) -> Outcome:
    """The attack in a folder of its own; what breaks it off does not hold either."""
    work.mkdir()
    shutil.copytree(made, work / "library")
    try:
        return attack.run(work)
    except (Refused, httpx.HTTPError, subprocess.TimeoutExpired, AssertionError, OSError) as error:
        said = " ".join(str(error).split())
        return Outcome(f"broken off: {type(error).__name__}: {said[-300:]}".replace("|", "/"), False)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    sys.exit(main())
