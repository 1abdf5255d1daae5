"""Compare this project with txtai's hybrid search and LangChain's ensemble of FAISS and BM25 with jieba.

    python -m bench.peers --corpus FOLDER [--documents N] [--questions 500] [--json FILE]
    python -m bench.peers --library LIBRARY [--passages 1000 10000 100000] [--questions 100] [--json FILE]

The same passages, questions and embedding model for all (multilingual e5-small, in the form that each serves: int8 in
ONNX Runtime here, fp32 in torch there), each system in a process of its own, on all cores. They are set up as their
documentation shows it (`bench.speed.peers_systems`), and give five passages a question. `--corpus` is a question set in
BEIR layout, of which everyone makes the vectors itself. `--library` is a library with vectors, and everyone is given
vectors made out of them, so that what else an index costs is seen as it grows; what is found by them means nothing.

Printed: seconds to index, of the clock and of the processor (here with reading and cutting the documents, which the
others are spared), and the most memory held by then; milliseconds a question, the systems asked in turn, and the median
of their ratio to this project on the same question; memory after the questions; of the questions, how many find their
document in the first passage and in five, and how many a passage that holds the answer (here as `qa search` shows it,
grown by the sentences beside it; the last line tells it of the passages as they are indexed, as those of the others
are). A peer that is not installed is named, with what installs it.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import fmean, median
from typing import Any
from unittest.mock import patch

from bench.material import peers_material
from bench.speed.peers_systems import ASKED_FOR, SYSTEMS, Found
from qa import retrieval
from qa.evaluation.measures import holds
from qa.evaluation.questions import Question
from qa.library.library import Library
from qa.types import Query

OURS = "wenbao"
PACKAGES: Mapping[str, Mapping[str, str]] = {
    "txtai": {"txtai": "9.14.0"},
    "langchain": {
        "langchain-classic": "1.0.8",
        "langchain-community": "0.4.2",
        "langchain-huggingface": "1.2.3",
        "rank-bm25": "0.2.2",
    },
}
"""What a peer needs beside this project's own packages, in the versions that were measured."""

_OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "LANGCHAIN_TRACING_V2": "false"}
_WARMING = 5  # questions asked before any is timed
_COLUMNS = {
    "index_s": "index s",
    "index_processor_s": "processor s",
    "peak_mb": "peak MB",
    "search_ms": "search ms",
    "search_p95_ms": "p95",
    "search_processor_ms": "processor ms",
    "beside": "beside",
    "resident_mb": "resident MB",
    "document_at_1": "document@1",
    f"document_at_{ASKED_FOR}": f"@{ASKED_FOR}",
    "answer_at_1": "answer@1",
    f"answer_at_{ASKED_FOR}": f"@{ASKED_FOR}",
    "characters": "characters",
}
Draw = Callable[[Path], list[Question]]
"""Lays out the documents of a run in a folder, and gives its questions."""
Figures = dict[str, Any]
Replies = list[Mapping[str, Any]]


class Running:
    """A system in a process of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        command = [sys.executable, "-m", "bench.speed.peers_systems", name, str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | _OFFLINE
        )

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # ends its input, and so the process

    def __call__(self, question: str | None) -> Mapping[str, Any]:
        """What it took to answer, or with None to make the index."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SystemExit("A system ended before it answered; its error stands above.")
        reply: Mapping[str, Any] = json.loads(line)
        return reply


def main() -> None:
    call = _called()
    from training import reference  # loads torch, which --help does not need

    installed = {name: _versions(name) for name in PACKAGES}
    for name in (name for name, found in installed.items() if found is None):
        print(f"{name} is not here: pip install {_wanted(name)}")
    names = [name for name in SYSTEMS if installed.get(name, {}) is not None]
    runs: list[Figures] = []
    report = {"versions": {name: found for name, found in installed.items() if found}, "runs": runs}
    print("versions:", json.dumps(report["versions"]), flush=True)
    with tempfile.TemporaryDirectory() as scratch:
        reference.build(model := Path(scratch) / "model")
        for draw in _draws(call):
            runs.append(compared(draw, names, model))
            _print(runs[-1])
            if call.json:
                call.json.parent.mkdir(parents=True, exist_ok=True)
                call.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _called() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--corpus", type=Path, metavar="FOLDER")
    source.add_argument("--library", type=Path)
    parser.add_argument("--documents", type=int, help="of the question set, the first; all unless given")
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 10_000, 100_000], help="of the library")
    parser.add_argument("--questions", type=int, help="evenly from all; 500 of a set, 100 of a library")
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    return parser.parse_args()


def _draws(call: argparse.Namespace) -> list[Draw]:
    if call.corpus:
        asked = call.questions or 500
        return [partial(peers_material.of_a_set, call.corpus, documents=call.documents, questions=asked)]
    asked = call.questions or 100
    return [partial(peers_material.of_a_library, call.library, count=count, questions=asked) for count in call.passages]


def compared(draw: Draw, names: Sequence[str], model: Path) -> Figures:
    """All figures of one run, by system."""
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as stack:
        folder = Path(scratch)
        questions = draw(folder)
        (folder / "model").symlink_to(model)
        ours = stack.enter_context(Running(OURS, folder))
        indexed = {OURS: ours(None)}
        run: Figures = {**peers_material.lay_out(folder / "library", folder), "questions": len(questions)}
        running = {OURS: ours}
        for name in names[1:]:
            running[name] = stack.enter_context(Running(name, folder))
            indexed[name] = running[name](None)
        for question in questions[:_WARMING]:
            for system in running.values():
                system(question.text)
        told: dict[str, Replies] = {name: [] for name in names}
        for question in questions:
            for name, system in running.items():
                told[name].append(system(question.text))
        run["load"] = round(os.getloadavg()[0], 1)
        run["systems"] = {name: _figures(name, indexed[name], told, questions) for name in names}
        if any(one.relevant for one in questions):
            run["systems"][f"{OURS}, bare"] = _found(_bare(folder / "library", questions), questions)
        return run


def _figures(
    name: str, indexed: Mapping[str, Any], told: Mapping[str, Replies], questions: Sequence[Question]
) -> Figures:
    mine, ours = told[name], told[OURS]
    milliseconds = [1000 * one["seconds"] for one in mine]
    beside = median(one["seconds"] / other["seconds"] for one, other in zip(mine, ours, strict=True))
    shown = [[Found(*one) for one in reply["found"]] for reply in mine]
    return {
        "index_s": round(indexed["seconds"], 1),
        "index_processor_s": round(indexed["processor"], 1),
        "peak_mb": indexed["peak_mb"],
        "search_ms": round(median(milliseconds), 1),
        "search_p95_ms": round(sorted(milliseconds)[int(0.95 * len(milliseconds))], 1),
        "search_processor_ms": round(1000 * median(one["processor"] for one in mine), 1),
        "beside": round(beside, 2),
        "resident_mb": mine[-1]["resident_mb"],
        **_found(shown, questions),
    }


def _bare(library_path: Path, questions: Sequence[Question]) -> list[list[Found]]:
    """What this project finds, the passages as they are indexed."""
    with Library.open(library_path, create=False, reader="none") as library, patch.object(retrieval, "expanded", iter):
        found = [library.search(Query(one.text, k=ASKED_FOR)) for one in questions]
    return [[Found(hit.article.location.record or "", hit.passage.text) for hit in hits] for hits in found]


def _found(shown: Sequence[Sequence[Found]], questions: Sequence[Question]) -> Figures:
    """Characters a passage; shares of the questions, where a set says what is right."""
    figures: Figures = {"characters": round(fmean(len(one.text) for found in shown for one in found))}
    for depth in (1, ASKED_FOR):
        pairs = [(found[:depth], question) for found, question in zip(shown, questions, strict=True)]
        placed = [any(one.record in asked.relevant for one in found) for found, asked in pairs if asked.relevant]
        if placed:
            figures[f"document_at_{depth}"] = round(fmean(placed), 4)
        told = [any(holds([one.text], asked.required) for one in found) for found, asked in pairs if asked.required]
        if told:
            figures[f"answer_at_{depth}"] = round(fmean(told), 4)
    return figures


def _wanted(name: str) -> str:
    return " ".join(f"{package}=={number}" for package, number in PACKAGES[name].items())


def _versions(name: str) -> dict[str, str] | None:
    """Of a peer's packages; None where one is missing."""
    try:
        return {package: version(package) for package in PACKAGES[name]}
    except PackageNotFoundError:
        return None


def _print(run: Figures) -> None:
    head = f"{run['documents']} documents, {run['passages']} passages, {run['questions']} questions; load {run['load']}"
    print(head)
    print(f"{'':14}" + "".join(f"{title:>14}" for title in _COLUMNS.values()))
    for name, figures in run["systems"].items():
        print(f"{name:14}" + "".join(f"{figures.get(column, '-'):>14}" for column in _COLUMNS), flush=True)


if __name__ == "__main__":
    main()
