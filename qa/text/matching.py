"""Find words in an article as printed, ignoring white space and line breaks."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterator, Mapping
from itertools import combinations

from qa.text.folding import fold, normalise
from qa.text.words import bigrams
from qa.text.zh import is_han
from qa.types import Span

_SPLIT_CHARS = 4  # words so short are also looked for with a blank anywhere inside, as names are printed: 李 明
_WHITE = re.compile(r"\s+")
_LAST_NUMBER = re.compile(r"\d[\d,.]*$")  # 1,3 may be the beginning of 1,320, which is one term
_FOLDED = ((0x41, 0x5B), (0x2010, 0x2040), (0x3001, 0x3040), (0x3400, 0xA000), (0xF900, 0xFB00), (0xFF01, 0xFFE7))


def phrases(words: str) -> list[list[str]]:
    """Phrases of bigrams, one of which a passage must hold to hold the words; none where bigrams cannot tell.

    A blank inside the words cuts their bigrams: in short words anywhere, in longer ones where they have it themselves
    or at any one place.
    """
    written = normalise(words).strip()
    plain = _WHITE.sub("", written)
    if len(plain) < 2 and all(map(is_han, plain)):
        return []
    places = [at for at in range(len(plain) - 1) if is_han(plain[at]) and is_han(plain[at + 1])]
    if len(plain) <= _SPLIT_CHARS:
        cuts = [chosen for count in range(1, len(places) + 1) for chosen in combinations(places, count)]
    else:
        cuts = [(at,) for at in places]
    variants = dict.fromkeys([plain, written, *(_cut(plain, chosen) for chosen in cuts)])
    return [grams for one in variants if (grams := inner(one))]


def pattern(words: str) -> re.Pattern[str]:
    """Matches the words in a text as printed: in either script, full or half width, white space aside."""
    squeezed = _WHITE.sub("", words)
    pairs = zip(squeezed, fold(squeezed), strict=True)
    return re.compile(r"\s*".join(f"[{re.escape(one + plain + _forms().get(plain, ''))}]" for one, plain in pairs))


def spans(words: re.Pattern[str], printed: str) -> Iterator[Span]:
    """Where the words of `pattern` stand, one after the other."""
    return (Span(*match.span()) for match in words.finditer(printed))


def stands(term: str, plain: str) -> bool:
    """Whether a term is in a text; digits only as a number of their own: 20 is not in 2025."""
    if not term.isdecimal():
        return term in plain
    return re.search(rf"(?<!\d){term}(?!\d)", plain) is not None


def standing(words: Collection[str], printed: str) -> tuple[Span, ...]:
    """Where normalised words of a question stand, ascending, none inside another; of two that overlap, the longer.

    A number or a Latin word counts where it stands whole; a lone Han character, which stands everywhere, not at all.
    """
    told = sorted((word for word in words if len(word) > 1 or not is_han(word)), key=len, reverse=True)
    whole = "|".join(f"{_edge(word[0], '<!')}{pattern(word).pattern}{_edge(word[-1], '!')}" for word in told)
    return tuple(spans(re.compile(whole), printed)) if whole else ()


def _edge(character: str, side: str) -> str:
    """That no more of a number or of a Latin word stands on this side."""
    if is_han(character):
        return ""
    return rf"(?{side}[0-9０-９.])" if character.isdigit() else rf"(?{side}[A-Za-zＡ-Ｚａ-ｚ])"


@functools.cache
def _forms() -> Mapping[str, str]:
    """The characters that `text.fold` takes for another, by that other."""
    every = [chr(code) for first, last in _FOLDED for code in range(first, last)]
    forms: dict[str, str] = {}
    for plain, character in zip(fold("\n".join(every)).split("\n"), every, strict=True):
        if plain != character:
            forms[plain] = forms.get(plain, "") + character
    return forms


def inner(plain: str) -> list[str]:
    """The bigrams of a text without those at its ends that may be parts of longer ones where the text stands.

    A character by itself is a term only between blanks or marks, a number only whole; alone they are better than none.
    """
    grams = bigrams(plain)
    if len(grams) < 2:
        return grams
    number = _LAST_NUMBER.search(plain)
    last = len(bigrams(number[0])) if number else _is_open(grams[-1])
    return grams[_is_open(grams[0]) : len(grams) - last] or grams


def _is_open(gram: str) -> bool:
    return len(gram) == 1 or not is_han(gram)


def _cut(plain: str, after: Collection[int]) -> str:
    """The text with a blank after each of the characters at these places."""
    return "".join(character + " " * (at in after) for at, character in enumerate(plain))
