"""What a cold start costs: `python -m bench.cold [--rounds 7] [--reader NAME] [--json FILE]`.

Whole processes, one after the other and in turns, so that a busy machine slows all of them alike: the bare import of
what answering cannot do without, then `qa` on a library of `seeds/`. Printed are medians of the wall clock, the median
of the ratios to the bare import of the same round, and the largest resident memory. Each is run once before it is
measured. Nothing stays resident between two runs, and no answer is kept.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.seeds_eval import SEEDS, load_questions

QA = str(Path(sysconfig.get_path("scripts")) / "qa")
BARE = "bare import"
IMPORTS = "import numpy, onnxruntime, tokenizers, faiss"


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds of the wall clock, and MiB at its largest."""

    seconds: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--reader", help="ask with this reader as well")
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = str(Path(folder) / "library")
        subprocess.run([QA, "--library", library, "--quiet", "add", SEEDS], check=True, stdout=subprocess.DEVNULL)
        report = measured(commands(library, call.reader), call.rounds)
    for name, figures in report.items():
        print(f"{name:24}" + "".join(f"  {key} {value:<7}" for key, value in figures.items()))
    if call.json:
        call.json.write_text(json.dumps({"rounds": call.rounds, "runs": report}, indent=1) + "\n", encoding="utf-8")


def commands(library: str, reader: str | None) -> dict[str, Sequence[str]]:
    """What is measured, by name; the bare import first."""
    question = next(one.question for one in load_questions() if one.answerable and not one.history)
    on_library = [QA, "--library", library, "--quiet"]
    found: dict[str, Sequence[str]] = {
        BARE: [sys.executable, "-c", IMPORTS],
        "qa --help": [QA, "--help"],
        "qa search": [*on_library, "search", question],
        "qa ask --reader none": [*on_library, "ask", "--reader", "none", question],
    }
    return found | ({f"qa ask --reader {reader}": [*on_library, "ask", "--reader", reader, question]} if reader else {})


def measured(calls: dict[str, Sequence[str]], rounds: int) -> dict[str, dict[str, float]]:
    """Medians by name: seconds, ratio to the bare import of the same round, MiB."""
    for command in calls.values():
        run(command)
    runs = [{name: run(command) for name, command in calls.items()} for _ in range(rounds)]
    return {
        name: {
            "seconds": round(statistics.median(one[name].seconds for one in runs), 3),
            "ratio": round(statistics.median(one[name].seconds / one[BARE].seconds for one in runs), 2),
            "megabytes": round(max(one[name].megabytes for one in runs), 1),
        }
        for name in calls
    }


def run(command: Sequence[str]) -> Run:
    """A process from its start to its end. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Run(seconds, usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


if __name__ == "__main__":
    main()
