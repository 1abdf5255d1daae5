"""What a question takes for granted and an article tells otherwise: another place of the kind, amount, year or post.

That an article lacks a name says little, as people call things by other names. That it has another of the same kind
in its place (青石街道, 白塔街道; 三万户, 七千多户; 2019年, 2025年) says that it tells of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from qa import numerals, text
from qa.answering.offices import Offices
from qa.answering.places import places
from qa.types import Article

_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_AMOUNT = re.compile(
    r"(?<![多少高低长短快慢早晚\d.])(?P<words>(?P<number>\d+(?:\.\d+)?)(?P<scale>[百千]?[万亿]|[百千]|))[多余来]?(?P<unit>[\u4e00-\u9fff%])"
)
_NO_AMOUNT = "年月日号时点分秒届第路线期"  # dates, ordinals and names
_LEAST = 10  # smaller ones are counted by the asker (两家, 三次)
_NEARLY = 0.05  # share by which the same amount, rounded, may differ
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_DAY = re.compile(
    r"(?<!\d)(?P<month>\d{1,2})月(?P<day>\d{1,2}|[一二三四五六七八九十])[日号](?P<way>起|开始|以?前|之前|以后|之后|止|截止)?"
)
_CLAUSES = re.compile("[,，。;；:：!！?？\\s]+")
_YEARS_APART = 2  # a report tells of the year before and after without naming its own


class Day(NamedTuple):
    """A day of a year as named, and what begins or ends with it: 起, 前."""

    month: int
    day: int
    way: str


class Granted:
    """What a question takes for granted, held against one article after the other."""

    def __init__(self, question: str) -> None:
        asked = text.comparable(question)
        self._places = tuple(places(asked))
        self._days = tuple(one for one in _days(asked) if one.way)
        self._offices = Offices(asked)
        self._amounts = tuple(one for one in _told(asked) if one[1] >= _LEAST)
        self._years = tuple(dict.fromkeys(_YEAR.findall(asked)))

    def otherwise(self, article: Article) -> tuple[str, ...]:
        """The places, amounts, years and offices of the question, normalised, for which the article has others."""
        if not (self._places or self._amounts or self._years or self._days or self._offices):
            return ()
        plain = text.comparable(article.text)
        others = (
            self._other_places(plain),
            self._other_amounts(plain),
            self._other_years(plain, article.date),
            self._other_days(plain),
            self._offices.otherwise(plain),
        )
        return tuple(chain(*others))

    def _other_places(self, plain: str) -> Iterator[str]:
        lacking = [one for one in self._places if one.stem not in plain and one.may_have_rivals(plain)]
        clauses = [each for each in _CLAUSES.split(plain) if any(one.may_have_rivals(each) for one in lacking)]
        others = [other for each in clauses for other in places(each)]
        for one in lacking:
            if any(one.may_be_replaced(other) for other in others):
                yield one.name

    def _other_amounts(self, plain: str) -> Iterator[str]:
        held = _told(plain) if self._amounts else []
        for words, amount, unit in self._amounts:
            if any(abs(other - amount) <= _NEARLY * amount for _, other, _ in held):
                continue
            if any(of == unit for _, _, of in held):
                yield words

    def _other_years(self, plain: str, dated: str | None) -> Iterator[str]:
        told = {int(year) for year in _ANY_YEAR.findall(plain)} if self._years else set()
        told |= {int(dated[:4])} if dated else set()
        for year in self._years:
            if told and all(abs(int(year) - other) >= _YEARS_APART for other in told):
                yield f"{year}年"

    def _other_days(self, plain: str) -> Iterator[str]:
        held = _days(plain) if self._days else []
        for one in self._days:
            if any(one.way == other.way for other in held) and all(one[:2] != other[:2] for other in held):
                yield f"{one.month}月{one.day}日"


def _days(plain: str) -> list[Day]:
    found = _DAY.finditer(plain)
    return [Day(int(one["month"]), numerals.value(one["day"]) or int(one["day"]), one["way"] or "") for one in found]


def _told(plain: str) -> list[tuple[str, float, str]]:
    """The amounts of a text: as written, their value, the first character of what is counted."""
    return [
        (match["words"], float(match["number"]) * _SCALES.get(match["scale"], 1.0), match["unit"])
        for match in _AMOUNT.finditer(plain)
        if match["unit"] not in _NO_AMOUNT
    ]
