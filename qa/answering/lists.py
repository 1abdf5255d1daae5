"""Questions that ask for several things: how many they name, and how many the quotes hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa import text

_NUMBERS = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_NUMBER = r"(?P<number>\d{1,2}|[两二三四五六七八九十])"
_COUNTED = rf"{_NUMBER}(?:大|个|名|位|种|项|类|条|家|方面|部分|点)"
_NAMED = (
    re.compile(rf"哪{_NUMBER}"),  # 哪六个
    re.compile(rf"{_COUNTED}.*分别"),  # 三个片区分别是
    re.compile(rf"分别.*?{_COUNTED}"),
)
_SEVERAL = re.compile(
    r"哪些|哪几|分别|都有(?:谁|什么|哪)|(?:包括|包含|涵盖|涉及)了?(?:什么|哪|谁)|各(?:是|有|为)(?:什么|谁|多少)"
)
_ROW = re.compile(r"[^、，。；：！？,;:!?]+(?:、[^、，。；：！？,;:!?]+)+")  # the items of an enumeration, two or more
_JOINED = re.compile("[和与及]|以及")  # before the last item
_NUMBERED = re.compile(
    r"(?:^|[，；：。,;:、\s])"
    r"(?:第?([一二三四五六七八九十])(?:是|要|，|、|,|个是)"  # 一是, 第二，
    r"|[（(]?([1-9]\d?)[)）.、])"  # (3), 4.
)


@dataclass(frozen=True, slots=True)
class Listing:
    """A question that asks for several things."""

    named: int | None  # how many the question says there are; None where it does not say


def listing(question: str) -> Listing | None:
    """None where a question asks for one thing."""
    plain = text.normalise(question)
    for pattern in _NAMED:
        if match := pattern.search(plain):
            number = match["number"]
            return Listing(int(number) if number.isdigit() else _NUMBERS[number])
    return Listing(None) if _SEVERAL.search(plain) else None


def series(sentences: Sequence[str], best: int) -> list[int]:
    """Which of the sentences of a passage, one after the other, are members of one list: those that are numbered, or
    begin alike (要…；要…), if at least two are and the list has the best sentence or begins right after it. In order.
    """
    opened = [_opening(one) for one in sentences]
    lists = [[at for at, one in enumerate(opened) if one == opening] for opening in dict.fromkeys(opened) if opening]
    near = [members for members in lists if len(members) > 1 and (best in members or members[0] - best in (1, 2))]
    return max(near, key=len, default=[])


def _opening(sentence: str) -> str:
    """What members of a list have in common: a number of their own, or the first character."""
    plain = text.normalise(sentence)
    if _NUMBERED.search(plain):
        return "number"
    return next((sign for sign in plain if text.is_han(sign)), "")


def count(quotes: Sequence[str]) -> int:
    """How many things the quotes list at least: what is numbered, what stands in a row, or a quote each."""
    plain = [text.normalise(quote) for quote in quotes]
    numbers = {next(filter(None, match.groups())) for quote in plain for match in _NUMBERED.finditer(quote)}
    rows = [_row(match.group()) for quote in plain for match in _ROW.finditer(quote)]
    return max(len(numbers), sum(rows), len(quotes))


def _row(found: str) -> int:
    """Items of an enumeration; the last of them may be two, joined by a word."""
    items = found.split("、")
    return len(items) + bool(_JOINED.search(items[-1]))


def note(asked: Listing | None, quotes: Sequence[str]) -> str:
    """What is to be said where fewer things are quoted than the question names; nothing where enough are."""
    if asked is None or asked.named is None or count(quotes) >= asked.named:
        return ""
    return f"问的是 {asked.named} 项，原文里只找到 {count(quotes)} 项。"
