"""Questions that compare: two things side by side, the most or least of all, what several come to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from qa.text.folding import comparable
from qa.text.words import content_words, tagged_words, word_spans
from qa.text.zh import ASKING, DIGITS, KINDS_OF_PLACE, NAMES, YEAR

_ASKING = re.compile(ASKING)
_ENDS = " 。.!?？,，"
_PARALLEL = 5  # words at most of each of two things compared
_TOPIC_CHARS = 10
_NUMBERED = re.compile(r"第?\d+[级届年班期号代路线]")
_DEGREE = "(?P<degree>先|后|[多少大小高低长短早晚远近快慢强贵久老厚深]|便宜)"
_QUALITY = (
    "好[吃看玩听用喝走]?|差|热闹|冷清|冷|热|暖和|凉快|干净|整洁|漂亮|美|火|受欢迎|吃香|厉害|强势|划算|合算|值|靠谱|合适|安全|方便"
    "|宽敞|安静|忙|累|难|容易|有名|出名|先进|重要|有意思"
)
_LESS = frozenset("少小低短早近慢") | {"便宜"}
_BOTH = re.compile("和|与|跟|同|及|、|以及|还是|比")
_WHICH = r"(?:哪一?[个家所座条位镇村区年届队边种款]?|谁)"
# What makes two things compared; the sign of the degree, where one is asked for, ends it.
_COMPARES = (
    re.compile(rf"(?P<rest>.*?)[,，]?{_WHICH}的?(?P<what>.*?)(?:更|比较|得)*{_DEGREE}(?:一些|些|一点)?了?(?P<verb>\w{{0,4}})"),
    re.compile(rf"(?P<rest>.*?)[,，]?{_WHICH}的?(?P<what>[^,，]{{0,6}}?)(?:更加?|比较|得|最)*(?P<quality>{_QUALITY})(?:一些|些|一点)?"),
    re.compile(r"(?P<rest>.*?)(?:相?差|相差)(?:了)?(?P<degree>多少|多大|几.)"),
    re.compile(r"(?P<rest>.*?)(?:比一比|相比|对比(?:一下)?|比较(?:一下)?|比起来)(?:怎么样|如何)?"),
    re.compile(r"(?P<rest>.*?)(?:有)?(?:什么|何|哪些)?(?:不同|区别|差别|差异|不一样)"),
)  # fmt: skip
_EITHER = re.compile(rf"(?P<rest>.*?)(?:更|比较|得)*{_DEGREE}(?:一些|些|一点)?(?P<verb>\w{{0,3}})")  # A还是B…多
_CALLED = re.compile("^(?:对比|比较|比一比)(?:一下)?")
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
_LONGEST, _PARTS = 120, 8  # characters of a question for a sum; parts of it
_TOGETHER = re.compile("(?:[一总共合累]共|总计|合计|累计|加(?:起来|在一起|到一起)|总和|共计)(?:加起来)?(?:是|有|为)?")
_HOW_MUCH = re.compile("多少|几[^乎]|多[大长高重]")
_ALL = re.compile(
    rf"(?:所有|全部|各个?|每[个家所座条位届]|这些|这{_SOME}+[个家所座条位届年]|{_SOME}届|历[年届次]"
    rf"|{_SOME}[个家所座条](?=[镇村乡县区街])|(?<!\d)(?:[2-9]|\d{{2,}})[年届个家所座条](?![一总合累]?共|[总合累]计|加|总和)(?=[^\W\d]{{2}}))的?"
)
_ALL_ASKED = rf"(?:那么?|这|它们)?(?:俩|{_SOME}[^\W\d_]{{1,3}}?)?"  # what was asked of before: 这两个镇
_ASKED_TOGETHER = re.compile(rf"{_ALL_ASKED}{_TOGETHER.pattern}(?:多少|几)\w{{0,2}}")
_ASKED_WHICH = re.compile(
    rf"{_ALL_ASKED}(?:{_WHICH}[{KINDS_OF_PLACE}]?的?(?P<what>\w{{0,4}}?)[得的]?更?{_DEGREE}[些了]?|相?差多少\w{{0,2}})"
)
_YEARS = re.compile(rf"从?(?P<first>{YEAR})年?(?:到|至|和|[-—~])(?P<last>{YEAR})年?(?:这)?(?:{_SOME}年)?(?:间|里)?")
_NAMES = re.compile(r"(?P<first>[^、]+)、(?P<middle>(?:[^、]{2,10}、)*[^、]{2,10}?)(?:和|与|及|以及)(?P<rest>.+)")


class Comparison(NamedTuple):
    """Two things, what stands before and behind them in the question, and the degree that it asks for, or nothing."""

    first: str
    second: str
    before: str
    behind: str
    degree: str = ""
    quality: str = ""  # by which they are judged, where no value tells it: 好吃
    is_asked: bool = False  # what stands around them asks by itself

    def asks(self, side: str) -> str:
        """The question of one side alone."""
        what = f"{self.before}{side}{self.behind}"
        if self.is_asked or not self.degree:
            return what
        return f"{what}{_VALUE.get(self.degree, '多' + self.degree)}？"


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


def comparison_of(question: str) -> Comparison | None:
    """The two things that a question compares."""
    plain = comparable(question).strip(_ENDS)
    called = _CALLED.sub("", plain)
    forms = [match for form in _COMPARES if (match := form.fullmatch(plain))]
    if "还是" in plain and (either := _EITHER.fullmatch(plain)):
        forms.append(either)
    if called != plain and (whole := _WHOLE.fullmatch(called)):
        forms.append(whole)
    for match in forms:
        said, is_which = match.groupdict(), match.re in _COMPARES[:2]
        rest = f"{match['rest']}{said.get('what') or ''}{said.get('verb') or ''}".strip(",，")
        pair, named = _pair(rest), _whole_pair(match["rest"], rest) if is_which else None
        if named and (pair is None or named[1][:-1] == pair[1]):  # 永乐 is cut off 永乐店
            pair = named
        if pair:
            return Comparison(*pair, said.get("degree") or "", said.get("quality") or "")
    return None


_WHOLE = re.compile("(?P<rest>.+)")


def _pair(rest: str) -> tuple[str, str, str, str] | None:
    """Two phrases on both sides of a word that joins them, that are of one kind, with what stands around them."""
    for joint in _BOTH.finditer(rest):
        left, right = rest[: joint.start()], rest[joint.end() :]
        if _ASKING.search(left):
            continue
        ends = [span.start for span in word_spans(left)][::-1][:_PARALLEL]
        starts = [span.end for span in word_spans(right)][:_PARALLEL]
        if numbered := _NUMBERED.match(right):  # no word of the dictionary: 2024级新生 is cut behind its number
            starts.append(numbered.end())
        found = [(left[start:], right[:end]) for start in ends for end in starts]
        alike = [one for one in found if _are_alike(*one)]
        if alike:
            first, second = max(alike, key=_likeness)
            behind = right[len(second) :].strip(",，")
            if behind or left[: -len(first)]:
                return first, second, left[: -len(first)].strip(",，"), behind.removeprefix(first)
    return None


def _whole_pair(named: str, rest: str) -> tuple[str, str, str, str] | None:
    """Where nothing but two names stands before 哪 or 谁: those, whatever they are."""
    parts = [part.strip(",，") for part in _BOTH.split(named)]
    if len(parts) != 2 or not all(1 < len(part) <= _TOPIC_CHARS for part in parts) or _ASKING.search(named):
        return None
    return parts[0], parts[1], "", rest[len(named) :].strip(",，")


def _likeness(pair: tuple[str, str]) -> tuple[int, int, int]:
    first, second = pair
    return len(set(first) & set(second)), -abs(len(first) - len(second)), -len(first)


def _are_alike(first: str, second: str) -> bool:
    """Whether two phrases are of one kind: names of people, or ending in the same character, as towns and years do."""
    if first == second:
        return False
    if first[-1] == second[-1] and len(first) > 1 and len(second) > 1:
        return True
    tags = [[tag for _, tag in tagged_words(one)] for one in (first, second)]
    return all(len(one) == 1 and one[0].startswith((*NAMES, "t")) for one in tags)


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


def sum_of(question: str) -> Sum | None:
    """What several things or years come to together; None where no sum is asked for, or of one thing alone."""
    plain = comparable(question).strip(_ENDS)
    if len(plain) > _LONGEST or not (_TOGETHER.search(plain) and _HOW_MUCH.search(plain)):
        return None
    alone, is_of_all = _TOGETHER.sub("", plain), _ALL.search(plain)
    if years := _YEARS.search(alone):
        first, last = int(years["first"]), int(years["last"])
        named = [f"{year}年" for year in range(first, last + 1)]
        parts = [(one, alone[: years.start()] + one + alone[years.end() :]) for one in named]
        return Sum(tuple(parts), alone) if 1 < len(parts) <= _PARTS else None
    if parts := _named_parts(alone):
        return Sum(tuple(parts), alone)
    return Sum((), _ALL.sub("", alone)) if is_of_all else None


def comparison_of_asked(question: str, asked: Sequence[str]) -> Comparison | None:
    """The two things of which the same was asked before (哪个多); None where less was asked, or now something else."""
    match = _ASKED_WHICH.fullmatch(comparable(question).strip(_ENDS))
    if len(asked) != 2 or match is None or (match["what"] and not set(match["what"]) & set(asked[0]) - {"的"}):
        return None
    before, (first, second), behind = _apart(asked)
    return Comparison(first, second, before, behind, match["degree"] or "差", is_asked=True)


def sum_of_asked(question: str, asked: Sequence[str]) -> Sum | None:
    """What several things come to of which the same was asked before (加起来多少)."""
    if not 1 < len(asked) <= _PARTS or not _ASKED_TOGETHER.fullmatch(comparable(question).strip(_ENDS)):
        return None
    return Sum(tuple(zip(_apart(asked)[1], asked, strict=True)), asked[0])


def _apart(asked: Sequence[str]) -> tuple[str, list[str], str]:
    """The words that texts begin with in common, what each has of its own, a place with its kind, and how they end."""
    same = _in_common(asked)
    before = asked[0][: max((span.start for span in word_spans(asked[0]) if span.start <= same), default=0)]
    ends = _in_common([one[len(before) :][::-1] for one in asked])
    behind = asked[0][len(asked[0]) - ends :]
    behind = behind[1:] if behind[:1] in KINDS_OF_PLACE else behind
    return before, [one[len(before) : len(one) - len(behind)] for one in asked], behind


def _in_common(texts: Sequence[str]) -> int:
    """How many characters all of them begin with."""
    return sum(1 for _ in takewhile(lambda column: len(set(column)) == 1, zip(*texts, strict=False)))


def _named_parts(plain: str) -> list[tuple[str, str]]:
    """The things of one kind that a question joins, each with the question of it alone."""
    if row := _NAMES.fullmatch(plain):
        return _row(row["first"], row["middle"].split("、"), row["rest"])
    pair = _pair(plain)
    if pair is None:
        return []
    first, second, before, behind = pair
    return [(one, f"{before}{one}{behind}") for one in (first, second)]


def _row(first: str, middle: Sequence[str], rest: str) -> list[tuple[str, str]]:
    """Three or more names that end alike, as towns do, what stands before the first and behind the last taken off."""
    kind = middle[0][-1]
    begin, end = max(0, len(first) - len(middle[0])), rest.find(kind) + 1
    names = [first[begin:], *middle, rest[:end]]
    if not end or any(one[-1] != kind for one in names):
        return []
    return [(one, f"{first[:begin]}{one}{rest[end:]}") for one in names]
