"""Time and memory of adding a large file: `python -m bench.speed.growing FILE [--vectors]`.

Starts `qa add` as its users do and asks beside it: the seconds until the first passage is found, until all is found by
terms, until its reprints are grouped, and the most memory that the process held (as /usr/bin/time -v tells it). Without
`--vectors` it is stopped then. `--text 200` makes a text file of so many megabytes out of FILE's records and adds that.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from qa import formats
from qa.errors import LibraryError
from qa.library.library import Library
from qa.store.database import Database
from qa.store.folder import Folder
from qa.store.texts import ungrouped
from qa.types import Query

QA = Path(sys.executable).with_name("qa")
_LOOK = 0.2  # seconds between two looks
_LOOK_BEHIND = 2.0  # the same for what follows the report


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--vectors", action="store_true", help="wait for the vectors too")
    parser.add_argument("--text", type=int, metavar="MB", help="add a text file of this size instead")
    parser.add_argument("--records", type=int, help="the first so many records alone")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = args.file
        if args.text:
            file = _text(args.file, Path(folder) / "large.txt", args.text * 1_000_000)
        elif args.records:
            file = _slice(args.file, Path(folder) / "slice.jsonl", args.records)
        print(json.dumps(_add(file, Path(folder) / "library", wait=args.vectors), ensure_ascii=False, indent=1))


def _add(file: Path, library_path: Path, *, wait: bool) -> dict[str, float | int]:
    """Seconds from the start of `qa add`, and the peak of its resident memory in megabytes."""
    command = ["/usr/bin/time", "-v", QA, "--library", library_path, "add", "--max-mb", "100000", file]
    with tempfile.TemporaryFile("w+") as told:
        started = time.monotonic()
        adding = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=told, text=True)
        first = _first_answer(library_path, started, adding)
        assert adding.stdout
        adding.stdout.readline()  # the report comes once all is findable
        found: dict[str, float | int] = {"first_found_s": first, "all_by_terms_s": round(time.monotonic() - started, 1)}
        _wait_for_groups(library_path)
        found["reprints_grouped_s"] = round(time.monotonic() - started, 1)
        if not wait:
            subprocess.run(["pkill", "-TERM", "-P", str(adding.pid)], check=True)
        adding.communicate()
        if wait:
            found["all_vectors_s"] = round(time.monotonic() - started, 1)
        told.seek(0)
        peak = next(line for line in told if "Maximum resident" in line)
    found["peak_mb"] = int(peak.split()[-1]) // 1024
    with Library.open(library_path, create=False) as library:
        stats = library.stats()
    return {**found, "articles": stats.articles, "passages": stats.passages, "embedded": stats.embedded}


def _first_answer(library_path: Path, started: float, adding: subprocess.Popen[str]) -> float:
    """Seconds until a question finds a passage in another process."""
    while adding.poll() is None:
        try:
            with Library.open(library_path, create=False) as library:
                articles = library.articles(limit=1)
                if articles and library.search(Query(articles[0].text[:30])):
                    return round(time.monotonic() - started, 1)
        except LibraryError:  # it is just being made
            pass
        time.sleep(_LOOK)
    raise SystemExit("qa add ended before anything was found")


def _wait_for_groups(library_path: Path) -> None:
    """Until every article was compared with others."""
    database = Database(Folder(library_path))
    try:
        while ungrouped(database):
            time.sleep(_LOOK_BEHIND)
    finally:
        database.close()


def _texts(file: Path) -> Iterator[str]:
    return (page.text for page in formats.read(file, file.name, max_bytes=sys.maxsize - 1))


def _text(file: Path, target: Path, size: int) -> Path:
    """The records' texts one after the other, again from the start until there is enough."""
    texts = list(_texts(file))
    with target.open("wb") as out:
        for number, text in enumerate(cycle(texts)):
            out.write(f"第{number}则\n{text}\n\n".encode())
            if out.tell() >= size:
                return target
    raise SystemExit("the file holds no text")


def _slice(file: Path, target: Path, records: int) -> Path:
    with target.open("w", encoding="utf-8") as out:
        for number, text in zip(range(records), _texts(file), strict=False):
            out.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
    return target


if __name__ == "__main__":
    main()
