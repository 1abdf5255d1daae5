"""What a question takes for granted: the names and amounts in it, and which of them surely are names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa.text.words import Tagged, word_frequency
from qa.text.zh import KINDS_OF_PLACE, LANDMARKS, NAMES, PERSON, SURNAMES, SURNAMES_ALSO_WORDS

_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?(?=[^\d.年月日号时点分届第\s])"
)  # dates are the period's; ordinals are told by words
_RARE = 50  # of the segmenter's corpus


def names_and_amounts(tagged: Iterable[Tagged], plain: str) -> Iterator[str]:
    """The names among a question's words, then the amounts of its comparable text; the same one may come twice."""
    yield from (word for word, tag in tagged if tag.startswith(NAMES) and len(word) > 1)
    yield from (one for one in _AMOUNT.findall(plain) if len(one) > 1)


def is_surely_name(word: str, tag: str) -> bool:
    """Whether a word is a place or body of the segmenter's dictionary, or a person with a known surname and a given
    name of two characters.
    """
    if tag.startswith(PERSON):
        is_verb = word[0] in SURNAMES_ALSO_WORDS and word_frequency(word[1:]) > 0
        return len(word) == 3 and word[0] in SURNAMES and not is_verb
    if tag == "nt":
        return _is_place(word[:2])
    return tag == "ns" and word_frequency(word) > 0 and (len(word) > 2 or _is_place(word))


def _is_place(word: str) -> bool:
    """Whether a word of two characters is a place, and no word that the dictionary takes for one (东西, 新鲜): it has
    the word with its kind behind it too (广东省), or it is a rare one that tells its kind (潞河).
    """
    if len(word) != 2:
        return False
    is_rare = word_frequency(word) < _RARE and word[-1] in LANDMARKS
    return is_rare or any(word_frequency(word + kind) for kind in KINDS_OF_PLACE)
