"""Recognise questions for a number or a list of articles, reporters or places, and what they count."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from qa.questions.analysed import AnalysedQuestion
from qa.text.folding import comparable, fold
from qa.text.words import is_function_word, word_spans
from qa.text.zh import MOODS, STORIES, WRITERS, any_of

Counted = Literal["articles", "places", "reporters"]


class Form(NamedTuple):
    """What a question of this form counts; it lists it where `always_lists` or its group `which` is met."""

    counted: Counted
    always_lists: bool
    pattern: re.Pattern[str]


_STORY = f"(?:{any_of(STORIES)})"
_HOW_MANY = "(?<!哪)(?:几|多少)"
_MANY = rf"(?:{_HOW_MANY}(?:篇{_STORY}?|[条则个份]{_STORY})|多少{_STORY})"
_WHICH = rf"(?P<which>哪[些几](?:[篇条则]{_STORY}?|{_STORY}))"
_ALL = "(?:一共|总共|总计|合计|共计|共|都|曾经?|先后|同时)*"
_ASKED = rf"{_ALL}有?(?:{_MANY}|{_WHICH})"
# Behind what is counted: 报道有几篇, 报道一共有多少, 报道都有哪些, 报道的数量是多少; 提到供暖的有几篇
_BEHIND = (
    rf"{_STORY}(?:{_ALL}(?:有|是)?(?:{_HOW_MANY}[篇条则份]{_STORY}?|多少|(?P<which>哪(?:些|几[篇条则]){_STORY}?))"
    "|的?(?:总数|数量|篇数)(?:是|有|为)?(?:多少)?)"
)
_ONES = rf"{_ALL}(?:有|是)?(?:{_HOW_MANY}[篇条则]{_STORY}?|(?P<which>哪几[篇条则]))"
_IN = "(?:[里中内上](?:面|头|边)?)?"
_LITERAL = "(?P<literal>提到|提及|谈到|谈及|说到|讲到|写到|出现|包含|含有)"
_SAYS = (
    rf"(?:(?:{_LITERAL}|报道|刊登|登载|介绍|讲述|记述|描述|涉及|关于|有关|围绕|写|讲)(?:过|了|到|的是|的)?"
    r"(?:关于|有关)?|(?<=[里中])(?:面|头|边)?有|说的是|谈的是)"
)
_TOPIC = rf"(?:{_SAYS}(?P<what>.+?)|[和与跟同](?P<linked>.+?)(?:有关系?|相关|有关联|有联系))"
_REPORTERS = f"(?:{any_of(WRITERS)})"
_PERSON = "(?:个|位|名)"
_PEOPLE = rf"(?:{_HOW_MANY}{_PERSON}|多少|(?P<which>哪[些几]){_PERSON}?)"
_WROTE = "(?:写|报道|采写|撰写|发表|关注)(?:过|了)?(?:关于|有关)?"
_SIGNED = "(?:参与|合作|独立|采访)?(?:采写|采访|撰写|发表|刊发|署名|报道|写|发)(?:过|了|的)?"
_BY = (
    rf"(?:是|由|出自|署名(?:者|人|[里中])?[是为有]?|{_STORY}?的?{_REPORTERS}[是为])*{_REPORTERS}?(?P<by>.+?){_REPORTERS}?"
    rf"(?:之手|笔下|名下)?(?:所?{_SIGNED})?的?"
)
_EVERY = "(?:所有|全部|一切)?的?"
_HOLDS = "(?:收录|收入|收集|收|存|有|登载|刊登|刊发|刊载)(?:有|了|着)?"
_LIST = (
    "(?:列举出?|列出|列一下|列明|罗列|找一下|找找|找出|查找|查出|查一下|查查|搜索|搜一下|检索|显示|展示|看看|看一下|汇总"
    "|整理|调出)(?:一下)?"
)
_TIMES = rf"{_HOW_MANY}[次处回]"


def _form(counted: Counted, pattern: str, *, lists: bool = False) -> Form:
    return Form(counted, lists, re.compile(pattern))


FORMS = (
    _form("reporters", rf"(?P<near>.*?){_ALL}有?{_PEOPLE}{_REPORTERS}{_ALL}{_WROTE}(?P<what>.+?)(?:的{_STORY})?"),
    _form("reporters", rf"{_WROTE}(?P<what>.+?)的{_REPORTERS}{_ALL}有?{_PEOPLE}"),
    _form("reporters", rf"{_WROTE}(?P<what>.+?)的{_ALL}有?{_PEOPLE}{_REPORTERS}"),
    _form("reporters", rf"{_TOPIC}的{_STORY}{_ALL}(?:是|由|有)?{_PEOPLE}{_REPORTERS}{_ALL}{_SIGNED}的?"),
    _form("reporters", rf"(?P<library>.*?){_ALL}有?{_PEOPLE}{_REPORTERS}(?:署(?:了)?名)?"),
    _form("reporters", rf"(?P<library>.*?){_REPORTERS}{_ALL}有?{_PEOPLE}"),
    # By one reporter.
    _form(
        "articles",
        rf"{_BY}{_ALL}(?:{_SIGNED}|有)?(?:{_MANY}|(?P<which>(?:哪[些几][篇条则]?|什么){_STORY}))(?:{_TOPIC}的{_STORY}?)?",
    ),
    _form("articles", rf"{_BY}{_ALL}(?:{_SIGNED}|有)(?:{_MANY}|(?P<which>哪[些几][篇条则]?)){_TOPIC}的{_STORY}?"),
    _form("articles", rf"{_BY}{_EVERY}(?:{_TOPIC}的)?{_EVERY}{_BEHIND}"),
    _form("articles", rf"{_BY}{_ONES}"),
    _form("articles", rf"{_REPORTERS}?(?P<by>.+?){_ALL}{_SIGNED}(?:多少|(?P<which>什么|哪些))"),
    _form("articles", rf"{_BY}{_EVERY}{_STORY}{_IN}{_ALL}有?(?:{_HOW_MANY}|(?P<which>哪[些几]))[篇条则]?{_TOPIC}的?"),
    _form("articles", rf"{_BY}(?:报道|写|提)[到及]?[过了]?{_TIMES}(?P<what>.+)"),
    _form("articles", rf"{_ALL}有?多少{_BY}{_STORY}"),
    _form("articles", rf"{_ASKED}{_IN}(?:的(?:{_REPORTERS}|署名))?{_BY}(?:{_TOPIC}的)?{_STORY}?"),
    _form("articles", rf"{_LIST}{_EVERY}{_BY}{_EVERY}(?:{_TOPIC}的)?{_EVERY}{_STORY}", lists=True),
    _form("articles", rf"{_BY}(?:所有|全部)?的?(?:{_TOPIC}的)?{_STORY}", lists=True),
    # All of the library.
    _form("articles", rf"{_LIST}(?P<library>.*?)(?:所有|全部|一切)的?{_STORY}", lists=True),
    _form("articles", rf"(?P<library>.*?){_ALL}(?:{_HOLDS})?(?:{_MANY}|{_WHICH})"),
    _form("articles", rf"(?P<library>.*?){_BEHIND}"),
    # By words or subject.
    _form(
        "articles",
        rf"(?P<what>.+?){_ALL}(?P<literal>出现|提到|写)?(?:过|了)?[在被](?:{_MANY}|{_WHICH}){_IN}{_ALL}被?"
        "(?:出现|提到|提及|报道|写到|谈到)?(?:过|了)?",
    ),
    _form("articles", rf"(?P<near>.*?){_ASKED}{_IN}(?:是|{_ALL}){_TOPIC}(?:的{_STORY}?)?"),
    _form(
        "articles",
        rf"(?P<near>.*?){_ALL}有?(?:{_HOW_MANY}[篇条则]|(?P<which>哪[些几][篇条则]?)){_TOPIC}的{_STORY}",
    ),
    _form("articles", rf"(?P<near>.*?){_TOPIC}的{_BEHIND}"),
    _form("articles", rf"(?P<near>.*?){_TOPIC}的{_ONES}"),
    _form("articles", rf"(?P<what>.+?)的{_BEHIND}"),
    _form("articles", rf"(?:关于|有关)(?P<what>.+?)[,\s]*{_ASKED}"),
    _form("articles", rf"(?P<what>.+?){_ALL}被?(?:报道|刊登)(?:过|了)?{_TIMES}"),
    _form("articles", rf"(?P<near>.*?)有没有{_TOPIC}的{_STORY}", lists=True),
    _form("articles", rf"(?P<near>.*?)有没有{_STORY}{_IN}{_ALL}{_TOPIC}", lists=True),
    _form("articles", rf"{_LIST}{_EVERY}{_TOPIC}(?<!写)的?{_EVERY}{_STORY}", lists=True),
    _form("articles", rf"{_LIST}{_EVERY}(?P<what>.+?)(?<!写)的{_EVERY}{_STORY}", lists=True),
    _form("articles", rf"(?:所有|全部)的?{_TOPIC}的{_STORY}", lists=True),
    _form("articles", rf"(?:所有|全部)的?(?P<what>.+?)(?<!写)的{_STORY}", lists=True),
    _form("articles", rf"{_TOPIC}的(?:所有|全部)的?{_STORY}", lists=True),
    _form("places", rf"(?P<literal>提到|提及|写到)(?:过|了)?(?P<what>.+?){_ALL}{_TIMES}"),
    _form(
        "places",
        rf"(?P<what>.+?)(?:一词|这个词)?(?:在(?:库|{_EVERY}{_STORY}){_IN})?{_ALL}"
        rf"(?:出现(?:过|了)?|被提[到及](?:过|了)?|提[到及]过){_TIMES}",
    ),
)

# What is left of a question for the reports of a time: 2025年的新闻, 列出2025年的报道, 上周有什么大事, 昨天登了什么.
_WHAT = "(?:什么|哪些)"
_OF_A_TIME = re.compile(
    rf"(?:(?:{_LIST})?都?有?{_WHAT}?的?{_STORY}都?有?{_WHAT}?"
    rf"|都?(?:有|发生|出|报道?|[刊登]登?载?)[过了]?{_WHAT}(?:[大要]?事情?|{_STORY})?)(?:没有?)?"
)

_ENDS = re.compile(r"[\s?。.!,、;:]+$|^[\s,、:]+")
_AROUND = re.compile(
    r"^(?:请问?|麻烦(?:你|您)?|帮我|帮忙|替我|给我|我?想(?:要|知道|看|查|了解|问)|能否|能不能|可以"
    r"|(?:在?(?:这个|本|报|文|资料|数据)?库[里中内]?(?:面|头)?)(?!存|房|区|容)|[\s,])+"
    rf"|(?:[{MOODS}]|给我看?看?|[\s,])+$"
)
_TAKEN_OUT = re.compile(r"把(.+?)[都全]?(?:部|统统)?(?:给我)?[列找挑选查搜调翻](?:一下|出来?)")
_FIRST = re.compile(
    rf"^(?:{_LIST}|(?:统计|数一数|数数|数一下|算一算|算一下|查一查|说说|告诉我)(?:一下)?)[,\s]*"
    "(?=.*(?:几|多少|哪|总数|数量|篇数))"
)
_HEADLINES = re.compile("(?<=[道导章闻息件子目稿])的?(?:标题|题目|目录|清单|列表)$")
_NAMED = re.compile(r"(.*(?:几|多少).*?)[,;?\s]*(?:分别|各|都)*(?:是|有)?(?:哪些|哪几[篇条则]|什么)")
_AND = re.compile(r"(?:[,\s]?[又也且]|以及|并且?)(?:提到|提及|写到|涉及)[过了]?")


class Bare(NamedTuple):
    """A folded question without what is said around it, and whether what it counts is to be named too (分别是哪些)."""

    plain: str
    is_named: bool


def bare(plain: str) -> Bare:
    """把…都列出来 comes as 列出…, 既提到…又提到… as 提到…和…"""
    left, is_named, plain = "", False, plain.replace("啥", "什么")
    while left != plain:
        left, plain = plain, _AROUND.sub("", _ENDS.sub("", _ENDS.sub("", plain)))
        if named := _NAMED.fullmatch(plain):
            plain, is_named = named[1], True
        plain = _HEADLINES.sub("", plain)
    taken = _TAKEN_OUT.fullmatch(plain)
    plain = f"列出{taken[1]}" if taken else _FIRST.sub("", plain)
    return Bare(_AND.sub("和", plain.removeprefix("既")), is_named)


Group = tuple[str, ...]  # words any of which will do

_LONGEST = 120  # characters of a question that may ask for a number: of a longer one it is not all
_TELLING = re.compile("[几篇条次处回者员稿]|多少|报道|新闻|文章|消息|[写发][过了]?(?:什么|哪)")
# No words of an article: who wrote it, or a part of it.
_OF_WRITING = re.compile(
    "^(?:署名|作者|记者|由)|(?:采写|撰写|署名|发表|写)$|(?:标题|题目|正文|开头|结尾|头版)(?:[里中上]|$)"
)
_ABOUT = re.compile("(?:相关|有关|方面|题材|主题)$")
_QUOTED = re.compile(r"[“\"「『《](.+?)[”\"」』》]")
_BOTH = frozenset("的和与及并且同时又以")
_BOTH_WORDS = frozenset({"以及", "并且", "同时", "和", "与"})
_EITHER = frozenset({"或", "或者", "还是"})
_LIBRARY = frozenset(
    """
    库里 库中 库 本库 报库 数据库 档案 资料 资料库 报纸 报上 版面 报道 文章 新闻 稿件 稿子 这些 这批 整个 收录 所有 全部
    目前 现在 到底 究竟
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class CountQuestion:
    """What a question counts: articles (or their reporters, or places in them) that hold a word of each group; all that
    the library has where there is none.
    """

    counted: Counted
    is_list: bool
    groups: tuple[Group, ...]
    reporter: tuple[str, ...] = ()  # a name as articles are signed with it, in either script
    is_subject: bool = False  # other words may tell of what is asked for (有关, 关于); else the words themselves are


def count_question(asked: AnalysedQuestion, reporters: Callable[[], Collection[str]]) -> CountQuestion | None:
    """What the question counts or lists; None for one that asks for a fact.

    Words that were taken for a date are the filters' business, and are left out.
    """
    plain, is_named = bare(_undated(asked))
    if asked.period and not asked.period.newest and _OF_A_TIME.fullmatch(plain):
        return CountQuestion("articles", True, ())
    if len(plain) > _LONGEST or not _TELLING.search(plain):
        return None
    met = ((form, match) for form in FORMS if (match := form.pattern.fullmatch(plain)))
    found = next((one for form, match in met if (one := _counts(form, match, asked, reporters))), None)
    return replace(found, is_list=True) if found and is_named else found


def _undated(asked: AnalysedQuestion) -> str:
    """The folded question without the words that were taken for a date, whose numbers may be in digits there."""
    plain = fold(asked.spelt)
    for said in (fold(one.source) for one in asked.assumed if one.kind == "date"):
        plain = (plain if said in plain else comparable(asked.spelt)).replace(said, "")
    return plain


def subject(asked: AnalysedQuestion, words: str) -> CountQuestion:
    """All articles on a subject: those that have its words, but for 书 of 老馆的书, which stands in many a word."""
    groups = _groups(fold(words))
    longer = tuple(group for group in groups if max(map(len, group)) > 1)
    return CountQuestion("articles", True, _with_others(asked.also, longer or groups), is_subject=True)


def signed_by(name: str, reporters: Callable[[], Collection[str]]) -> CountQuestion | None:
    """All articles of the reporter who is called so; None where nobody is."""
    names = _signed(fold(name), reporters())
    return CountQuestion("articles", True, (), names) if names else None


def _counts(
    form: Form, match: re.Match[str], asked: AnalysedQuestion, reporters: Callable[[], Collection[str]]
) -> CountQuestion | None:
    """What a question of the form counts; None where its parts are not of the kind that the form is about."""
    parts = {name: part for name, part in match.groupdict().items() if part}
    is_list = form.always_lists or "which" in parts
    if "library" in match.groupdict():
        return None if _without_library(parts.get("library", "")) else CountQuestion(form.counted, is_list, ())
    what = _ABOUT.sub("", parts.get("what", ""))
    words = (_without_library(parts.get("near", "")), what, parts.get("linked", ""))
    if any(map(_OF_WRITING.search, words)):
        return None
    groups = _with_others(asked.also, tuple(group for one in words for group in _groups(one)))
    names = _signed(parts["by"], reporters()) if "by" in parts else ()
    if not names and ("by" in parts or not groups):
        return None
    is_told = "literal" in parts or any(map(_QUOTED.search, words))
    return CountQuestion(
        form.counted, is_list, groups, names, form.counted == "articles" and bool(groups) and not is_told
    )


def _signed(name: str, reporters: Collection[str]) -> tuple[str, ...]:
    """The reporter of a folded name, as printed; nothing where nobody is called so."""
    return tuple(sorted(one for one in reporters if fold(one) == name))


def _with_others(also: Sequence[tuple[str, str]], groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Each group with the phrases that mean the same as one of it."""
    others = [(fold(word), fold(other)) for word, other in also]
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
    for span in word_spans(words):
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
    if phrase and not is_function_word(phrase):
        yield phrase, is_other


def _without_library(words: str) -> str:
    """What stands before a question of how many, if it is more than the library itself."""
    kept = [words[span.start : span.end] for span in word_spans(words)]
    while kept and (kept[-1] in _LIBRARY or is_function_word(kept[-1])):
        kept.pop()
    while kept and (kept[0] in _LIBRARY or is_function_word(kept[0])):
        kept.pop(0)
    return "".join(kept)
