"""Fit what tells a digest's sentences: `python -m training.digests DATA`.

A turn of `training/data/chats-more.jsonl` that names a topic tells what a good answer to it holds. Which sentences of
its report hold that is fitted, a logistic regression over `qa.answering.digest.signs`, and written to
`qa/answering/weights.json`. Printed: the share of what should be told that DIGEST_QUOTES sentences tell, and how many
characters they have, for each fifth of the folders fitted without it, then as shipped before.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from qa.answering import digest
from qa.answering.coverage import term_coverage
from qa.answering.weights import FILE, LogisticModel, digest_weights
from qa.evaluation.measures import holds
from qa.questions import analyse
from qa.text.folding import comparable
from qa.text.words import bigrams, content_words
from qa.types import Article, Query, Span
from qa.types.protocols import Weight
from training import sets
from training.calibrate import regress
from training.split import FOLDS, fold

SIGNS = ("central", "headline", "topic", "number", "place", "unended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A topic asked of an article: what should be told, and the signs of each sentence that may tell it."""

    fold: int
    article: Article
    answers: tuple[str, ...]
    spans: Sequence[Span]
    signs: Sequence[Mapping[str, float]]

    def told(self, model: LogisticModel) -> list[str]:
        """What is quoted by these weights."""
        pairs = [digest.pairs(self.article, one) for one in self.spans]
        worth = [digest.SCALE * model.logit(one) for one in self.signs]
        told = [digest.Told(self.article, *one) for one in zip(self.spans, worth, pairs, strict=True)]
        return [one.quote for one in digest.best_told(told, digest.DIGEST_QUOTES)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the public question sets")
    call = parser.parse_args()
    wanted = list(_wanted(call.data))
    for left in range(FOLDS):
        model = fit([one for one in wanted if one.fold != left])
        _show(f"fifth {left}", [(one, one.told(model)) for one in wanted if one.fold == left])
    before = digest_weights()
    _show("before", [(one, one.told(before)) for one in wanted])
    found = json.loads(FILE.read_text(encoding="utf-8"))
    found["digest"] = {"weights": fit(wanted).weights, "command": "python -m training.digests DATA"}
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def fit(wanted: Iterable[Wanted]) -> LogisticModel:
    """Each sentence counts the same."""
    found = [(signs, span, one) for one in wanted for signs, span in zip(one.signs, one.spans, strict=True)]
    rows = [[signs[name] for name in SIGNS] for signs, _, _ in found]
    labels = [_holds(one, one.article.text[span.start : span.end]) for _, span, one in found]
    return regress(SIGNS, rows, labels, [1.0] * len(rows))


def _holds(one: Wanted, quote: str) -> bool:
    return any(holds([quote], [[answer]]) for answer in one.answers)


def _wanted(data: Path) -> Iterator[Wanted]:
    asked = [
        (item["set"], turn, tuple(one["q"] for one in item["turns"][:at]))
        for item in sets.lines(sets.OWN / "chats-more.jsonl")
        for at, turn in enumerate(item["turns"])
        if turn["kind"] == "digest" and {"document", "answers"} <= turn.keys()
    ]
    documents = sets.documents_of(data, {turn["document"] for _, turn, _ in asked})
    articles = {name: Article(name, one.text, one.head) for name, one in documents.items()}
    weight = _weight(articles.values())
    for folder, turn, history in asked:
        article = articles[turn["document"]]
        evidence = term_coverage(analyse(Query(turn["q"], history if turn["leans"] else ())), weight)
        spans = digest.below_headline(article)
        pairs = [digest.pairs(article, one) for one in spans]
        covered = [evidence.covers(article.text[one.start : one.end]) for one in spans]
        signs = digest.signs(article, spans, pairs, covered)
        yield Wanted(fold(folder), article, tuple(turn["answers"]), spans, signs)


def _weight(articles: Iterable[Article]) -> Weight:
    """Inverse document frequency (Robertson and Zaragoza 2009) over these articles."""
    held = [comparable(f"{one.title}\n{one.text}") for one in articles]
    seen = {
        "words": Counter(word for text in held for word in {*content_words(text)}),
        "grams": Counter(gram for text in held for gram in {*bigrams(text)}),
    }

    def weight(field: str, term: str) -> float:
        count = seen[field][term]
        return math.log(1 + (len(held) - count + 0.5) / (count + 0.5)) if count else 0.0

    return weight


def _show(name: str, told: Sequence[tuple[Wanted, list[str]]]) -> None:
    shares = [np.mean([holds(quotes, [[answer]]) for answer in one.answers]) for one, quotes in told]
    chars = [len("".join(quotes)) for _, quotes in told]
    print(f"{name:10}{len(told):6}{np.mean(shares):8.3f}{np.mean(chars):8.0f}", flush=True)


if __name__ == "__main__":
    main()
