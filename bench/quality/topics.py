"""Which score tells that a library has a topic: `python -m bench.quality.topics FOLDER=TOPICS...`.

Each folder is added to a library of its own; a line of TOPICS is `text`, what somebody wants to be told about, and
`answers`, texts of the folder that tell it: none where nothing there does. A `set` names the folder, where they are of
several. Printed over all: the AUROC of the reader's confidence and of the first passage's score, then for each least
score how many of both are answered, and of those told how many with a first passage's article that tells it.
`qa/library/answers.py` has the score that was chosen so.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bench.quality.strangers import library_of
from qa.evaluation.measures import auroc

_SCORES = np.arange(0.3, 0.75, 0.05)


class Asked(NamedTuple):
    is_told: bool
    is_first: bool  # the first passage's article tells it
    score: float  # of the first passage
    confidence: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="FOLDER=TOPICS")
    call = parser.parse_args()
    asked = [each for one in call.sets for each in _asked(*map(Path, one.split("=", 1)))]
    told, others = ([one for one in asked if one.is_told == wanted] for wanted in (True, False))
    if not told or not others:
        parser.error("needs lines with answers and lines without; a `set` must be the name of its folder")
    for name in ("confidence", "score"):
        area = auroc(*([getattr(one, name) for one in each] for each in (told, others)))
        print(f"AUROC of {name}: {area:.3f}")
    print(f"{'score':>6}{'told':>6}{'first':>7}{'others':>8}   of {len(told)} and {len(others)}")
    for least in _SCORES:
        above = [one for one in told if one.score >= least]
        counts = len(above), sum(one.is_first for one in above), sum(one.score >= least for one in others)
        print("{:6.2f}{:6}{:7}{:8}".format(least, *counts))


def _asked(folder: Path, topics: Path) -> Iterator[Asked]:
    with library_of(folder) as library:
        for line in map(json.loads, topics.read_text(encoding="utf-8").splitlines()):
            if line.get("set", folder.name) == folder.name:
                first, confidence = library.search(line["text"])[0], library.ask(line["text"]).confidence
                is_first = any(one in first.article.text for one in line["answers"])
                yield Asked(bool(line["answers"]), is_first, first.score, confidence)


if __name__ == "__main__":
    main()
