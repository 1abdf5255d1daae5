"""Compare kinds of vector index by number of passages: build time, query time, recall.

    python -m bench.speed.kinds LIBRARY [--passages 10000 50000 100000]

Rows moved from a real library's (`bench.material.million_maker`), queries the headlines of its articles by its own
model. For each size and kind of FAISS index: seconds to build, milliseconds a query on one thread (median) and the
share of the truly best 10 and 100 among the rows it gives, once their exact cosines are looked at. A kind that gives
more rows than 100 costs their reading on top: 2 microseconds a row. Fixes LARGE in `qa/index/vector_cache.py` and the
rows read in `qa/index/large_vectors.py`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import faiss
import numpy as np

from bench.material.million_maker import Mover, real_rows
from qa.library.library import Library
from qa.types.protocols import Array

_QUERIES, _BEST = 100, 100


class Way(NamedTuple):
    """A way to search an index that is built already."""

    name: str
    search: Callable[[Array, int], tuple[Array, Array]]
    rows: int  # taken from it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", type=Path)
    parser.add_argument("--passages", type=int, nargs="+", default=[1000, 10_000, 50_000, 100_000, 340_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", choices=tuple(KINDS), default=tuple(KINDS))
    args = parser.parse_args()
    model, real = real_rows(args.library)
    with Library.open(args.library, create=False) as library:
        titles = [article.title for article in islice(library.each_article(), _QUERIES)]
        queries = np.stack([library.sources().embedder.embed_query(title) for title in titles])
    for count in args.passages:
        rows = Mover(model, real, seed=count).embed_passages([""] * count)
        _, best = faiss.knn(queries, rows, min(_BEST, count), metric=faiss.METRIC_INNER_PRODUCT)
        for kind in args.kinds:
            for told in _measured(KINDS[kind], rows, queries, best):
                print(json.dumps({"passages": count, "kind": kind, **told}), flush=True)


def _measured(
    build: Callable[[Array], Iterator[Way]], rows: Array, queries: Array, best: Array
) -> Iterator[dict[str, float | str]]:
    faiss.omp_set_num_threads(2)
    started = time.perf_counter()
    for way in build(rows):
        built = time.perf_counter() - started
        faiss.omp_set_num_threads(1)
        taken, shares = [], {10: 0.0, _BEST: 0.0}
        for query, truth in zip(queries, best, strict=True):
            began = time.perf_counter()
            _, found = way.search(query[None], min(way.rows, len(rows)))
            taken.append(time.perf_counter() - began)
            held = found[0][found[0] >= 0]
            ranked = held[np.argsort(-(rows[held] @ query), kind="stable")]
            for k in shares:
                shares[k] += len(set(ranked[:k].tolist()) & set(truth[:k].tolist())) / len(truth[:k]) / len(queries)
        recall = {f"recall_at_{k}": round(share, 4) for k, share in shares.items()}
        yield {"way": way.name, "build_s": round(built, 1), "ms": round(median(taken) * 1000, 2), **recall}


def _flat(rows: Array) -> Iterator[Way]:
    index = faiss.IndexFlatIP(rows.shape[1])
    index.add(rows)
    yield Way("exact", index.search, _BEST)


def _sq8(rows: Array) -> Iterator[Way]:
    index = faiss.IndexScalarQuantizer(rows.shape[1], faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT)
    index.train(rows[:20_000])
    index.add(rows)
    yield Way("8 bits", index.search, 2 * _BEST)


def _ivf(rows: Array) -> Iterator[Way]:
    lists = int(4 * len(rows) ** 0.5)
    index: Any = faiss.index_factory(rows.shape[1], f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
    index.train(rows[: 40 * lists])
    index.add(rows)
    for probes in (16, 64, 256):
        index.nprobe = min(probes, lists)
        yield Way(f"{probes} of {lists} lists", index.search, 2 * _BEST)


def _codes(rows: Array) -> Iterator[Way]:
    index = faiss.IndexRaBitQFastScan(rows.shape[1], faiss.METRIC_INNER_PRODUCT)
    index.train(rows[:20_000])
    index.add(rows)
    for given in (200, 500, 1000, 2000):
        yield Way(f"{given} rows read", index.search, given)


KINDS: dict[str, Callable[[Array], Iterator[Way]]] = {"flat": _flat, "sq8": _sq8, "ivf": _ivf, "codes": _codes}

if __name__ == "__main__":
    main()
