"""Find the news articles that CRUD-RAG's questions were made from: `python -m bench.quality.located FOLDER OUT`.

FOLDER holds `corpus.jsonl.xz` and `questions-unlocated.jsonl.xz`, records of a question, its answer and key facts
without their article. The facts are often reworded, so a question is located where one to three articles hold its
answer to the letter and, of every key fact, most bigrams: they are its relevant documents. White space counts nowhere.
The question's own words play no part, so that no way of searching is favoured. OUT becomes a question set in BEIR
layout, whose corpus is those articles and others drawn at random.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MOST_ARTICLES = 3  # more copies than this, and the facts are no mark of an article
_KEY_CHARS = (2, 3, 4)  # an answer's first ones, as many as it has: the articles without them are not looked at
_WHOLE, _LEAST = 0.8, 0.5  # share of a fact's bigrams that an article must hold: on average, and of each


@dataclass(frozen=True, slots=True)
class Unlocated:
    """A question, its answer and its key facts, white space removed."""

    question: str
    answer: str
    facts: tuple[str, ...]

    def is_told_in(self, text: str) -> bool:
        """Whether a text without white space holds the answer and most of the facts."""
        if self.answer not in text:
            return False
        shares = [_share(fact, text) for fact in self.facts]
        return bool(shares) and min(shares) >= _LEAST and sum(shares) >= _WHOLE * len(shares)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--questions", type=int, default=1500, help="at most so many")
    parser.add_argument("--others", type=int, default=4000, help="articles that hold none of the answers looked for")
    parser.add_argument("--seed", type=int, default=1)
    call = parser.parse_args()
    corpus = {record["_id"]: record for record in _records(call.folder / "corpus.jsonl.xz")}
    questions = load(call.folder / "questions-unlocated.jsonl.xz")
    found = locate(questions, {identity: _unspaced(record["text"]) for identity, record in corpus.items()})
    draw = random.Random(call.seed)
    chosen = sorted(draw.sample(sorted(found), min(call.questions, len(found))))
    articles = {identity for number in chosen for identity in found[number]}
    others = sorted(corpus.keys() - {identity for each in found.values() for identity in each})
    articles.update(draw.sample(others, min(call.others, len(others))))
    write(call.out, [corpus[one] for one in sorted(articles)], {n: (questions[n], found[n]) for n in chosen})
    print(f"{len(questions)} questions, {len(found)} located; wrote {len(chosen)} over {len(articles)} articles")


def load(path: Path) -> list[Unlocated]:
    """The questions, in the file's order."""
    return [
        Unlocated(record["question"], _unspaced(record["answer"]), tuple(map(_unspaced, record["key_info"])))
        for record in _records(path)
    ]


def locate(questions: Sequence[Unlocated], texts: Mapping[str, str]) -> dict[int, tuple[str, ...]]:
    """For the questions that can be located, by number: the ids of one to three articles. One pass over the texts."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for number, question in enumerate(questions):
        if len(question.answer) >= _KEY_CHARS[0]:
            waiting[question.answer[: _KEY_CHARS[-1]]].append(number)
    found: dict[int, list[str]] = defaultdict(list)
    for identity, text in texts.items():
        for key in waiting.keys() & {text[at : at + size] for size in _KEY_CHARS for at in range(len(text))}:
            for number in waiting[key]:
                if questions[number].is_told_in(text):
                    found[number].append(identity)
    return {number: tuple(ids) for number, ids in found.items() if len(ids) <= _MOST_ARTICLES}


def write(
    out: Path, corpus: Iterable[Mapping[str, Any]], questions: Mapping[int, tuple[Unlocated, tuple[str, ...]]]
) -> None:
    """`corpus.jsonl`, `queries.jsonl` and `qrels/test.tsv` in the folder `out`."""
    (out / "qrels").mkdir(parents=True, exist_ok=True)
    asked = [
        {"_id": f"u{number}", "text": one.question, "metadata": {"answers": [one.answer]}}
        for number, (one, _) in questions.items()
    ]
    rows = [f"u{number}\t{identity}\t1" for number, (_, ids) in questions.items() for identity in ids]
    _write_lines(out / "corpus.jsonl", (json.dumps(record, ensure_ascii=False) for record in corpus))
    _write_lines(out / "queries.jsonl", (json.dumps(record, ensure_ascii=False) for record in asked))
    _write_lines(out / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", *rows])


def _share(fact: str, text: str) -> float:
    bigrams = {fact[at : at + 2] for at in range(max(1, len(fact) - 1))}
    return sum(bigram in text for bigram in bigrams) / len(bigrams)


def _write_lines(path: Path, lines: Iterable[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _records(path: Path) -> Iterator[dict[str, Any]]:
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _unspaced(text: str) -> str:
    return "".join(text.split())


if __name__ == "__main__":
    main()
