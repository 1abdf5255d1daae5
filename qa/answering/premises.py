"""What a question presupposes: its names, numbers and offices, and whether an article contains them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qa.protocols import Weight
from qa.text.folding import comparable
from qa.text.words import bigrams, name_words, tagged_words, word_frequency
from qa.text.zh import KINDS_OF_PLACE, LANDMARKS, PERSON, SURNAMES, SURNAMES_ALSO_WORDS, is_han
from qa.types import Article

_AMOUNT = re.compile(r"\d+(?:\.\d+)?(?=[^\d.年月日号时点分届第\s])")  # dates are the plan's; ordinals are told by words
_COMMON = 10_000  # of the segmenter's corpus: what everybody says
_RARE = 50  # of the segmenter's corpus


def premises(question: str) -> tuple[str, ...]:
    """The names and the amounts that a question names, in their order, normalised."""
    amounts = _AMOUNT.findall(comparable(question))
    return tuple(dict.fromkeys([*name_words(question), *(one for one in amounts if len(one) > 1)]))


def missing(named: Iterable[str], article: Article) -> tuple[str, ...]:
    """Those of the names and amounts that an article has nowhere; of a place, its kind may be left out."""
    plain = comparable(article.text)
    return tuple(one for one in named if one not in plain and not (_bare(one) and _bare(one) in plain))


def proper(question: str) -> tuple[str, ...]:
    """The names of a question that are surely names, in their order: places and bodies of the segmenter's dictionary,
    and people with a common surname and a given name of two characters.
    """
    found = [word for word, tag in tagged_words(question) if _is_proper(word, tag)]
    return tuple(dict.fromkeys(found))


def _is_proper(word: str, tag: str) -> bool:
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


def may_be_named(word: str) -> bool:
    """Whether a word taken for a name can be told to the asker as one: no number, and no pieces of other words."""
    tag = tagged_words(word)[0][1]
    is_name = word_frequency(word) > 0 or _is_proper(word, tag) or (len(word) > 2 and word[-1] in KINDS_OF_PLACE)
    return is_name and not word[0].isdigit() and not is_common(word)


def is_common(word: str) -> bool:
    """Whether everybody says it, so that it tells nothing from another."""
    return len(word) < 2 or word_frequency(word) > _COMMON


def nowhere(words: Iterable[str], weight: Weight) -> tuple[str, ...]:
    """Those of the words that cannot stand in the library: nothing has the word, and nothing has one of its pairs.

    Of a lone Chinese character the index cannot tell: it stands in words.
    """
    return tuple(word for word in words if weight("words", word) == 0 and _has_unknown(bigrams(word), weight))


def _has_unknown(grams: Sequence[str], weight: Weight) -> bool:
    return any(weight("grams", gram) == 0 for gram in grams if len(gram) > 1 or not is_han(gram))


def _bare(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in KINDS_OF_PLACE else ""
