"""Read damaged files of every format: count crashes, hangs and lost text.

    python -m bench.faults.fuzz --minutes 10 --seed 1 --keep failures/

Every file has to be read right or refused with a reason, within a bounded time; whatever else happens is a failure,
whose file is kept. A failure that was mended becomes a test in tests/test_formats_fuzz.py.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

from tests.parts.format_files import every
from tests.parts.format_fuzz import damaged, examine

_SLOW_SECONDS = 60.0


@dataclass(slots=True)
class Tally:
    """What came of the files of one format."""

    tried: int = 0
    read: int = 0
    refused: int = 0
    failed: int = 0
    slowest: float = 0.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "wenbao-fuzz")
    parser.add_argument("--format", choices=sorted(every()), action="append", help="only these")
    options = parser.parse_args()
    sound = {suffix: data for suffix, data in every().items() if suffix in (options.format or every())}
    tallies = {suffix: Tally() for suffix in sound}
    rng = random.Random(options.seed)
    end = time.monotonic() + 60 * options.minutes
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            suffix = min(tallies, key=lambda each: tallies[each].tried * (20 if each == ".pdf" else 1))
            data = damaged(sound[suffix], rng, list(every().values()) if rng.random() < 0.02 else list(sound.values()))
            _try(Path(folder) / f"a{suffix}", data, tallies[suffix], options.keep)
    print(f"{'format':8}{'tried':>8}{'read':>8}{'refused':>9}{'failed':>8}{'slowest s':>11}")
    for suffix, tally in tallies.items():
        print(f"{suffix:8}{tally.tried:8}{tally.read:8}{tally.refused:9}{tally.failed:8}{tally.slowest:11.2f}")
    return 1 if any(tally.failed for tally in tallies.values()) else 0


def _try(path: Path, data: bytes, tally: Tally, keep: Path) -> None:
    path.write_bytes(data)
    tally.tried += 1
    try:
        outcome = examine(path)
    except Exception:  # noqa: BLE001 - whatever a reader raises beyond its contract is what is looked for
        _keep(path, data, tally, keep, traceback.format_exc())
        return
    tally.slowest = max(tally.slowest, outcome.seconds)
    tally.read += outcome.refused is None
    tally.refused += outcome.refused is not None
    if outcome.seconds > _SLOW_SECONDS:
        _keep(path, data, tally, keep, f"{outcome.seconds:.0f} s")


def _keep(path: Path, data: bytes, tally: Tally, keep: Path, why: str) -> None:
    tally.failed += 1
    keep.mkdir(parents=True, exist_ok=True)
    name = keep / f"{tally.tried}{path.suffix}"
    name.write_bytes(data)
    print(f"{name}: {why.strip().splitlines()[-1]}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
