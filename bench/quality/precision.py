"""The cost of int8: success@1 of both forms of the default model over whole sets, and an interval of the difference.

    python -m bench.quality.precision FOLDER... [--documents 1000] [--json FILE]

FOLDERs are question sets in BEIR layout, taken into libraries that stay in the user's cache. Each question is asked as
the product asks it (`qa.retrieval.candidates`), once with the vectors of each form, over the passages of
`--documents` of the set's documents, evenly taken: a document ranks by its best passage, by its vectors alone and after
fusion with BM25. The interval of a difference holds 95 % of 5,000 draws of the documents with their questions, the same
questions for both forms (a paired bootstrap by cluster: Field and Welsh 2007,
https://doi.org/10.1111/j.1467-9868.2007.00593.x).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.material.forms import forms_of
from qa import questions
from qa.articles import passages
from qa.evaluation import open_library
from qa.evaluation.questions import Question, load_questions
from qa.retrieval import FUSION, candidates
from qa.types import Filters, Query
from qa.types.protocols import Embedder, Sources

DRAWS = 5_000
WAYS = ("vectors", "fused")

Floats = NDArray[np.float64]


class Swapped:
    """What a library is searched with, its vectors those of another form of the model: `Sources` and `VectorIndex`."""

    def __init__(self, library: Sources, embedder: Embedder, texts: Mapping[int, str]) -> None:
        """`texts` holds what is embedded of each passage; no other passage is found."""
        self.query_vector, self.ids = embedder.embed_query, sorted(texts)
        self._library, self._places = library, {one: row for row, one in enumerate(self.ids)}
        rows = embedder.embed_passages([texts[one] for one in self.ids])
        self._rows = np.asarray(rows, dtype=np.float16).astype(np.float32)  # as they are stored
        self.vectors = self

    def __getattr__(self, name: str) -> Any:
        return getattr(self._library, name)

    def allowed(self, filters: Filters) -> Collection[int]:
        return self.ids

    def search(self, vector: Any, k: int, allowed: Collection[int] | None = None) -> list[tuple[int, float]]:
        cosines = self._rows @ vector
        best = np.argsort(-cosines, kind="stable")[:k]
        return [(self.ids[row], float(cosines[row])) for row in best]

    def scores(self, vector: Any, ids: Sequence[int]) -> dict[int, float]:
        return {one: float(self._rows[self._places[one]] @ vector) for one in ids}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--documents", type=int, default=1000, help="of each set")
    parser.add_argument("--json", type=Path)
    call = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        forms = forms_of(Path(scratch))
        report = {}
        for folder in call.folders:
            report[folder.name] = success(folder, forms, call.documents)
            print(line(folder.name, report[folder.name]), flush=True)
    if call.json:
        call.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def success(folder: Path, forms: Mapping[str, Embedder], documents: int) -> dict[str, Any]:
    """Of both forms, by vectors alone and fused, and the difference of the first to the second with its interval."""
    with open_library(folder) as library:
        asked = [one for one in load_questions(folder) if one.relevant]
        records = evenly(list(dict.fromkeys(min(one.relevant) for one in asked)), documents)
        asked = [one for one in asked if min(one.relevant) in records]
        articles = [library.article(one) for one in sorted(library.articles_of_records(records))]
        cut = {part.id: (article, part) for article in articles for part in passages.split(article)}
        texts = {one: passages.context(*both) for one, both in cut.items()}
        held = {one: {place.record or "" for place in article.locations} for one, (article, _) in cut.items()}
        right = {form: hits(asked, Swapped(library.sources(), one, texts), held) for form, one in forms.items()}
    small, whole = right.values()
    clusters = np.unique([min(one.relevant) for one in asked], return_inverse=True)[1]
    report: dict[str, Any] = {"questions": len(asked), "passages": len(texts)}
    for column, way in enumerate(WAYS):
        shares = {form: round(float(found[:, column].mean()), 4) for form, found in right.items()}
        low, high = interval(small[:, column] - whole[:, column], clusters)
        difference = round(float((small[:, column] - whole[:, column]).mean()), 4)
        report[way] = {**shares, "difference": difference, "from": round(low, 4), "to": round(high, 4)}
    return report


def hits(asked: Sequence[Question], sources: Any, held: Mapping[int, set[str]]) -> Floats:
    """(questions, 2): 1 where the first passage is of a right document, by vectors alone and fused; 0 elsewhere."""
    rows = []
    for question in asked:
        query = questions.analyse(Query(question.text, question.history))
        found = candidates(query, sources)
        scores = (
            {one.id: one.cosine or 0.0 for one in found},
            {one.id: FUSION.fuse(one.cosine, one.overlap, len(query.text)) for one in found},
        )
        firsts = [min(each, key=lambda one: (-each[one], one)) for each in scores if each]
        rows.append([float(bool(held[one] & question.relevant)) for one in firsts] or [0.0, 0.0])
    return np.array(rows)


def interval(differences: Floats, clusters: NDArray[np.intp]) -> tuple[float, float]:
    """That holds 95 % of the means when the clusters are drawn again, with replacement."""
    sums, sizes = np.bincount(clusters, differences), np.bincount(clusters)
    drawn = np.random.default_rng(0).integers(0, len(sums), (DRAWS, len(sums)))
    low, high = np.quantile(sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1), (0.025, 0.975))
    return float(low), float(high)


def evenly(records: Sequence[str], most: int) -> frozenset[str]:
    """At most so many, from all over the set."""
    places = np.linspace(0, len(records) - 1, min(most, len(records))).round().astype(int)
    return frozenset(records[place] for place in places)


def line(name: str, report: Mapping[str, Any]) -> str:
    parts = [f"{name}: {report['questions']} questions, {report['passages']} passages"]
    for way in WAYS:
        of = report[way]
        figures = f"int8 {of['int8']:.4f} fp32 {of['fp32']:.4f}"
        parts.append(f"{way} {figures}, {of['difference']:+.4f} ({of['from']:+.4f} to {of['to']:+.4f})")
    return "; ".join(parts)


if __name__ == "__main__":
    main()
