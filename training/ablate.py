"""Measure what each sign of an answer contributes: `python -m training.ablate FOLDER... --keep FOLDER`.

FOLDERs as for `training.calibrate`, which makes what is kept. Everything is fitted anew without a sign, five-fold by
article, at a threshold that refuses as many answerable questions. Printed, a line a sign: how much less is answered
right, and how much less is rightly refused, without it; each with its 95 % interval (paired bootstrap over questions:
Efron and Tibshirani 1993, chapter 13). One whose gains are both under .005, or whose intervals both hold 0, goes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.asked import Sets, ask_sets
from training.calibrate import confidence_of, folded, quotes_of

_DRAWS = 2000
_SIGNS = ("beyond", "lacks", "unheard", "coverage", "hit", "answers", "answers_most", "span", "share", "needed")
_OF_NAMES = frozenset({"beyond", "lacks", "unheard"})  # all that looks for the question's names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--keep", type=Path)
    call = parser.parse_args()
    sets = ask_sets(call.folders, "fit", call.questions, read=True, keep=call.keep)
    whole = outcomes(sets, frozenset())
    print(f"with all: right {whole[0].mean():.3f}, refused {whole[1].mean():.3f}")
    names = (*((name, frozenset([name])) for name in _SIGNS), ("names", _OF_NAMES))
    for label, without in names:
        less = outcomes(sets, without)
        told = "  ".join(f"{_gain(one, other)}" for one, other in zip(whole, less, strict=True))
        print(f"{label:12} right {told.replace('  ', '   refused ', 1)}", flush=True)


def outcomes(sets: Sets, without: frozenset[str]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each answerable question whether it is answered right, for each other whether it is refused."""
    folds = folded(sets, "reader", without)
    every = [one for asked in sets.values() for one in asked]
    given = np.array([confidence_of(one, folds[one.fold], without) >= folds[one.fold].threshold for one in every])
    right = np.array([one.right(quotes_of(one, folds[one.fold], without)) for one in every])
    present = np.array([bool(one.required) for one in every])
    return (right & given)[present].astype(float), (~given)[~present].astype(float)


def _gain(whole: NDArray[np.float64], less: NDArray[np.float64]) -> str:
    difference = whole - less
    chance = np.random.default_rng(0)
    drawn = difference[chance.integers(0, len(difference), (_DRAWS, len(difference)))].mean(1)
    low, high = np.quantile(drawn, (0.025, 0.975))
    return f"{difference.mean():+.4f} [{low:+.4f}, {high:+.4f}]"


if __name__ == "__main__":
    main()
