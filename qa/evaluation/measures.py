"""Measures of answers: whether quotes hold the answer, how well confidence tells right from wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from qa.text.folding import normalise

_STEPS = 20  # of the curve
_BINS = 10


class Judged(NamedTuple):
    """A question asked once: how sure the answer was, whether it was right, whether one could be."""

    confidence: float
    right: bool
    answerable: bool


class Bin(NamedTuple):
    """Answers of about the same confidence."""

    confidence: float  # mean
    right: float  # share
    answers: int


class Point(NamedTuple):
    """What a threshold would do. None where there is nothing to count."""

    threshold: float
    answered: float | None  # share of the answerable questions that are answered
    right: float | None  # share of the answers given that are right
    refused: float | None  # share of the questions that nothing answers that are refused


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """Probability that a positive scores above a negative, ties half (Mann-Whitney U); None without both."""
    if not positive or not negative:
        return None
    labels = [1] * len(positive) + [0] * len(negative)
    return float(roc_auc_score(labels, [*positive, *negative]))


def calibration_error(judged: Sequence[Judged]) -> float | None:
    """The mean distance of confidence and share right, over ten equal bins (Guo et al. 2017, ECE); None of nothing."""
    if not judged:
        return None
    return sum(abs(one.confidence - one.right) * one.answers for one in reliability(judged)) / len(judged)


def reliability(judged: Sequence[Judged]) -> list[Bin]:
    """Ten equal bins of confidence, without those that are empty."""
    sure = np.array([one.confidence for one in judged])
    right = np.array([one.right for one in judged])
    places = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    inside = [places == at for at in range(_BINS)]
    return [Bin(float(sure[one].mean()), float(right[one].mean()), int(one.sum())) for one in inside if one.any()]


def curve(judged: Sequence[Judged]) -> list[Point]:
    """The answered/right curve, at thresholds from 0 up."""
    return [_point(judged, at / _STEPS) for at in range(_STEPS)]


def _point(judged: Sequence[Judged], threshold: float) -> Point:
    given = [one for one in judged if one.confidence >= threshold]
    answerable = [one.confidence >= threshold for one in judged if one.answerable]
    without = [one.confidence < threshold for one in judged if not one.answerable]
    return Point(threshold, _share(answerable), _share([one.right for one in given]), _share(without))


def _share(flags: Sequence[bool]) -> float | None:
    return sum(flags) / len(flags) if flags else None


_PIECE = re.compile(r"[a-z0-9]+|[^\W_]")  # a word of Latin letters and digits, or one character of any other script


def holds(quotes: Iterable[str], required: Sequence[Sequence[str]]) -> bool:
    """Whether the quotes together hold one accepted answer of each group, white space and form aside."""
    said = _plain("".join(quotes))
    return all(any(_plain(answer) in said for answer in group) for group in required)


def f1(marked: str, answers: Iterable[str]) -> float:
    """Of the answer that fits best: twice the longest run of pieces in common, over the pieces of both.

    Cui et al. 2019, "A Span-Extraction Dataset for Chinese Machine Reading Comprehension", and its evaluation script:
    a Han character is a piece, punctuation is none. Traditional and simplified characters are the same here.
    """
    return max((_f1(_pieces(marked), _pieces(answer)) for answer in answers), default=0.0)


def exact(marked: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers is marked, punctuation and white space aside; by the same script."""
    pieces = _pieces(marked)
    return any(pieces == _pieces(answer) for answer in answers)


def _f1(marked: list[str], answer: list[str]) -> float:
    common = SequenceMatcher(None, marked, answer, autojunk=False).find_longest_match().size
    return 2 * common / (len(marked) + len(answer)) if common else 0.0


def _pieces(value: str) -> list[str]:
    return _PIECE.findall(normalise(value))


def _plain(value: str) -> str:
    return "".join(normalise(value).split())
