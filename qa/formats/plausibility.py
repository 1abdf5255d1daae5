"""How likely bytes are to be text in an encoding, by the frequency of the characters they decode to.

A double-byte encoding accepts nearly any pairs of bytes, so that strict decoding alone cannot tell GBK from Big5; but
only the right one gives characters that people write. Each model below says how often a character of a text is of a
class, and how many characters the class holds; a text's score is the log-likelihood, in bits, of its characters over
that of the same bytes drawn evenly. Scores of the same bytes under several encodings compare directly.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from qa.text.zh import FREQUENT, MARKS, is_han

_NOT_ASCII = re.compile("[^\x00-\x7f]")
_STRETCH = 50  # characters that are judged together
_BYTE_BITS = math.log2(126 * 190) / 2  # a byte of a double-byte character drawn evenly


class _Class(NamedTuple):
    share: float  # of the characters that are not ASCII
    size: int  # how many characters the class holds


_CHINESE: Mapping[str, _Class] = {
    "frequent": _Class(0.62, 610),
    "common": _Class(0.22, 4600),
    "mark": _Class(0.12, 40),
    "uncommon": _Class(0.01, 13000),
    "rare": _Class(0.002, 75000),
    "sign": _Class(0.02, 1500),
    "kana": _Class(0.001, 190),
    "hangul": _Class(0.0001, 11172),
    "none": _Class(1e-7, 6400),
}
_JAPANESE = {**_CHINESE, "kana": _Class(0.55, 190), "frequent": _Class(0.15, 610), "common": _Class(0.15, 4600)}
_KOREAN = {**_CHINESE, "hangul": _Class(0.9, 2350), "frequent": _Class(0.01, 610), "common": _Class(0.01, 4600)}
_MODELS = {
    "shift_jis": _JAPANESE,
    "euc_jp": _JAPANESE,
    "cp949": _KOREAN,
}


_UNEVEN = frozenset({"utf-8", "utf-16-le", "utf-16-be", "gb18030", "shift_jis"})


def gain(text: str, encoding: str) -> float:
    """Bits by which the characters of `text` are likelier than its bytes in `encoding` drawn evenly.

    Above 0 it reads like text: Chinese gains about 4 bits a character. ASCII in one byte counts nothing.
    """
    model = _MODELS.get(encoding, _CHINESE)
    bits = {name: math.log2(share / size) for name, (share, size) in model.items()}
    total = 0.0
    for character, count in Counter(text).items():
        width = _width(character, encoding)
        if character < "\x80":
            total += count * (0 if width == 1 else width * _BYTE_BITS - 7)
        else:
            total += count * (width * _BYTE_BITS + bits[_class_of(character)])
    return total


def reads_well(text: str) -> bool:
    """Whether a text reads like Chinese or like words in Latin letters, by how common its characters are: a font's own
    numbers taken for characters give rare ones, marks and runs without a blank.
    """
    inked = [character for character in text if not character.isspace()]
    han = [character for character in inked if is_han(character)]
    if 3 * len(han) >= len(inked):
        return len(han) >= _FEWEST and sum(one in FREQUENT for one in han) >= _FREQUENT_SHARE * len(han)
    words = _LATIN_WORD.findall(text)
    lettered = sum(len(word) for word in words if _VOWEL.search(word))
    return len(words) >= _FEWEST and lettered >= _LETTERED_SHARE * len(inked)


_FEWEST = 12  # characters or words that tell anything
_FREQUENT_SHARE = 0.4  # of the Chinese characters; print has .6, other numbers than the characters' own .05
_LETTERED_SHARE = 0.7  # of what is printed, that stands in words with a vowel
_LATIN_WORD = re.compile("[A-Za-z]{1,20}")
_VOWEL = re.compile("[aeiouyAEIOUY]")


def stretches(text: str) -> Iterator[tuple[int, str]]:
    """Where a stretch of the text begins, right after the one before, and its characters that are not ASCII, up to
    `_STRETCH` of them.
    """
    found, start = _NOT_ASCII.finditer(text), 0
    while stretch := list(islice(found, _STRETCH)):
        yield start, "".join(match[0] for match in stretch)
        start = stretch[-1].end()


def _width(character: str, encoding: str) -> int:
    """Bytes of a character."""
    if encoding in _UNEVEN:
        return len(character.encode(encoding))
    return 1 if character < "\x80" else 2


@functools.lru_cache(maxsize=1 << 16)
def _class_of(character: str) -> str:
    """The class of a character that is not ASCII."""
    if character in FREQUENT:
        return "frequent"
    if character in MARKS:
        return "mark"
    if unicodedata.category(character) in _NO_LETTER:
        return "none"
    if is_han(character):
        return _han_class(character)
    if "\u3040" <= character <= "\u30ff" or "\uff66" <= character <= "\uff9f":
        return "kana"
    if "\uac00" <= character <= "\ud7a3":
        return "hangul"
    return "sign"


def _han_class(character: str) -> str:
    """By the planes of GB 2312 and Big5, whose first holds the characters in common use, and Hong Kong's own."""
    found = "rare"
    for encoding, planes in (("gb2312", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7)), ("big5hkscs", range(0))):
        code = character.encode(encoding, "ignore")
        if code:
            if code[0] in planes:
                return "common"
            found = "uncommon"
    return found


_NO_LETTER = frozenset({"Co", "Cn", "Cc", "Cs"})
