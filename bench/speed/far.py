"""A library in PostgreSQL asked over a slow link: `python -m bench.speed.far [--milliseconds 50] [--mbit 10]`.

A PostgreSQL of its own with the pages of `seeds/`, behind a proxy that delays and throttles. For local indexes and
pgvector, which are up to date, it prints how many statements a search and an answer send (most of them a round trip
each) and how many seconds they take, median and most, and the seconds that adding takes an article.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from qa.library.library import Library
from qa.store.addresses import with_index
from tests.parts.library import write_records
from tests.parts.postgres import Server, serving
from tests.parts.seeds import load_questions
from tests.parts.slow_link import slow_link

_SEEDS = Path(__file__).parents[2] / "seeds"
_EVERY = 8  # of the questions on them
_RECORDS = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--milliseconds", type=float, default=50, help="there and back")
    parser.add_argument("--mbit", type=float, default=10, help="a second")
    call = parser.parse_args()
    questions = [one.question for one in load_questions()][::_EVERY]
    sent = _counted()
    with tempfile.TemporaryDirectory() as folder, serving() as server:
        os.environ["XDG_DATA_HOME"] = folder
        with slow_link(server.folder / ".s.PGSQL.5432", call.milliseconds / 2000, call.mbit * 1e6) as port:
            for index in ("local", "pgvector"):
                _measure(server, port, index, questions, sent, Path(folder))


def _measure(server: Server, port: int, index: str, questions: list[str], sent: list[str], folder: Path) -> None:
    near = with_index(server.address(f"far_{index}"), index)
    with Library.open(near, create=True) as library:
        library.add([_SEEDS])
        library.search("x")
    with Library.open(f"postgresql://wenbao@127.0.0.1:{port}/postgres?{near.partition('&')[2]}") as library:
        library.ask(questions[0])
        for name, ask in (("search", library.search), ("answer", library.ask)):
            told = [_told(ask, one, sent) for one in questions]
            counts, seconds = zip(*told, strict=True)
            print(f"{index:9} {name}: {median(counts):.0f} statements, at most {max(counts)}; "
                  f"{median(seconds):.2f} s, at most {max(seconds):.2f} s")  # fmt: skip
        began = time.perf_counter()
        library.add(write_records(folder / f"{index}.jsonl", range(_RECORDS)))
        print(f"{index:9} adding: {(time.perf_counter() - began) / _RECORDS:.2f} s an article")


def _told(ask: Callable[[str], object], question: str, sent: list[str]) -> tuple[int, float]:
    sent.clear()
    began = time.perf_counter()
    ask(question)
    return len(sent), time.perf_counter() - began


def _counted() -> list[str]:
    """Where each statement that is sent from now on is noted."""
    sent, execute = list[str](), psycopg.Connection.execute

    def noted(self: Any, query: Any, *values: Any, **more: Any) -> Any:
        sent.append(str(query))
        return execute(self, query, *values, **more)

    psycopg.Connection.execute = noted  # type: ignore[method-assign]
    return sent


if __name__ == "__main__":
    main()
