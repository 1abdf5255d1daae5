"""Fit what each sign of an answer counts: `python -m training.calibrate FOLDER... [--questions 300] [--keep FILE]`.

FOLDERs are question sets in BEIR layout. Asked are their held-out fifths alone (the reader was trained on the rest),
every answerable question once more with its article hidden. Written to `qa/answering/numbers.json`, with a reader and
without:

sentence    logistic regression: does this sentence hold the answer; every set and every question counts the same
confidence  logistic regression: is the answer right, over the signs of `qa.answering.study`; so too
further     the chance that a second sentence needs, so that answers are CHARS long at the mean
threshold   ROOM times the confidence below which a LOST share of the right answers lies

Printed, five-fold by article, a line a set: first quote and quotes hold the answer, length, AUROC of present against
hidden, expected calibration error (Guo et al. 2017, ten bins), and at the threshold: right answers lost, wrong refused.
`--keep` stores what was read, so that the next call fits without reading.
"""

from __future__ import annotations

import argparse
import json
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bench.held_out import held
from qa import embedding, questions, retrieve
from qa.answering import shipped
from qa.answering.choosing import choose
from qa.answering.numbers import CONSTANT, FILE, Line, Numbers
from qa.answering.study import Material, collect
from qa.archive import Archive
from qa.evaluate import Question, holds, open_library
from qa.evaluate.confidence import Judged, calibration_error, curve, reliability
from qa.protocols import Reader
from qa.readings import Reading, Window
from qa.settings import DEFAULT_MODEL
from qa.types import Query

FOLDS = 5
LOST = {"terms": 0.02, "reader": 0.001}  # of the right answers, below twice the threshold
ROOM = (
    0.5  # of that confidence, the threshold: people say it in other words than the sets do, and are surer to be right
)
CHARS = 100  # of an answer, at the mean
FURTHER = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 1.0)
SENTENCE = {
    "terms": ("terms",),
    "reader": ("hit", "order", "coverage", "answers", "span", "share"),
}
CONFIDENCE = {
    "terms": ("best", "lead", "lead_elsewhere", "passage", "absent"),
    "reader": ("best", "answers", "span", "lead", "lead_elsewhere", "absent"),
}
NEUTRAL = Line({CONSTANT: 0.0})

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question asked once, and what was found."""

    fold: int
    required: tuple[tuple[str, ...], ...]  # empty where nothing that was found can be right
    material: Material

    def right(self, quotes: Iterable[str]) -> bool:
        return bool(self.required) and holds(quotes, self.required)


Sets = dict[str, list[Asked]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--questions", type=int, default=300, help="of each set, at most")
    parser.add_argument("--only", choices=("terms", "reader"), help="without a reader, or with it; both unless said")
    parser.add_argument("--curves", type=Path, help="folder for what `bench.quality` draws, a file a set")
    parser.add_argument("--keep", type=Path, help="where what was read is kept")
    call = parser.parse_args()
    found = json.loads(FILE.read_text(encoding="utf-8"))
    for name in (call.only,) if call.only else ("terms", "reader"):
        sets = _kept(call.keep and call.keep.with_suffix(f".{name}"), call.folders, call.questions, name)
        print(f"\n{name}")
        print_measures(sets, name, call.curves)
        found[name] = fit(sets, name).as_dict()
    found["command"] = f"python -m training.calibrate {' '.join(one.name for one in call.folders)}"
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _kept(path: Path | None, folders: Sequence[Path], most: int, name: str) -> Sets:
    if path and path.exists():
        sets: Sets = pickle.loads(path.read_bytes())
        return sets
    reader = Remembering(shipped.load(embedding.lexicon_of(DEFAULT_MODEL))) if name == "reader" else None
    sets = {folder.name: ask(folder, reader, most) for folder in folders}
    if path:
        path.write_bytes(pickle.dumps(sets))
    return sets


class Remembering:
    """A `qa.protocols.Reader` that reads nothing twice in a row: a question comes again with its article hidden."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._question = ""
        self._known: dict[Window, Reading] = {}
        self.fingerprint = reader.fingerprint

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        if question != self._question:
            self._question, self._known = question, {}
        new = [one for one in windows if one not in self._known]
        self._known |= zip(new, self._reader.read(question, new), strict=True)
        return [self._known[one] for one in windows]


def ask(folder: Path, reader: Reader | None, most: int) -> list[Asked]:
    """Held-out questions of a set, at most `most`, each with its article present, then hidden; or unanswerable."""
    with open_library(folder) as archive:
        return [asked for one in held(folder, most) for asked in _ask(archive, one, reader)]


def _ask(archive: Archive, question: Question, reader: Reader | None) -> list[Asked]:
    query = questions.plan(Query(question.text, question.history))
    fold = int(sha1(str(question.about).encode()).hexdigest(), 16) % FOLDS
    hidden = archive.articles_of_records(question.relevant)
    ways = [(question.required, query), ((), replace(query, hidden=hidden))] if question.relevant else [((), query)]
    found = []
    for required, way in ways:
        sources = archive.sources()
        hits = retrieve.retrieve(way, sources)
        if hits:
            found.append(Asked(fold, required, collect(way, hits, sources.weight, reader)))
    return found


def fit(sets: Sets, name: str) -> Numbers:
    """On all of it."""
    sentence = _fit_sentence(sets, SENTENCE[name])
    further = _fit_further(sets, sentence)
    first = Numbers(sentence, NEUTRAL, 0.0, further)
    confidence = _fit_confidence(sets, first, CONFIDENCE[name])
    rights = [_confidence(one, first, confidence) for asked in sets.values() for one in asked if _is_right(one, first)]
    return replace(first, confidence=confidence, threshold=round(ROOM * float(np.quantile(rights, LOST[name])), 3))


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
    return line.chance(one.material.study(numbers.sentence).signs())


def print_measures(sets: Sets, name: str, curves: Path | None) -> None:
    """Each fold by numbers fitted without it."""
    folds = [
        fit({key: [one for one in asked if one.fold != fold] for key, asked in sets.items()}, name)
        for fold in range(FOLDS)
    ]
    heads = ("asked", "first", "quotes", "chars", "auroc", "ece", "lost", "refused")
    print(f"{'set':22}" + "".join(f"{head:>8}" for head in heads))
    pairs = {key: [(one, folds[one.fold]) for one in asked] for key, asked in sets.items()}
    for key, some in (pairs | {"all": [pair for each in pairs.values() for pair in each]}).items():
        judged = print_line(key, some)
        if curves:
            curves.mkdir(parents=True, exist_ok=True)
            drawn = {"reliability": reliability(judged), "answered_right": curve(judged)}
            plain: dict[str, Any] = {what: [one._asdict() for one in rows] for what, rows in drawn.items()}
            plain["calibration_error"] = calibration_error(judged)
            (curves / f"{key}.json").write_text(json.dumps(plain), encoding="utf-8")


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
    print(f"{key:22}{len(pairs):>8}" + "".join(f"{cell:>8.3f}" for cell in cells), flush=True)
    return judged


if __name__ == "__main__":
    main()
