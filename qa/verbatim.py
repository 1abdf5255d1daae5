"""Words as they stand on the page: where an article holds them, white space and line breaks aside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa import text
from qa.types import Span

_SPLIT_CHARS = 4  # words so short are also looked for with a blank anywhere inside, as names are printed: 李 明
_WHITE = re.compile(r"\s+")


def phrases(words: str) -> list[list[str]]:
    """Phrases of bigrams, one of which a passage must hold to hold the words; none where bigrams cannot tell.

    A blank inside the words cuts their bigrams: in short words anywhere, in longer ones at one place.
    """
    plain = _WHITE.sub("", text.normalise(words))
    if not all(map(text.is_han, plain)):
        return [grams] if (grams := _inner(plain)) else []
    if len(plain) < 2:
        return []
    cuts = (
        range(1 << (len(plain) - 1)) if len(plain) <= _SPLIT_CHARS else [0, *(1 << at for at in range(len(plain) - 1))]
    )
    found = (_inner(_cut(plain, places)) if places else text.bigrams(plain) for places in cuts)
    return [grams for grams in found if grams]


def pattern(words: str) -> re.Pattern[str]:
    """Matches the words in a folded text, white space in them and in the text aside."""
    return re.compile(r"\s*".join(map(re.escape, _WHITE.sub("", text.fold(words)))))


def spans(words: re.Pattern[str], plain: str) -> Iterator[Span]:
    """Where the words of `pattern` stand in a folded text, one after the other."""
    return (Span(*match.span()) for match in words.finditer(plain))


def _inner(plain: str) -> list[str]:
    """The bigrams of a text without those at its ends that may be parts of longer ones where the text stands.

    A character by itself is a term only between blanks or marks, a number only whole; alone they are better than none.
    """
    grams = text.bigrams(plain)
    inner = grams[_is_open(grams[0]) : len(grams) - _is_open(grams[-1])] if len(grams) > 1 else grams
    return inner or grams


def _is_open(gram: str) -> bool:
    return len(gram) == 1 or not text.is_han(gram)


def _cut(plain: str, places: int) -> str:
    """The text with blanks after the characters whose bit is set."""
    parts = [character + " " * (places >> at & 1) for at, character in enumerate(plain)]
    return "".join(parts)
