"""Where a question's time goes, stage by stage: `python -m bench.warm [--library DIR] [--queries FILE] [--json FILE]`.

Asks in one process, everything loaded, the library's files in memory: a search, an answer without a reader, an answer
with it, in turns of ten questions, so that a busy machine slows all of them alike. Prints the median and the 95th
percentile of each, milliseconds of the wall clock, then what its stages take at the mean, each without those inside it;
a question's vector is made beside the others. Without a library: one made of `seeds/`, and the questions about them;
`--queries` is the queries.jsonl of a question set. Peers over the same passages, in the same run: the model and plain
`faiss.IndexFlatIP` (over noise where there are many: a scan takes as long); bm25s over the same words, where it is
installed and the passages are few.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unittest.mock import patch

import faiss
import numpy as np

from bench.speed.memory import warmed
from qa import retrieval
from qa.answering import exact
from qa.index import term_index
from qa.library import answers
from qa.library.library import Library
from qa.library.sources import LibrarySources
from qa.models import embedder, lexicon, span_reader
from qa.questions import spelling
from qa.store import contents
from qa.text.words import search_words
from qa.types import Query
from qa.types.settings import CANDIDATES
from tests.parts.seeds import SEEDS, load_questions

STAGES: Sequence[tuple[str, Any, str]] = (
    ("spelling", spelling, "respell"),
    ("quoted words", exact, "verbatim"),
    ("tokenise", lexicon.Tokeniser, "encode"),
    ("embed", embedder.OnnxEmbedder, "embed_query"),
    ("wait for the vector", LibrarySources, "query_vector"),
    ("terms", term_index.TantivyTerms, "search"),
    ("look up", contents.Contents, "passages"),
    ("fuse, grow", retrieval, "retrieve"),
    ("read", span_reader.OnnxSpanReader, "read"),
    ("answer", answers, "answer_from_hits"),
)
"""Stages by the function whose time they are, without the stages inside it; `vectors` is added by the kind of index."""

_BESIDE = ", beside"  # of stages on another thread than the question's
_TURN = 10  # questions that are asked in one way before the next has its turn
FEW = 10_000  # passages that peers index as they are
Figures = dict[str, float]


class Clock:
    """Seconds by stage, each without those inside it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._inside = threading.local()  # a thread's stages are inside each other

    def timed(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **named: Any) -> Any:
            inside = self._inside.__dict__.setdefault("seconds", [0.0])
            inside.append(0.0)
            began = time.perf_counter()
            try:
                return work(*args, **named)
            finally:
                seconds = time.perf_counter() - began
                is_beside = threading.current_thread() is not threading.main_thread()
                self.spent[stage + _BESIDE * is_beside] += seconds - inside.pop()
                inside[-1] += seconds

        return run


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--queries", type=Path)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--json", type=Path, help="write the figures into this file")
    call = parser.parse_args()
    with opened(call.library) as library_path:
        report = measured(library_path, asked(call.queries)[: call.questions])
    for name, figures in report.items():
        print(f"{name:22}" + "".join(f"  {key} {value:.2f}" for key, value in figures.items()))
    if call.json:
        call.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


@contextmanager
def opened(library_path: Path | None) -> Iterator[Path]:
    """The library's folder, or that of a new one of seeds/."""
    if library_path:
        yield library_path
        return
    with tempfile.TemporaryDirectory() as folder:
        with Library.open(Path(folder) / "library", create=True) as library:
            library.add([SEEDS])
        yield Path(folder) / "library"


def asked(queries: Path | None) -> list[Query]:
    """The questions of a set, or those about seeds/."""
    if queries is None:
        return [Query(one.question, tuple(one.history)) for one in load_questions()]
    return [Query(json.loads(line)["text"]) for line in queries.read_text(encoding="utf-8").splitlines()]


def measured(library_path: Path, queries: Sequence[Query]) -> dict[str, Figures]:
    """Figures by what was asked for: milliseconds."""
    warmed(library_path)
    with (
        Library.open(library_path, create=False, reader="none") as terms_alone,
        Library.open(library_path, create=False) as library,
    ):
        ways: dict[str, Callable[[Query], object]] = {
            "search": terms_alone.search,
            "ask --reader none": terms_alone.ask,
            "ask": library.ask,
            **peers(library),
        }
        for query in queries[:10]:
            for way in ways.values():
                way(query)
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        clocks = {name: Clock() for name in ways}
        for start in range(0, len(queries), _TURN):
            for name, way in ways.items():
                with clocked(clocks[name], library):
                    seconds[name] += [_seconds(way, query) for query in queries[start : start + _TURN]]
    return {name: figures(seconds[name], clocks[name]) for name in ways}


def _seconds(way: Callable[[Query], object], query: Query) -> float:
    began = time.perf_counter()
    way(query)
    return time.perf_counter() - began


@contextmanager
def clocked(clock: Clock, library: Library) -> Iterator[None]:
    """While this lasts, the stages are timed."""
    vectors = type(library.sources().vectors)
    with ExitStack() as stack:
        for stage, owner, name in (*STAGES, ("vectors", vectors, "search"), ("vectors", vectors, "scores")):
            stack.enter_context(patch.object(owner, name, clock.timed(stage, getattr(owner, name))))
        yield


def figures(seconds: Sequence[float], clock: Clock) -> Figures:
    ordered = sorted(seconds)
    found = {"median": statistics.median(ordered), "p95": ordered[int(0.95 * len(ordered))]}
    spent = {stage: whole / len(seconds) for stage, whole in clock.spent.items()}
    in_turn = sum(mean for stage, mean in spent.items() if not stage.endswith(_BESIDE))
    found |= spent | {"rest": statistics.mean(seconds) - in_turn}
    return {name: round(1000 * value, 3) for name, value in found.items()}


def peers(library: Library) -> dict[str, Callable[[Query], object]]:
    """What others do over the same passages: the vectors alone, the terms alone."""
    sources = library.sources()
    vectors: Any = sources.vectors
    ids = sorted(vectors.ids)
    few = [passage.text for passage, _ in sources.passages(ids).values()] if len(ids) <= FEW else []
    flat = faiss.IndexFlatIP(sources.embedder.dimension)
    noise = np.random.default_rng(1)
    flat.add(sources.embedder.embed_passages(few) if few else noise.random((len(ids), flat.d), np.float32))
    found: dict[str, Callable[[Query], object]] = {
        "peer IndexFlatIP": lambda query: flat.search(sources.embedder.embed_query(query.question)[None], CANDIDATES)
    }
    if few and find_spec("bm25s"):
        found["peer bm25s"] = _bm25s([search_words(one) for one in few])
    return found


def _bm25s(passages: Sequence[Sequence[str]]) -> Callable[[Query], object]:
    import bm25s  # type: ignore[import-not-found,unused-ignore]

    index = bm25s.BM25()
    index.index(passages, show_progress=False)
    most = min(CANDIDATES, len(passages))
    return lambda query: index.retrieve([search_words(query.text)], k=most, show_progress=False)


if __name__ == "__main__":
    main()
