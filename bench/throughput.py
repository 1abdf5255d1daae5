"""Many clients at once: `python -m bench.throughput [--clients 32] [--questions 2000] [--plot FILE] [--json FILE]`.

A browser app over the seed pages in a process of its own; clients ask it over HTTP as the page does, one question after
the other without a pause: first one client, then all. Prints questions a second, the median and the 95th percentile of
an answer, and the memory of the process; `--plot` draws that over the questions answered.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from qa.archive import Archive
from tests.seeds_eval import SEEDS, load_questions
from tests.ui_reader import Reader
from tests.ui_server import running

ALONE = 40  # questions of the single client
TALK = 10  # questions of a conversation
POINTS = 200  # of the plot

Memory = list[tuple[int, float]]
"""(questions answered, MiB resident)"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        library = Path(work) / "library"
        with Archive.open(library, create=True) as archive:
            archive.add([SEEDS])
        with running(library) as (url, process):
            one, _ = asked(url, process.pid, 1, ALONE)
            many, memory = asked(url, process.pid, call.clients, call.questions)
    report = {"1": one, str(call.clients): many}
    for clients, figures in report.items():
        print(f"{clients:>3} clients" + "".join(f"  {name} {value:.3f}" for name, value in figures.items()))
    print(
        f"memory after {memory[0][0]} questions {memory[0][1]:.0f} MiB, after {memory[-1][0]} {memory[-1][1]:.0f} MiB"
    )
    if call.json:
        call.json.write_text(json.dumps({"runs": report, "memory": memory}) + "\n", encoding="utf-8")
    if call.plot:
        draw(memory, call.plot)


def asked(url: str, pid: int, clients: int, questions: int) -> tuple[dict[str, float], Memory]:
    """Questions a second and seconds an answer takes; the memory as it grows."""
    every = [one.question for one in load_questions() if not one.history]
    number, seconds, memory = count(), list[float](), Memory()
    noting = threading.Lock()

    def ask(_: int) -> None:
        with Reader(url) as reader:
            for turn in count():
                if (at := next(number)) >= questions:
                    return
                reader.talk = reader.talk if turn % TALK else ""
                told = reader.ask(every[at % len(every)])
                assert told.question == every[at % len(every)], "an answer under another question"
                with noting:
                    seconds.append(told.seconds)
                    if len(seconds) % max(1, questions // POINTS) == 0:
                        memory.append((len(seconds), resident(pid)))

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    rate = questions / (time.perf_counter() - began)
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * len(ordered))]
    return {"questions a second": rate, "median": statistics.median(ordered), "p95": p95}, memory


def resident(pid: int) -> float:
    """MiB that a process holds in memory (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def draw(memory: Memory, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    axes.plot(*zip(*memory, strict=True))
    axes.set(xlabel="questions answered over HTTP", ylabel="resident memory, MiB", ylim=(0, None))
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
