"""Names that refuse a question however sure the reader is: `python -m bench.quality.unknown_names FOLDER`.

FOLDER holds the news `corpus.jsonl.xz` that `training/data` asks about. Each question is held against its own article
and 1,200 others, without an index or a reader. Printed: how many of the questions that are answered are refused for a
name that is taken to stand nowhere, which is wrong of each of them; and how many are where a person of the question
became one of another article, which is right.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from qa.answering.premises import is_shorter_name, nowhere
from qa.questions.analysed import is_surely_name
from qa.text.folding import normalise
from qa.text.words import bigrams, search_words, tagged_words
from qa.text.zh import PERSON

_SETS = ("asked-news", "asked-news-more", "asked-twins", "asked-reverse")
_OTHERS = 1200  # articles


class Held(NamedTuple):
    """What some articles hold."""

    words: frozenset[str]
    grams: frozenset[str]

    def weight(self, kind: str, term: str) -> float:
        """1 where they have the term; for the functions that ask an index."""
        return float(term in (self.words if kind == "words" else self.grams))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    with lzma.open(parser.parse_args().folder / "corpus.jsonl.xz", "rt", encoding="utf-8") as lines:
        articles = {item["_id"]: f"{item['title']}\n{item['text']}" for item in map(json.loads, lines)}
    chance = random.Random(1)
    others = held("\n".join(articles[one] for one in chance.sample(sorted(articles), _OTHERS)))
    asked = [item for item in _questions() if item["answers"] and item["article"] in articles]
    own = {one: held(articles[one]) for one in {item["article"] for item in asked}}
    wrong = [item for item in asked if _refusing(item["question"], others, own[item["article"]])]
    print(f"answered: {len(wrong)} of {len(asked)} refused for a name")
    people = [(item, one) for item in asked for one in _people(item["question"]) if one in articles[item["article"]]]
    pool = sorted({one for _, one in people})
    right = changed = 0
    for item, one in people:
        other = chance.choice(pool)
        if other not in articles[item["article"]]:
            changed += 1
            right += bool(_refusing(normalise(item["question"]).replace(one, other), others, own[item["article"]]))
    print(f"another person in the question: {right} of {changed} refused for it")


def _questions() -> Iterator[dict[str, Any]]:
    folder = Path(__file__).parents[2] / "training" / "data"
    for name in _SETS:
        yield from map(json.loads, (folder / f"{name}.jsonl").read_text("utf-8").splitlines())


def held(text: str) -> Held:
    return Held(frozenset(search_words(text)), frozenset(bigrams(text)))


def _people(question: str) -> list[str]:
    return [word for word, tag in tagged_words(question) if tag.startswith(PERSON) and is_surely_name(word, tag)]


def _refusing(question: str, *texts: Held) -> list[str]:
    def weight(kind: str, term: str) -> float:
        return max(one.weight(kind, term) for one in texts)

    sure = [word for word, tag in tagged_words(question) if is_surely_name(word, tag)]
    return [one for one in nowhere(sure, weight) if not is_shorter_name(one, weight)]


if __name__ == "__main__":
    main()
