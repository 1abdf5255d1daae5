"""Questions of people who saw no code, over real folders: `python -m bench.quality.strangers FOLDER=QUESTIONS...`.

Each folder is added to a library of its own and asked. A line of QUESTIONS is an object: `type`, `question`, `answers`
(texts that stand in the folder; any one will do, of a `list` all are needed; none where the folder does not tell it or
tells otherwise).
Printed for each folder and type: how many of those that can be answered are answered right, by the first quote and by
all, with nothing refused and as it is; how many are refused; and over all the AUROC of the confidence, and what is
refused of the others where .08 of the answerable are.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa import Library, Query
from qa.evaluation.measures import auroc, holds
from qa.types import Answer

LOST = 0.08


@dataclass(frozen=True, slots=True)
class Told:
    kind: str
    can_be: bool  # answered from the folder
    first: bool  # the first quote holds it, refused or not
    right: bool
    refused: bool
    confidence: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="FOLDER=QUESTIONS")
    call = parser.parse_args()
    print(f"{'':32}{'asked':>7}{'first':>8}{'right':>8}{'given':>8}{'refused':>9}{'auroc':>8}{'at .08':>8}")
    every: list[Told] = []
    for one in call.sets:
        folder, _, questions = one.partition("=")
        told = ask(
            Path(folder), [json.loads(line) for line in Path(questions).read_text(encoding="utf-8").splitlines()]
        )
        for kind in sorted({each.kind for each in told}):
            _show(f"  {kind}", [each for each in told if each.kind == kind])
        _show(Path(folder).name, told)
        every += told
    _show("all", every)


@contextmanager
def library_of(folder: Path) -> Iterator[Library]:
    """A library of the folder alone, with its vectors, for as long as it is asked."""
    with tempfile.TemporaryDirectory() as scratch, Library.open(Path(scratch) / "library", create=True) as library:
        library.add([folder])
        library.vectors.make()
        yield library


def ask(folder: Path, questions: Sequence[dict[str, object]]) -> list[Told]:
    """What the folder's library says to each question."""
    with library_of(folder) as library:
        return [_told(library.ask(Query(str(one["question"]))), one) for one in questions]


def _told(answer: Answer, one: dict[str, object]) -> Told:
    answers = [str(each) for each in one["answers"]]  # type: ignore[attr-defined]
    required = [[each] for each in answers] if one["type"] == "list" else [answers]
    quotes = [each.quote for each in answer.citations or answer.nearest]
    first = bool(answers) and holds(quotes[:1], [answers])
    right = bool(answers) and holds(quotes, required)
    return Told(str(one["type"]), bool(answers), first, right, not answer.answered, answer.confidence)


def _show(name: str, told: Sequence[Told]) -> None:
    can, cannot = ([each for each in told if each.can_be == wanted] for wanted in (True, False))
    cells = [mean([each.first for each in can]), mean([each.right for each in can])]
    cells += [mean([each.right and not each.refused for each in can]), mean([each.refused for each in told])]
    sure, unsure = ([each.confidence for each in some] for some in (can, cannot))
    is_both = bool(sure and unsure)
    cells.append(auroc(sure, unsure) or np.nan if is_both else np.nan)
    cells.append(mean((np.array(unsure) < np.quantile(sure, LOST)).tolist()) if is_both else np.nan)
    print(
        f"{name:32}{len(told):>7}" + "".join(f"{cell:>{8 + (at == 3)}.3f}" for at, cell in enumerate(cells)), flush=True
    )


def mean(values: Sequence[float]) -> float:
    """Not a number of nothing."""
    return float(np.mean(values)) if values else np.nan


if __name__ == "__main__":
    main()
