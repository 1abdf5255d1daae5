"""Load test of the screen while files are added: `python -m bench.speed.screen [--readers 20] [--adding FOLDER]`.

Readers ask the seed pages' example questions over HTTP, each every so many seconds, while a folder is being added.
Prints the times of the answers as the page gets them, and what one costs the processor.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qa.library.library import Library
from tests.parts.server import running
from tests.parts.visitor import Told, Visitor

ROOT = Path(__file__).parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--every", type=float, default=10.0, metavar="SECONDS")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--adding", type=Path, metavar="FOLDER", help="added meanwhile; default: the seed pages again")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work, Library.open(Path(work) / "library", create=True) as library:
        library.add([ROOT / "seeds"])
        questions = library.examples(20)
        with running(Path(work) / "library") as (url, process):
            before = _processor_seconds(process.pid)
            adding = threading.Thread(target=library.add, args=[[args.adding or _copied(Path(work))]])
            adding.start()
            told, wrong = _asked(url, questions, args.readers, args.every, args.seconds)
            spent = _processor_seconds(process.pid) - before
            adding.join()
    seconds = sorted(one.seconds for one in told)
    print(f"{args.readers} readers, a question every {args.every:g} s each, {args.seconds:g} s, a folder being added")
    print(f"answers {len(told)}  wrong {wrong}  median {statistics.median(seconds):.3f} s", end="  ")
    print(f"p95 {seconds[int(0.95 * len(seconds))]:.3f} s  max {seconds[-1]:.3f} s")
    print(f"processor {spent / len(told):.3f} s a question")


def _asked(url: str, questions: tuple[str, ...], readers: int, every: float, seconds: float) -> tuple[list[Told], int]:
    """All answers, and how many stand under another question than the one asked."""
    end = time.monotonic() + seconds

    def ask(number: int) -> tuple[list[Told], int]:
        chance, told, wrong = random.Random(number), list[Told](), 0
        with Visitor(url) as visitor:
            time.sleep(chance.uniform(0, every))
            while (began := time.monotonic()) < end:
                question = chance.choice(questions)
                told.append(visitor.ask(question))
                wrong += told[-1].question != question
                time.sleep(max(0.0, every - (time.monotonic() - began)))
        return told, wrong

    with ThreadPoolExecutor(readers) as pool:
        found = list(pool.map(ask, range(readers)))
    return [one for told, _ in found for one in told], sum(wrong for _, wrong in found)


def _copied(work: Path) -> Path:
    """The seed pages under other names, a word changed in each, so that they are new."""
    folder = work / "more"
    folder.mkdir()
    for page in sorted((ROOT / "seeds").glob("*.txt")):
        (folder / f"more-{page.name}").write_text(page.read_text("utf-8").replace("的", "之"), "utf-8")
    return folder


def _processor_seconds(pid: int) -> float:
    """User and system time of a process (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


if __name__ == "__main__":
    main()
