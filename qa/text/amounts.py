"""The amounts of a text: what each comes to in a unit that others are told in too, and whether it is exact."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from math import prod

from qa.text import numerals, zh
from qa.text.folding import fold
from qa.types import Span

ALIKE = {"名": "人", "位": "人", "株": "棵", "块": "元", "％": "%", "市斤": "斤", "平方千米": "平方公里"}
SIZES = {"公里": ("米", 1000), "公斤": ("斤", 2), "小时": ("分钟", 60)}  # what a unit comes to in another
TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    rf"(?:(?<![{zh.NO_BOUND_BEHIND}])(?P<before>{zh.any_of(zh.BOUNDS_BEFORE)}))?"
    r"(?P<printed>(?P<number>(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|[〇零一二三四五六七八九十两百千]+)"
    r"(?P<times>[百千万亿]*)(?P<over>[多余几]?)(?P<more>[万亿]*)"
    rf"(?:(?P<measure>{zh.LONG_UNITS}|[%％]|"
    r"[^\W\d_a-z〇零一二三四五六七八九十两百千万亿月日年号时点第个多余几]|个(?!月)|年(?=[的间多以]|$|[，。；]))"
    r"(?:(?<=[秒米分元块])(?P<rest>\d{1,2}(?![\d.])))?"
    r"|(?P<other>个月|年级|号[线楼院厅馆]|[a-z]+|[^\W\d_a-z多余几])?))"
    rf"(?P<behind>{zh.any_of(zh.BOUNDS_BEHIND)})?"
)


Key = tuple[Decimal, str, str]


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` is in `unit`, which is empty where none is printed; `sign` and `scale` (万, 亿) are as printed.
    `bound`: > more than that, < less, ~ about, empty where it is exact. `is_measured`: the unit counts or measures
    something, and is no part of a date or another word.
    """

    span: Span
    printed: str  # from the number to the unit
    value: Decimal
    unit: str
    sign: str
    scale: str
    bound: str
    is_measured: bool

    @property
    def key(self) -> Key:
        """What is the same of two that say the same."""
        return self.value, self.unit, self.bound


def amounts(text: str) -> Iterator[Amount]:
    """In the order of the text; numbers in Chinese signs too."""
    for match in _AMOUNT.finditer(fold(text)):
        value = _value(match)
        if value is not None:
            sign = match["measure"] or match["other"] or ""
            alike = ALIKE.get(sign, sign)
            unit, size = SIZES.get(alike, (alike, 1))
            scale = match["times"] + match["more"]
            span = Span(*match.span("printed"))
            bound, is_measured = _bound(match), match["measure"] is not None
            yield Amount(span, match["printed"], value * size, unit, sign, scale, bound, is_measured)


def _value(match: re.Match[str]) -> Decimal | None:
    plain = match["number"].replace(",", "")
    told = Decimal(plain) if plain[0].isdigit() else numerals.value(plain)
    if told is None:
        return None
    scaled = Decimal(told) * prod(TIMES[one] for one in match["times"] + match["more"])
    rest = match["rest"] or "0"  # 10秒89, 5米61
    return scaled + Decimal(f"0.{rest}")


def _bound(match: re.Match[str]) -> str:
    if match["over"]:
        return ">"
    return zh.BOUNDS_BEFORE.get(match["before"] or "", "") or zh.BOUNDS_BEHIND.get(match["behind"] or "", "")
