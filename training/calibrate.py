"""Fit the weights of an answer's features: `python -m training.calibrate FOLDER... [--part fit] [--keep FOLDER]`.

FOLDERs are question sets in BEIR layout (`python -m training.folders` makes those of the project's own questions). Of
the public ones, the documents of the fitting part alone are asked about. Written to `qa/answering/weights.json`, with a
reader and without:

sentence    logistic regression: does this sentence hold the answer; every set and every question counts the same
confidence  logistic regression: is the answer right, over the signs of `qa.answering.scoring`; so too
further     the chance that a second sentence needs, so that answers are CHARS long at the mean
threshold   the confidence below which LOST of the answerable questions lie, in the one of our own sets where that is
            lowest, so that none of them loses more (without a reader, which tells less: at the mean of the sets);
            `perhaps` is a share of it

Printed, five-fold by article, a line a set and a line a kind: right article first, first quote and quotes hold the
answer, length, AUROC of answerable against not and of right against all else, expected calibration error (Guo et al.
2017, ten bins), and at the threshold: answerable and unanswerable refused, right answers given.
`--measure` prints them for the shipped numbers and fits nothing. `--keep` stores what was found, a file a set.
"""

from __future__ import annotations

import argparse
import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from qa.answering.answer import nothing_about_it
from qa.answering.candidates import Features
from qa.answering.quotes import choose
from qa.answering.scoring import Assessment
from qa.answering.weights import CONSTANT, FILE, FittedWeights, LogisticModel, fitted_weights
from qa.evaluation.measures import Judged, auroc, calibration_error, holds
from training.asked import FOLDS, Asked, Sets, ask_sets

LOST = 0.06  # of the answerable questions, below the threshold
LACKS = -2.0  # held: fitted it is -.2, too weak in a library of near twins, which tells apart by a number alone
OWN = "asked-"  # what the names of our own sets begin with
PERHAPS = 0.35  # of the threshold, from which the best sentence is shown to be checked
CHARS = 125  # of an answer, at the mean
FURTHER = (0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0)
SENTENCE = {
    "terms": ("terms", "lacks"),
    "reader": ("hit", "coverage", "lacks", "answers", "span", "share", "needed"),
}
CONFIDENCE = {
    "terms": ("best", "lead", "lead_elsewhere", "passage", "absent", "unheard", "unknown"),
    "reader": ("answers", "answers_most", "needed", "unheard"),
}
_LENGTHS = 60  # questions of each set that tell how long answers are
NEUTRAL = LogisticModel({CONSTANT: 0.0})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--part", choices=("fit", "measure"), default="fit")
    parser.add_argument("--questions", type=int, default=300, help="of each set, at most")
    parser.add_argument("--measure", action="store_true", help="with the shipped numbers; fits nothing")
    parser.add_argument("--reader-only", action="store_true", help="leave the numbers without a reader as they are")
    parser.add_argument("--keep", type=Path, help="folder where what was found is kept")
    call = parser.parse_args()
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    for name in ("reader",) if call.reader_only or call.measure else ("terms", "reader"):
        sets = ask_sets(call.folders, call.part, call.questions, read=name == "reader", keep=call.keep)
        if call.measure:
            shipped = fitted_weights(name == "reader")
            print_measures(sets, dict.fromkeys(range(FOLDS), shipped))
            continue
        print(f"\n{name}")
        print_measures(sets, folded(sets, name))
        found[name] = fit(sets, name).as_dict()
    if not call.measure:
        found["command"] = f"python -m training.calibrate {' '.join(one.name for one in call.folders)}"
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def folded(sets: Sets, name: str, without: frozenset[str] = frozenset()) -> Mapping[int, FittedWeights]:
    """For each fold of articles the numbers that are fitted without it."""
    return {
        fold: fit({key: [one for one in asked if one.fold != fold] for key, asked in sets.items()}, name, without)
        for fold in range(FOLDS)
    }


def fit(sets: Sets, name: str, without: frozenset[str] = frozenset()) -> FittedWeights:
    """On all of it, `without` some checks or signs."""
    sentence = _fit_sentence(sets, [one for one in SENTENCE[name] if one not in without])
    if name == "reader" and "lacks" in sentence.weights:
        sentence = LogisticModel({**sentence.weights, "lacks": LACKS})
    first = FittedWeights(sentence, NEUTRAL, 0.0, _fit_further(sets, sentence, without))
    confidence = _fit_confidence(sets, first, [one for one in CONFIDENCE[name] if one not in without], without)
    decided = replace(first, confidence=confidence)
    lost = {
        key: float(np.quantile([confidence_of(one, decided, without) for one in asked if one.required], LOST))
        for key, asked in sets.items()
    }
    own = [chance for key, chance in lost.items() if key.startswith(OWN)] or list(lost.values())
    threshold = round(min(own) if name == "reader" else float(np.mean(list(lost.values()))), 3)
    return replace(decided, threshold=threshold, perhaps=round(threshold * PERHAPS, 3))


def _fit_sentence(sets: Sets, names: Sequence[str]) -> LogisticModel:
    rows, labels, each = [], [], []
    for asked in sets.values():
        for one in asked:
            if one.required:
                found = _candidates(one)
                rows += [[features[name] for name in names] for features, _ in found]
                labels += [holds for _, holds in found]
                each += [1 / len(asked) / len(found)] * len(found)
    return regress(names, rows, labels, each)


@functools.cache
def _candidates(one: Asked) -> tuple[tuple[Features, bool], ...]:
    """What is known of each sentence, and whether it holds the answer, or one of several that are needed."""
    return tuple(
        (features, one.right([each.quote]) or _holds_part(one, each.quote))
        for each, features in zip(one.material.candidates, one.material.features(), strict=True)
    )


def _holds_part(one: Asked, quote: str) -> bool:
    """Of several things that are all needed, whether a sentence holds one."""
    return len(one.required) > 1 and any(holds([quote], [answers]) for answers in one.required)


def _fit_confidence(sets: Sets, decided: FittedWeights, names: Sequence[str], without: frozenset[str]) -> LogisticModel:
    rows, labels, each = [], [], []
    for asked in sets.values():
        for one in asked:
            signs = _study(one, decided, without).signs()
            rows.append([signs[name] for name in names])
            labels.append(_is_right(one, decided, without))
            each.append(1 / len(asked))
    return regress(names, rows, labels, each)


def regress(names: Sequence[str], rows: list[list[float]], labels: list[bool], each: list[float]) -> LogisticModel:
    """On `rows` (rows, names), `each` what a row counts: standardised, lightly held to 0, and the weights told for the
    values as they are.
    """
    values = np.array(rows)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-9
    weights = np.array(each) * len(each) / sum(each)
    model = LogisticRegression(C=1.0, max_iter=1000).fit((values - mean) / spread, labels, sample_weight=weights)
    slopes = model.coef_[0] / spread
    constant = float(model.intercept_[0] - slopes @ mean)
    return LogisticModel(
        {CONSTANT: round(constant, 4)} | {n: round(float(s), 4) for n, s in zip(names, slopes, strict=True)}
    )


def _fit_further(sets: Sets, sentence: LogisticModel, without: frozenset[str]) -> float:
    for further in FURTHER:
        decided = FittedWeights(sentence, NEUTRAL, 0.0, further)
        lengths = [
            np.mean([len("".join(quotes_of(one, decided, without))) for one in asked[:_LENGTHS]])
            for asked in sets.values()
        ]
        if np.mean(lengths) <= CHARS:
            return further
    return FURTHER[-1]


def _study(one: Asked, decided: FittedWeights, without: frozenset[str]) -> Assessment:
    return one.material.assess(decided.sentence)


def quotes_of(one: Asked, decided: FittedWeights, without: frozenset[str] = frozenset()) -> list[str]:
    """As they would be quoted, in reading order within the article of the best."""
    study = _study(one, decided, without)
    chosen = choose(study, decided.further)
    home = study.best.hit.article.id
    order = sorted(chosen, key=lambda each: (each.candidate.hit.article.id != home, each.candidate.start))
    return [each.candidate.quote for each in order]


def _is_right(one: Asked, decided: FittedWeights, without: frozenset[str]) -> bool:
    return one.right(quotes_of(one, decided, without))


def confidence_of(one: Asked, decided: FittedWeights, without: frozenset[str] = frozenset()) -> float:
    """As an answer has it."""
    study = _study(one, decided, without)
    chance = decided.confidence.chance(study.signs())
    is_beyond = "beyond" not in without and nothing_about_it(study) is not None
    return min(chance, decided.threshold / 2) if is_beyond else chance


def print_measures(sets: Sets, folds: Mapping[int, FittedWeights], without: frozenset[str] = frozenset()) -> None:
    """Each question by the numbers of its fold."""
    heads = ("asked", "page", "first", "quotes", "chars", "auroc", "right", "ece", "lost", "refused", "given")
    print(f"{'set':30}" + "".join(f"{head:>8}" for head in heads))
    for key, asked in sets.items():
        print_line(key, asked, folds, without)
        for kind in sorted({one.kind for one in asked}):
            print_line(f"  {kind}", [one for one in asked if one.kind == kind], folds, without)
    if len(sets) > 1:
        print_line("all", [one for asked in sets.values() for one in asked], folds, without)


def print_line(key: str, asked: Sequence[Asked], folds: Mapping[int, FittedWeights], without: frozenset[str]) -> None:
    """The figures of some questions; nan where there is nothing to measure."""
    quotes = [quotes_of(one, folds[one.fold], without) for one in asked]
    sure = np.array([confidence_of(one, folds[one.fold], without) for one in asked])
    right = np.array([one.right(said) for one, said in zip(asked, quotes, strict=True)])
    present = np.array([bool(one.required) for one in asked])
    refused = np.array([chance < folds[one.fold].threshold for one, chance in zip(asked, sure, strict=True)])
    first = [_first_holds(one, said) for one, said in zip(asked, quotes, strict=True) if one.required]
    judged = [Judged(float(c), bool(r), bool(p)) for c, r, p in zip(sure, right, present, strict=True)]
    cells = [_mean(one.first for one in asked if one.required), _mean(first), _mean(right[present])]
    cells += [
        _mean(len("".join(said)) for said in quotes),
        auroc(sure[present].tolist(), sure[~present].tolist()) or np.nan,
    ]
    cells += [auroc(sure[right].tolist(), sure[~right].tolist()) or np.nan, calibration_error(judged)]
    cells += [_mean(refused[present]), _mean(refused[~present]), _mean((right & ~refused)[present])]
    print(f"{key:30}{len(asked):>8}" + "".join(f"{cell:>8.3f}" for cell in cells), flush=True)


def _first_holds(one: Asked, said: Sequence[str]) -> bool:
    return one.right(said[:1]) or (len(one.required) > 1 and bool(said) and _holds_part(one, said[0]))


def _mean(values: Iterable[float]) -> float:
    found = [float(one) for one in values]
    return float(np.mean(found)) if found else float("nan")


if __name__ == "__main__":
    main()
