"""Fold text to one form (simplified, half-width, lower case), so that variants of writing compare equal."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable

import opencc

from qa.text import numerals

_FEW = 200  # characters that have a plainer form: `replace` is faster than `translate`, as often as that
_SURROGATES = re.compile("[\ud800-\udfff]")
_UNFOLDED = re.compile(r"[^\u3400-\u9fffa-z0-9 \n]")  # characters that may have a plainer form
_GROUPED_DIGITS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def fold(text: str) -> str:
    """One character for one: full width to half, traditional to simplified, upper case to lower.

    ``len(fold(text)) == len(text)``, so an offset in one is an offset in the other.
    """
    simplified = _simplify(_SURROGATES.sub("\ufffd", text))
    if len(simplified) != len(text):  # a phrase of the dictionary changed length: fold character by character
        simplified = "".join(_fold_character(character) for character in text)
    found = set(_UNFOLDED.findall(simplified))
    plainer = {ord(character): plain for character in found if (plain := _fold_form(character)) != character}
    if len(plainer) > _FEW:  # never in print; a pass for each would be many passes
        return simplified.translate(plainer)
    for code, plain in plainer.items():  # a plainer form has none itself: in any order
        simplified = simplified.replace(chr(code), plain)
    return simplified


def normalise(text: str) -> str:
    """NFKC, traditional to simplified, lower case, grouped digits closed (1,320 to 1320). Length may change."""
    plain = unicodedata.normalize("NFKC", _SURROGATES.sub("\ufffd", text))
    return _GROUPED_DIGITS.sub("", _simplify(plain).lower())


def comparable(text: str) -> str:
    """Normalised, with the numbers in digits: what is the same, however it is written, reads the same."""
    return numerals.in_digits(normalise(text))


def _simplify(text: str) -> str:
    """Traditional to simplified. What a character became may have a simpler form in its turn (薴 苧 苎)."""
    once = _simplifier()(text)
    return once if once == text else _simplifier()(once)


@functools.cache
def _simplifier() -> Callable[[str], str]:
    convert: Callable[[str], str] = opencc.OpenCC("t2s").convert
    return convert


@functools.lru_cache(maxsize=65536)
def _fold_character(character: str) -> str:
    simplified = _simplify(_SURROGATES.sub("\ufffd", character))
    return simplified if len(simplified) == 1 else character


@functools.lru_cache(maxsize=65536)
def _fold_form(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character).lower()
    return plain if len(plain) == 1 else character
