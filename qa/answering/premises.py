"""What a question takes for granted: the names and numbers in it, and whether an article has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa import text
from qa.answering.evidence import Weight
from qa.types import Article

_AMOUNT = re.compile(r"\d+(?:\.\d+)?(?=[^\d.年月日号时点分届第\s])")  # dates are the plan's; ordinals are told by words
_KIND_OF_PLACE = "省市区县镇乡村街州国"


def premises(question: str) -> tuple[str, ...]:
    """The names and the amounts that a question names, in their order, normalised."""
    amounts = _AMOUNT.findall(text.comparable(question))
    return tuple(dict.fromkeys([*text.names(question), *(one for one in amounts if len(one) > 1)]))


def missing(named: Iterable[str], article: Article) -> tuple[str, ...]:
    """Those of the names and amounts that an article has nowhere; of a place, its kind may be left out."""
    plain = text.comparable(article.text)
    return tuple(one for one in named if one not in plain and not (_bare(one) and _bare(one) in plain))


def nowhere(words: Iterable[str], weight: Weight) -> tuple[str, ...]:
    """Those of the words that cannot stand in the library: nothing has the word, and nothing has one of its pairs."""
    return tuple(word for word in words if weight("words", word) == 0 and _has_unknown(text.bigrams(word), weight))


def _has_unknown(grams: Sequence[str], weight: Weight) -> bool:
    return any(weight("grams", gram) == 0 for gram in grams)


def _bare(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in _KIND_OF_PLACE else ""
