"""Whether one word of a clause was exchanged for another that says the contrary, or that is another thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import product

from qa.text import zh
from qa.text.words import is_function_word, tagged_words

_THINGS = ("n", "s", "f")  # of nouns and places; ICTCLAS's tags
_MOST_WORDS = 3  # on either side of an exchange: of more, nothing tells which stands for which

Word = tuple[str, str]
"""A word and its part of speech."""
Test = Callable[[Word, Word], bool]
"""Whether a word in the place of another says something else."""


def exchanged(clause: str, told: str, held: str, tests: Sequence[Test]) -> str | None:
    """The first word of `clause` that stands between the same neighbours as another one of `told`, the clause that says
    the same, and of which one of the tests holds; None where there is none. `held`: all that is cited; a word that it
    has is no exchange. All are comparable.
    """
    for said, was in _exchanges(tagged_words(clause), tagged_words(told)):
        is_one = len(said) == len(was) == 1
        looks = [test for test in tests if is_one or test is not is_another_thing]
        for one, other in product(said, was):
            is_exchange = one[0] not in held and other[0] not in clause
            if _is_denied(one[0], other[0]) or (is_exchange and any(look(one, other) for look in looks)):
                return one[0]
    return None


def is_contrary(one: Word, other: Word) -> bool:
    """Whether characters of two words exclude each other: 上涨, 下跌; 春季, 秋季; not 不断, 持续, as one is denied."""
    (first, is_denied), (second, other_is) = _undenied(one[0]), _undenied(other[0])
    left, right = set(first) - set(second), set(second) - set(first)
    is_alike = len(first) == len(second) and len(left) == len(right) == 1
    pairs = list(product(left, right)) if is_denied == other_is else []
    return any(_are_poles(*pair) or (is_alike and _are_alternatives(*pair)) for pair in pairs)


def is_another_thing(one: Word, other: Word) -> bool:
    """Whether both are nouns, or places, that have no character in common: what shares one may be the same thing."""
    both = all(tag.startswith(_THINGS) and not is_function_word(word) for word, tag in (one, other))
    return both and not set(one[0]) & set(other[0])


TESTS: tuple[Test, ...] = (is_contrary, is_another_thing)


def _is_denied(one: str, other: str) -> bool:
    """Whether one word is the other with a denial in front: 成年, 未成年."""
    return one != other and _undenied(one)[0] == _undenied(other)[0]


def _undenied(word: str) -> tuple[str, bool]:
    """A word without a denial in front, and whether it has one."""
    is_denied = len(word) > 1 and word[0] in zh.DENYING
    return word[is_denied:], is_denied


def _are_poles(one: str, other: str) -> bool:
    return any((one in a and other in b) or (one in b and other in a) for a, b in zh.CONTRARIES)


def _are_alternatives(one: str, other: str) -> bool:
    return any(one in group and other in group for group in zh.ALTERNATIVES)


def _exchanges(said: Sequence[Word], was: Sequence[Word]) -> Iterator[tuple[Sequence[Word], Sequence[Word]]]:
    """Words that stand in the place of others, with those."""
    matcher = SequenceMatcher(None, [word for word, _ in said], [word for word, _ in was], autojunk=False)
    for kind, start, end, first, last in matcher.get_opcodes():
        if kind == "replace" and max(end - start, last - first) <= _MOST_WORDS:
            yield said[start:end], was[first:last]
