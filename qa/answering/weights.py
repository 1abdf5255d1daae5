"""The fitted weights of an answer's features and of a digest's sentences: `training.calibrate`, `training.digests`."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.types import Sign

FILE = Path(__file__).parent / "weights.json"
CONSTANT = "constant"  # the name of the weight that every sum has


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression: weights by name."""

    weights: Mapping[str, float]

    def logit(self, values: Mapping[str, float]) -> float:
        """The weighted sum of the values that the line knows; KeyError where one that it needs is missing."""
        return sum(weight * (1.0 if name == CONSTANT else values[name]) for name, weight in self.weights.items())

    def signs(self, values: Mapping[str, float]) -> tuple[Sign, ...]:
        """Each value with its weight, those that count most first."""
        found = (Sign(name, 1.0 if name == CONSTANT else values[name], weight) for name, weight in self.weights.items())
        return tuple(sorted(found, key=lambda one: -abs(one.value * one.weight)))

    def chance(self, values: Mapping[str, float]) -> float:
        return sigmoid(self.logit(values))


@dataclass(frozen=True, slots=True)
class FittedWeights:
    """What decides, with a reader or without one."""

    sentence: LogisticModel  # the chance that a sentence holds the answer
    confidence: LogisticModel  # the chance that the answer is right
    threshold: float  # an answer of less confidence is not given
    further: float  # the chance that a sentence beyond the best must have to be quoted too
    perhaps: float = 0.0  # below the threshold, from here on the best sentence is shown to be checked

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@functools.cache
def fitted_weights(with_reader: bool) -> FittedWeights:
    """Those that ship."""
    return parse(json.loads(FILE.read_text(encoding="utf-8"))["reader" if with_reader else "terms"])


@functools.cache
def digest_weights() -> LogisticModel:
    """The chance that a sentence of an article tells what somebody wants to know who names its topic."""
    return LogisticModel(json.loads(FILE.read_text(encoding="utf-8"))["digest"]["weights"])


def parse(item: Mapping[str, Any]) -> FittedWeights:
    """The inverse of `as_dict`."""
    sentence, confidence = (LogisticModel(item[name]["weights"]) for name in ("sentence", "confidence"))
    return FittedWeights(sentence, confidence, item["threshold"], item["further"], item["perhaps"])


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
