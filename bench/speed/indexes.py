"""The same library asked in its folder, and in PostgreSQL through each of its indexes.

    python -m bench.speed.indexes LIBRARY ADDRESS QUERIES [--questions 60] [--index folder local pgvector edge]
                                  [--searches] [--json FILE]

Copies the LIBRARY of a folder into the PostgreSQL at ADDRESS, whose schema is not there yet (an existing one is used as
it is), brings each index up to date, then asks in turns, so that a busy machine slows all alike: a search and an answer
by the reader for each question of QUERIES (queries.jsonl of a question set, or lines with a `question`). Prints medians
in milliseconds, the ratio to the first index question by question, processor time in this process, how often the first
passage and the first ten are that one's, and the share of its first 10 and 100 by vectors and by terms that each finds.
`edge` is Qdrant's engine in this process, where the package `qdrant-edge-py` is installed: no server, no network.
`stand-in` is what `qdrant-client` has in memory in the place of a server: it compares all vectors, and is slow. With
`--searches` nothing is answered, and it is told how far apart the scores of the same passages are at most.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import mean, median
from typing import Any

from bench.material.server_copy import copy_library
from qa.errors import NoLibrary
from qa.library.library import Library
from qa.store.addresses import with_index
from qa.store.database import Database
from qa.store.folder import Folder
from qa.text.words import query_terms
from qa.types import Query

_EDGE, _STAND_IN = "qdrant://edge", "qdrant://stand-in"
_QDRANT = {"edge": _EDGE, "stand-in": _STAND_IN}
_CANDIDATES = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("address")
    parser.add_argument("queries", type=Path)
    parser.add_argument("--questions", type=int, default=60)
    parser.add_argument("--index", nargs="+", default=["folder", "local", "pgvector", "edge"])
    parser.add_argument("--searches", action="store_true")
    parser.add_argument("--json", type=Path)
    call = parser.parse_args()
    lines = call.queries.read_text(encoding="utf-8").splitlines()
    told = [json.loads(line) for line in lines[:: max(1, len(lines) // call.questions)]][: call.questions]
    questions = [str(one.get("question") or one["text"]) for one in told]
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        _copied(call.library, call.address)
        libraries = {name: stack.enter_context(_opened(name, call, Path(folder))) for name in call.index}
        for name, library in libraries.items():
            print(f"{name:10}{_seconds(lambda: library.search('北京')):9.1f} s to its first answer")  # noqa: B023
        if "edge" in libraries:
            print(f"{'edge':10}{_seconds(_settle):9.1f} s to make its graphs")
        figures = _measured(libraries, questions, answers=not call.searches)
    for name, each in figures.items():
        print(f"{name:10}" + "".join(f"  {key} {value:.3g}" for key, value in each.items()))
    if call.json:
        call.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _copied(library: Path, address: str) -> None:
    try:
        Database.at(Folder.at(address)).close()
    except NoLibrary:
        print(f"{'':10}{_seconds(lambda: copy_library(library, address)):9.1f} s to copy the library")


def _opened(name: str, call: argparse.Namespace, folder: Path) -> Library:
    if name == "folder":
        return Library.open(call.library, create=False)
    if name == "edge":
        from bench.speed.qdrant_edge import EdgeClient
        from qa.index import qdrant

        client = EdgeClient(folder)
        qdrant.connected = lambda _: client  # type: ignore[assignment,return-value]
        _SETTLING.append(client.settle)
    if name == "stand-in":
        from qa.index import qdrant
        from tests.parts.engines import LocalQdrant

        stand_in = LocalQdrant(":memory:")
        qdrant.connected = lambda _: stand_in
    return Library.open(with_index(call.address, _QDRANT.get(name, name)))


_SETTLING: list[Callable[[], None]] = []


def _settle() -> None:
    for work in _SETTLING:
        work()


def _measured(libraries: dict[str, Library], questions: Sequence[str], *, answers: bool) -> dict[str, dict[str, float]]:
    calls: dict[str, Callable[[Library, str], Any]] = {
        "search": lambda library, question: library.search(Query(question, k=10))
    }
    if answers:
        calls["ask"] = lambda library, question: library.ask(question)
    for library in libraries.values():
        library.ask(questions[0])
    took: dict[tuple[str, str], list[float]] = {(name, kind): [] for name in libraries for kind in calls}
    spent = dict.fromkeys(libraries, 0.0)
    first: dict[str, list[list[int]]] = {name: [] for name in libraries}
    scores: dict[str, list[dict[int, float]]] = {name: [] for name in libraries}
    for question in questions:
        for kind, call in calls.items():
            for name, library in libraries.items():
                began, busy = time.perf_counter(), time.process_time()
                found = call(library, question)
                took[name, kind].append(1000 * (time.perf_counter() - began))
                if kind == "search":
                    spent[name] += 1000 * (time.process_time() - busy) / len(questions)
                    first[name].append([hit.passage.id for hit in found])
                    scores[name].append({hit.passage.id: hit.score for hit in found})
    base = next(iter(libraries))
    figures = {}
    for name in libraries:
        figures[name] = {f"{kind}_ms": median(took[name, kind]) for kind in calls}
        for kind in calls:
            pairs = zip(took[name, kind], took[base, kind], strict=True)
            figures[name][f"{kind}_ratio"] = median(mine / theirs for mine, theirs in pairs)
        figures[name]["search_cpu_here_ms"] = spent[name]
        figures[name]["same_first"] = mean(a[:1] == b[:1] for a, b in zip(first[name], first[base], strict=True))
        figures[name]["same_ten"] = mean(a == b for a, b in zip(first[name], first[base], strict=True))
        figures[name]["apart"] = max(
            abs(score - theirs[one])
            for mine, theirs in zip(scores[name], scores[base], strict=True)
            for one, score in mine.items()
            if one in theirs
        )
        figures[name] |= _overlap(libraries[base], libraries[name], questions)
    return figures


def _overlap(base: Library, other: Library, questions: Sequence[str]) -> dict[str, float]:
    """The share of the passages that the base finds first which the other finds so too."""
    ours, theirs = base.sources(), other.sources()
    found: dict[str, list[float]] = {}
    for question in questions:
        vector, terms = ours.query_vector(question), query_terms(question)
        pairs = {
            "vectors": (ours.vectors.search(vector, _CANDIDATES), theirs.vectors.search(vector, _CANDIDATES)),
            "terms": (ours.terms.search(terms, _CANDIDATES), theirs.terms.search(terms, _CANDIDATES)),
        }
        for kind, (one, two) in pairs.items():
            for k in (10, _CANDIDATES):
                expected = {identity for identity, _ in one[:k]}
                if expected:
                    share = len(expected & {identity for identity, _ in two[:k]}) / len(expected)
                    found.setdefault(f"{kind}@{k}", []).append(share)
    return {key: mean(shares) for key, shares in found.items()}


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    os.environ.setdefault("XDG_DATA_HOME", tempfile.mkdtemp())
    main()
