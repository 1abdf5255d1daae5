"""A sentence that speaks of something else in the very place of what a question asks about.

少年合唱比赛谁夺冠 and 少年书画比赛甲队夺冠 share nearly every word, and a reader takes one for the answer to the other.
But between the same characters stand two different things, and the sentence has no word of the one asked about; or two
numbers before the same words (90个窗口, 40个窗口). Nor is a deputy (副镇长) the one whose deputy he is.
Likewise a question that names but one thing (那合唱呢?) is not answered by a sentence without it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from qa import text
from qa.answering.expected import forms
from qa.answering.offices import Offices
from qa.answering.places import SMALL_KINDS, places
from qa.types import Query

_AROUND = 2  # characters on either side that must be the same
_LONGEST = 4  # characters of a thing
_HAN = r"[\u4e00-\u9fff]"
_IS_HAN = re.compile(f"{_HAN}+")
_ASKED = ("n", "j", "vn", "b", "t")  # parts of speech, or how they begin: of what is asked about
_PRINTED = (*_ASKED, "l", "v")  # and of what may stand in its place
_ALONE = re.compile(r"呢[?？!！。\s]*$")
_DATES = "年月日号时点分届第"  # a date of the question is the plan's; ordinals are told by words
_DATED = re.compile(r"\d|[年月日号天]$")
_DEPUTY = re.compile(rf"副(书记|主任|主席|会长|总?经理|总裁|教授|{_HAN}长|秘书长)")
_COUNTED = re.compile(rf"(?<![多少高低长短快慢早晚])(?<![\d.])(\d+(?:\.\d+)?)({_HAN}{{{_AROUND}}})")


class Rivals:
    """Tells whether a sentence has a rival of what is asked about in its place."""

    def __init__(self, query: Query) -> None:
        self._asked = _apart(query.text)
        self._starts = frozenset(_starts(self._asked))
        self._amounts = tuple(_amounts(self._asked))
        self._alone = _alone(query)
        self._named = tuple(one for one in places(text.comparable(query.text)) if one.kind in SMALL_KINDS)
        self._offices = Offices(text.comparable(query.spelt(query.question)))
        self._is_of = functools.cache(_is_of)

    def are_in(self, sentence: str) -> bool:
        plain = _plain(sentence)
        if self._alone and not any(word in plain for word in self._alone):
            return True
        if self._offices.lacks_post(plain) or self._is_of_a_deputy(plain) or self._is_elsewhere(plain):
            return True
        return any(
            other not in self._asked and (other[0].isdigit() or self._differs(other, thing))
            for thing, pattern in (*self._amounts, *self._things(plain))
            if thing not in plain
            for other in re.findall(pattern, plain)
        )

    def _is_of_a_deputy(self, plain: str) -> bool:
        """Whether it has the deputy where the post is asked for, or the other way; of several posts, that asked for."""
        if "副" not in plain and "副" not in self._asked:
            return False
        both = (self._asked, plain), (plain, self._asked)
        found = {post for one, other in both for post in _deputies(one, other)}
        return bool(found) and self._offices.post in ("", *found)

    def _is_elsewhere(self, plain: str) -> bool:
        """Whether it has another place of the kind than the question, and not the question's."""
        lacking = [one for one in self._named if one.stem not in plain and one.kind in plain]
        others = [one for one in places(plain) if one.stem not in self._asked] if lacking else []
        return any(one.may_be_replaced(other) for one in lacking for other in others)

    def _things(self, plain: str) -> Iterator[tuple[str, str]]:
        """Each thing of the question that the sentence lacks, and what finds another between the same characters."""
        asked = self._asked
        for start in range(_AROUND, len(asked) - _AROUND):
            left = asked[start - _AROUND : start]
            if start not in self._starts or left not in plain or not _IS_HAN.fullmatch(left):
                continue
            for end in range(start + 2, min(start + _LONGEST, len(asked) - _AROUND) + 1):
                thing, right = asked[start:end], asked[end : end + _AROUND]
                if right in plain and _IS_HAN.fullmatch(thing + right) and self._is_of(thing, _PRINTED):
                    yield thing, f"{left}({_HAN}{{2,{_LONGEST}}}?){right}"

    def _differs(self, thing: str, asked: str) -> bool:
        """Two that share a character are the same in other words, but for the last, which is their kind: 提琴, 钢琴."""
        shared = set(thing) & set(asked)
        if not shared:
            return self._is_of(asked, _ASKED) and self._is_of(thing, _PRINTED)
        return len(thing) == len(asked) and shared == {thing[-1]} == {asked[-1]} and self._is_of(thing, _PRINTED)


def _starts(asked: str) -> Iterator[int]:
    """Where the words of a question begin that may be things, which verbs are not: 可以取代水, 可以替代水."""
    at = 0
    for word, tag in text.tagged(asked):
        at = asked.index(word, at)
        if tag.startswith(_ASKED) or not tag.startswith("v"):
            yield at
        at += len(word)


def _amounts(asked: str) -> Iterator[tuple[str, str]]:
    """Every number of a question before two characters, dates apart, and what finds another there."""
    for number, unit in _COUNTED.findall(asked):
        if unit[0] not in _DATES:
            yield number, rf"(?<![\d.])(\d+(?:\.\d+)?){unit}"


def _deputies(one: str, other: str) -> Iterator[str]:
    """The posts of which one of two texts has only the deputy, and the other only the post itself."""
    for post in _DEPUTY.findall(one):
        if post in other and f"副{post}" not in other and post not in one.replace(f"副{post}", ""):
            yield post


def _is_of(words: str, kinds: tuple[str, ...]) -> bool:
    return all(tag.startswith(kinds) for _, tag in text.tagged(words))


def _alone(query: Query) -> tuple[str, ...]:
    """What a follow-up names that says nothing else (那篮球呢?), dates apart, which reports need not repeat."""
    if not query.carried or forms(query.question) or not _ALONE.search(query.question):
        return ()
    words = text.content_words(text.comparable(query.spelt(query.question)))
    return () if any(map(_DATED.search, words)) else tuple(words)


def _apart(words: str) -> str:
    """The same, but for words that are kept apart: what they are between is between nothing."""
    return "|".join(text.comparable(words).split())


def _plain(words: str) -> str:
    return "".join(text.comparable(words).split())
