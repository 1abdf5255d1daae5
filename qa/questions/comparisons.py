"""Questions that compare: two things side by side, the most or least of all, what several come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

from qa.questions.exchanges import exchanged
from qa.text.folding import comparable, fold, normalise
from qa.text.words import content_words, word_spans
from qa.text.zh import DIGITS, KINDS_OF_PLACE, YEAR
from qa.types import Span

_ENDS = " 。.!？?，,"
_DEGREE = "(?P<degree>先|后|[多少大小高低长短早晚远近快慢强贵久老厚深重]|便宜)"
_LESS = frozenset("少小低短早近慢") | {"便宜"}
_WHICH = "(?:哪一?[个家所座条位镇村区年届队边种款样回场节天栋次门项支头组方]?|何者|谁)"
_TWO = 2
# What joins two things, at the ends of what stands between them.
_JOIN = "以及|还是|或是|或者|比起?|较之?|有没有|是不是|赶得?上|超过|不如|[和与跟同及、,;对或有过呢又也则]|没有?"
_JOINS = re.compile(f"^(?:{_JOIN})+|(?:{_JOIN})+$")
_CONTRAST = "对比|比较|对照|比一?比|相比|区别|差[别异]|异同|不一?样|不同"
_COMPARING = re.compile(
    rf"{_WHICH}的?|更加?|那么|这么|一样|有?(?:什么|啥|何|哪些)?(?:{_CONTRAST})(?:一?下)?|比(?=[,，怎如咋]|$)"
)
_MOODS = re.compile("(?:[吗呢吧啊呀嘛不没。.？?！!,，、 ]|一?[些点]|没有)+$")
_EACH = re.compile("分别|各(?:自|(?=[是有为多几给叫在]))")  # of both
_SIDE_BY_SIDE = re.compile(f"{_CONTRAST}|一样|{_EACH.pattern}")
_DIFFERENCE = re.compile(
    "(?:相?差|[多少高低大小早晚快慢长短远近贵涨降增减]|便宜)[出了去过]*(?:多少|多大|几[^乎]).{0,3}$"
)
_HOW_MUCH = re.compile("多少|几[^乎]")
_AT_END = (
    re.compile(rf"[更还要得较算最]*(?<!多){_DEGREE}(?P<verb>)了?$"),
    re.compile(r"[更还要最]*(?P<degree>[先早晚])(?P<verb>\w{1,4})$"),  # 先通车
)
_SUPERLATIVE = re.compile(
    rf"(?P<before>.*?)(?:{_WHICH}|哪里|什么)?的?(?P<of>[^最]*?)(?:是|中|里)?最{_DEGREE}(?P<after>.*)"
)
_ASKED_OF = re.compile(
    r"(?:这些|这几|这[两三四五六七八九十]|历)?[个家所座条位年届]?(?:里面|当中|(?<![一二三四五六七八九十1-9高初])[里中](?=[,，的最数哪谁是]|$))|(?:数|是|的)?(?:哪一?[个家所座条位镇村区年届里边次]|谁|哪里|多少|什么)"
    r"(?:数)?|[,，?？]|^在|是$|的$"
)

# Which of several is asked for; 最多能借几本 asks for a limit.
_ASKED = re.compile(f"哪|谁|何[地处人]|最{_DEGREE}(?:[的分价]|纪录).{{0,8}}(?:是|有|达)(?:多少|几|什么)")
_NO_MOST = re.compile(
    "最近(?!的)|最后|最高(?:人民|法院|检)|最低(?:生活|工资)|最[大小]限度|最大化|最[多少](?:能|可|只|要)"
    "|最[早晚快慢](?:[在于是到]?(?:哪[1一]?[天年月日个]|什么时候|何时|几)|能|可|要|得)"
)
_WORD = r"[^\W是的哪谁什多几何在中里这]"
_SOME = f"[几些两\\d{DIGITS[1:]}十]"
# How the things compared are named as a whole: 这3届, 历年, 2023到2025年.
_SPAN_OF = re.compile(
    rf"(?:从)?{YEAR}年?(?:到|至|[-—~]){YEAR}年(?:{_SOME}年)?(?:间|里|来)?的?|[这近]{_SOME}*[年届家所个条座位次](?:来|里|中)?的?"
    rf"|这些|历[年届次](?:来)?的?|更[多少高低](?:些|一些)?|(?:从来|有史以来|迄今|至今|到目前)(?:为止)?"
)
_INSIDE = re.compile(r"(?<=\w\w)(?:里面|当中|[里中](?![学心小间央国]))")
_OF_DAYS, _FIRST = frozenset("早晚先老"), frozenset("早先老")
_AGE = re.compile("历史|建校|办学|建成|成立")
_VALUE_OF_ALL = {"老": "是哪一年建的", "久": "有多久"}
_PARTS = 8  # of a sum
_TOGETHER = re.compile("(?:[一总共合累]共|总计|合计|累计|加(?:起来|在一起|到一起)|总和|共计)(?:加起来)?(?:是|有|为)?")
_ALL = re.compile(
    rf"(?:所有|全部|各个?|每[个家所座条位届]|这些|这{_SOME}+[个家所座条位届年]|(?<!\d){_SOME}届|历[年届次]"
    rf"|{_SOME}[个家所座条](?=[镇村乡县区街])|(?<!\d)(?:[2-9]|\d\d)[年届个家所座条](?![一总合累]?共|[总合累]计|加|总和)(?=[^\W\d]{{2}}))的?"
)
_ALL_ASKED = rf"(?:那么?|这|它们)?(?:俩|{_SOME}[^\W\d_]{{1,3}}?)?"  # what was asked of before: 这两个镇
_ASKED_TOGETHER = re.compile(rf"{_ALL_ASKED}{_TOGETHER.pattern}(?:多少|几)\w{{0,2}}")
_ASKED_WHICH = re.compile(
    rf"{_ALL_ASKED}(?:{_WHICH}[{KINDS_OF_PLACE}]?的?(?P<what>\w{{0,4}}?)[得的]?更?{_DEGREE}[些了]?|相?差多少\w{{0,2}})"
)
_YEARS = re.compile(rf"从?(?P<first>{YEAR})年?(?:到|至|和|[-—~])(?P<last>{YEAR})年?(?:这)?(?:{_SOME}年)?(?:间|里)?")


class Comparison(NamedTuple):
    """Two things that are compared, and the question of each alone."""

    things: tuple[str, str]
    questions: tuple[str, str]
    is_of_values: bool = False  # each question asks for a number or a day
    is_of_quality: bool = False  # by which they are judged, and no value tells it (好吃): all is asked of each


_WHEN, _COUNT = "是什么时候", "有多少"
_VALUE = {
    "先": _WHEN, "后": _WHEN, "早": _WHEN, "晚": _WHEN, "多": _COUNT, "少": _COUNT, "便宜": "多少钱", "贵": "多少钱",
    "慢": "多快", "短": "多长", "小": "多大", "低": "多高", "近": "多远", "多少": "是多少", "多大": "是多少",
}  # fmt: skip


class Superlative(NamedTuple):
    """The most or least of something: what is asked of each, whether the least is wanted, and whether of days or of
    speed. `said` is how a text says by itself that something is the most.
    """

    question: str
    is_least: bool
    is_day: bool = False
    is_speed: bool = False
    said: str = ""  # a pattern


class Sum(NamedTuple):
    """What several come to: the question of each part by the part's name; of all there are where no part is named."""

    parts: tuple[tuple[str, str], ...]
    question: str


def comparison_of(question: str, things: Sequence[Span]) -> Comparison | None:
    """What a question compares, the things standing where `things` says; None where they are not two."""
    if len(things) != _TWO:
        return None
    first, second = (comparable(question[one.start : one.end]) for one in things)
    whole, bare = _of_each(question, things)
    (one, is_value), (other, _) = map(_valued, whole)
    if is_value or _SIDE_BY_SIDE.search(fold(question)):
        return Comparison((first, second), (one, other), is_value)
    return Comparison((first, second), (bare[0], bare[1]), is_of_quality=True)


def _of_each(question: str, things: Sequence[Span]) -> tuple[list[str], list[str]]:
    """The question with each of the things alone, what joins them and asks for one of them left out; and the same
    without what stands behind the last.
    """
    folded = fold(question)
    plain = folded if len(folded) == len(question) else question
    before = _COMPARING.sub("", plain[: things[0].start])
    middle = max((_joined(plain[one.end : other.start]) for one, other in pairwise(things)), key=len)
    bare = [f"{before}{plain[one.start : one.end]}{middle}" for one in things]
    behind = _joined(_COMPARING.sub("", plain[things[-1].end :]).strip(_ENDS))
    if behind.startswith(middle):  # 2024级还是2025级新生多
        return [f"{before}{plain[one.start : one.end]}{behind}" for one in things], bare
    return [one if middle.endswith(behind) else one + behind for one in bare], bare


def _joined(between: str) -> str:
    """What stands between two things, without the words at its ends that join them."""
    return _JOINS.sub("", between)


def _valued(asked: str) -> tuple[str, bool]:
    """A question that ends in a degree (床位多, 差几块) as one for its value, and whether it asks for one."""
    plain = _EACH.sub("", _MOODS.sub("", asked))
    if match := _DIFFERENCE.search(plain):
        return f"{plain[: match.start()]}是多少？", True
    if match := next(filter(None, (form.search(plain) for form in _AT_END)), None):
        value = _VALUE.get(match["degree"], "多" + match["degree"])
        return f"{plain[: match.start()]}{match['verb']}{value}？", True
    return f"{plain}？", bool(_HOW_MUCH.search(plain))


def superlative_of(question: str) -> Superlative | None:
    """What is compared over all articles, and which end of the scale is wanted."""
    plain = comparable(question).strip(_ENDS)
    match = _SUPERLATIVE.fullmatch(plain)
    if match is None or not _ASKED.search(plain) or _NO_MOST.search(plain):
        return None
    whole = f"{match['before']}{match['of']}"
    if _SPAN_OF.search(whole):
        whole = _INSIDE.sub("", _SPAN_OF.sub("", whole), count=1)
    asked = _ASKED_OF.sub("", whole).strip(",，的")
    behind = _ASKED_OF.sub("", match["after"].strip(",，"))
    degree = match["degree"]
    value = _VALUE_OF_ALL.get(degree) or _VALUE.get(degree, "多" + degree)
    if not content_words(asked + behind):
        return None
    words = f"{behind.removeprefix('的')}{asked}" if behind.startswith("的") else f"{asked}{behind}"
    if degree == "久" and _AGE.search(words):
        degree, value = "老", _VALUE_OF_ALL["老"]
    is_least = degree in _LESS or degree in _FIRST
    return Superlative(f"{words}{value}？", is_least, degree in _OF_DAYS, degree in "快慢", _said(plain, degree))


def _said(plain: str, degree: str) -> str:
    """How a text would say what the question does: 最大的河流, 最大河流; 床位最多; no word of asking is part of it."""
    before = re.search(rf"({_WORD}{{2}})最{degree}", plain)
    behind = re.search(rf"最{degree}的?({_WORD}{{2}})", plain)
    forms = [f"{before[1]}最{degree}"] if before else []
    return "|".join([*forms, f"最{degree}的?{behind[1]}"] if behind else forms)


def says_together(question: str) -> bool:
    """Whether a question says that what it asks for is of several (一共), which it may be of one all the same."""
    return bool(_TOGETHER.search(fold(question)))


def sum_of(question: str, things: Sequence[Span]) -> Sum | None:
    """What several things or years come to together, the parts standing where `things` says; None of one alone."""
    plain = comparable(question).strip(_ENDS)
    alone = _TOGETHER.sub("", plain)
    if years := _YEARS.search(alone):
        first, last = int(years["first"]), int(years["last"])
        named = [f"{year}年" for year in range(first, last + 1)]
        parts = [(one, alone[: years.start()] + one + alone[years.end() :]) for one in named]
        return Sum(tuple(parts), alone) if 1 < len(parts) <= _PARTS else None
    gaps = [question[one.end : other.start] for one, other in pairwise(things)]
    if gaps and not any(_joined(fold(gap)) for gap in gaps):
        names = (comparable(question[one.start : one.end]) for one in things)
        each = (_TOGETHER.sub("", one) for one in _of_each(question, things)[0])
        return Sum(tuple(zip(names, each, strict=True)), alone)
    return Sum((), _ALL.sub("", alone)) if _ALL.search(plain) else None


def comparison_of_asked(question: str, asked: Sequence[str]) -> Comparison | None:
    """The two things of which the same was asked before (哪个多); None where less was asked, or now something else."""
    match = _ASKED_WHICH.fullmatch(comparable(question).strip(_ENDS))
    if len(asked) != 2 or match is None or (match["what"] and not set(match["what"]) & set(asked[0]) - {"的"}):
        return None
    first, second = _apart(asked)
    return Comparison((first, second), (asked[0], asked[1]), is_of_values=True)


def comparison_with_last(last: str, other: str, whole: str) -> Comparison:
    """The last question and the same of another thing, which is an ellipsis (西坡呢); `whole` is the last one in full.

    The thing of the last one is named where the other takes the place of one of its kind.
    """
    named = other.removesuffix("呢")
    exchange = exchanged(normalise(whole), normalise(named))
    first = _apart((normalise(whole), exchange))[0] if exchange else comparable(whole).strip(_ENDS)
    return Comparison((first, comparable(named)), (last, other), is_of_values=True)


def sum_of_asked(question: str, asked: Sequence[str]) -> Sum | None:
    """What several things come to of which the same was asked before (加起来多少)."""
    if not 1 < len(asked) <= _PARTS or not _ASKED_TOGETHER.fullmatch(comparable(question).strip(_ENDS)):
        return None
    return Sum(tuple(zip(_apart(asked), asked, strict=True)), asked[0])


def _apart(asked: Sequence[str]) -> list[str]:
    """What each of several texts has between the words that all begin and end with, a place with its kind."""
    same = _in_common(asked)
    before = max((span.start for span in word_spans(asked[0]) if span.start <= same), default=0)
    ends = _in_common([one[before:][::-1] for one in asked])
    behind = asked[0][len(asked[0]) - ends :]
    ends -= behind[:1] != "" and behind[:1] in KINDS_OF_PLACE
    return [one[before : len(one) - ends] for one in asked]


def _in_common(texts: Sequence[str]) -> int:
    """How many characters all of them begin with."""
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False)))
