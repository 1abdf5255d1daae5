"""Whether what was quoted holds the answer, and how far what was marked is it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

from qa import text

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
    return _PIECE.findall(text.normalise(value))


def _plain(value: str) -> str:
    return "".join(text.normalise(value).split())
