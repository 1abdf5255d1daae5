"""Measure libraries of 1,000 to 1,000,000 passages, beside the limits of the machine in the same run.

    python -m bench.speed.million LIBRARY FOLDER [--passages 1000 10000 100000 1000000] [--only-make | --only-measure]
                            [--json docs/bench/growth.json] [--plot docs/bench/growth.png]

Makes libraries of these sizes in FOLDER out of a real LIBRARY with vectors (`bench.material.million_maker`; a million
take a quarter of an hour and five gigabytes; what is there already is used again, also after an interrupt), and
measures each (`bench.speed.million_parts`) in processes of its own: opening, vectors, terms and whole searches of a
hundred questions (half of them headlines of the real library, half after a fact of it, by the real model), recall
against every row, resident memory, adding and removing a file of a hundred passages (without what embedding them
costs). Beside them in the same turns: a plain `faiss.IndexFlatIP` over the same rows, on all cores; bm25s over the same
terms, where it is installed and the passages are few enough for it; and reading the rows once at the memory's
bandwidth.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from bench.material import million_maker
from bench.speed import million_parts
from bench.speed.million_parts import PARTS, Figures
from qa.library.library import Library

_SIZES = [1000, 10_000, 100_000, 1_000_000]
_TIMES = {  # of a figure: how it is told in the plot, and its line
    "search_ms": ("a whole search", "-"),
    "vectors_ms": ("its vectors", "-"),
    "terms_ms": ("its terms", "-"),
    "flat_ip_ms": ("faiss.IndexFlatIP", "--"),
    "bm25s_ms": ("bm25s", "--"),
    "rows_read_once_ms": ("all vectors read once", ":"),
}
_COSTS = {  # of a figure: how it is told, and what it is multiplied by
    "open_s": ("opening, ms", 1000),
    "add_100_s": ("adding 100 passages, ms", 1000),
    "remove_100_s": ("removing 100, ms", 1000),
    "resident_mb": ("resident, MB", 1),
    "disk_mb": ("on disk, MB", 1),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=_SIZES)
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--only-make", action="store_true")
    only.add_argument("--only-measure", action="store_true", help="the libraries are there, whole")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--plot", type=Path)
    parser.add_argument("--part", choices=tuple(PARTS), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.part:
        print(json.dumps(PARTS[args.part](args.library, args.folder)))
        return
    if not args.only_measure:
        _make(args.library, args.folder, args.passages)
    if args.only_make:
        return
    found = [_measured(args.library, args.folder / f"lib{count}") for count in args.passages]
    for path in filter(None, (args.json, args.plot)):
        path.parent.mkdir(parents=True, exist_ok=True)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    if args.plot:
        _draw(found, args.plot)


def _make(library_path: Path, folder: Path, sizes: Sequence[int]) -> None:
    model, real = million_maker.real_rows(library_path)
    sentences = million_maker.real_sentences(library_path)
    questions = million_parts.questions(library_path)
    for count in sizes:
        made = folder / f"lib{count}"
        million_maker.make(made, model, real, sentences, count)
        with Library.open(made, create=False, embedder=million_maker.Mover(model, real)) as library:
            library.sources()  # makes the indexes
        (made / "questions.json").write_text(json.dumps(questions, ensure_ascii=False), "utf-8")
        if count <= million_parts.PEER_PASSAGES and find_spec("bm25s"):
            million_parts.index_peer(made)
        print(f"{made}: {count} passages", file=sys.stderr, flush=True)


def _measured(library_path: Path, made: Path) -> Figures:
    """All figures of one library, each part of them from a process of its own."""
    figures: Figures = {}
    for part in PARTS:
        command = [sys.executable, "-m", "bench.speed.million", str(library_path), str(made), "--part", part]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        figures |= json.loads(told.stdout)
    print(json.dumps(figures, indent=1), flush=True)
    return figures


def _draw(found: Sequence[Figures], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, (times, costs) = pyplot.subplots(1, 2, figsize=(10, 4.2), constrained_layout=True)
    for name, (label, line) in _TIMES.items():
        points = [(one["passages"], one[name]) for one in found if name in one]
        times.plot(*zip(*points, strict=True), line, marker="o", markersize=4, label=label) if points else None
    for name, (label, factor) in _COSTS.items():
        costs.plot(
            [one["passages"] for one in found],
            [float(one[name]) * factor for one in found],
            marker="o",
            markersize=4,
            label=label,
        )
    times.set_title("A question: milliseconds, median")
    costs.set_title("The library")
    for axes in (times, costs):
        axes.set(xscale="log", yscale="log", xlabel="passages")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    figure.savefig(path, dpi=100)
    pyplot.close(figure)


if __name__ == "__main__":
    main()
