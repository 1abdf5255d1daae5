"""Questions that ask for more than a fact: a digest of a topic, a course of events, the points of one article."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from qa.text import numerals
from qa.text.folding import comparable
from qa.text.words import content_words, tagged_words
from qa.text.zh import ADDRESSING, ASKING, DIGITS, STORIES, any_of

_STORY = f"(?:{any_of(STORIES)})"
_SUMMING = ("总结", "概括", "归纳", "概述", "汇总", "梳理", "提炼", "小结", "缩写", "摘要")
_TELLING = ("介绍", "说说", "讲讲", "谈谈", "聊聊", "说一下", "讲一下")
_TELL = f"(?:{any_of([*_TELLING, *_SUMMING])})(?:一下|下)?"
_NUMBER = rf"(?:[1-9]\d?|[{DIGITS[1:]}两])"
_LISTING = "列(?:出|举)?|找|挑|选|来|给"
# How many sentences or reports are wanted: 用3句话, 3句话总结, 列3条.
_WANTED = re.compile(
    rf"(?:用|以|分)(?P<by>{_NUMBER})(?:个?(?:要点|重点)|句话?|[点条])(?:来)?"
    rf"|^(?P<before>{_NUMBER})(?:句话?|[点条])(?=(?:来)?{_TELL})"
    rf"|(?P<verb>(?:{_LISTING}|{any_of([*_TELLING, *_SUMMING])})(?:出|一下|我)*)"
    rf"(?P<behind>{_NUMBER})(?:句话?|个?(?:要点|重点)|[点条则篇])"
)
_POINTED = f"(?:[这那本该此]|上面|刚才|当前)(?:一)?(?:[篇则条](?:{any_of(STORIES)})?|{any_of(STORIES)}|文)"
_POINTS = tuple("内容 要点 重点 大意 意思 中心 思想 核心 关键 信息 主要 主旨 全文 原文".split())  # noqa: SIM905
_OWN = """
    说 讲 写 谈 列 列出 列举 提 提取 给出 帮 帮我 我 用 以 成 一下 下 关于 简单 简要 简短 大概 大致 快速
    一句话 句话 句 话 几 点 条 段 分 篇 则 这 那 本 该 此 文 上面 刚才 当前 里面 里 中 啥 些 概要 事 事情
    通俗 方便 麻烦 读 看 没空 太长 不看
""".split()  # noqa: SIM905
_OF_ONE = re.compile(any_of({*_OWN, *_SUMMING, *_TELLING, *_POINTS, *STORIES, *ADDRESSING}))
_TOLD_OF_ONE = re.compile(
    f"{any_of([*_SUMMING, *_TELLING, *_POINTS, '列', '提取'])}|(?:说|讲|写|谈|关于).*(?:什么|啥|哪些)"
)
_LISTED = f"(?:(?:{_LISTING})(?:出|一下|我)*)+"
_STATE = re.compile("(?P<topic>.+?)的?(?:最近|目前|现在)?的?(?:情况|状况)?(?:怎么样|怎样|如何)了?")
_DIGESTS = (
    re.compile(rf"{_TELL}(?:关于|有关)?的?(?P<topic>.+?)(?:的(?:情况|{_STORY}|内容|有关情况|相关情况))?"),
    _STATE,
    re.compile(rf"(?:关于|有关)(?P<topic>.+?)(?:的(?:情况|{_STORY}))?"),
    re.compile(rf"(?P<topic>.+?)的(?:情况|相关{_STORY}|有关{_STORY}|基本情况|最新情况)"),
)
# Where it says how many.
_LISTS = re.compile(rf"{_LISTED}(?:关于|有关|涉及)?的?(?P<topic>.+?)的?(?:{_STORY}|要点|重点)")
_COURSES = """
    经过 进展 来龙去脉 始末 历程 过程 时间线 时间轴 大事记 前因后果 演变 变化 变迁 沿革 风波
    脉络 后续 前世今生 全过程 前后经过 曲折
""".split()  # noqa: SIM905
_COURSE = any_of(_COURSES)
_SAID = "(?:给我|帮我|请|简单|详细|好好|按(?:时间|先后)(?:顺序)?|从头(?:到尾)?|前后|[,，])"
_TOLD = (
    f"(?:{_SAID}|{_TELL}|[讲说](?:一?[讲说下])?|介绍|是(?:什么|怎样|怎么样|如何)的?|是?怎么回事|怎么样|怎样|如何|有哪些|了|的"
    "|吗|呢|吧)"
)
_YEARS = (
    r"(?:(?:从)?(?:\d{4}年?)(?:到|至|[-—~])(?:\d{4}年|如今|现在|今年)|这[几些\d]*年(?:来|里|间)?|近[几些\d]*年来?"
    r"|历年来?|多年来?|[以之]来|[以之]后|后来|至今|整个|全部|最新|全|发展|事情|前后|一路)"
)
# What ends a question for a course of events; what else does is a form of its own. Possessive, as the parts are alike.
_ENDS_COURSE = re.compile(rf"(?:的|[,，]|{_YEARS})*+(?:{_COURSE})++(?:{_TOLD})*+$")
_GONE = re.compile(
    rf"(?:的|{_YEARS})*+是?(?:怎么|怎样|如何)"
    rf"(?:一步一?步\w{{0,4}}|(?:发展|演变|走|变)(?:过来|起来|到今天|到现在)|发展|演变)的?$"
    rf"|(?:{_YEARS})*+[都又]?经历[了过](?:什么|哪些)(?:事情?|变化)?$"
    rf"|(?:的|{_YEARS})*+是?怎么回事[,，]?(?:前前?后后?|从头(?:到尾)?|来龙去脉)(?:{_TOLD})*+$"
)
_IN_ORDER = re.compile(rf"按照?时间(?:先后)?(?:顺序|线)?|从头到尾(?:[讲说]?[1一]遍|{_TOLD})*+")
_BEGINS_COURSE = re.compile(f"^(?:{_TELL}|{_SAID}|[讲说]一?[讲说下])*+(?:关于|有关)?")
_EDGES = re.compile(f"^(?:{_YEARS}|[的在,，])++|(?:{_YEARS}|[的是在了,，])++$")
_ASKING = re.compile(ASKING)
_ENDS = " 。.!?？,，"
_MARKS = re.compile(r"[\s,，。.!！?？~～、：:;；]+")
_QUOTED = re.compile('[“”"「」『』《》]')  # words asked for as they stand
_TOPIC_CHARS = 10  # a longer phrase without a word of asking is keywords for one fact, or a sentence
_LONGEST = 120  # characters of a question that may ask for more than a fact: of a longer one it is not all
_COURSE_CHARS = 24  # of what a course of events is asked of
_NOUNS = ("n", "j", "l", "i", "eng", "vn", "b", "s", "f", "t", "an", "x", "g")  # each begins all tags of its kind


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


def summary_of(question: str) -> Summary | None:
    """A question that asks for what an article says and names nothing besides; None where it does.

    It is told by what it does not say: without the words for articles, points and telling nothing is left of it.
    """
    if len(question) > _LONGEST:
        return None
    plain, most = _number_wanted(_MARKS.sub("", comparable(question)))
    if _OF_ONE.sub("", plain) or not (most or _TOLD_OF_ONE.search(plain)):
        return None
    return Summary(most, bool(re.search(_POINTED, plain)))


def _number_wanted(plain: str) -> tuple[str, int | None]:
    """A question without how many sentences or reports it wants, and that number."""
    match = _WANTED.search(plain)
    if match is None:
        return plain, None
    number = next(filter(None, match.group("by", "before", "behind")))
    return plain[: match.start()] + (match["verb"] or "") + plain[match.end() :], numerals.whole(number)


def topic_of(question: str) -> Topic | None:
    """The topic that a question wants to be told about, or a bare name; None where it asks for a fact."""
    if _QUOTED.search(question) or len(question) > _LONGEST:
        return None
    plain, most = _number_wanted(comparable(question).strip(_ENDS))
    if words := _course(plain):
        return Topic("timeline", words, most=most)
    for form in [*_DIGESTS, *([_LISTS] if most else [])]:
        match = form.fullmatch(plain)
        if match and _is_told(match["topic"]) and (form is not _STATE or _is_name(match["topic"])):
            return Topic("digest", match["topic"], most=most)
    return Topic("digest", plain, is_bare=True) if _is_name(plain) else None


def _course(plain: str) -> str:
    """What the course of events is asked of; nothing where something else is asked.

    How it is asked (怎么搬的，经过说一下) is left out of it.
    """
    if _IN_ORDER.search(plain):
        plain = f"{_IN_ORDER.sub('', plain).removeprefix('把')}的经过"
    match = _ENDS_COURSE.search(plain) or _GONE.search(plain)
    if match is None:
        return ""
    rest = _EDGES.sub("", _BEGINS_COURSE.sub("", plain[: match.start()]))
    clauses = [_EDGES.sub("", one) for one in re.split("[,，]", re.sub(_YEARS, "", rest))]
    words = "".join(re.sub("是?(?:怎么|怎样|如何)", "", one) for one in clauses)
    words = re.sub(r"[换了过]+几[个任位次]$", "", words)
    return words if _is_told(words) and len(words) <= _COURSE_CHARS else ""


def _is_told(words: str) -> bool:
    return not _ASKING.search(words) and bool(content_words(words))


def _is_name(plain: str) -> bool:
    """Whether the words are one short name or noun, or a single word of any kind."""
    if not plain or len(plain) > _TOPIC_CHARS or " " in plain or _ASKING.search(plain):
        return False
    words = content_words(plain)
    if words == [plain]:
        return True
    tags = [tag for _, tag in tagged_words(plain)]
    return bool(words) and tags[-1].startswith(_NOUNS) and all(tag.startswith((*_NOUNS, "a", "m", "v")) for tag in tags)
