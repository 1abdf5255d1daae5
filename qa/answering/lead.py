"""The lead of a quoted answer: what was asked for, in as few of the text's own words as answer it."""

from __future__ import annotations

import re

from qa.questions.analysed import AnalysedQuestion
from qa.text.folding import comparable
from qa.text.words import tagged_words
from qa.text.zh import NAMES, NUMERAL
from qa.types import Citation

_CHARS, _SHARE = 40, 0.7  # a longer mark, or one of most of its sentence, is no lead
NAME_CHARS = 8  # of a lead that is a name
_YES_NO = re.compile(
    r"吗|是否|是不是|有没有|能否|能不能|可否|可不可以|会不会|要不要|对不对|(\w)[不没]\1"
    r"|(?<=[^从并决绝])(?:没有?|不|否)(?=\W*$)"
)
_HOW_MANY = re.compile("多少|几[^乎何]|多[大长高远久重快]")
_WHEN = re.compile("什么时候|何时|哪[1一]?[天年月日]|几[点时月号]|什么时间")
_TIME = re.compile(r"\d|[年月日天周时点晨晚早午春夏秋冬节季前后]")
_WHICH = re.compile(r"哪[1一]?[支个家所座条位届场项辆]\w{0,4}?(?P<kind>[队村镇乡街校院局社店馆站桥路河园团班组])")
_WHO = re.compile("谁(?!的)|哪[1一]?位|什么人|何人")
_CALLED = re.compile("[叫姓](?:什么|啥)")
_WON = ("得", "获", "夺", "摘", "捧", "赢")
_PEOPLE = "队人员者长师生手家班组团会司局院校厂社店们户民工童兵友夫妻母父女子"  # what a word for people ends in


def lead_of(citation: Citation, asked: AnalysedQuestion) -> str | None:
    """The marked words, where they are few and of the kind asked for; None where the whole sentence is what answers."""
    if _YES_NO.search(asked.written):
        return None
    start, end = citation.mark
    marked = citation.quote[start:end]
    is_short = len(marked) <= min(_CHARS, _SHARE * len(citation.quote))
    return marked if is_short and is_asked_for(marked, asked.wording, citation.quote[:start]) else None


def is_asked_for(marked: str, question: str, before: str = "") -> bool:
    """Whether words are of the kind that a question asks for: a number, a time, somebody, a thing of the kind that
    it names (哪支队). Where it names no kind, any words are. What stands behind a verb of winning (摘得桂冠, where
    `before` ends in 摘得) is not who won.
    """
    plain = comparable(question)
    if _HOW_MANY.search(plain):
        return bool(re.search(rf"(?<![a-z])\d|{NUMERAL}|半", comparable(marked)))
    if _WHEN.search(plain):
        return bool(_TIME.search(comparable(marked)))
    kind = _WHICH.search(plain)
    if kind is None and not _WHO.search(plain):
        return True
    return not before.endswith(_WON) and (bool(kind and kind["kind"] in marked) or names_somebody(marked))


def asks_who(question: str) -> bool:
    """Whether a question may ask for somebody, or for a name."""
    return bool(_WHO.search(comparable(question)) or _CALLED.search(question))


def names_somebody(marked: str) -> bool:
    """Whether words have a name, or end in a word for people or what they form."""
    return marked[-1:] in _PEOPLE or any(tag.startswith(NAMES) for _, tag in tagged_words(marked))
