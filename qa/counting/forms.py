"""The ways in which people ask for the number or a list of articles, their reporters, or places in them.

A form is met by a whole question, without what is said around it (请帮我, 一下) and its marks. Its named groups are:
`what` and `linked` (和…有关), the words that are looked for; `near`, more of them in front; `by`, who signed;
`library`, what may only name the library itself; `which`, where things are listed; `literal`, where the words
themselves are asked for, not a subject.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Counted = Literal["articles", "places", "reporters"]


class Form(NamedTuple):
    """What a question of this form counts; it lists it where `always_lists` or its group `which` is met."""

    counted: Counted
    always_lists: bool
    pattern: re.Pattern[str]


_STORY = "(?:新闻报道|新闻稿件?|报道|报导|文章|新闻|消息|稿件|稿子|篇目|稿)"
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
_REPORTERS = "(?:记者|作者|通讯员)"
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

_ENDS = re.compile(r"[\s?。.!,、;:]+$|^[\s,、:]+")
_AROUND = re.compile(
    r"^(?:请问?|麻烦(?:你|您)?|帮我|帮忙|替我|给我|我?想(?:要|知道|看|查|了解|问)|能否|能不能|可以"
    r"|(?:在?(?:这个|本|报|文|资料|数据)?库[里中内]?(?:面|头)?)(?!存|房|区|容)|[\s,])+"
    r"|(?:[呢吗啊呀吧]|给我看?看?|[\s,])+$"
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
    left, is_named = "", False
    while left != plain:
        left, plain = plain, _AROUND.sub("", _ENDS.sub("", _ENDS.sub("", plain)))
        if named := _NAMED.fullmatch(plain):
            plain, is_named = named[1], True
        plain = _HEADLINES.sub("", plain)
    taken = _TAKEN_OUT.fullmatch(plain)
    plain = f"列出{taken[1]}" if taken else _FIRST.sub("", plain)
    return Bare(_AND.sub("和", plain.removeprefix("既")), is_named)
