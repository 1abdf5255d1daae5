"""The chance that a question leans on the one before it, told by a linear model (`python -m training.leaning`)."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from qa.questions.kinds import gram_scale, grams
from qa.text.folding import normalise
from qa.text.words import content_words, name_words, tagged_words, word_frequency

FILE = Path(__file__).parent / "leaning.npz"
_MOST = 12  # that is counted
_FIRST = 3  # words whose parts of speech tell how it begins


def chance(question: str, weights: Mapping[str, float] | None = None) -> float:
    """That it cannot be understood without what was asked before, in [0, 1]. `weights` stand in for those that ship."""
    weights = _weights() if weights is None else weights
    said = [weights[one] for one in grams(question) if one in weights]
    logit = weights[""] + gram_scale(len(said)) * sum(said) + sum(weights.get(one, 0.0) for one in shape(question))
    return 1 / (1 + math.exp(-logit))


def shape(question: str) -> list[str]:
    """What tells it apart besides its characters: its length, how many words of content, nouns and names it has, how
    rare the rarest are, how it begins and ends.
    """
    plain = normalise(question)
    tags, words = [tag for _, tag in tagged_words(plain)], content_words(plain)
    rare = sorted(int(2 * math.log10(word_frequency(word) + 1)) for word in words)[:2]
    counts = {
        "l": len(plain) // 2,
        "c": len(words),
        "n": sum(tag.startswith("n") for tag in tags),
        "a": len(name_words(plain)),
    }
    return [
        *(f"{name}={min(count, _MOST)}" for name, count in counts.items()),
        *(f"r{at}={one}" for at, one in enumerate(rare)),
        *(f"t{at}={tag}" for at, tag in enumerate(tags[:_FIRST])),
        *(f"e={tag}" for tag in tags[-1:]),
    ]


@functools.cache
def _weights() -> dict[str, float]:
    """Of each gram and each sign of the shape; the bias under the empty name."""
    with np.load(FILE) as stored:
        return dict(zip(stored["names"].tolist(), stored["weights"].astype(float).tolist(), strict=True))
