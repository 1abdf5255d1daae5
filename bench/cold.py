"""The cost of a cold start: `python -m bench.cold [--rounds 7] [--json FILE]`.

Whole processes, one after the other and in turns, so that a busy machine slows all of them alike: the bare import of
what answering cannot do without, then `qa` on a library of `seeds/`, each round with another question. Printed are
medians of the wall clock and of the processor's seconds, the median of their ratios to the bare import of the same
round, and the largest resident memory; then how long after its start `qa serve` has told its address, and answered its
first question. Each is run once before it is measured. Nothing stays resident between two runs, and no answer is kept.

The modules lie compiled on the disk, as `make setup` and pip leave them, whatever the environment says of that.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.parts.seeds import SEEDS, load_questions
from tests.parts.visitor import Visitor

QA = str(Path(sysconfig.get_path("scripts")) / "qa")
BARE = "bare import"
IMPORTS = "import numpy, onnxruntime, tokenizers, faiss"


@dataclass(frozen=True, slots=True)
class Run:
    """One process: seconds of the wall clock and of the processor, and MiB at its largest."""

    seconds: float
    processor: float
    megabytes: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        library_path = f"{folder}/library"
        subprocess.run([QA, "--library", library_path, "--quiet", "add", SEEDS], check=True, stdout=subprocess.DEVNULL)
        report = measured(library_path, call.rounds, environment)
        served(library_path, environment)
        starts = [served(library_path, environment) for _ in range(call.rounds)]
        address, first = (round(statistics.median(each), 2) for each in zip(*starts, strict=True))
    for name, figures in report.items():
        print(f"{name:24}" + "".join(f"  {key} {value:<7}" for key, value in figures.items()))
    print(f"{'qa serve':24}  its address, seconds {address}  first answer, seconds {first}")
    if call.json:
        told = {"rounds": call.rounds, "runs": report, "serve": {"address": address, "seconds": first}}
        call.json.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def questions() -> list[str]:
    """Those about `seeds/` that have an answer, each by itself."""
    return [one.question for one in load_questions() if one.answerable and not one.history]


def commands(library_path: str, question: str) -> dict[str, Sequence[str]]:
    """What is measured, by name; the bare import first."""
    on_library = [QA, "--library", library_path, "--quiet"]
    return {
        BARE: [sys.executable, "-c", IMPORTS],
        "qa --help": [QA, "--help"],
        "qa search": [*on_library, "search", question],
        "qa ask --reader none": [*on_library, "ask", "--reader", "none", question],
        "qa ask": [*on_library, "ask", question],
    }


def measured(library_path: str, rounds: int, environment: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """By name: medians of the seconds and of their ratios to the bare import of the same round, the most MiB."""
    first, *asked = itertools.islice(itertools.cycle(questions()), rounds + 1)
    for command in commands(library_path, first).values():
        run(command, environment)
    runs = [{name: run(one, environment) for name, one in commands(library_path, each).items()} for each in asked]
    return {
        name: {
            "seconds": round(statistics.median(one[name].seconds for one in runs), 3),
            "ratio": round(statistics.median(one[name].seconds / one[BARE].seconds for one in runs), 2),
            "processor": round(statistics.median(one[name].processor for one in runs), 3),
            "processor ratio": round(statistics.median(one[name].processor / one[BARE].processor for one in runs), 2),
            "megabytes": round(max(one[name].megabytes for one in runs), 1),
        }
        for name in runs[0]
    }


def run(command: Sequence[str], environment: Mapping[str, str]) -> Run:
    """A process from its start to its end. Raises CalledProcessError where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    megabytes = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    return Run(seconds, usage.ru_utime + usage.ru_stime, megabytes)


def served(library_path: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds from the start of `qa serve` to its address, and to the answer to the first question, asked as the page
    does.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    started = time.perf_counter()
    command = [QA, "--library", library_path, "serve", "--port", port]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        assert process.stderr is not None
        url = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        listening = time.perf_counter() - started
        with Visitor(url) as visitor:
            visitor.ask(questions()[0])
        return listening, time.perf_counter() - started
    finally:
        process.kill()
        process.communicate()


if __name__ == "__main__":
    main()
