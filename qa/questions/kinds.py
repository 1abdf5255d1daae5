"""The kind of a question and the topic in it, told by linear models that `python -m training.kinds` fits."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from qa.text.folding import comparable
from qa.text.words import tagged_words
from qa.types.protocols import Array

Talk = Literal["greeting", "thanks", "farewell", "who", "abilities", "usage", "objection", "chat"]
Subject = Literal["papers", "contents", "newest", "oldest", "reporters", "periods", "span"]
Kind = Literal[
    "greeting", "thanks", "farewell", "who", "abilities", "usage", "objection", "chat",
    "papers", "contents", "newest", "recent", "oldest", "reporters",
    "periods_year", "periods_month", "periods_day", "span",
    "summary", "more", "topic", "timeline", "fact",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)
TALK: tuple[Talk, ...] = get_args(Talk)
_FACT = KINDS.index("fact")
FILE = Path(__file__).parent / "kinds.npz"
MOST_FACT = 0.5  # probability of `fact` above which a question is taken to ask for one
LONGEST = 120  # characters: a longer question asks for facts
VECTOR_SCALE, GRAM_SCALE = 8.0, 3.0  # of the features: how much each part may weigh at the same regularisation
_LENGTHS = (1, 2, 3, 4)  # characters of a gram
_MARKS = re.compile(r"[,，。.!！?？~～、：:；;“”\"'‘’《》「」()（）…—-]+")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class KindModel:
    """Multinomial logistic regression: `vector` (dimension, kinds) or None, `grams` (n-grams, kinds), `bias` (kinds,);
    `ids` are the n-grams' rows.
    """

    ids: dict[str, int]
    grams: Array
    bias: Array
    vector: Array | None

    def probabilities(self, question: str, vector: Array | None) -> Array:
        """(kinds,) in the order of `KINDS`, adding up to 1. `vector`: the question's, of unit length."""
        known = [self.ids[gram] for gram in grams(question) if gram in self.ids]
        logits = self.bias + gram_scale(len(known)) * self.grams[known].astype(np.float32).sum(0)
        if self.vector is not None and vector is not None:
            logits = logits + vector @ self.vector.astype(np.float32)
        powers = np.exp(logits - logits.max())
        return powers / powers.sum()


def kind_of(question: str, vector: Array | None) -> Kind:
    """The kind of a question; `vector` is that of the default embedding model, None where another one serves: then its
    characters alone tell, with a model of their own.
    """
    if not _MARKS.sub("", question).strip() or len(question) > LONGEST:
        return "fact"
    return likeliest(_models()[vector is not None].probabilities(question, vector))


def likeliest(probabilities: Array) -> Kind:
    """The kind that these, in the order of `KINDS`, come to."""
    if probabilities[_FACT] > MOST_FACT:
        return "fact"
    others = probabilities.copy()
    others[_FACT] = 0
    return KINDS[int(others.argmax())]


def topic_words(question: str, weights: Mapping[str, Array] | None = None) -> str:
    """The run of words in a question that most probably is the topic it wants to be told about; as they are written.

    `weights` of features stand in for those that ship: (3,), for a word of the topic, its first and its last.
    """
    words = words_of(question)
    if not words:
        return ""
    weights = _topic_weights() if weights is None else weights
    none = np.zeros(3)
    rows = [sum((weights[one] for one in each if one in weights), none) for each in topic_features(words)]
    inside, begins, ends = np.stack(rows).T
    sums = np.cumsum([0.0, *inside])
    pairs = ((i, j) for i in range(len(words)) for j in range(i, len(words)))
    first, last = max(pairs, key=lambda pair: sums[pair[1] + 1] - sums[pair[0]] + begins[pair[0]] + ends[pair[1]])
    return question[words[first].start : words[last].end]


def grams(question: str) -> list[str]:
    """The distinct runs of one to four characters, with `^` and `$` at the ends; digits count as one 0, and blanks as
    one, which keywords have between them.
    """
    plain = f"^{' '.join(_DIGITS.sub('0', _MARKS.sub('', comparable(question))).split())}$"
    return sorted({plain[at : at + n] for n in _LENGTHS for at in range(len(plain) - n + 1)})


def gram_scale(count: int) -> float:
    """The value of each of `count` n-grams, so that long questions weigh no more than short ones."""
    return float(GRAM_SCALE / max(count, 1) ** 0.5)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a question, with its part of speech."""

    start: int
    end: int
    text: str
    tag: str


_EDGE = Word(0, 0, "^", "^")


def words_of(question: str) -> list[Word]:
    """The words in order of place, in simplified characters, white space left out."""
    words, at, plain = list[Word](), 0, comparable(question)
    if len(plain) != len(question):  # places would not be those of the question
        plain = question
    for text, tag in tagged_words(plain):
        start = plain.find(text, at)
        if start >= 0 and text.strip():
            at = start + len(text)
            words.append(Word(start, at, text, tag))
    return words


def topic_features(words: Sequence[Word]) -> list[list[str]]:
    """Of each word: itself, its neighbours, their parts of speech, its characters, and how far in it stands."""
    padded = [_EDGE, _EDGE, *words, _EDGE, _EDGE]
    found = []
    for at, word in enumerate(words):
        around = padded[at : at + 5]
        one = [f"w{k}={near.text}" for k, near in enumerate(around)] + [
            f"p{k}={near.tag}" for k, near in enumerate(around)
        ]
        one += [f"q{k}={near.tag[:1]}" for k, near in enumerate(around)]
        one += [f"b{k}={around[k].text}|{around[k + 1].text}" for k in (1, 2)]
        one += [f"t{k}={around[k].tag[:1]}|{around[k + 1].tag[:1]}" for k in (1, 2)]
        one += [f"f={word.text[0]}", f"l={word.text[-1]}", f"bl={around[1].text[-1]}", f"nf={around[3].text[0]}"]
        one += [f"n={min(len(word.text), 4)}", f"s={min(at, 4)}", f"e={min(len(words) - 1 - at, 4)}", "bias"]
        found.append(one + [f"c={character}" for character in word.text])
    return found


def stored_models(stored: Mapping[str, Array]) -> dict[bool, KindModel]:
    """With the question's vector, and without, as `training.kinds.stored` keeps them."""
    ids = {gram: row for row, gram in enumerate(stored["ids"].tolist())}
    return {
        True: KindModel(ids, stored["grams"], stored["bias"], stored["vector"]),
        False: KindModel(ids, stored["grams_alone"], stored["bias_alone"], None),
    }


@functools.cache
def _models() -> dict[bool, KindModel]:
    return stored_models(_stored())


@functools.cache
def _topic_weights() -> dict[str, Array]:
    stored = _stored()
    return dict(zip(stored["features"].tolist(), stored["weights"].astype(float), strict=True))


@functools.cache
def _stored() -> dict[str, Any]:
    with np.load(FILE) as file:
        return dict(file)
