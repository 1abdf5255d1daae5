"""Which length of passage finds best: `python -m bench.quality.passages FOLDER... [--articles 300]`.

FOLDERs are question sets in BEIR layout; of each, the first articles and their questions are taken, and the 200
questions about seeds/ beside them. Printed is a line a length and overlap, in characters: for each set the share of
questions whose article is first; for seeds/ the share of those that can be answered for which a passage that holds the
answer is first, and is among five. Every length embeds everything anew.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import product
from pathlib import Path
from unittest.mock import patch

from qa import models
from qa.articles import passages
from qa.evaluation import rank_documents
from qa.evaluation.questions import Question, load_questions
from qa.library.library import Library
from qa.types import Hit, Query
from qa.types.protocols import Embedder
from qa.types.settings import DEFAULT_MODEL
from tests.parts import seeds as seeds_eval

TARGETS, OVERLAPS = (150, 200, 250, 300), (0, 60)
APART = "\n---\n"  # no answer runs over it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--articles", type=int, default=300, help="of each set")
    call = parser.parse_args()
    embedder = models.load(DEFAULT_MODEL)
    print(f"{'target':>7}{'overlap':>8}" + "".join(f"{folder.name[:12]:>14}" for folder in call.folders), end="")
    print(f"{'seeds first':>14}{'five':>8}")
    for target, overlap in product(TARGETS, OVERLAPS):
        with patch.object(passages, "split", partial(passages.split, target=target, overlap=overlap)):
            shares = [documents_first(folder, call.articles, embedder) for folder in call.folders]
            first, five = seeds_found(embedder)
        print(f"{target:>7}{overlap:>8}" + "".join(f"{share:>14.4f}" for share in shares), end="")
        print(f"{first:>14.3f}{five:>8.3f}", flush=True)


def documents_first(folder: Path, articles: int, embedder: Embedder) -> float:
    """The share of questions about a set's first articles for which a relevant one is first among them."""
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines()[:articles]
    taken = {json.loads(line)["_id"] for line in lines}
    questions = [one for one in load_questions(folder) if one.relevant & taken]
    with tempfile.TemporaryDirectory() as scratch:
        corpus = Path(scratch) / "corpus.jsonl"
        corpus.write_text("\n".join(lines), encoding="utf-8")
        with _library([corpus], embedder) as library:
            right = [_is_first(one, library.search(Query(one.text, one.history))) for one in questions]
    return sum(right) / len(right)


def seeds_found(embedder: Embedder) -> tuple[float, float]:
    """Of the questions about seeds/ that can be answered: the answer is in the first passage, in the first five."""
    questions = [one for one in seeds_eval.load_questions() if one.answerable]
    with _library([seeds_eval.SEEDS], embedder) as library:
        found = [library.search(Query(one.question, one.history)) for one in questions]
    first, five = (
        sum(_hold(hits[:depth], one) for hits, one in zip(found, questions, strict=True)) / len(questions)
        for depth in (1, 5)
    )
    return first, five


def _is_first(question: Question, hits: Sequence[Hit]) -> bool:
    return bool(hits) and bool(rank_documents(hits[:1])[0] & question.relevant)


def _hold(hits: Sequence[Hit], question: seeds_eval.Question) -> bool:
    return seeds_eval.holds(APART.join(hit.passage.text for hit in hits), question.answers)


@contextmanager
def _library(paths: Sequence[Path], embedder: Embedder) -> Iterator[Library]:
    with tempfile.TemporaryDirectory() as folder, Library.open(Path(folder), create=True, embedder=embedder) as library:
        library.add(paths)
        yield library


if __name__ == "__main__":
    main()
