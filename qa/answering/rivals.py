"""A sentence that speaks of something else in the very place of what a question asks about.

少年合唱比赛谁夺冠 and 少年书画比赛甲队夺冠 share nearly every word, and a reader takes one for the answer to the other.
But between the same characters stand two different things, and the sentence has no word of the one asked about; or two
numbers before the same words (90个窗口, 40个窗口).
Likewise a question that names but one thing (那合唱呢?) is not answered by a sentence without it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from qa import text
from qa.answering.expected import forms
from qa.types import Query

_AROUND = 2  # characters on either side that must be the same
_LONGEST = 4  # characters of a thing
_HAN = r"[\u4e00-\u9fff]"
_ASKED = ("n", "j", "vn", "b", "t")  # parts of speech, or how they begin: of what is asked about
_PRINTED = (*_ASKED, "l", "v")  # and of what may stand in its place
_ALONE = re.compile(r"呢[?？!！。\s]*$")
_DATES = "年月日号时点分届第"  # a date of the question is the plan's; ordinals are told by words
_DATED = re.compile(r"\d|[年月日号天]$")


_COUNTED = re.compile(rf"(\d+(?:\.\d+)?)({_HAN}{{{_AROUND}}})")


class Slot(NamedTuple):
    """A thing or a number that a question names, and what finds another in its place."""

    thing: str
    pattern: re.Pattern[str]


class Rivals:
    """Tells whether a sentence has a rival of what is asked about in its place."""

    def __init__(self, query: Query) -> None:
        self._asked = _plain(query.text)
        self._slots = (*_slots(self._asked), *_amounts(self._asked))
        self._alone = _alone(query)

    def are_in(self, sentence: str) -> bool:
        if not self._slots and not self._alone:
            return False
        plain = _plain(sentence)
        if self._alone and not any(word in plain for word in self._alone):
            return True
        return any(self._takes_place(slot, plain) for slot in self._slots if slot.thing not in plain)

    def _takes_place(self, slot: Slot, plain: str) -> bool:
        others = (match[1] for match in slot.pattern.finditer(plain))
        return any(other not in self._asked and (other[0].isdigit() or _differs(other, slot.thing)) for other in others)


def _slots(asked: str) -> list[Slot]:
    """Every thing of a question between two pairs of characters."""
    found = []
    for start in range(_AROUND, len(asked) - _AROUND):
        for end in range(start + 2, min(start + _LONGEST, len(asked) - _AROUND) + 1):
            left, thing, right = asked[start - _AROUND : start], asked[start:end], asked[end : end + _AROUND]
            if re.fullmatch(f"{_HAN}+", left + thing + right) and _is_of(thing, _ASKED):
                found.append(Slot(thing, re.compile(f"{left}({_HAN}{{2,{_LONGEST}}}?){right}")))
    return found


def _amounts(asked: str) -> list[Slot]:
    """Every number of a question before two characters, dates apart."""
    counted = [match.groups() for match in _COUNTED.finditer(asked)]
    return [
        Slot(number, re.compile(rf"(?<![\d.])(\d+(?:\.\d+)?){unit}"))
        for number, unit in counted
        if unit[0] not in _DATES
    ]


def _differs(thing: str, asked: str) -> bool:
    return not set(thing) & set(asked) and _is_of(thing, _PRINTED)


def _is_of(words: str, kinds: tuple[str, ...]) -> bool:
    return all(tag.startswith(kinds) for _, tag in text.tagged(words))


def _alone(query: Query) -> tuple[str, ...]:
    """What a follow-up names that says nothing else (那篮球呢?), dates apart, which reports need not repeat."""
    if not query.carried or forms(query.question) or not _ALONE.search(query.question):
        return ()
    words = text.content_words(text.comparable(query.spelt(query.question)))
    return () if any(map(_DATED.search, words)) else tuple(words)


def _plain(words: str) -> str:
    return "".join(text.comparable(words).split())
