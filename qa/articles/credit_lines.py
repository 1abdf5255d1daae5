"""Lines of credits that web pages and agencies print: 2019-09-24 09:15 来源：某某晚报 作者：周小河 责任编辑：何某.

Every test reads folded text, as in `qa.articles.bylines`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qa.text.words import tagged_words, word_frequency
from qa.text.zh import (
    COMPOUND_SURNAMES,
    JOBS,
    KINDS_OF_PLACE,
    LETTER,
    MOODS,
    NAMES,
    NO_PERSON,
    NOT_IN_NAMES,
    NUMERAL,
    OUTLET_ENDS,
    PERSON,
    PRONOUNS,
    SURNAMES,
    SURNAMES_ALSO_WORDS,
    YEAR,
    any_of,
)
from qa.types import Span

_MOST_CHARS = 120
_LONGEST_LINE = 4  # of a name by itself, a compound surname in it
_LONGEST_NAME = 3  # behind a surname of one character
_LONGEST_VALUE = 15  # of a label, where nothing parts it
_BEHIND_NO_NAME = ("v", "u", "y", "z", "d", "p", "c", "r")  # what a word of speech ends in: 马上来
_PLACES = KINDS_OF_PLACE.replace("国", "")  # 建国 is a name
_REMEMBERED = 4096
_AUTHORS = frozenset(
    """
    作者 撰文 采写 采访 撰稿 执笔 文 文字 署名 报道 记者 通讯员 实习生 特约记者 本报记者 本刊记者
    """.split()  # noqa: SIM905
)
_EDITORS = frozenset(
    """
    发布人 发布者 责任编辑 责编 编辑 值班编辑 本期编辑 网络编辑 值班编委 编审 主编 校对 审校 审核 初审 复审 终审 监制
    签发 录入 摄影 摄 供图 制图 美编 版式
    """.split()  # noqa: SIM905
)
_DATES = frozenset("时间 日期 发布时间 发布日期 发表时间 发表日期 更新时间 录入时间".split())  # noqa: SIM905
_OTHERS = frozenset(
    """
    来源 稿源 信息来源 文章来源 新闻来源 出处 发布 发布机构 图 图片 图片来源 视频 点击 点击数 点击量 浏览 浏览量
    浏览次数 访问量 阅读 阅读量 阅读次数 字号 字体 字体大小 分享 分享到 作者单位 供稿 供稿单位 关键词 标签 栏目 分类
    """.split()  # noqa: SIM905
)
_TOKEN = re.compile(r"[^\s|]+")
_LABEL = re.compile(rf"[(\[【]?({LETTER}{{1,8}}):")
_SLASHED = re.compile(r"(文字?|[图摄]文?|文图|图文|记者|撰文|作者)/")
_AT_WORK = re.compile(rf"[(\[]?[\w·]{{0,14}}?(?:{any_of(JOBS)})[:/]?$")  # 某某网记者, the name behind it
_DAY = re.compile(
    rf"(?:{YEAR}[-/.年]\d{{1,2}}[-/.月]\d{{1,2}}日?(?:\d{{1,2}}:\d\d(?::\d\d)?)?|\d{{1,2}}:\d\d(?::\d\d)?|星期.|周.|\d+次?"
    r"|\d{1,3}(?:秒|分钟|小时|天|周|个月|年)前|刚刚|[昨前]天)$"
)
_OUTLET = re.compile(rf"[\w·]{{2,15}}(?:{any_of((*OUTLET_ENDS, '发布'))})$|{LETTER}{{2,4}}讯$")
_NAME = re.compile(rf"{LETTER}{{1,4}}|{LETTER}{{1,6}}(?:·{LETTER}{{1,8}}){{1,2}}")
_NOBODY = re.compile(any_of(NO_PERSON))
_TIME = re.compile(rf"\d|{NUMERAL}年{NUMERAL}{{1,2}}月")
_SAID = re.compile(f"[{PRONOUNS}{MOODS}了]")
_SPEECH = re.compile(f"[{PRONOUNS}{''.join(sorted(NOT_IN_NAMES))}么]|^(.)\\1")
_SOURCE = re.compile(r"(?:来源|稿源|出处):\s*《?([^\s|,;:《》()]{2,15})")
_LABELS = _AUTHORS | _EDITORS | _DATES | _OTHERS
_OF_MINUTES = re.compile(  # what stands above minutes
    "(?:时间|地点|主题|议题|(?:主持|参加|参会|与会|出席|列席|缺席|记录|联系)人?员?|会议(?:时间|地点|主题)|电话|地址|文号):"
)
_BREAK = re.compile(r"[、,;/&]+")
_PROSE = re.compile("[。!?;]")


def credited(text: str) -> tuple[Span, ...] | None:
    """The ranges of a line of credits that hold the names of who wrote the article, none where only others are named;
    None for a line that is no such thing.
    """
    return _credited(text) if len(text) <= _MOST_CHARS else None


def is_of_minutes(text: str) -> bool:
    """Whether a line is one of those above minutes: 时间:, 地点:, 主持:."""
    return _OF_MINUTES.match(text) is not None


def source_of(text: str) -> Span | None:
    """Where a line of credits names the paper that is its source: 来源:某某日报."""
    match = _SOURCE.search(text) if len(text) <= _MOST_CHARS else None
    return Span(*match.span(1)) if match and _OUTLET.match(match[1]) else None


@lru_cache(_REMEMBERED)
def _credited(text: str) -> tuple[Span, ...] | None:
    if _PROSE.search(text):
        return None
    found: list[Span] = []
    label, told, is_speech = "", 0, False
    for token in _TOKEN.finditer(text):
        word = token[0].lstrip(">")  # of a quotation in Markdown
        start, word = token.end() - len(word), word.rstrip(")]】")
        while match := _LABEL.match(word) or _SLASHED.match(word):
            if match[1] not in _LABELS:
                return None
            label, told = match[1], told + 1
            start, word = start + match.end(), word[match.end() :]
        if not word or _DAY.match(word):
            told += bool(word)
        elif _AT_WORK.match(word):
            label, told = "记者", told + 1
        elif label:
            is_speech |= not _may_stand_behind(label, word)
            found += _people(word, start) if label in _AUTHORS else ()
        elif not _OUTLET.match(word):
            return None
    is_credit = told > 1 or (told and label in _LABELS and ":" in text and not is_speech)
    return tuple(found) if is_credit else None


def _may_stand_behind(label: str, word: str) -> bool:
    """Whether a word is what its label asks for, and not what somebody said."""
    if label in _DATES:
        return bool(_TIME.search(word))
    if label in _OTHERS:
        return not _SAID.search(word) and max(map(len, _BREAK.split(word))) <= _LONGEST_VALUE
    people = [word[slice(*span)] for span in _people(word, 0)]
    return (bool(people) and all(map(_may_sign, people))) or bool(_NOBODY.search(word))


def _may_sign(name: str) -> bool:
    """Whether a name is one: in parts (·), or with a surname and neither a word of the dictionary nor of speech."""
    if "·" in name or len(name) == 1:
        return name not in PRONOUNS
    is_named = name.startswith(COMPOUND_SURNAMES) or (name[0] in SURNAMES and len(name) <= _LONGEST_NAME)
    return is_named and not _SPEECH.search(name) and not _is_word(name)


def is_person(text: str, set_in: bool = False) -> bool:
    """Whether a short line is a writer's name and nothing else: 孙小河, or 方 纪 as names of two characters are set.
    One that is `set_in`, far behind where the headline begins, may be a pen name: no word is set so.
    """
    name = "".join(text.split())
    if not 1 < len(name) <= _LONGEST_LINE or name[-1] in _PLACES or not _NAME.fullmatch(name):
        return False
    is_word = word_frequency(name) and not tagged_words(name)[0][1].startswith(PERSON)
    if len(name) == 2 < len(text):
        return name[0] in SURNAMES and (not is_word or name[0] not in SURNAMES_ALSO_WORDS)
    return not is_word and (_may_sign(name) or (set_in and len(name) <= _LONGEST_NAME))


def _is_word(name: str) -> bool:
    """Whether the dictionary has it, or its first two characters with a word behind that ends no name, as no name."""
    words = tagged_words(name)
    first, kind = words[0]
    if kind.startswith(NAMES):
        return False
    return word_frequency(name) > 0 or (len(first) > 1 and words[-1][1].startswith(_BEHIND_NO_NAME))


def _people(word: str, start: int) -> Iterator[Span]:
    """Where people are named in a word of a line, names of places and sites and words for nobody left out."""
    at = 0
    for mark in (*_BREAK.finditer(word), None):
        end = mark.start() if mark else len(word)
        name = word[at:end]
        if _NAME.fullmatch(name) and not _NOBODY.search(name):
            yield Span(start + at, start + end)
        at = mark.end() if mark else end
