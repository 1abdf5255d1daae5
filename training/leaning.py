"""Fit what tells whether a question leans on the one before it: `python -m training.leaning DATA`.

Writes `qa/questions/leaning.npz`. Fitted on the questions of the training articles: those that were written to follow
another one against all others. Printed, of the articles that fit and choose, or with `--measure` of those that only
measure: how many of those that follow another one are told, and how many of the others are taken for one.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from qa.questions import kinds, leaning
from qa.questions.follow_ups import SURELY, is_follow_up
from training import sets
from training.split import Part

_SEEN = 20  # times that a gram must stand in what is fitted on
_ALONE = ("topic", "timeline", "fact")  # kinds of question-kinds that stand by themselves


class Written(NamedTuple):
    name: str
    part: Part
    text: str
    leans: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--measure", action="store_true", help="fit nothing: measure what ships")
    call = parser.parse_args()
    written = list(_written(call.data))
    if not call.measure:
        _fit([one for one in written if one.part == "train"])
    _show([one for one in written if one.part == ("measure" if call.measure else "fit")])


def _written(data: Path) -> Iterator[Written]:
    for name in ("asked_news", "asked_news_more", "asked_reverse", "asked_other"):
        examples = sets.asked_other() if name == "asked_other" else getattr(sets, name)(data)
        yield from (Written(name, one.document.part, one.question, bool(one.history)) for one in examples)
    for at, item in enumerate(sets.lines(sets.OWN / "leaning.jsonl")):  # of no article: one in five is kept
        yield Written("leaning", "train" if at % 5 else "fit", item["text"], item["leans"])
    for item in sets.lines(sets.OWN / "question-kinds.jsonl"):
        if item["kind"] in _ALONE:
            yield Written("question-kinds", "train", item["text"].replace("[", "").replace("]", ""), leans=False)


def _fit(written: Sequence[Written]) -> None:
    seen = Counter(gram for one in written for gram in kinds.grams(one.text))
    names = sorted(gram for gram, n in seen.items() if n >= _SEEN)
    shapes = sorted({sign for one in written for sign in leaning.shape(one.text)})
    ids = {name: at for at, name in enumerate([*names, *shapes])}
    matrix = sparse.lil_matrix((len(written), len(ids)), dtype=np.float32)
    for at, one in enumerate(written):
        said = [ids[gram] for gram in kinds.grams(one.text) if gram in ids]
        matrix[at, said] = kinds.gram_scale(len(said))
        matrix[at, [ids[sign] for sign in leaning.shape(one.text)]] = 1
    fitted = LogisticRegression(max_iter=500, class_weight="balanced").fit(
        matrix.tocsr(), [one.leans for one in written]
    )
    weights = np.array([*fitted.coef_[0], fitted.intercept_[0]], dtype=np.float16)
    np.savez_compressed(leaning.FILE, names=np.array([*ids, ""]), weights=weights)


def _show(written: Sequence[Written]) -> None:
    print(f"{'':16}{'follow':>8}{'told':>8}{'others':>8}{'taken':>8}   above {SURELY}, or by its form")
    for name in dict.fromkeys(one.name for one in written):
        told = {leans: [is_follow_up(one.text) for one in written if one.name == name and one.leans == leans]
                for leans in (True, False)}  # fmt: skip
        shares = [f"{len(each):8}{np.mean(each) if each else float('nan'):8.3f}" for each in told.values()]
        print(f"{name:16}{''.join(shares)}")


if __name__ == "__main__":
    main()
