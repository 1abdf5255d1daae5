"""question -> Asked: whether a question asks to count or list articles, and by which words. Precise forms only."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from qa import text
from qa.types import Query

Counted = Literal["articles", "places", "reporters"]
Group = tuple[str, ...]  # words any of which will do

_STORY = "(?:报道|报导|文章|新闻|消息|稿件|稿子|稿)"
_COUNTED = rf"(?:篇{_STORY}?|[条则个]{_STORY})"
_SAYS = (
    "(?:提到|提及|谈到|谈及|说到|讲到|写到|报道|刊登|介绍|讲述|涉及|关于|有关|包含|含有|出现|写)"
    "(?:过|了|到|的是)?(?:关于|有关)?"
)
_WROTE = "(?:写|报道|采写|撰写|发表|关注)(?:过|了)?(?:关于|有关)?"
_SIGNED = "(?:写|报道|采写|撰写|发表|署名)(?:过|了|的)?"
_ALL = "(?:一共|总共|共|总计)?"
_HOW_MANY = "(?<!哪)(?:几|多少)"
_HOLDS = "(?:收录|收入|收集|收|存|有|登载|刊登|刊发|刊载)(?:有|了|着)?"
_WHICH = "(?:哪些|哪几)"
_REPORTERS = "(?:记者|作者|通讯员)"
_BY = rf"{_REPORTERS}?(?P<by>.+?){_REPORTERS}?(?:{_SIGNED}的?|的)"
_ABOUT = "(?:关于|有关|涉及|提到)"
_EVERY = "(?:所有|全部|一切)?"
_PERSON = "(?:个|位|名)"
_PLEASE = "(?:请|帮我|给我|麻烦)*"
_LIST = "(?:列出|列举|列一下|找出|罗列|列明)(?:一下)?"

# What is counted, whether it is listed, and the question as a whole: `what` are the words, `by` a reporter.
_FORMS: tuple[tuple[Counted, bool, str], ...] = (
    (
        "reporters",
        False,
        rf"(?P<near>.*?){_ALL}有?{_HOW_MANY}{_PERSON}{_REPORTERS}{_WROTE}(?P<what>.+?)(?:的{_STORY})?",
    ),
    ("reporters", True, rf"(?P<near>.*?)(?:都?有)?{_WHICH}{_PERSON}?{_REPORTERS}{_WROTE}(?P<what>.+?)(?:的{_STORY})?"),
    ("reporters", True, rf"{_WROTE}(?P<what>.+?)的{_REPORTERS}(?:都?有)?{_WHICH}{_PERSON}?"),
    ("articles", False, rf"{_REPORTERS}?(?P<by>.+?){_REPORTERS}?{_ALL}{_SIGNED}{_HOW_MANY}{_COUNTED}"),
    ("articles", True, rf"{_REPORTERS}?(?P<by>.+?){_REPORTERS}?(?:都)?{_SIGNED}(?:{_WHICH}[篇条]?|什么){_STORY}"),
    ("articles", False, rf"{_BY}(?:{_ABOUT}(?P<what>.+?)的)?{_STORY}{_ALL}有?{_HOW_MANY}[篇条则]"),
    ("articles", True, rf"{_PLEASE}{_LIST}{_EVERY}{_BY}{_EVERY}(?:{_ABOUT}(?P<what>.+?)的)?{_EVERY}{_STORY}"),
    ("articles", True, rf"{_PLEASE}{_LIST}(?P<library>.*?)(?:所有|全部|一切)的?{_STORY}"),
    ("articles", False, rf"{_ALL}有?{_HOW_MANY}{_COUNTED}是{_REPORTERS}?(?P<by>.+?)写的"),
    ("articles", False, rf"(?P<what>.+?){_ALL}(?:出现|提到|写)在{_HOW_MANY}{_COUNTED}[里中上]?"),
    ("articles", False, rf"(?P<near>.*?){_ALL}有?{_HOW_MANY}{_COUNTED}(?:是|都)?{_SAYS}(?P<what>.+?)(?:的{_STORY})?"),
    ("articles", False, rf"(?P<near>.*?){_SAYS}(?P<what>.+?)的{_STORY}{_ALL}有?{_HOW_MANY}[篇条则]"),
    ("articles", False, rf"(?P<what>.+?){_ALL}[在被]{_HOW_MANY}{_COUNTED}[里中]?被?(?:出现|提到|提及|报道)(?:过|了)?"),
    ("articles", False, rf"(?P<library>.*?){_ALL}(?:{_HOLDS})?{_HOW_MANY}{_COUNTED}"),
    ("reporters", False, rf"(?P<library>.*?){_ALL}有?{_HOW_MANY}{_PERSON}{_REPORTERS}"),
    ("places", False, rf"(?P<what>.+?){_ALL}(?:出现(?:过|了)?|被提[到及](?:过|了)?|提[到及]过){_HOW_MANY}[次处回]"),
    ("articles", True, rf"(?P<near>.*?)有?{_WHICH}[篇条]?{_STORY}[里中]?{_SAYS}(?P<what>.+?)"),
    ("articles", True, rf"(?P<what>.+?)(?:都|曾)?(?:出现|提到|写)在{_WHICH}[篇条]?{_STORY}[里中上]?"),
    (
        "articles",
        True,
        rf"(?P<what>.+?)(?:都|曾)?[在被]{_WHICH}[篇条]?{_STORY}[里中上]?被?(?:出现|提到|提及|报道)(?:过|了)?",
    ),
    ("articles", True, rf"(?P<near>.*?){_SAYS}(?P<what>.+?)的{_STORY}(?:都?有)?{_WHICH}[篇条]?"),
    ("articles", True, rf"{_PLEASE}{_LIST}{_EVERY}的?(?:{_SAYS})?(?P<what>.+?)(?<!写)的{_EVERY}{_STORY}"),
    ("articles", True, rf"(?:所有|全部){_SAYS}(?P<what>.+?)的{_STORY}"),
)
_PATTERNS = tuple((counted, listed, re.compile(form)) for counted, listed, form in _FORMS)
_ENDS = re.compile(r"[\s?。.!,、;:]+$|^[\s,、]+")
_QUOTED = re.compile(r"[“\"「『《](.+?)[”\"」』》]")
_BOTH = frozenset("的和与及并且同时又以")
_BOTH_WORDS = frozenset({"以及", "并且", "同时", "和", "与"})
_EITHER = frozenset({"或", "或者", "还是"})
_LIBRARY = frozenset(
    [
        "请问",
        "帮我",
        "库里",
        "库中",
        "库",
        "档案",
        "资料",
        "资料库",
        "报纸",
        "报上",
        "报道",
        "文章",
        "新闻",
        "这些",
        "收录",
        "所有",
        "全部",
        "到底",
    ]
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question counts: articles (or their reporters, or places in them) that hold a word of each group; all that
    the library has where there is none.
    """

    counted: Counted
    is_list: bool
    groups: tuple[Group, ...]
    reporter: tuple[str, ...] = ()  # a name as articles are signed with it, in either script


def understand(query: Query, reporters: Callable[[], Collection[str]]) -> Asked | None:
    """What the question counts or lists; None for one that asks for a fact.

    Words that were taken for a date are the filters' business, and are left out.
    """
    plain = text.fold(query.spelt(query.question))
    for assumption in query.assumed:
        if assumption.kind == "date":
            plain = plain.replace(text.fold(assumption.source), "")
    plain = _ENDS.sub("", _ENDS.sub("", plain))
    for counted, is_list, form in _PATTERNS:
        if match := form.fullmatch(plain):
            parts = match.groupdict(default="")
            reporter = parts.get("by", "")
            near, what = _groups(_without_library(parts.get("near", ""))), _groups(parts.get("what", ""))
            groups = _with_others(query, (*near, *what))
            if "library" in parts:
                if not _without_library(parts["library"]):
                    return Asked(counted, is_list, ())
                continue
            if reporter and (names := _signed(reporter, reporters())):
                return Asked(counted, is_list, groups, names)
            if groups and not reporter:
                return Asked(counted, is_list, groups)
    return None


def _signed(name: str, reporters: Collection[str]) -> tuple[str, ...]:
    """The reporter of a folded name, as printed; nothing where nobody is called so."""
    return tuple(sorted(one for one in reporters if text.fold(one) == name))


def _with_others(query: Query, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Each group with the phrases that mean the same as one of it."""
    others = [(text.fold(word), text.fold(other)) for word, other in query.also]
    return tuple(
        tuple(dict.fromkeys([*group, *(one.replace(word, other) for word, other in others for one in group)]))
        for group in groups
    )


def _groups(words: str) -> tuple[Group, ...]:
    """The words of a question in groups: quoted ones whole, others cut at 的, 和 and marks; 或 joins a group."""
    groups: list[Group] = []
    for phrase, is_other in _phrases(words):
        if is_other and groups:
            groups[-1] = (*groups[-1], phrase)
        else:
            groups.append((phrase,))
    return tuple(groups)


def _phrases(words: str) -> Iterator[tuple[str, bool]]:
    """Each phrase, and whether 或 stands before it."""
    end, is_other = 0, False
    for match in _QUOTED.finditer(words):
        yield from _unquoted(words[end : match.start()])
        yield match.group(1), is_other
        end = match.end()
    yield from _unquoted(words[end:])


def _unquoted(words: str) -> Iterator[tuple[str, bool]]:
    phrase, end, is_other = "", 0, False
    for span in text.pieces(words):
        word = words[span.start : span.end]
        is_joint = word in _BOTH or word in _BOTH_WORDS or word in _EITHER
        if phrase and (is_joint or span.start != end):
            yield phrase, is_other
            phrase, is_other = "", False
        if is_joint:
            is_other = word in _EITHER
        else:
            phrase += word
        end = span.end
    if phrase and not text.says_nothing(phrase):
        yield phrase, is_other


def _without_library(words: str) -> str:
    """What stands before a question of how many, if it is more than the library itself."""
    kept = [words[span.start : span.end] for span in text.pieces(words)]
    while kept and (kept[-1] in _LIBRARY or text.says_nothing(kept[-1])):
        kept.pop()
    while kept and (kept[0] in _LIBRARY or text.says_nothing(kept[0])):
        kept.pop(0)
    return "".join(kept)
