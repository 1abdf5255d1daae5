"""Whether a question compares several things or adds them up, and which; `python -m training.things` fits both models.

The first is a multinomial logistic regression over the question's vector and its character n-grams, as `kinds` has it.
The second finds the things as a chain of spans: each span has a score, so has each pair of neighbours, and the chain
that scores most is taken (a semi-Markov conditional random field of at most MOST spans, Sarawagi and Cohen 2004).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from qa.questions.kinds import LONGEST, KindModel, Word, stored_models, words_of
from qa.text.folding import fold
from qa.types import Span
from qa.types.protocols import Array

Asked = Literal["compare", "sum"]
CLASSES = (*get_args(Asked), "other")
FILE = Path(__file__).parent / "things.npz"
# Probabilities from which a question compares or adds up: a total that nobody asked for is worse than two sides are.
LEAST: dict[Asked, float] = {"compare": 0.2, "sum": 0.5}
MOST = 4  # things
_CHARS = 12  # of a thing
_KEPT = 24  # spans whose pairs are looked at
_MARKS = frozenset("，,。.？?！!、；;：:“”\"'（）() ")
_LENGTHS = (0, 1, 2, 3, 4, 6, 10)


def asks_for(question: str, vector: Array | None) -> Asked | None:
    """What a question asks of several things; `vector` as `kinds.kind_of` takes it. None where it asks for neither."""
    if len(question) > LONGEST:
        return None
    return likeliest(_kind_models()[vector is not None].probabilities(question, vector))


def likeliest(probabilities: Array) -> Asked | None:
    """What these, in the order of `CLASSES`, come to."""
    told: Asked = "compare" if probabilities[0] > probabilities[1] else "sum"
    return told if probabilities[CLASSES.index(told)] >= LEAST[told] else None


def things_in(question: str) -> list[Span]:
    """Where the things stand that a question compares or adds up, in order; empty where the question says nothing."""
    return best_chain(Lattice(question), _chain_model())


class Lattice:
    """The spans of a question that may be things, with their features: none holds a mark or a part of a number."""

    def __init__(self, question: str) -> None:
        folded = fold(question)
        self.plain = folded if len(folded) == len(question) else question
        self._words = words_of(question)
        size = len(self.plain)
        self.spans = [
            Span(start, end)
            for start in range(size)
            for end in range(start + 1, min(size, start + _CHARS) + 1)
            if not _MARKS.intersection(self.plain[start:end]) and not self._cuts_number(start) | self._cuts_number(end)
        ]
        edges = [self._edge(at) for at in range(size + 1)]
        self._begins = [[f"B{one}" for one in edge] for edge in edges]
        self._ends = [[f"E{one}" for one in edge] for edge in edges]

    def _cuts_number(self, at: int) -> bool:
        return 0 < at < len(self.plain) and self.plain[at - 1].isdigit() and self.plain[at].isdigit()

    def features(self, span: Span) -> list[str]:
        """Of one span: what stands around its ends, its length, its characters and words."""
        text, inside = self.plain[span.start : span.end], self._inside(span)
        found = [*self._begins[span.start], *self._ends[span.end]]
        found += [f"n{_length(len(text))}", f"f{text[0]}", f"l{text[-1]}", *(f"c{one}" for one in set(text))]
        if any(map(str.isdigit, text)):
            found.append("d")
        if inside:
            found += [f"ft{inside[0].tag}", f"lt{inside[-1].tag}", f"t{_tags(inside)}"]
        return found

    def pair_features(self, first: Span, second: Span) -> list[str]:
        """Of two spans that follow one another: what stands between them, and how alike they and what follows are."""
        plain = self.plain
        one, other = plain[first.start : first.end], plain[second.start : second.end]
        gap = plain[first.end : second.start]
        follows = [plain[span.end : span.end + 2] for span in (first, second)]
        before = [plain[max(0, span.start - 1) : span.start] for span in (first, second)]
        found = ["pair", f"g{_length(len(gap))}", f"g0{gap[:1]}", f"g9{gap[-1:]}", f"g8{gap[-2:]}"]
        if len(gap) <= 3:
            found.append(f"g={gap}")
        found += [f"sl{one[-1] == other[-1]}", f"sf{one[0] == other[0]}", f"sn{_length(abs(len(one) - len(other)))}"]
        found += [f"so{min(3, len(set(one) & set(other)))}", f"sd{_digits(one) == _digits(other)}"]
        found += [f"sa{follows[0][:1] == follows[1][:1]}", f"sa2{follows[0] == follows[1] != ''}"]
        found += [f"sb{before[0] == before[1]}", f"same{one == other}"]
        return [*found, f"st{_tags(self._inside(first)) == _tags(self._inside(second))}"]

    def _inside(self, span: Span) -> list[Word]:
        """The words that it consists of; none where one is cut by it."""
        touched = [word for word in self._words if word.start < span.end and word.end > span.start]
        is_whole = touched and touched[0].start == span.start and touched[-1].end == span.end
        return touched if is_whole else []

    def _edge(self, at: int) -> list[str]:
        """What stands around a place between two characters."""
        padded = f"^^^{self.plain}$$$"
        left, right = padded[at : at + 3], padded[at + 3 : at + 6]
        ends = next((word for word in self._words if word.end == at), None)
        begins = next((word for word in self._words if word.start == at), None)
        found = [f"1{left[2]}", f"2{left[1:]}", f"3{left}", f"a{right[0]}", f"b{right[:2]}", f"c{right}"]
        found += [f"x{left[2]}{right[0]}", f"y{left[1:]}{right[0]}", f"w{begins is not None}{ends is not None}"]
        if ends:
            found += [f"lw{ends.text}", f"lt{ends.tag}"]
        if begins:
            found += [f"rw{begins.text}", f"rt{begins.tag}"]
        return found


@dataclass(frozen=True, slots=True)
class ChainModel:
    """Weights of the features of spans and of pairs of them, and (MOST,) what a chain of so many counts."""

    spans: dict[str, float]
    pairs: dict[str, float]
    counts: Array


def best_chain(lattice: Lattice, model: ChainModel) -> list[Span]:
    """The chain of spans, none over another, that scores most."""
    if not lattice.spans:
        return []
    scored = sorted(((_score(lattice.features(one), model.spans), one) for one in lattice.spans), reverse=True)
    spans = [one for _, one in scored[:_KEPT]]
    alone = np.array([score for score, _ in scored[:_KEPT]])
    pairs = np.full((len(spans), len(spans)), -np.inf)
    for row, first in enumerate(spans):
        for column, second in enumerate(spans):
            if first.end <= second.start:
                pairs[row, column] = _score(lattice.pair_features(first, second), model.pairs)
    best, chain = -np.inf, list[int]()
    sums, ways = alone, [[row] for row in range(len(spans))]
    for count in range(MOST):
        last = int(sums.argmax())
        if sums[last] + model.counts[count] > best:
            best, chain = sums[last] + model.counts[count], ways[last]
        longer = sums[:, None] + pairs
        before = longer.argmax(0)
        sums, ways = longer.max(0) + alone, [[*ways[before[row]], row] for row in range(len(spans))]
    return [spans[row] for row in chain]


def _score(features: Sequence[str], weights: dict[str, float]) -> float:
    return sum(weights.get(one, 0.0) for one in features)


def _length(count: int) -> int:
    return max(one for one in _LENGTHS if one <= count)


def _tags(words: Sequence[Word]) -> str:
    return "|".join(word.tag[:1] for word in words)


def _digits(text: str) -> str:
    return "".join("0" if one.isdigit() else "x" for one in text)


@functools.cache
def _kind_models() -> dict[bool, KindModel]:
    return stored_models(_stored())


@functools.cache
def _chain_model() -> ChainModel:
    stored = _stored()
    spans, pairs = (
        dict(zip(stored[f"{name}_features"].tolist(), stored[f"{name}_weights"].astype(float).tolist(), strict=True))
        for name in ("span", "pair")
    )
    return ChainModel(spans, pairs, stored["counts"])


@functools.cache
def _stored() -> dict[str, Any]:
    with np.load(FILE) as file:
        return dict(file)
