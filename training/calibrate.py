"""Fit what each sign of an answer counts: `python -m training.calibrate FOLDER... [--questions 150] [--keep FOLDER]`.

FOLDERs are question sets in BEIR layout. Asked are their held-out fifths alone (the reader was trained on the rest), as
`training.asked` tells: as they are, in other words, each with its article hidden too. Written to
`qa/answering/numbers.json`, with a reader and without:

sentence    logistic regression: does this sentence hold the answer; every set and every question counts the same
confidence  logistic regression: is the answer right, over the signs of `qa.answering.study`; so too
further     the chance that a second sentence needs, so that answers are CHARS long at the mean
threshold   the confidence below which a LOST share of the right answers lies

Printed, five-fold by article, a line a set: first quote and quotes hold the answer, length, AUROC of present against
hidden, expected calibration error (Guo et al. 2017, ten bins), and at the threshold: right answers lost, wrong refused.
`--keep` stores what was found, a file a set, so that the next call fits without asking.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from qa.answering import refusing
from qa.answering.choosing import choose
from qa.answering.numbers import CONSTANT, FILE, Line, Numbers
from qa.evaluate.confidence import Judged, calibration_error, curve, reliability
from training.asked import FOLDS, Asked, Sets, ask_sets

LOST = 0.035  # of the right answers, below the threshold
CHARS = 100  # of an answer, at the mean
FURTHER = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0)
SENTENCE = {
    "terms": ("terms",),
    "reader": ("hit", "order", "coverage", "answers", "span", "share"),
}
CONFIDENCE = {
    "terms": ("best", "lead", "lead_elsewhere", "passage", "absent", "unheard", "unknown"),
    "reader": ("best", "lead", "lead_elsewhere", "absent"),
}
NEUTRAL = Line({CONSTANT: 0.0})

Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=150, help="of each set, at most")
    parser.add_argument("--curves", type=Path, help="folder for what `bench.quality` draws, a file a set")
    parser.add_argument("--keep", type=Path, help="folder where what was found is kept")
    call = parser.parse_args()
    found: dict[str, Any] = {}
    for name in ("terms", "reader"):
        sets = ask_sets(call.folders, call.questions, read=name == "reader", keep=call.keep)
        print(f"\n{name}")
        print_measures(sets, name, call.curves / name if call.curves else None)
        found[name] = fit(sets, name).as_dict()
    found["command"] = f"python -m training.calibrate {' '.join(one.name for one in call.folders)}"
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def fit(sets: Sets, name: str) -> Numbers:
    """On all of it."""
    sentence = _fit_sentence(sets, SENTENCE[name])
    further = _fit_further(sets, sentence)
    first = Numbers(sentence, NEUTRAL, 0.0, further)
    confidence = _fit_confidence(sets, first, CONFIDENCE[name])
    studies = [one.material.study(sentence) for asked in sets.values() for one in asked if _is_right(one, first)]
    rights = [confidence.chance(one.signs()) for one in studies]
    return replace(first, confidence=confidence, threshold=round(float(np.quantile(rights, LOST)), 3))


def _fit_sentence(sets: Sets, names: Sequence[str]) -> Line:
    rows, labels, each = [], [], []
    for asked in sets.values():
        for one in asked:
            for candidate in one.material.candidates:
                features = candidate.features()
                rows.append([features[name] for name in names])
                labels.append(one.right([candidate.quote]))
                each.append(1 / len(asked) / len(one.material.candidates))
    return _regress(names, rows, labels, each)


def _fit_confidence(sets: Sets, numbers: Numbers, names: Sequence[str]) -> Line:
    rows, labels, each = [], [], []
    for asked in sets.values():
        for one in asked:
            signs = one.material.study(numbers.sentence).signs()
            rows.append([signs[name] for name in names])
            labels.append(_is_right(one, numbers))
            each.append(1 / len(asked))
    return _regress(names, rows, labels, each)


def _regress(names: Sequence[str], rows: list[list[float]], labels: list[bool], each: list[float]) -> Line:
    """Standardised, lightly held to 0, and the weights told for the values as they are."""
    values = np.array(rows)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    weights = np.array(each) * len(each) / sum(each)
    model = LogisticRegression(C=1.0, max_iter=1000).fit((values - mean) / spread, labels, sample_weight=weights)
    slopes = model.coef_[0] / spread
    constant = float(model.intercept_[0] - slopes @ mean)
    return Line({CONSTANT: round(constant, 4)} | {n: round(float(s), 4) for n, s in zip(names, slopes, strict=True)})


def _fit_further(sets: Sets, sentence: Line) -> float:
    for further in FURTHER:
        numbers = Numbers(sentence, NEUTRAL, 0.0, further)
        lengths = [np.mean([len("".join(_quotes(one, numbers))) for one in asked]) for asked in sets.values()]
        if np.mean(lengths) <= CHARS:
            return further
    return FURTHER[-1]


def _quotes(one: Asked, numbers: Numbers) -> list[str]:
    """As they would be quoted, in reading order within the article of the best."""
    study = one.material.study(numbers.sentence)
    chosen = choose(study, numbers.further)
    home = study.best.hit.article.id
    order = sorted(chosen, key=lambda each: (each.candidate.hit.article.id != home, each.candidate.start))
    return [each.candidate.quote for each in order]


def _is_right(one: Asked, numbers: Numbers) -> bool:
    return one.right(_quotes(one, numbers))


def _confidence(one: Asked, numbers: Numbers, line: Line) -> float:
    """As an answer has it."""
    study = one.material.study(numbers.sentence)
    chance = line.chance(study.signs())
    return min(chance, numbers.threshold / 2) if refusing.beyond(study) else chance


def print_measures(sets: Sets, name: str, curves: Path | None) -> None:
    """Each fold by numbers fitted without it."""
    folds = [
        fit({key: [one for one in asked if one.fold != fold] for key, asked in sets.items()}, name)
        for fold in range(FOLDS)
    ]
    heads = ("asked", "first", "quotes", "chars", "auroc", "ece", "lost", "refused")
    print(f"{'set':30}" + "".join(f"{head:>8}" for head in heads))
    pairs = {key: [(one, folds[one.fold]) for one in asked] for key, asked in sets.items()}
    for key, some in (pairs | {"all": [pair for each in pairs.values() for pair in each]}).items():
        judged = print_line(key, some)
        if curves:
            curves.mkdir(parents=True, exist_ok=True)
            (curves / f"{key}.json").write_text(json.dumps(_drawn(judged)), encoding="utf-8")


def _drawn(judged: Sequence[Judged]) -> dict[str, Any]:
    return {
        "reliability": [one._asdict() for one in reliability(judged)],
        "answered_right": [one._asdict() for one in curve(judged)],
        "calibration_error": calibration_error(judged),
    }


def print_line(key: str, pairs: Sequence[tuple[Asked, Numbers]]) -> list[Judged]:
    """The figures of a set, printed; and what they rest on."""
    quotes = [_quotes(*pair) for pair in pairs]
    right = np.array([one.right(said) for (one, _), said in zip(pairs, quotes, strict=True)])
    present = np.array([bool(one.required) for one, _ in pairs])
    sure = np.array([_confidence(one, numbers, numbers.confidence) for one, numbers in pairs])
    refused = np.array([chance < numbers.threshold for chance, (_, numbers) in zip(sure, pairs, strict=True)])
    first = [one.right(said[:1]) for (one, _), said in zip(pairs, quotes, strict=True) if one.required]
    lengths = [len("".join(said)) for said in quotes]
    judged = [Judged(float(c), bool(r), bool(p)) for c, r, p in zip(sure, right, present, strict=True)]
    cells = [np.mean(first), right[present].mean(), np.mean(lengths), roc_auc_score(present, sure)]
    cells += [calibration_error(judged), refused[right].mean(), refused[~present].mean()]
    print(f"{key:30}{len(pairs):>8}" + "".join(f"{cell:>8.3f}" for cell in cells), flush=True)
    return judged


if __name__ == "__main__":
    main()
