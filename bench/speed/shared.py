"""What workers and servers of a library in PostgreSQL share: `python -m bench.speed.shared FILE ADDRESS [--files 4]`.

FILE is a set of records (.jsonl), ADDRESS a database that may be written; libraries are made in schemas that are not
there yet. Each process is held to one core, the same for all its life. Other load does not matter to what is printed
but for waiting: processor seconds of each process, and ratios of those.

1. Files of 50 records, read by one `qa worker`, then as many by two: processor seconds an article, and how even.
2. 100 more records, queued on one machine: seconds until they are found on another.
3. One `qa serve` and three, in turns, each asked the same through its interface for programs: processor milliseconds a
   question, and the median of the turns' ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from statistics import median

from qa.library.library import Library
from qa.types import Query

_RECORDS = 50  # of a file
_LATE = 100
_WARMING = 10  # questions to each server that do not count
_QUESTIONS = 40  # to each server
_TURNS = 5  # of one server and three: what else a machine does makes the same work take more of the processor
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_QA = Path(sys.executable).with_name("qa")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("address")
    parser.add_argument("--files", type=int, default=4)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_DATA_HOME"] = str(Path(folder) / "here")
        files, late, titles = _files(call.file, call.files, Path(folder))
        places = [_schema(call.address) for _ in range(2)]
        spent = [_read(place, files, count) for count, place in enumerate(places, 1)]
        print(f"two workers take {sum(spent[1]) / sum(spent[0]):.2f} times one's processor time for the same work, "
              f"the busier {max(spent[1]) / sum(spent[1]):.0%} of it")  # fmt: skip
        _found_elsewhere(places[1], files[0], late, Path(folder))
        turns = [[_asked(places[1], titles, count) for count in (1, 3)] for _ in range(_TURNS)]
        ratio = median(one / three for one, three in turns)
        print(f"three servers answer {3 * ratio:.2f} times the questions of one "
              "for the same processor time each")  # fmt: skip


def _files(file: Path, count: int, folder: Path) -> tuple[list[Path], Path, list[str]]:
    """Files of records, one of those that come later, and headlines to ask for."""
    with file.open(encoding="utf-8") as lines:
        taken = list(islice(lines, count * _RECORDS + _LATE))
    parts = [taken[start : start + _RECORDS] for start in range(0, count * _RECORDS, _RECORDS)]
    made = [folder / f"{number}.jsonl" for number in range(count)]
    for path, part in zip(made, parts, strict=True):
        path.write_text("".join(part), encoding="utf-8")
    late = folder / "late.jsonl"
    late.write_text("".join(taken[count * _RECORDS :]), encoding="utf-8")
    told = [json.loads(line) for line in taken]
    return made, late, [str(one.get("title") or one["text"][:20]) for one in told]


def _schema(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}schema=bench_{uuid.uuid4().hex[:8]}"


def _read(place: str, files: list[Path], count: int) -> list[float]:
    """Processor seconds of each of so many workers that read the files."""
    with Library.open(place) as library:
        library.enqueue(files)
        began = time.perf_counter()
        with ExitStack() as stack:
            started = [stack.enter_context(_started(core, place, "worker", "--quiet")) for core in range(count)]
            jobs = library.jobs
            assert jobs
            while jobs.count(("waiting", "reading")):
                time.sleep(0.1)
            took, spent = time.perf_counter() - began, [_cpu_seconds(one) for one in started]
        read = [sum(str(one.pid) in job.worker.split() for job in jobs.listed(len(files))) for one in started]
        articles = library.stats().articles
    shown = ", ".join(f"{seconds:.1f} s for {files} files" for seconds, files in zip(spent, read, strict=True))
    print(f"{count} worker(s): {articles} articles in {took:.1f} s; processor: {shown}; "
          f"{1000 * sum(spent) / articles:.1f} ms an article")  # fmt: skip
    return spent


def _found_elsewhere(address: str, small: Path, late: Path, folder: Path) -> None:
    with Library.open(address) as library:
        os.environ["XDG_DATA_HOME"] = str(folder / "there")
        with Library.open(address) as there, _started(0, address, "worker", "--quiet"):
            there.search("x")
            small.write_text(small.read_text(encoding="utf-8").splitlines(keepends=True)[0], encoding="utf-8")
            library.enqueue(small)
            while library.jobs and library.jobs.count(("waiting", "reading")):  # until the worker has begun
                time.sleep(0.1)
            began = time.perf_counter()
            library.enqueue(late)
            while not any(hit.article.location.source == late.name for hit in there.search(_question(late))):
                time.sleep(0.05)
            found = time.perf_counter() - began
            while there.stats().embedded < there.stats().passages:
                time.sleep(0.05)
            print(f"{_LATE} more, queued here, read by a worker: found elsewhere after {found:.1f} s by their words, "
                  f"all vectors made after {time.perf_counter() - began:.1f} s")  # fmt: skip
        os.environ["XDG_DATA_HOME"] = str(folder / "here")


def _question(file: Path) -> Query:
    told = json.loads(file.read_text(encoding="utf-8").splitlines()[-1])
    return Query(str(told.get("title") or told["text"][:20]), k=5)


def _asked(address: str, titles: list[str], count: int) -> float:
    """Processor milliseconds that a question takes of a server, where so many are asked at once, each the same."""
    cores = len(os.sched_getaffinity(0))
    with ExitStack() as stack:
        ports = [8911 + number for number in range(count)]
        started = [
            stack.enter_context(_started(number % cores, address, "serve", "--no-screen", "--port", str(port)))
            for number, port in enumerate(ports)
        ]
        for port in ports:
            for title in titles[-_WARMING:]:
                _ask(port, title, patience=120)
        before = [_cpu_seconds(one) for one in started]
        with ThreadPoolExecutor(2 * count) as pool:
            list(pool.map(lambda n: _ask(ports[n % count], titles[n // count]), range(_QUESTIONS * count)))
        spent = [after - before for after, before in zip(map(_cpu_seconds, started), before, strict=True)]
    each = [1000 * one / _QUESTIONS for one in spent]
    print(f"{count} server(s): {', '.join(f'{one:.1f}' for one in each)} ms of processor a question")
    return sum(each) / len(each)


def _ask(port: int, question: str, patience: float = 0) -> None:
    body = json.dumps({"question": question}).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/ask", body, {"content-type": "application/json"})
    last = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:
                answer.read()
                return
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.2)


@contextmanager
def _started(core: int, place: str, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`qa` with some words, held to a core."""
    command = [_QA, "--library", place, *words]
    process = subprocess.Popen(
        command,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait()


def _cpu_seconds(process: subprocess.Popen[bytes]) -> float:
    """Of the process itself and of those that it waited for."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / _TICKS


if __name__ == "__main__":
    main()
