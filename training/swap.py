"""Make unanswerable questions: exchange a name, place, year, amount or post of a question for another.

What the text tells does not answer them any more, though it shares every other word with them. Exchanged is only what
the text holds, so that the text contradicts the question.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from qa.text.words import tagged_words

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_POSTS = (
    "书记",
    "副书记",
    "主任",
    "副主任",
    "校长",
    "副校长",
    "院长",
    "副院长",
    "局长",
    "副局长",
    "市长",
    "副市长",
    "县长",
    "镇长",
)
_KINDS = {"nr": "person", "nrt": "person", "nrfg": "person", "ns": "place", "nt": "body", "nz": "name"}
_LEAST, _MOST = 2, 8  # characters of what is exchanged

Stock = Mapping[str, Sequence[str]]


def stock(texts: Iterable[str]) -> Stock:
    """Names by kind, as they stand in the texts, each once, in an order that does not change."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in texts:
        for word, tag in tagged_words(one):
            if tag in _KINDS and _LEAST <= len(word) <= _MOST:
                found[_KINDS[tag]][word] = None
    return {kind: tuple(words) for kind, words in found.items()}


def swap(question: str, value: str, names: Stock, chance: random.Random) -> str | None:
    """The question with one thing exchanged; None where it names nothing that the text holds. Both folded."""
    found = [*_names(question, value, names), *_numbers(question, value), *_posts(question, value)]
    chance.shuffle(found)
    for old, others in found:
        choice = [
            one for one in chance.sample(others, min(len(others), 12)) if one not in value and one not in question
        ]
        if choice:
            return question.replace(old, choice[0], 1)
    return None


def _names(question: str, value: str, names: Stock) -> list[tuple[str, Sequence[str]]]:
    tags = [(word, _KINDS[tag]) for word, tag in tagged_words(question) if tag in _KINDS and len(word) >= _LEAST]
    return [
        (word, _alike(word, names[kind])) for word, kind in tags if word in value and word in question and kind in names
    ]


def _alike(word: str, others: Sequence[str]) -> Sequence[str]:
    """Names of the same kind that end alike, where there are some: 县 for 县, 公司 for 公司."""
    same = [one for one in others if one[-1] == word[-1] and abs(len(one) - len(word)) <= 2]
    return same if len(same) >= 3 else others


def _numbers(question: str, value: str) -> list[tuple[str, Sequence[str]]]:
    return [(one, _other_numbers(one)) for one in _NUMBER.findall(question) if len(one) > 1 and one in value]


def _other_numbers(number: str) -> Sequence[str]:
    """Numbers near by: the next years, amounts of the same length."""
    if "." in number:
        return [f"{float(number) * by:.1f}" for by in (0.5, 0.8, 1.3, 2)]
    whole = int(number)
    near = (1, 2, 3) if 1900 <= whole <= 2100 else (max(1, whole // 10), max(2, whole // 3), whole)
    return [str(one) for step in near for one in (whole + step, whole - step) if one > 0]


def _posts(question: str, value: str) -> list[tuple[str, Sequence[str]]]:
    return [(post, [one for one in _POSTS if post not in one]) for post in _POSTS if post in question and post in value]
