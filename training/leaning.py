"""Fit what tells whether a question leans on the one before it: `python -m training.leaning DATA`.

Writes `qa/questions/leaning.npz`. Fitted on the questions of the training articles, those that were written to follow
another one against all others, and on `training/data/chats.jsonl`: whole conversations over four folders, a line each.
Printed: of the turns of each folder how many that lean are told, and how many of the others are taken for such, fitted
without that folder; then the same of the articles that fit and choose, or with `--measure`, which fits nothing, of
those that only measure and of each file of conversations given.
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

_SEEN = 8  # times that a gram must stand in what is fitted on
_STRENGTH = 0.1  # inverse, of the regularisation
_CHAT_WEIGHT = 10.0  # of a turn of a conversation: it is what is asked for, and there are few
_OF_THE_LAST = ("more", "summary", "objection", "correction")  # kinds of questions and turns that are told otherwise
_CHAT = "chat "  # before the name of a folder


class Written(NamedTuple):
    name: str
    part: Part
    text: str
    leans: bool

    @property
    def weight(self) -> float:
        return _CHAT_WEIGHT if self.name.startswith(_CHAT) else 1.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    parser.add_argument("--measure", nargs="*", type=Path, metavar="CHATS", help="fit nothing: measure what ships")
    call = parser.parse_args()
    written = list(_written(call.data))
    if call.measure is not None:
        chats = (one for path in call.measure for one in _turns(path, path.stem))
        measured = (*(one for one in written if one.part == "measure"), *chats)
        _show([(one, is_follow_up(one.text)) for one in measured])
        return
    training = [one for one in written if one.part == "train"]
    left = list[tuple[Written, bool]]()
    for folder in dict.fromkeys(one.name for one in training if one.name.startswith(_CHAT)):
        weights = _fitted([one for one in training if one.name != folder])
        left += [(one, leaning.chance(one.text, weights) > SURELY) for one in training if one.name == folder]
    _show(left)
    weights = _fitted(training)
    names, values = list(weights), np.array(list(weights.values()), dtype=np.float16)
    np.savez_compressed(leaning.FILE, names=np.array(names), weights=values)
    _show([(one, is_follow_up(one.text)) for one in written if one.part == "fit"])


def _written(data: Path) -> Iterator[Written]:
    for name in ("asked_news", "asked_news_more", "asked_reverse", "asked_other", "asked_contrast"):
        examples = sets.asked_other() if name == "asked_other" else getattr(sets, name)(data)
        yield from (Written(name, one.document.part, one.question, bool(one.history)) for one in examples)
    for at, item in enumerate(sets.lines(sets.OWN / "leaning.jsonl")):  # of no article: one in five is kept
        yield Written("leaning", "train" if at % 5 else "fit", item["text"], item["leans"])
    for item in sets.lines(sets.OWN / "question-kinds.jsonl"):
        if item["kind"] not in _OF_THE_LAST:
            yield Written("question-kinds", "train", item["text"].replace("[", "").replace("]", ""), leans=False)
    yield from _turns(sets.OWN / "chats.jsonl")


def _turns(chats: Path, name: str = "") -> Iterator[Written]:
    """The turns behind another; without a name it is that of their folder."""
    for item in sets.lines(chats):
        for turn in item["turns"][1:]:
            if turn["kind"] not in _OF_THE_LAST:
                yield Written(f"{_CHAT}{name or item['set']}", "train", turn["q"], turn["leans"])


def _fitted(written: Sequence[Written]) -> dict[str, float]:
    """The weight of each gram and each sign of the shape; the bias under the empty name."""
    signs = [(kinds.grams(one.text), leaning.shape(one.text)) for one in written]
    seen = Counter(gram for grams, _ in signs for gram in grams)
    names = sorted(gram for gram, n in seen.items() if n >= _SEEN)
    ids = {name: at for at, name in enumerate([*names, *sorted({sign for _, shape in signs for sign in shape})])}
    rows, columns, values = list[int](), list[int](), list[float]()
    for row, (grams, shape) in enumerate(signs):
        said = [ids[gram] for gram in grams if gram in ids]
        columns += [*said, *(ids[sign] for sign in shape)]
        values += [kinds.gram_scale(len(said))] * len(said) + [1.0] * len(shape)
        rows += [row] * (len(said) + len(shape))
    matrix = sparse.csr_matrix((values, (rows, columns)), (len(written), len(ids)), dtype=np.float32)
    fitted = LogisticRegression(C=_STRENGTH, max_iter=600, class_weight="balanced").fit(
        matrix, [one.leans for one in written], sample_weight=[one.weight for one in written]
    )
    return dict(zip([*ids, ""], [*fitted.coef_[0].tolist(), float(fitted.intercept_[0])], strict=True))


def _show(told: Sequence[tuple[Written, bool]]) -> None:
    """A line a set, and one for all conversations: how many lean, and the share told; of the others, that taken."""
    print(f"{'':20}{'follow':>8}{'told':>8}{'others':>8}{'taken':>8}")
    for name in (*dict.fromkeys(one.name for one, _ in told), _CHAT):
        of_name = [(one, leans) for one, leans in told if name in (one.name, one.name[: len(_CHAT)])]
        each = ([leans for one, leans in of_name if one.leans == wanted] for wanted in (True, False))
        shares = (f"{len(some):8}{np.mean(some) if some else np.nan:8.3f}" for some in each)
        print(f"{name:20}{''.join(shares)}", flush=True)


if __name__ == "__main__":
    main()
