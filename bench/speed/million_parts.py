"""What `bench.speed.million` measures of one made library, each part in a process of its own."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np

from bench.material import million_maker
from bench.speed.memory import megabytes, warmed
from bench.warm import Clock, clocked
from qa.index.flat_vectors import unpack
from qa.index.term_worker import TermWorker
from qa.library.library import Library
from qa.library.sources import LibrarySources
from qa.questions import suggestions
from qa.store.contents import Contents
from qa.store.database import Database
from qa.store.folder import Folder
from qa.text.folding import comparable, normalise
from qa.text.words import query_terms
from qa.types import Query
from qa.types.protocols import Array
from qa.types.settings import CANDIDATES

ADDED, TURNS = 100, 5
PEER_PASSAGES = 100_000  # that bm25s indexes: a million would take it many minutes
_QUESTIONS, _COMPARED = 100, 30
_READ = 50_000  # rows held at a time where all are gone through
_PEER = "bm25s"
Figures = dict[str, float | int | str]
Asked = tuple[str, Array, Mapping[str, Sequence[str]]]
"""A question, its vector, its terms."""


def questions(library_path: Path) -> list[str]:
    """As many questions after a fact as headlines, of the first articles of the real library that give one."""
    with Library.open(library_path, create=False) as library:
        articles = library.each_article()
        facts = filter(None, (next(suggestions.of_facts(one), None) for one in articles))
        found = list(islice(facts, _QUESTIONS // 2))
        return found + list(islice((one.title for one in articles if len(one.title) > 7), _QUESTIONS // 2))


def index_peer(made: Path) -> None:
    """bm25s over the same terms, kept beside the made library: it is not measured how long that takes."""
    import bm25s  # type: ignore[import-not-found,unused-ignore]

    terms_of = TermWorker().terms
    terms = []
    with Library.open(made, create=False) as library:
        sources = library.sources()
        ids = sorted(sources.terms.ids)
        for start in range(0, len(ids), _READ):
            for passage, article in sources.passages(ids[start : start + _READ]).values():
                terms.append([term for field in terms_of(article, passage).values() for term in field])
    index = bm25s.BM25()
    index.index(terms, show_progress=False)
    index.save(made / _PEER, show_progress=False)


def opening(_: Path, made: Path) -> Figures:
    """From a closed library to all that a question needs of it; what is resident after a hundred questions."""
    asked = _asked(made)
    warmed(made)
    started = time.perf_counter()
    with Library.open(made, create=False) as library:
        sources = library.sources()
        opened = time.perf_counter() - started
        for question in asked:
            library.search(Query(question))
        return {
            "passages": sources.passage_count,
            "index": type(sources.vectors).__name__,
            "open_s": round(opened, 2),
            **megabytes(),
            "disk_mb": _bytes_of(Folder(made)) // 10**6,
        }


def asking(_: Path, made: Path) -> Figures:
    """Vectors, terms and whole searches, a question after the other, beside what others do with it in the same turn."""
    with Library.open(made, create=False, reader="none") as library:
        sources = library.sources()
        cases = [
            (one, sources.embedder.embed_query(normalise(one)), query_terms(comparable(one))) for one in _asked(made)
        ]
        ids, rows = _all_rows(made)
        flat = faiss.IndexFlatIP(rows.shape[1])
        flat.add(rows)
        warmed(made)
        spent = _in_turns(_ways(sources, flat, made), cases)
        with clocked(clock := Clock(), library):
            spent["search"] = [_milliseconds(library.search, Query(question)) for question, _, _ in cases]
        stages = {
            f"in_{name.replace(', ', '_').replace(' ', '_')}_ms": 1000 * seconds / len(cases)
            for name, seconds in clock.spent.items()
        }
        recalls = _recall(sources, flat, ids, [vector for _, vector, _ in cases])
    once = _read_once(rows)
    figures = {"rows_read_once_ms": once, "memory_gb_s": rows.nbytes / once / 1e6, **stages, **recalls}
    for name, taken in spent.items():
        figures |= {f"{name}_ms": median(taken), f"{name}_p95_ms": float(np.quantile(taken, 0.95))}
    return {name: round(value, 4 if name.startswith("recall") else 2) for name, value in figures.items()}


def changing(library_path: Path, made: Path) -> Figures:
    """A file of a hundred passages added, its vectors kept, found, and removed, some times."""
    model, real = million_maker.real_rows(library_path)
    added, removed, worked = [], [], []
    with (
        tempfile.TemporaryDirectory() as folder,
        Library.open(made, create=False, embedder=million_maker.Mover(model, real)) as one,
    ):
        one.sources()
        for turn in range(TURNS):
            paper = Path(folder) / f"turn{turn}.jsonl"
            lines = (
                {"id": f"{n}", "text": f"第{turn}轮第{n}号供暖工程完工，{'惠及居民若干户。' * 9}"} for n in range(ADDED)
            )
            paper.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
            started, busy = time.perf_counter(), time.process_time()
            report = one.add([paper])
            added.append(time.perf_counter() - started)
            worked.append(time.process_time() - busy)
            assert report.passages == ADDED, report
            assert one.search(Query(f"第{turn}轮第7号供暖工程"))[0].article.location.source == report.added[0]
            started = time.perf_counter()
            one.remove(report.added)
            removed.append(time.perf_counter() - started)
    return {
        "add_first_s": round(added[0], 2),  # loads what only adding needs
        "add_100_s": round(median(added), 2),
        "add_100_processor_s": round(median(worked), 2),
        "remove_100_s": round(median(removed), 2),
    }


PARTS: dict[str, Callable[[Path, Path], Figures]] = {"opening": opening, "asking": asking, "changing": changing}


def _bytes_of(folder: Folder) -> int:
    """On disk, without what this puts beside a library."""
    return sum(path.stat().st_size for path in (folder.database, folder.vectors, *folder.terms.iterdir()))


def _asked(made: Path) -> list[str]:
    found: list[str] = json.loads((made / "questions.json").read_text("utf-8"))
    return found


def _ways(sources: LibrarySources, flat: Any, made: Path) -> dict[str, Callable[[Asked], object]]:
    ways: dict[str, Callable[[Asked], object]] = {
        "vectors_ten": lambda case: sources.vectors.search(case[1], 10),
        "vectors": lambda case: sources.vectors.search(case[1], CANDIDATES),
        "flat_ip": lambda case: _of_all_cores(flat, case[1][None]),
        "terms": lambda case: sources.terms.search(case[2], CANDIDATES),
    }
    if (made / _PEER).exists() and find_spec(_PEER):
        import bm25s

        index = bm25s.BM25.load(made / _PEER, mmap=True)
        ways[_PEER] = lambda case: index.retrieve(
            [[term for terms in case[2].values() for term in terms]], k=CANDIDATES, show_progress=False
        )
    return ways


def _in_turns(ways: Mapping[str, Callable[[Asked], object]], cases: Sequence[Asked]) -> dict[str, list[float]]:
    """Milliseconds of each way over some of the cases, all ways of a case one after the other; none is cold."""
    for way in ways.values():
        way(cases[-1])
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for case in cases[:: max(len(cases) // _COMPARED, 1)]:
        for name, way in ways.items():
            spent[name].append(_milliseconds(way, case))
    return spent


def _of_all_cores(flat: Any, vectors: Array) -> tuple[Array, Array]:
    faiss.omp_set_num_threads(os.cpu_count() or 1)  # of this thread, in which ours sets another number
    found: tuple[Array, Array] = flat.search(vectors, CANDIDATES)
    return found


def _recall(sources: LibrarySources, flat: Any, ids: Array, vectors: Sequence[Array]) -> dict[str, float]:
    """What of the truly best is found by a search for as many as retrieval asks for, and by one for ten."""
    _, best = _of_all_cores(flat, np.stack(vectors))

    def recall(k: int, of: int) -> float:
        found = [[one for one, _ in sources.vectors.search(vector, of)] for vector in vectors]
        shares = [len({*ids[row[:k]].tolist()} & {*hits[:k]}) / k for row, hits in zip(best, found, strict=True)]
        return float(np.mean(shares))

    wanted = {"recall_at_10": (10, CANDIDATES), "recall_at_100": (100, CANDIDATES), "recall_of_ten": (10, 10)}
    return {name: recall(*these) for name, these in wanted.items()}


def _read_once(rows: Array) -> float:
    """Milliseconds that all cores take to read the rows from memory."""
    cores = os.cpu_count() or 1
    parts = np.array_split(rows.reshape(-1).view(np.uint64), cores)
    with ThreadPoolExecutor(cores) as threads:
        return min(_milliseconds(lambda these: list(threads.map(np.sum, these)), parts) for _ in range(5))


def _all_rows(made: Path) -> tuple[Array, Array]:
    """Every id and its row, from the tables."""
    database = Database(Folder(made))
    contents = Contents(database)
    model = contents.state().model
    assert model is not None
    ids, rows, after = [], [], -1
    while part := contents.stored_vectors(model.fingerprint, after, _READ):
        ids += [one for one, _ in part]
        rows.append(unpack([row for _, row in part], model.dimension))
        after = ids[-1]
    database.close()
    return np.array(ids), np.concatenate(rows)


def _milliseconds(run: Callable[[Any], object], case: Any) -> float:
    started = time.perf_counter()
    run(case)
    return (time.perf_counter() - started) * 1000
