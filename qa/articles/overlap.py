"""How much two texts of one page speak of the same thing: pairs of characters that they share."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_RUN = re.compile(r"[^\W_]+")
_ENOUGH = 60  # pairs; a shorter text says less
_PARTED = 0.18  # the kinship at which two neighbours are as likely of one story as of two
_SLOPE = 30.0  # log-odds per unit of kinship


@dataclass(slots=True)
class Pairs:
    """In how many parts of a text each pair stands. `size` is the sum of them, kept: it is asked for at every section
    while a story grows."""

    counts: Counter[str]
    size: int

    def add(self, other: Pairs) -> None:
        self.counts.update(other.counts)
        self.size += other.size


def pairs(text: str) -> frozenset[str]:
    """The neighbouring characters of a text, none across punctuation."""
    return frozenset(run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1))


def count(parts: Iterable[frozenset[str]]) -> Pairs:
    """In how many parts each pair stands."""
    counts = Counter(pair for part in parts for pair in part)
    return Pairs(counts, counts.total())


class Lexicon:
    """The pairs of a whole page, against which two of its texts are compared."""

    def __init__(self, page: Pairs) -> None:
        self._page = page.counts
        self._size = page.size

    def share(self, pair: str) -> float:
        """The pair's share in the page."""
        return self._page[pair] / self._size

    def kinship(self, part: Pairs, whole: Pairs) -> float:
        """How well `whole` foretells `part`: the mean over its pairs of log(1 + p / q).

        p is a pair's share in the whole, q in the page: a mixture of text and background as in language-model retrieval
        (Ponte and Croft 1998), so a long whole is not favoured. Halves of one article come to more than .22 in nine of
        ten cases, neighbours on a page to less than .22 in nine of ten where all news is of one town, to less than .09
        where it is not.
        """
        if not whole.size or not part.size:
            return 0.0
        found, size = whole.counts, whole.size
        shared = ((pair, n) for pair, n in part.counts.items() if pair in found)
        return sum(n * math.log1p(found[pair] / size / self.share(pair)) for pair, n in shared) / part.size

    def apart(self, part: Pairs, whole: Pairs) -> float:
        """How much two neighbours look like two stories: log-odds, in [-5, 5]."""
        weight = min(1.0, len(part.counts) / _ENOUGH)
        rest = self._size / max(1, part.size + whole.size)
        parted = min(_PARTED, _PARTED / 3 * math.log2(1 + rest))
        return weight * max(-5.0, min(5.0, _SLOPE * (parted - self.kinship(part, whole))))
