"""What a network says of a strip -> its text.

The network gives for each column of a strip how likely each character is, and a blank between them (CTC, Graves et al.
2006). Of two forms of one character that it cannot tell apart (內 and 内) the one in the page's script is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import opencc
from numpy.typing import NDArray

from qa.formats.picture_strips import Strip

_HALF = re.compile(r"(?<=[\u2e80-\uffef])[,:;!?()]|[,:;!?()](?=[\u2e80-\uffef])")
_ZERO = re.compile("(?<=[〇○一二三四五六七八九])○|○(?=[〇○一二三四五六七八九])")  # a circle for the numeral
_ZERO_DOWN = re.compile("(?<![A-Za-z0-9])[O0]+(?![A-Za-z0-9])")  # the same in a line that is set down
_FULL = str.maketrans(",:;!?()", "，：；！？（）")
_DIGITS = 3  # of how sure it is
_IN_DOUBT = 0.03  # of the form that was not taken: from here on it may be the right one


class Said(NamedTuple):
    """What a strip says, how sure each character of it is, 0 to 1, and the text with those characters in their other
    script of which the network cannot tell the script.
    """

    text: str
    sure: tuple[float, ...]
    other: str

    @property
    def confidence(self) -> float:
        return sum(self.sure) / len(self.sure) if self.sure else 0.0


class _Character(NamedTuple):
    at: float  # pixels from the left end of the strip
    text: str
    sure: float
    other: str


class Alphabet:
    """The characters that a network knows, blank first."""

    def __init__(self, characters: Sequence[str]) -> None:
        self._characters = characters
        self._places = {character: at for at, character in enumerate(characters)}

    def said(self, shares: NDArray[np.float32], pixels_each: float, strip: Strip) -> Said:
        """The text of a strip by its columns' `shares` (columns, characters), `pixels_each` wide, with the marks known
        before. Without the white space around it.
        """
        best = shares.argmax(axis=1)
        begins = np.flatnonzero((best != 0) & (best != np.concatenate([[0], best[:-1]])))
        read = [self._character((at + 0.5) * pixels_each, best[at], shares[at]) for at in begins.tolist()]
        found = sorted([*read, *(_Character(mark.at, mark.text, 1.0, mark.text) for mark in strip.marks)])
        while found and found[0].text.isspace():
            del found[0]
        while found and found[-1].text.isspace():
            del found[-1]
        text, other = "".join(each.text for each in found), "".join(each.other for each in found)
        if strip.is_down:
            text, other = (_ZERO_DOWN.sub(lambda zeros: "〇" * len(zeros[0]), each) for each in (text, other))
        return Said(full_width(text), tuple(each.sure for each in found), full_width(other))

    def _character(self, at: float, number: int, shares: NDArray[np.float32]) -> _Character:
        text, share = self._characters[number], float(shares[number])
        other = _twin(text)
        of_other = float(shares[self._places[other]]) if other in self._places and other != text else 0.0
        return _Character(at, text, round(share + of_other, _DIGITS), other if of_other > _IN_DOUBT else text)


def in_one_script(lines: Sequence[Said]) -> list[Said]:
    """The lines of a page, what may be of either script in the one that most of its other characters have."""
    pairs = (pair for said in lines for pair in zip(said.text, said.other, strict=True))
    wrong = -1 if sum(_script(one) for one, two in pairs if one == two) > 0 else 1
    found = []
    for said in lines:
        both = zip(said.text, said.other, strict=True)
        found.append(said._replace(text="".join(two if _script(one) == wrong else one for one, two in both)))
    return found


def full_width(text: str) -> str:
    """The text with full-width marks beside Chinese characters, where the engine gives half-width ones, and the
    numeral 〇 where it gives a circle among numerals.
    """
    return _ZERO.sub("〇", _HALF.sub(lambda mark: mark[0].translate(_FULL), text))


@cache
def _twin(character: str) -> str:
    """The same character in the other script, or itself."""
    simplified, traditional = _converted(character)
    return simplified if simplified != character else traditional


@cache
def _script(character: str) -> int:
    """1 for a traditional character, -1 for a simplified one, 0 for one that both scripts have."""
    simplified, traditional = _converted(character)
    return 1 if simplified != character else -1 if traditional != character else 0


def _converted(character: str) -> tuple[str, str]:
    to_simplified, to_traditional = _converters()
    return to_simplified.convert(character), to_traditional.convert(character)


@cache
def _converters() -> tuple[opencc.OpenCC, opencc.OpenCC]:
    return opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
