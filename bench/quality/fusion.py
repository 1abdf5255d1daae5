"""Fit the weights of fusion, and compare ways to fuse.

    python -m bench.quality.fusion FOLDER... [--only-measured FOLDER...]

FOLDERs are question sets in BEIR layout, `training.folders` makes those of our own questions; of the public ones the
documents of the fitting part are asked about. Printed is success@1, a line a set: the
vectors alone, BM25 alone, reciprocal ranks (Cormack et al. 2009, k = 60), the sum of standardised scores, the fusion
of `qa.retrieval`. Five-fold by article: each question is scored by weights fitted without its fold. Sets given
after
--only-measured fit nothing. `even_at` is the best of a grid by mean reciprocal rank, every set counting the same. At
the end come the numbers fitted on all of it: `cosine`, `overlap` and `slope` are a logistic regression of whether the
first passage is right, on scores out of fold; the table before them tells how often it is, by scaled score.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa import questions, retrieval
from qa.evaluation import open_library
from qa.evaluation.questions import Question
from qa.retrieval import Fusion
from qa.types import Query
from qa.types.protocols import Sources
from training.asked import chosen

FOLDS = 5
EVEN_AT = (20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 140, 160, 200, 250, 300, 400, 600, 800, 1200)  # characters
RANK_CONSTANT = 60

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its candidates, one entry each."""

    fold: int
    characters: int
    cosine: Floats
    overlap: Floats
    relevant: NDArray[np.bool_]

    def fused(self, fusion: Any) -> Floats:
        """By a Fusion; it is plain arithmetic and takes arrays too."""
        return np.asarray(fusion.fuse(self.cosine, self.overlap, self.characters), dtype=np.float64)

    def reciprocal_rank(self, score: Floats) -> float:
        """Of the best relevant candidate; ties count against it. 0 where there is none."""
        if not self.relevant.any():
            return 0.0
        best = score[self.relevant].max()
        return 1.0 / (1 + int(np.count_nonzero(score[~self.relevant] >= best)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--only-measured", type=Path, nargs="*", default=[])
    call = parser.parse_args()
    fitted = {folder.name: collect(folder) for folder in call.folders}
    measured = {folder.name: collect(folder) for folder in call.only_measured}
    gains = {name: np.array([_over_grid(one) for one in asked]) for name, asked in fitted.items()}
    folds = [fit(fitted, gains, without=fold) for fold in range(FOLDS)]
    final = fit(fitted, gains)
    print(f"{'set':24}{'asked':>7}{'vectors':>9}{'terms':>9}{'ranks':>9}{'standard':>9}{'fused':>9}")
    for name, asked in (fitted | measured).items():
        print_line(name, asked, [folds[one.fold] if name in fitted else final for one in asked])
    print("even_at without each fold:", *(fusion.even_at for fusion in folds))
    firsts = [[_First.of(one, folds[one.fold]) for one in asked] for asked in fitted.values()]
    fusion = calibrate(final, firsts)
    print_chances(fusion, firsts)
    print(fusion)


def collect(folder: Path) -> list[Asked]:
    """The answerable questions of a set with the candidates that retrieval finds."""
    with open_library(folder) as library:
        sources = library.sources()
        return [_asked(question, sources) for question in chosen(folder, "fit", 1500) if question.relevant]


def fit(sets: dict[str, list[Asked]], gains: dict[str, Floats], without: int | None = None) -> Fusion:
    """The one of EVEN_AT with the best mean reciprocal rank outside a fold, each set counting the same."""
    means = []
    for name, asked in sets.items():
        kept = np.array([one.fold != without for one in asked])
        means.append(gains[name][kept].mean(axis=0))
    return _unscaled(EVEN_AT[int(np.argmax(np.mean(means, axis=0)))])


def print_line(name: str, asked: Sequence[Asked], fusions: Sequence[Fusion]) -> None:
    ways = [
        [one.cosine for one in asked],
        [one.overlap for one in asked],
        [_reciprocal(one.cosine) + _reciprocal(one.overlap) for one in asked],
        [_standard(one.cosine) + _standard(one.overlap) for one in asked],
        [one.fused(fusion) for one, fusion in zip(asked, fusions, strict=True)],
    ]
    shares = [np.mean([one.reciprocal_rank(s) == 1 for one, s in zip(asked, way, strict=True)]) for way in ways]
    print(f"{name:24}{len(asked):>7}" + "".join(f"{share:>9.4f}" for share in shares), flush=True)


@dataclass(frozen=True, slots=True)
class _First:
    """The first passage of a question."""

    mean: float  # of its scores, nothing taken off
    share: float  # of the vectors in it
    right: bool

    @classmethod
    def of(cls, asked: Asked, fusion: Fusion) -> _First:
        score = asked.fused(fusion)
        share = fusion.even_at / (fusion.even_at + asked.characters)
        return cls(float(score.max()), share, bool(asked.relevant[score.argmax()]))


def calibrate(fusion: Fusion, sets: Sequence[Sequence[_First]]) -> Fusion:
    """What is taken off, and the slope, so that a scaled score is a chance; sets count the same. Newton's method."""
    firsts = [first for each in sets for first in each]
    inputs = np.array([(first.mean, first.share, 1 - first.share) for first in firsts])
    right = np.array([first.right for first in firsts], dtype=float)
    each = np.array([1 / len(one) for one in sets for _ in one])
    line = np.zeros(3)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-inputs @ line))
        gradient = inputs.T @ (each * (right - chance))
        curvature = (inputs * (each * chance * (1 - chance))[:, None]).T @ inputs
        line += np.linalg.solve(curvature, gradient)
    slope, cosine, overlap = map(float, line)
    return replace(fusion, cosine=round(-cosine / slope, 3), overlap=round(-overlap / slope, 3), slope=round(slope, 1))


def print_chances(fusion: Fusion, sets: Sequence[Sequence[_First]]) -> None:
    """How often the first passage is right, by its scaled score."""
    firsts = [first for each in sets for first in each]
    taken_off = [first.share * fusion.cosine + (1 - first.share) * fusion.overlap for first in firsts]
    scores = np.array([fusion.scale(first.mean - off) for first, off in zip(firsts, taken_off, strict=True)])
    right = np.array([first.right for first in firsts])
    for low in (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        high = {0.0: 0.5, 0.9: 0.95, 0.95: 1.0}.get(low, low + 0.1)
        inside = (scores >= low) & (scores < high)
        if inside.any():
            share = right[inside].mean()
            print(f"scaled {low:.2f} to {high:.2f}: {int(inside.sum()):>5} first passages, {share:.3f} right")


def _asked(question: Question, sources: Sources) -> Asked:
    query = questions.analyse(Query(question.text, question.history))
    found = retrieval.candidates(query, sources)
    held = sources.passages([one.id for one in found])
    records = [{place.record for place in held[one.id][1].locations} for one in found]
    return Asked(
        fold=int(hashlib.sha256(min(question.relevant).encode()).hexdigest(), 16) % FOLDS,
        characters=len(query.text),
        cosine=np.array([one.cosine for one in found]),
        overlap=np.array([one.overlap for one in found]),
        relevant=np.array([bool(each & question.relevant) for each in records]),
    )


def _over_grid(asked: Asked) -> list[float]:
    return [asked.reciprocal_rank(asked.fused(_unscaled(even_at))) for even_at in EVEN_AT]


def _unscaled(even_at: float) -> Fusion:
    return Fusion(even_at, cosine=0.0, overlap=0.0, slope=1.0)


def _reciprocal(score: Floats) -> Floats:
    """Of the rank; 0 where the score is."""
    ranks = np.argsort(np.argsort(-score, kind="stable"), kind="stable") + 1
    return np.where(score > 0, 1 / (RANK_CONSTANT + ranks), 0.0)


def _standard(score: Floats) -> Floats:
    spread = score.std()
    return (score - score.mean()) / spread if spread else np.zeros_like(score)


if __name__ == "__main__":
    main()
