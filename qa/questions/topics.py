"""What a question of a kind asks for besides a fact: a topic, the points of an article, the library; and how much."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, get_args

from qa.questions.courtesy import without_courtesy
from qa.questions.kinds import TALK, Kind, Subject, kind_of, topic_words
from qa.text import numerals
from qa.text.folding import comparable
from qa.text.zh import DIGITS, STORIES, any_of

_NUMBER = rf"(?:[1-9]\d?|[{DIGITS[1:]}两])"
_VERBS = "列(?:出|举)?|找|挑|选|来|给|要|看|念|摘|总结|概括|归纳|概述|梳理|提炼|介绍|说说|讲讲|谈谈|说|讲|新|近|前"
_UNIT = "句话?|个?(?:要点|重点|新闻)|[点条则篇]"
# How many sentences or reports are wanted: 用3句话, 3句话总结, 列3条.
_WANTED = re.compile(
    rf"(?:用|以|分)(?P<by>{_NUMBER})(?:{_UNIT})"
    rf"|^(?P<before>{_NUMBER})(?:{_UNIT})"
    rf"|(?P<verb>(?:{_VERBS})(?:出|一下|我|的)*)(?P<behind>{_NUMBER})(?:{_UNIT})"
)
_POINTED = re.compile(f"(?:[这那本该此]|上面|刚才|当前)(?:一)?(?:[篇则条]|{any_of(STORIES)}|文)")
_BRIEFLY = re.compile(r"(?<=[绍结括纳述讲说聊理])下(?=[^\W面午来去])")  # 介绍下: no word begins with it
# Whether the library has such a thing at all, no thing of its own before it: 有没有警察跳河救人的, 最近有银行被罚的没.
_ANY = re.compile(r"^(?:最近|近来|近期|这阵子|这两天|现在|今年|去年|以前)?(?:有没有|有(?!关|人说).*(?:[吗没不]|没有)$)")
_QUOTED = re.compile('[“”"「」『』《》]')  # words asked for as they stand
_ALL_YEARS = re.compile("历年来?|多年来?|这些年来?")  # what a course of events is of anyhow
_RECENT = 5  # articles that are named where it is asked what was lately, and not how many are wanted
_ENDS = " 。.!?？！,，"
_SUBJECTS: tuple[Subject, ...] = get_args(Subject)
_CHARACTERS: dict[Kind, int] = {"periods_year": 4, "periods_month": 7, "periods_day": 10}  # of an ISO date


class Topic(NamedTuple):
    """What a digest or a course of events is of."""

    kind: Literal["digest", "timeline"]
    words: str
    is_bare: bool = False  # nothing but the words was said
    most: int | None = None  # sentences, where the question says how many


class Summary(NamedTuple):
    """A wish for the main points of one article, or only for another number of them."""

    most: int | None  # sentences, where the question says how many
    is_pointed: bool  # at an article (这篇)


class CatalogueQuestion(NamedTuple):
    """What of the library is asked; for `periods` how many characters of an ISO date make one."""

    subject: Subject
    characters: int = 0
    most: int | None = None  # articles to be named, where the question says how many


def topic_of(question: str, kind: Kind) -> Topic | None:
    """The topic that a question of this kind wants to be told about; None where it asks for something else."""
    if kind not in ("topic", "timeline") or _QUOTED.search(question):
        return None
    rest, most = _number_wanted(_BRIEFLY.sub("一下", question))
    words = topic_words(rest)
    if not words:
        return None
    if kind == "timeline":
        return Topic("timeline", _ALL_YEARS.sub("", words) or words, most=most)
    is_bare = rest.strip(_ENDS) == words
    return None if is_bare and " " in words else Topic("digest", words, is_bare, most)  # keywords for a fact


def any_of_it(question: str) -> Topic | None:
    """What a question of a fact's form asks whether there is any of; None where it asks for something else."""
    rest = comparable(question).strip(_ENDS)
    return Topic("digest", rest) if _ANY.search(rest) and not _QUOTED.search(question) else None


def summary_of(question: str, kind: Kind) -> Summary | None:
    """How the points of one article are wanted; None where something else is."""
    return (
        Summary(_number_wanted(question)[1], bool(_POINTED.search(comparable(question)))) if kind == "summary" else None
    )


def catalogue_question(question: str, kind: Kind) -> CatalogueQuestion | None:
    """What a question of this kind asks of the library itself; None where it asks for something in it."""
    if kind in _CHARACTERS:
        return CatalogueQuestion("periods", _CHARACTERS[kind])
    _, most = _number_wanted(question)
    if kind == "recent":
        return CatalogueQuestion("newest", most=most or _RECENT)
    return next((CatalogueQuestion(one, most=most) for one in _SUBJECTS if one == kind), None)


def said_before(question: str) -> Kind:
    """The kind of an earlier question, told by its characters, which costs nothing."""
    return kind_of(without_courtesy(question), None)


def catalogue_before(history: Sequence[str]) -> CatalogueQuestion | None:
    """What the last question asked of the library itself."""
    return next((catalogue_question(one, said_before(one)) for one in history[-1:]), None)


def of_articles(history: Iterable[str], kind: Callable[[str], Kind]) -> tuple[str, ...]:
    """The questions without small talk and questions about the library, from which nothing is taken over. `kind` is
    asked where the characters tell of one.
    """
    asked = map(without_courtesy, history)
    return tuple(one for one in asked if not _is_of_none(one, kind_of(one, None)) or not _is_of_none(one, kind(one)))


def _is_of_none(question: str, kind: Kind) -> bool:
    """Whether no article is asked for."""
    return kind in TALK or catalogue_question(question, kind) is not None


def _number_wanted(question: str) -> tuple[str, int | None]:
    """A question without how many sentences or reports it wants, and that number."""
    plain = comparable(question)
    match = _WANTED.search(plain)
    if match is None:
        return question, None
    number = numerals.whole(next(filter(None, match.group("by", "before", "behind"))))
    return plain[: match.start()] + (match["verb"] or "") + plain[match.end() :], number
