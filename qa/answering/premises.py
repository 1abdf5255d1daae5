"""Whether an article, or the library, has the names and amounts that a question takes for granted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qa.questions.analysed import is_place, is_surely_name
from qa.text.folding import comparable
from qa.text.words import bigrams, tagged_words, word_frequency
from qa.text.zh import KINDS_OF_PLACE, PERSON, is_han
from qa.types import Article
from qa.types.protocols import Weight

_COMMON = 10_000  # of the segmenter's corpus: what everybody says


def missing(named: Iterable[str], article: Article) -> tuple[str, ...]:
    """Those of the names and amounts that an article has nowhere; of a place, its kind may be left out."""
    plain = comparable(article.text)
    return tuple(one for one in named if one not in plain and not (_bare(one) and _bare(one) in plain))


def may_be_named(word: str) -> bool:
    """Whether a word taken for a name can be told to the asker as one: no number, and no pieces of other words. Of two
    characters and of three for a person the dictionary has everyday words among its names (藏书, 麦子, 戴帽子).
    """
    tag = tagged_words(word)[0][1]
    is_place_or_long = is_place(word) or len(word) > (3 if tag.startswith(PERSON) else 2)
    is_known = word_frequency(word) > 0 and is_place_or_long
    is_name = is_known or is_surely_name(word, tag) or (len(word) > 2 and word[-1] in KINDS_OF_PLACE)
    return is_name and not word[0].isdigit() and not is_common(word)


def is_common(word: str) -> bool:
    """Whether everybody says it, so that it tells nothing from another."""
    return len(word) < 2 or word_frequency(word) > _COMMON


def nowhere(words: Iterable[str], weight: Weight) -> tuple[str, ...]:
    """Those of the words that cannot stand in the library: nothing has the word, and nothing has one of its pairs.

    Of a lone Chinese character the index cannot tell: it stands in words.
    """
    return tuple(word for word in words if weight("words", word) == 0 and _has_unknown(bigrams(word), weight))


def is_shorter_name(word: str, weight: Weight) -> bool:
    """Whether the guessed word is a name of two characters that the library has, and the next one (闫妮 演)."""
    return len(word) > 2 and word_frequency(word) == 0 and weight("words", word[:2]) > 0


def _has_unknown(grams: Sequence[str], weight: Weight) -> bool:
    return any(weight("grams", gram) == 0 for gram in grams if len(gram) > 1 or not is_han(gram))


def _bare(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in KINDS_OF_PLACE else ""
