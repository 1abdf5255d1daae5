"""Compare what two versions of the code make of the same pages and questions, to the last digit.

    python -m bench.unchanged make FILE FOLDER [--pages 150]
    python -m bench.unchanged compare BEFORE AFTER

`make` reads `seeds/`, the tests' made-up county and pages composed from the articles of `FOLDER/corpus.jsonl.xz` into
fresh libraries, asks 400 questions, 100 of them without a reader too, and writes to FILE what `qa ask --json` and
`qa export` print, and the rows of `library.db`: articles, places, passages with their sentences, a digest of each
vector. `compare` names every value that differs and exits with 1 where one does. Of `qa` nothing is imported but the
command that pyproject.toml names, so that the trees may hold their modules elsewhere. A number is compared to
its last digit: the command prints four of them, so it runs in a process whose `round` leaves the others on.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from bench.material.page_maker import articles, compose, design

ROOT = Path(__file__).parent.parent
SEEDS, SEEDS_QUESTIONS = ROOT / "seeds", ROOT / "tests" / "data" / "seeds_questions.jsonl"
COUNTY = ROOT / "tests" / "data" / "understanding"
TODAY = "2025-12-12"
QUESTIONS, WITHOUT_READER = 200, 50  # of each library
POOL = 1500  # articles that pages are drawn from
SHOWN = 20  # differences that are printed in full

_VARYING = {"meta": None, "changes": None, "files": {"path", "mtime_ns", "added"}, "edits": {"path"}}
"""Columns that differ from run to run, by table; None: the whole table does."""
_COMMAND = """
import builtins, importlib, sys
rounded = builtins.round
builtins.round = lambda value, n=None: value if n == 4 and isinstance(value, float) else rounded(value, n)
module, _, function = sys.argv.pop(1).partition(":")
sys.exit(getattr(importlib.import_module(module), function)(sys.argv[1:]))
"""


def qa(*words: object, stdin: str = "") -> list[dict[str, Any]]:
    """The JSON lines that a command of this tree prints, without what the clock says."""
    entry = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]["qa"]
    done = subprocess.run(
        [sys.executable, "-c", _COMMAND, entry, "--quiet", "--json", *map(str, words)],
        input=stdin,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return [{key: value for key, value in one.items() if key != "elapsed_ms"} for one in told]


def rows(library_path: Path) -> dict[str, list[list[Any]]]:
    """The rows of the tables, by table, bytes as their digest."""
    with sqlite3.connect(f"file:{library_path / 'library.db'}?mode=ro", uri=True) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
        tables = [name for (name,) in named if not name.startswith("sqlite_") and _VARYING.get(name, ()) is not None]
        return {table: sorted(_rows(connection, table), key=repr) for table in tables}


def _rows(connection: sqlite3.Connection, table: str) -> Iterator[list[Any]]:
    found = connection.execute(f"SELECT * FROM {table}")
    kept = [at for at, column in enumerate(found.description) if column[0] not in (_VARYING.get(table) or ())]
    for row in found:
        yield [hashlib.sha256(row[at]).hexdigest() if isinstance(row[at], bytes) else row[at] for at in kept]


def of_library(library_path: Path, source: Path, questions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Everything that is made of the source, and of questions to it."""
    qa("--library", library_path, "add", source)
    ask = ("--library", library_path, "ask", "--today", TODAY, "--questions", "-")
    lines = [json.dumps(question, ensure_ascii=False) + "\n" for question in questions]
    return {
        "export": qa("--library", library_path, "export"),
        "tables": rows(library_path),
        "answers": qa(*ask, stdin="".join(lines)) if lines else [],
        "without reader": qa(*ask, "--reader", "none", stdin="".join(lines[:WITHOUT_READER])) if lines else [],
    }


def of_seeds() -> Iterator[dict[str, Any]]:
    """The questions about the seeds as `qa ask --questions` takes them."""
    for line in SEEDS_QUESTIONS.read_text("utf-8").splitlines()[:QUESTIONS]:
        item = json.loads(line)
        yield {"id": item["id"], "question": item["question"], "history": item.get("history", [])}


def of_county() -> list[dict[str, Any]]:
    """Questions about the county: all that have a history, and of the others so many, evenly, as make QUESTIONS."""
    lines = (COUNTY / "queries.jsonl").read_text("utf-8").splitlines()
    items = [(item["_id"], item["text"], item["metadata"].get("history", [])) for item in map(json.loads, lines)]
    following = [item for item in items if item[2]]
    others = [item for item in items if not item[2]]
    left = QUESTIONS - len(following)
    chosen = following + [others[at * len(others) // left] for at in range(left)]
    return [{"id": id, "question": question, "history": history} for id, question, history in chosen]


def write_pages(folder: Path, news: Path, count: int) -> Path:
    """Composed pages, the same whenever they are made; the folder."""
    pool = list(islice(articles(news), POOL))
    folder.mkdir()
    for number in range(count):
        rng = random.Random(f"unchanged-{number}")
        page = compose(pool, rng, design(rng, held=number % 2 == 1)).text
        (folder / f"{number:03}.txt").write_text(page, encoding="utf-8")
    return folder


def make(file: Path, news: Path, pages: int) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = {
            "seeds": of_library(folder / "one", SEEDS, list(of_seeds())),
            "county": of_library(folder / "two", COUNTY / "corpus.jsonl", of_county()),
            "pages": of_library(folder / "three", write_pages(folder / "pages", news, pages), ()),
        }
    file.write_text(json.dumps(made, ensure_ascii=False, indent=0), encoding="utf-8")


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Each value that is not the same in both, with the way to it."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted(one.keys() | other.keys()):
            yield from differences(one.get(key, "nothing"), other.get(key, "nothing"), f"{at}/{key}")
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (first, second) in enumerate(zip(one, other, strict=True)):
            yield from differences(first, second, f"{at}/{number}")
    elif one != other or type(one) is not type(other):
        yield f"{at}: {one!r:.300} | {other!r:.300}"


def compare(before: Path, after: Path) -> int:
    """Print what differs; 1 where anything does."""
    found = list(differences(json.loads(before.read_text("utf-8")), json.loads(after.read_text("utf-8"))))
    for one in found[:SHOWN]:
        print(one)
    print(f"{len(found)} values differ" if found else "equal")
    return 1 if found else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("make")
    making.add_argument("file", type=Path)
    making.add_argument("folder", type=Path)
    making.add_argument("--pages", type=int, default=150)
    comparing = commands.add_parser("compare")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    args = parser.parse_args()
    if args.command == "compare":
        return compare(args.before, args.after)
    make(args.file, args.folder, args.pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
