"""Words as they stand on the page: where an article holds them, white space and line breaks aside."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping

from qa import text
from qa.types import Span

_SPLIT_CHARS = 4  # words so short are also looked for with a blank anywhere inside, as names are printed: 李 明
_WHITE = re.compile(r"\s+")
_FOLDED = ((0x41, 0x5B), (0x2010, 0x2040), (0x3001, 0x3040), (0x3400, 0xA000), (0xF900, 0xFB00), (0xFF01, 0xFFE7))


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
    """Matches the words in a text as printed: in either script, full or half width, white space aside."""
    forms = _forms()
    written = [f"[{re.escape(forms.get(one, one) + one)}]" for one in _WHITE.sub("", text.fold(words))]
    return re.compile(r"\s*".join(written))


def spans(words: re.Pattern[str], printed: str) -> Iterator[Span]:
    """Where the words of `pattern` stand, one after the other."""
    return (Span(*match.span()) for match in words.finditer(printed))


@functools.cache
def _forms() -> Mapping[str, str]:
    """The characters that `text.fold` takes for another, by that other."""
    every = [chr(code) for first, last in _FOLDED for code in range(first, last)]
    forms: dict[str, str] = {}
    for plain, character in zip(text.fold("\n".join(every)).split("\n"), every, strict=True):
        if plain != character:
            forms[plain] = forms.get(plain, "") + character
    return forms


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
