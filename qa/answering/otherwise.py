"""What a question takes for granted and an article tells otherwise: another place of the kind, amount or year.

That an article lacks a name says little, as people call things by other names. That it has another of the same kind
in its place (青石街道, 白塔街道; 三万户, 七千多户; 2019年, 2025年) says that it tells of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from qa import text
from qa.types import Article

_SMALL_KINDS = ("街道", "社区", "小区", "镇", "乡", "村")  # an article tells of few of each
_KINDS = (*_SMALL_KINDS, "区", "县", "市", "省")
_NAMES = ("nr", "ns", "nt", "nz")
_SCALES = {"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7, "亿": 1e8}
_AMOUNT = re.compile(
    r"(?P<words>(?P<number>\d+(?:\.\d+)?)(?P<scale>[百千]?[万亿]|[百千]|))[多余来]?(?P<unit>[\u4e00-\u9fff%])"
)
_NO_AMOUNT = "年月日号时点分秒届第路线期"  # dates, ordinals and names
_LEAST = 10  # smaller ones are counted by the asker (两家, 三次)
_NEARLY = 0.05  # share by which the same amount, rounded, may differ
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?=年)")
_ANY_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_YEARS_APART = 2  # a report tells of the year before and after without naming its own


class Place(NamedTuple):
    """A place as named: 青石, 街道, and the word behind it."""

    stem: str
    kind: str
    following: str

    @property
    def name(self) -> str:
        return self.stem + self.kind

    def may_have_rivals(self, plain: str) -> bool:
        """Whether a text has its kind, or the word behind it; without them, none stands in its place."""
        return self.kind in plain or (len(self.following) > 1 and self.following in plain)


class Granted:
    """What a question takes for granted, held against one article after the other."""

    def __init__(self, question: str) -> None:
        asked = text.comparable(question)
        self._places = tuple(places(text.tagged(asked)))
        self._amounts = tuple(one for one in _told(asked) if one[1] >= _LEAST)
        self._years = tuple(dict.fromkeys(_YEAR.findall(asked)))

    def otherwise(self, article: Article) -> tuple[str, ...]:
        """The places, amounts and years of the question, normalised, for which the article has others."""
        if not (self._places or self._amounts or self._years):
            return ()
        plain = text.comparable(article.text)
        return (*self._other_places(plain), *self._other_amounts(plain), *self._other_years(plain, article.date))

    def _other_places(self, plain: str) -> Iterator[str]:
        lacking = [one for one in self._places if one.stem not in plain and one.may_have_rivals(plain)]
        others = list(places(text.tagged(plain))) if lacking else []
        for one in lacking:
            if any(_in_place_of(other, one) for other in others):
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


def _in_place_of(other: Place, one: Place) -> bool:
    """Whether it is of the same small kind, or stands before the same word: 槐荫村医院, 柳溪镇医院."""
    same_kind = other.kind == one.kind and one.kind in _SMALL_KINDS
    return same_kind or (len(one.following) > 1 and other.following.startswith(one.following))


def places(words: Sequence[tuple[str, str]]) -> Iterator[Place]:
    """The places among the words, but those in front of a smaller one, which says where it is."""
    found = [(at, one) for at in range(len(words)) if (one := _place(words, at))]
    starts = {at for at, _ in found}
    for at, (stem, kind, _) in found:
        behind = at + (1 if words[at][0] == stem + kind else 2)
        behind += behind < len(words) and words[behind][0] == "的"
        if behind not in starts:
            yield Place(stem, kind, words[behind][0] if behind < len(words) else "")


def _place(words: Sequence[tuple[str, str]], at: int) -> Place | None:
    """The place that begins with a word: one word (槐荫村), or a name and its kind (青石 街道)."""
    word, tag = words[at]
    is_name = tag in _NAMES or text.frequency(word) == 0
    if not is_name or len(word) < 2 or not text.is_han(word[0]):
        return None
    if at + 1 < len(words) and words[at + 1][0] in _KINDS:
        return Place(word, words[at + 1][0], "")
    kind = next((kind for kind in _KINDS if word.endswith(kind)), "")
    stem = word.removesuffix(kind)
    return Place(stem, kind, "") if kind and len(stem) > 1 else None


def _told(plain: str) -> list[tuple[str, float, str]]:
    """The amounts of a text: as written, their value, the first character of what is counted."""
    return [
        (match["words"], float(match["number"]) * _SCALES.get(match["scale"], 1.0), match["unit"])
        for match in _AMOUNT.finditer(plain)
        if match["unit"] not in _NO_AMOUNT
    ]
