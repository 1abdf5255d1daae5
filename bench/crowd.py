"""A crowd on one server: `python -m bench.crowd [--visitors 1000] [--at-once 200] [--questions 50]` (Linux).

A `qa serve` over the seed pages is asked by one visitor, then by as many visitors as told, each a browser of its own
from one of many addresses of loopback, so many of them at the same moment; then by the one visitor again. Every answer
must be what the one visitor got; memory and open descriptors afterwards must be about what they were before. Prints
what was seen; exit code 1 where it does not hold.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.faults.attack_parts import Server, Visitor, qa, served, status_kb
from tests.parts.seeds import SEEDS, load_questions

GROWTH_MB = 64  # of the process's own memory, over what the one visitor left
QUIET_SECONDS = 20.0  # before the second look
PATIENCE_SECONDS = 600.0  # of a visitor in the crowd


class Asked(NamedTuple):
    """What a visitor got."""

    question: str
    said: str  # empty where there was no answer
    why: str  # … and then why
    seconds: float


class Held(NamedTuple):
    """What a server's process holds."""

    own_mb: int  # its own memory; pages of mapped files are the system's
    descriptors: int
    threads: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--visitors", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=200)
    parser.add_argument("--questions", type=int, default=50, help="different ones")
    args = parser.parse_args()
    questions = [one.question for one in load_questions() if not one.history][: args.questions]
    with tempfile.TemporaryDirectory() as work:
        library_path = Path(work) / "library"
        added = qa(library_path, "add", "--quiet", SEEDS)
        if added.returncode:
            sys.exit(added.stderr.decode())
        with served(library_path) as server:
            return 0 if _holds(server, questions, args.visitors, args.at_once) else 1


def _holds(server: Server, questions: list[str], visitors: int, at_once: int) -> bool:
    alone = {question: _ask(server, question, 0).said for question in questions}
    before = _held(server)
    began = time.monotonic()
    crowd = _crowd(server, questions, visitors, at_once)
    seconds = time.monotonic() - began
    time.sleep(QUIET_SECONDS)
    after = {question: _ask(server, question, 0).said for question in questions}
    then = _held(server)
    unanswered = sum(not one.said for one in crowd)
    other = sum(bool(one.said) and one.said != alone[one.question] for one in crowd)
    changed = sum(after[question] != alone[question] for question in questions)
    times = sorted(one.seconds for one in crowd)
    print(f"{visitors} visitors, {at_once} at once, {len(questions)} questions: {seconds:.0f} s")
    print(f"an answer: median {statistics.median(times):.1f} s, slowest {times[-1]:.1f} s")
    print(f"unanswered {unanswered}, other than to one visitor alone {other}; afterwards {changed} of {len(questions)}")
    for asked in filter(lambda one: not one.said, crowd):
        print(f"  unanswered after {asked.seconds:.0f} s: {asked.why}")
    for name in Held._fields:
        print(f"{name}: {getattr(before, name)} before, {getattr(then, name)} after")
    print(f"lines on stderr: {len(server.said().splitlines())}")
    few = then.descriptors <= before.descriptors + 8
    return not (unanswered or other or changed) and then.own_mb - before.own_mb <= GROWTH_MB and few


def _crowd(server: Server, questions: list[str], visitors: int, at_once: int) -> list[Asked]:
    """The first `at_once` begin at the same moment, each that follows when one has its answer."""
    start = threading.Barrier(min(at_once, visitors))

    def ask(number: int) -> Asked:
        if number < start.parties:
            start.wait()
        return _ask(server, questions[number % len(questions)], number)

    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(ask, range(visitors)))


def _ask(server: Server, question: str, number: int) -> Asked:
    began = time.monotonic()
    source = f"127.0.{1 + number // 250}.{1 + number % 250}"
    visitor = Visitor(server.url, source=source, patience=PATIENCE_SECONDS)
    try:
        shown, why = visitor.ask(question), ""
    except (httpx.HTTPError, OSError) as error:
        shown, why = "", f"{type(error).__name__} {error} at {getattr(error, 'request', None) and error.request.url}"
    said = _said(shown)
    return Asked(question, said, "" if said else why or _words(shown)[-200:], time.monotonic() - began)


def _said(shown: str) -> str:
    """The words of the last turn, without how long it took; nothing where there is no answer."""
    turn = shown[shown.rfind('<article class="turn"') :]
    if 'class="answer' not in turn:
        return ""
    return re.sub(r"[\d.]+ 秒", "", _words(turn[: turn.find("</article>")]))


def _words(shown: str) -> str:
    return re.sub(r"<[^>]*>", " ", shown)


def _held(server: Server) -> Held:
    process = server.process.pid
    descriptors = len(list(Path(f"/proc/{process}/fd").iterdir()))
    threads = len(list(Path(f"/proc/{process}/task").iterdir()))
    return Held(status_kb(process, "RssAnon") // 1024, descriptors, threads)


if __name__ == "__main__":
    sys.exit(main())
