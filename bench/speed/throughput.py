"""Many clients at once: questions a second, time to an answer, memory.

    python -m bench.speed.throughput [--clients 32] [--questions 2000] [--plot FILE] [--json FILE]

A browser app over the seed pages in a process of its own; clients ask it over HTTP as the page does, one question after
the other without a pause: first one client, then all. Prints questions a second, the median and the 95th percentile of
an answer, and the memory of the process; `--plot` draws that over the questions answered.

For many thousand questions: `--read-every 20` has the reader read for one question in so many only; `--unlike` asks
every other time what nobody asked before, a few words of the pages with a character changed, so that whatever is kept
by question shows as growth; `--minutes` ends the run early.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle, islice
from pathlib import Path
from typing import NamedTuple

from qa.library.library import Library
from tests.parts.seeds import SEEDS, load_pages, load_questions
from tests.parts.server import running
from tests.parts.visitor import Visitor

ALONE = 40  # questions of the single client
TALK = 10  # questions of a conversation
POINTS = 200  # of the plot
SERVE = """
import sys
from itertools import count
from pathlib import Path
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.app import serve
class Sparing(Library):
    def ask(self, query, **more):
        return self._answer(query, None) if next(number) % {every} else super().ask(query, **more)
library_path, number = Path(sys.argv[1]), count()
with Sparing.open(library_path) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8921, demo=True, announce=lambda url: print(url, flush=True))
"""

Memory = list[tuple[int, float, float]]
"""(questions answered, MiB resident, MiB of those that are its own: the others are pages of mapped files, which the
system takes back where it needs room)
"""


class Run(NamedTuple):
    """What clients saw."""

    rate: float  # questions a second
    median: float  # seconds of an answer
    p95: float
    memory: Memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--read-every", type=int, default=1, metavar="N")
    parser.add_argument("--unlike", action="store_true")
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--json", type=Path)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        library_path = Path(work) / "library"
        with Library.open(library_path, create=True) as library:
            library.add([SEEDS])
        with running(library_path, SERVE.format(every=call.read_every)) as (url, process):
            one = asked(url, process.pid, 1, islice(questions(call.unlike), ALONE))
            until = time.monotonic() + 60 * call.minutes
            every = _until(until, islice(questions(call.unlike), call.questions))
            many = asked(url, process.pid, call.clients, every)
    for clients, run in ((1, one), (call.clients, many)):
        print(
            f"{clients:>3} clients  questions a second {run.rate:.2f}  median {run.median:.3f} s  p95 {run.p95:.3f} s"
        )
    for number, resident, own in (many.memory[0], many.memory[-1]):
        print(f"memory after {number} questions {resident:.0f} MiB, its own {own:.0f} MiB")
    if call.json:
        call.json.write_text(json.dumps({"1": one._asdict(), str(call.clients): many._asdict()}) + "\n", "utf-8")
    if call.plot:
        draw(many.memory, call.plot)


def questions(unlike: bool) -> Iterator[str]:
    """Those about the seed pages over and over; where `unlike`, every other one is new."""
    known = cycle([one.question for one in load_questions() if not one.history])
    chance, pages = random.Random(1), "".join(load_pages().values())
    while True:
        yield next(known)
        if unlike:
            start, length = chance.randrange(len(pages) - 20), chance.randint(4, 20)
            words = list("".join(pages[start : start + length].split()) + "？？")
            words[chance.randrange(len(words) - 2 or 1)] = chance.choice(pages).strip() or "之"
            yield "".join(words)


def _until(end: float, every: Iterator[str]) -> Iterator[str]:
    for one in every:
        if time.monotonic() > end:
            return
        yield one


def asked(url: str, pid: int, clients: int, every: Iterator[str]) -> Run:
    """Each question asked once, by whichever client is free."""
    seconds, memory = list[float](), Memory()
    taking, noting = threading.Lock(), threading.Lock()

    def ask(_: int) -> None:
        with Visitor(url) as visitor:
            for turn in count():
                with taking:
                    question = next(every, None)
                if question is None:
                    return
                visitor.talk = visitor.talk if turn % TALK else ""
                told = visitor.ask(question)
                assert told.question == question.strip(), "an answer under another question"
                with noting:
                    seconds.append(told.seconds)
                    memory.append((len(seconds), *megabytes(pid)))

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(ask, range(clients)))
    rate = len(seconds) / (time.perf_counter() - began)
    ordered = sorted(seconds)
    p95 = ordered[int(0.95 * len(ordered))]
    step = max(1, len(memory) // POINTS)
    return Run(rate, statistics.median(ordered), p95, [*memory[: len(memory) - 1 : step], memory[-1]])


def megabytes(pid: int) -> tuple[float, float]:
    """MiB that a process holds in memory (Linux): all, and without the pages of mapped files."""
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(lines["VmRSS"].split()[0]) / 1024, int(lines["RssAnon"].split()[0]) / 1024


def draw(memory: Memory, path: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.5), layout="constrained")
    axes = figure.subplots()
    questions, resident, own = zip(*memory, strict=True)
    axes.plot(questions, resident, label="resident")
    axes.plot(questions, own, label="its own: without pages of mapped files")
    axes.set(xlabel="questions answered over HTTP", ylabel="memory, MiB", ylim=(0, None))
    axes.legend()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
