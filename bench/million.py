"""What a library costs as it grows to a million passages, beside the limits of the machine in the same run.

    python -m bench.million LIBRARY FOLDER [--passages 1000 10000 100000 1000000] [--only-measure]
                            [--json docs/bench/growth.json] [--plot docs/bench/growth.png]

Makes libraries of these sizes in FOLDER out of a real LIBRARY with vectors (`bench.million_maker`; a million take a
quarter of an hour and four gigabytes; what is there already is used again), and measures each in processes of its own:
opening, vectors, terms and whole searches of a hundred questions (headlines of the real library, by the real model),
recall against every row, resident memory, adding and removing a file of a hundred passages (without what embedding
them costs). Limits: a plain `faiss.IndexFlatIP` over the same rows, and reading them once at the memory's bandwidth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import numpy as np

from bench import million_maker
from qa import text
from qa.archive import Archive
from qa.protocols import Array
from qa.settings import CANDIDATES
from qa.stores.database import Database
from qa.stores.folder import Folder
from qa.stores.truth import Truth
from qa.stores.vectors import unpack
from qa.types import Query

QUESTIONS, ADDED = 100, 100
_READ = 50_000  # rows held at a time where all are gone through
Figures = dict[str, float | int | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--only-measure", action="store_true", help="the libraries are there, whole")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        print(json.dumps(PARTS[args.part](args.library, args.folder)))
        return
    if not args.only_measure:
        _make(args.library, args.folder, args.passages)
    found = [_measured(args.library, args.folder / f"lib{count}") for count in args.passages]
    for path in filter(None, (args.json, args.plot)):
        path.parent.mkdir(parents=True, exist_ok=True)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if args.plot:
        _draw(found, args.plot)


def _make(library: Path, folder: Path, sizes: Sequence[int]) -> None:
    model, real = million_maker.real_rows(library)
    sentences = million_maker.real_sentences(library)
    for count in sizes:
        million_maker.make(folder / f"lib{count}", model, real, sentences, count)
        with Archive.open(folder / f"lib{count}", embedder=million_maker.Mover(model, real)) as archive:
            archive.sources()  # makes the indexes


def _measured(library: Path, made: Path) -> Figures:
    """All figures of one library, each part of them from a process of its own."""
    figures: Figures = {}
    (made / "questions.json").write_text(json.dumps(_questions(library)), "utf-8")
    for part in PARTS:
        command = [sys.executable, "-m", "bench.million", str(library), str(made), "--part", part]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures |= json.loads(told.stdout)
    print(json.dumps(figures, indent=1), flush=True)
    return figures


def _questions(library: Path) -> list[str]:
    with Archive.open(library) as archive:
        titles = (article.title for article in archive.each_article() if len(article.title) > 7)
        return list(islice(titles, QUESTIONS))


def ask(_: Path, made: Path) -> Figures:
    """Opening, asking, memory."""
    questions = json.loads((made / "questions.json").read_text("utf-8"))
    started = time.perf_counter()
    with Archive.open(made) as archive:
        sources = archive.sources()
        opened = time.perf_counter() - started
        rows = np.stack([sources.embedder.embed_query(text.normalise(one)) for one in questions])
        np.save(made / "questions.npy", rows)
        found = [sources.vectors.search(row, CANDIDATES) for row in rows]
        (made / "found.json").write_text(json.dumps([[one for one, _ in hits] for hits in found]))
        terms = [text.query_terms(text.comparable(one)) for one in questions]
        vectors_ms = _milliseconds(lambda row: sources.vectors.search(row, CANDIDATES), rows)
        terms_ms = _milliseconds(lambda one: sources.terms.search(one, CANDIDATES), terms)
        whole_ms = _milliseconds(lambda one: archive.search(Query(one)), questions)
        return {
            "passages": sources.passage_count,
            "index": type(sources.vectors).__name__,
            "open_s": round(opened, 2),
            **_spread("vectors", vectors_ms),
            **_spread("terms", terms_ms),
            **_spread("search", whole_ms),
            **_memory(),
            "disk_mb": sum(path.stat().st_size for path in made.rglob("*") if path.is_file()) // 10**6,
        }


def recall(_: Path, made: Path) -> Figures:
    """What of the truly best is found; a flat index over the same rows; the rows read once."""
    questions = np.load(made / "questions.npy")
    found = json.loads((made / "found.json").read_text())
    ids, rows = _all_rows(made)
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    faiss.omp_set_num_threads(1)
    flat_ms = _milliseconds(lambda row: index.search(row[None], CANDIDATES), questions[:30])
    _, best = index.search(questions, CANDIDATES)
    shares = {
        k: np.mean([len({*ids[row[:k]].tolist()} & {*hits[:k]}) / k for row, hits in zip(best, found, strict=True)])
        for k in (10, CANDIDATES)
    }
    once = min(_milliseconds(lambda part: part.sum(), [rows.view(np.uint64)] * 5))
    return {
        **{f"recall_at_{k}": round(float(share), 4) for k, share in shares.items()},
        "flat_ip_ms": round(median(flat_ms), 2),
        "rows_read_once_ms": round(once, 2),
        "memory_gb_s": round(rows.nbytes / once / 1e6, 1),
    }


def change(library: Path, made: Path) -> Figures:
    """A file of a hundred passages added, its vectors kept, found, and removed; three times."""
    model, real = million_maker.real_rows(library)
    added, removed = [], []
    with tempfile.TemporaryDirectory() as folder, Archive.open(made, embedder=million_maker.Mover(model, real)) as one:
        one.sources()
        for turn in range(3):
            paper = Path(folder) / f"turn{turn}.jsonl"
            lines = (
                {"id": f"{n}", "text": f"第{turn}轮第{n}号供暖工程完工，{'惠及居民若干户。' * 9}"} for n in range(ADDED)
            )
            paper.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
            started = time.perf_counter()
            report = one.add([paper])
            added.append(time.perf_counter() - started)
            assert report.passages == ADDED, report
            assert one.search(Query(f"第{turn}轮第7号供暖工程"))[0].article.place.source == report.added[0]
            started = time.perf_counter()
            one.remove(report.added)
            removed.append(time.perf_counter() - started)
    return {"add_100_s": round(median(added), 2), "remove_100_s": round(median(removed), 2)}


PARTS: dict[str, Callable[[Path, Path], Figures]] = {"ask": ask, "recall": recall, "change": change}


def _all_rows(made: Path) -> tuple[Array, Array]:
    """Every id and its row, from the tables."""
    database = Database(Folder(made))
    truth = Truth(database)
    model = truth.state().model
    assert model is not None
    ids, rows, after = [], [], -1
    while part := truth.stored_vectors(model.fingerprint, after, _READ):
        ids += [one for one, _ in part]
        rows.append(unpack([row for _, row in part], model.dimension))
        after = ids[-1]
    database.close()
    return np.array(ids), np.concatenate(rows)


def _milliseconds(run: Callable[[Any], object], cases: Iterable[Any]) -> list[float]:
    taken = []
    for case in cases:
        started = time.perf_counter()
        run(case)
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def _spread(name: str, taken: Sequence[float]) -> Figures:
    return {f"{name}_ms": round(median(taken), 2), f"{name}_p95_ms": round(float(np.quantile(taken, 0.95)), 2)}


def _memory() -> Figures:
    """Megabytes of this process: all that is resident, what of it is its own, and the most there was."""
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    names = {"resident_mb": "VmRSS", "own_mb": "RssAnon", "peak_mb": "VmHWM"}
    return {name: int(lines[field].split()[0]) // 1024 for name, field in names.items()}


def _draw(found: Sequence[Figures], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    sizes = [figures["passages"] for figures in found]
    figure, (times, memory) = pyplot.subplots(1, 2, figsize=(10, 4), constrained_layout=True)
    for name, label in (
        ("vectors_ms", "vectors"),
        ("terms_ms", "terms"),
        ("search_ms", "a whole search"),
        ("flat_ip_ms", "faiss.IndexFlatIP"),
        ("rows_read_once_ms", "all rows read once"),
    ):
        style = "--" if name in ("flat_ip_ms", "rows_read_once_ms") else "-"
        times.plot(sizes, [figures[name] for figures in found], style, marker="o", label=label)
    times.set(xscale="log", yscale="log", xlabel="passages", ylabel="ms, median")
    for name, label, factor in (("resident_mb", "resident, MB", 1), ("open_s", "opening, ms", 1000)):
        memory.plot(sizes, [float(figures[name]) * factor for figures in found], marker="o", label=label)
    for name, label in (("add_100_s", "adding 100, ms"), ("remove_100_s", "removing 100, ms")):
        memory.plot(sizes, [float(figures[name]) * 1000 for figures in found], marker="o", label=label)
    memory.set(xscale="log", yscale="log", xlabel="passages")
    for axes in (times, memory):
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=120)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
