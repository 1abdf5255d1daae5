"""Examples -> groups of tokenised windows, in flat arrays that a run can be resumed on."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from qa.types import Span
from training import noise
from training.neighbours import Neighbours
from training.sets import Example
from training.windows import Window, positive, silent

QUESTION_TOKENS = 48  # as the product cuts them
MOST_TOKENS = 320
_NEAR = 9  # documents that look most like the question; one of them is the question's own
_ELSEWHERE = 0.5  # share of the windows without the answer that come from one of them
_NOISY = 0.35  # share of the questions whose windows are as a scanner gives them


@dataclass(frozen=True, slots=True)
class Encoded:
    """A question and a window as token ids; `first` is the passage's first token, `gold` the answers' token ranges."""

    ids: list[int]
    first: int
    gold: tuple[tuple[int, int], ...]


Group = list[Encoded]
"""The windows of one question: the one that answers first, if there is one."""


class Encoder:
    """``<s> question </s> </s> window </s>``, both folded already."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._begin, self._end = self._tokenizer.encode("").ids

    def __call__(self, question: str, window: Window) -> Encoded:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids[:QUESTION_TOKENS]
        passage = self._tokenizer.encode(window.text, add_special_tokens=False)
        head = [self._begin, *asked, self._end, self._end]
        room = MOST_TOKENS - len(head) - 1
        gold = []
        for span in window.spans:
            inside = [i for i, (a, b) in enumerate(passage.offsets[:room]) if a < span.end and b > span.start and b > a]
            if inside:
                gold.append((len(head) + inside[0], len(head) + inside[-1]))
        return Encoded([*head, *passage.ids[:room], self._end], len(head), tuple(dict.fromkeys(gold)))


def groups(
    examples: Sequence[Example], encode: Encoder, index: Neighbours | None, texts: Sequence[str], chance: random.Random
) -> Iterator[Group]:
    """One group a question: its window, and one without the answer of the same document or of a look-alike."""
    for example in examples:
        found = _windows(example, index, texts, chance)
        if not found or (example.answers and not found[0].spans):
            continue
        question = noise.ask(example.question, chance)
        if chance.random() < _NOISY:
            rate = chance.choice((0.0, 0.01, 0.02))
            found = [Window(*_noisy(one, rate, chance)) for one in found]
        group = [encode(question, one) for one in found]
        if not example.answers or group[0].gold:
            yield group


def _noisy(window: Window, rate: float, chance: random.Random) -> tuple[str, tuple[Span, ...]]:
    value, spans = noise.scan(window.text, window.spans, rate, chance)
    return value, tuple(spans)


def _windows(example: Example, index: Neighbours | None, texts: Sequence[str], chance: random.Random) -> list[Window]:
    value = example.document.text
    first = positive(example.question, value, example.answers, chance) if example.answers else None
    if example.answers and first is None:
        return []
    found = [first or silent(value, (), chance)]
    if example.answers:
        near = [i for i in index.nearest(example.question, _NEAR) if texts[i] != value] if index else []
        elsewhere = near and chance.random() < _ELSEWHERE
        found.append(silent(texts[chance.choice(near)] if elsewhere else value, example.answers, chance))
    return [one for one in found if one]


def save(path: Path, made: Sequence[Group]) -> None:
    """Write groups as flat arrays, compressed."""
    windows = [one for group in made for one in group]
    np.savez_compressed(
        path,
        ids=np.array([i for one in windows for i in one.ids], np.int32),
        lengths=np.array([len(one.ids) for one in windows], np.int32),
        first=np.array([one.first for one in windows], np.int32),
        sizes=np.array([len(group) for group in made], np.int32),
        gold=np.array([pair for one in windows for pair in one.gold], np.int32).reshape(-1, 2),
        golds=np.array([len(one.gold) for one in windows], np.int32),
    )


def read(path: Path) -> list[Group]:
    """What `save` wrote."""
    with np.load(path) as stored:
        ids = _split(stored["ids"], stored["lengths"])
        gold = _split(stored["gold"], stored["golds"])
        firsts, sizes = stored["first"].tolist(), stored["sizes"].tolist()
    windows = [
        Encoded(one.tolist(), first, tuple(map(tuple, pairs.tolist())))
        for one, first, pairs in zip(ids, firsts, gold, strict=True)
    ]
    made, done = [], 0
    for size in sizes:
        made.append(windows[done : done + size])
        done += size
    return made


def _split(values: NDArray[np.int32], lengths: NDArray[np.int32]) -> list[NDArray[np.int32]]:
    return np.split(values, np.cumsum(lengths)[:-1]) if len(lengths) else []
