"""Questions that ask for more than one fact: a digest of a topic, a course of events, a comparison of two."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from qa.text.folding import comparable
from qa.text.words import content_words, tagged_words, word_spans

_STORY = "(?:新闻报道|报道|报导|新闻|文章|消息)"
_TELL = "(?:介绍|说说|讲讲|谈谈|聊聊|总结|概括|归纳|概述|汇总|梳理|说一下|讲一下)(?:一下|下)?"
_STATE = re.compile("(?P<topic>.+?)的?(?:最近|目前|现在)?的?(?:情况|状况)?(?:怎么样|怎样|如何)了?")
_DIGESTS = (
    re.compile(rf"(?:{_TELL})(?:关于|有关)?(?P<topic>.+?)(?:的(?:情况|{_STORY}|内容|有关情况|相关情况))?"),
    _STATE,
    re.compile(rf"(?:关于|有关)(?P<topic>.+?)(?:的(?:情况|{_STORY}))?"),
    re.compile(rf"(?P<topic>.+?)的(?:情况|相关{_STORY}|有关{_STORY}|基本情况|最新情况)"),
)
_COURSE = "(?:经过|进展|来龙去脉|始末|历程|过程|时间线|大事记|前因后果|发展历程|前后经过)"
_TIMELINE = re.compile(
    rf"(?:{_TELL})?(?P<topic>.+?)的?(?:整个|全部|详细|最新|发展|事情)?{_COURSE}(?:是(?:什么|怎样的|怎么样的)|如何|怎么样|怎样)?"
)
_ASKING = re.compile("什么|哪|谁|几|多|怎么|怎样|为何|为什么|如何|吗|是否|何时|何地|呢")
_TOPIC_CHARS = 10  # a longer phrase without a word of asking is keywords for one fact, or a sentence
_NOUNS = ("n", "j", "l", "i", "eng", "vn", "b", "s", "f", "t", "an", "x", "g", "nr", "ns", "nt", "nz")
_BOTH = "(?:和|与|跟|同|及|、|以及)"
_WHICH = "(?:哪一?[个家所座条位镇村区]|谁)"
_DEGREE = "(?P<degree>[多少大小高低长短早晚远近快慢强贵重])"
_LESS = frozenset("少小低短早近慢")
_SUPERLATIVE = re.compile(
    r"(?:在)?(?P<pre>.*?)(?:哪一?[个家所座条位镇村区乡所项种届年月天场支]|谁)(?:[镇村区乡县市校院队组]的?)?(?P<of>.+?)(?:是)?最"
    rf"{_DEGREE}"
)
_COMPARED = (
    re.compile(
        rf"(?P<first>.+?){_BOTH}(?P<second>.+?)(?:相比|比较|比起来)?,?{_WHICH}的?(?P<what>.+?)[更还]?{_DEGREE}(?:一些|些|一点)?"
    ),
    re.compile(rf"(?:对比|比较|比一比)(?:一下)?(?P<first>.+?){_BOTH}(?P<second>.+?)(?:的(?P<what>.+))?"),
    re.compile(rf"是?(?P<both>.+?){_DEGREE}[,，]?还是(?P<second>.+?)更?(?P=degree)"),
    re.compile(rf"(?P<first>.+?){_BOTH}(?P<second>[^的]+?)(?:在|的(?P<what>.+?))?(?:有(?:什么|何|哪些))?(?:不同|区别|差别|差异|不一样)"),
)  # fmt: skip


class Topic(NamedTuple):
    """What a digest or a course of events is of."""

    kind: Literal["digest", "timeline"]
    words: str
    is_bare: bool = False  # nothing but the words was said


class Comparison(NamedTuple):
    """Two things, in what they are compared, and by what degree; empty where the question does not say."""

    first: str
    second: str
    what: str
    degree: str = ""

    def asks(self, side: str) -> str:
        """The question of one side alone."""
        what = f"{side}的{self.what}" if self.what else side
        if self.degree in ("早", "晚"):
            return f"{what}是什么时候？"
        return f"{what}是多少？" if self.degree else what


class Superlative(NamedTuple):
    """The most or least of something: the words that an article has, the one beside whose value it stands."""

    words: tuple[str, ...]
    measured: str
    is_least: bool


def topic_of(question: str) -> Topic | None:
    """The topic that a question wants to be told about, or a bare name; None where it asks for a fact."""
    plain = comparable(question).strip(" 。.!?？,，")
    forms: list[tuple[Literal["digest", "timeline"], re.Pattern[str]]] = [("timeline", _TIMELINE)]
    for kind, form in [*forms, *(("digest", one) for one in _DIGESTS)]:
        match = form.fullmatch(plain)
        if match and _is_told(match["topic"]) and (form is not _STATE or _is_name(match["topic"])):
            return Topic(kind, match["topic"])
    return Topic("digest", plain, is_bare=True) if _is_name(plain) else None


def _is_told(words: str) -> bool:
    return not _ASKING.search(words) and bool(content_words(words))


def _is_name(plain: str) -> bool:
    """Whether the words are one short name or noun, or a single word of any kind."""
    if not plain or len(plain) > _TOPIC_CHARS or " " in plain or _ASKING.search(plain):
        return False
    words = content_words(plain)
    if words == [plain]:
        return True
    return bool(words) and all(tag.startswith(_NOUNS) or tag == "m" for _, tag in tagged_words(plain))


def comparison_of(question: str) -> Comparison | None:
    """The two things that a question compares."""
    plain = comparable(question).strip(" 。.!?？,，")
    for form in _COMPARED:
        if match := form.fullmatch(plain):
            said = {name: (value or "").strip("的,，") for name, value in match.groupdict().items()}
            if "both" in said:
                said["first"], said["what"] = _divided(said["both"], said["second"])
            first, second = said["first"], said["second"]
            if first and first != second and not _ASKING.search(first + second):
                return Comparison(first, second, said.get("what", ""), said.get("degree", ""))
    return None


def superlative_of(question: str) -> Superlative | None:
    """What is compared over all articles, and on which side the best stands."""
    plain = comparable(question).strip(" 。.!?？,，")
    match = _SUPERLATIVE.fullmatch(plain)
    if match is None:
        return None
    words = content_words(match["of"])
    return Superlative(tuple(words[:-1]), words[-1], match["degree"] in _LESS) if words else None


def _divided(both: str, second: str) -> tuple[str, str]:
    """What stands before 还是, cut behind the name that ends as the second one does, else behind its first word."""
    end = both.find(second[-1]) + 1 or _word_end(both)
    return both[:end], both[end:].strip("的")


def _word_end(text: str) -> int:
    """Where the first word of a text ends."""
    return next((span.end for span in word_spans(text)), len(text))
