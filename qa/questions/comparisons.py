"""Questions that compare: two things side by side, the most or least of all, what several come to."""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.text.folding import comparable
from qa.text.words import content_words, tagged_words, word_spans
from qa.text.zh import NAMES, QUESTION_WORDS

_ASKING = re.compile("|".join([*QUESTION_WORDS, "多", "何时", "何地", "呢"]))
_ENDS = " 。.!?？,，"
_PARALLEL = 5  # words at most of each of two things compared
_TOPIC_CHARS = 10
_DEGREE = "(?P<degree>先|后|[多少大小高低长短早晚远近快慢强贵久老厚深]|便宜)"
_LESS = frozenset("少小低短早近慢") | {"便宜"}
_BOTH = re.compile("和|与|跟|同|及|、|以及|还是|比")
_WHICH = r"(?:哪一?[个家所座条位镇村区年届队边种款]?|谁)"
# What makes two things compared; the sign of the degree, where one is asked for, ends it.
_COMPARES = (
    re.compile(rf"(?P<rest>.*?)[,，]?{_WHICH}的?(?P<what>.*?)(?:更|比较|得)*{_DEGREE}(?:一些|些|一点)?了?(?P<verb>\w{{0,4}})"),
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
    r"(?:这些|这几|这[两三四五六七八九十]|历)?[个家所座条位年届]?(?:里面|里|中|当中)|(?:数|是|的)?(?:哪一?[个家所座条位镇村区年届里边次]|谁|哪里|多少|什么)"
    r"(?:数)?|[,，?？]|^在|是$|的$"
)


class Comparison(NamedTuple):
    """Two things, what stands before and behind them in the question, and the degree that it asks for, or nothing."""

    first: str
    second: str
    before: str
    behind: str
    degree: str = ""

    def asks(self, side: str) -> str:
        """The question of one side alone."""
        what = f"{self.before}{side}{self.behind}"
        if not self.degree:
            return what
        return f"{what}{_VALUE.get(self.degree, '多' + self.degree)}？"


_WHEN, _COUNT = "是什么时候", "有多少"
_VALUE = {
    "先": _WHEN, "后": _WHEN, "早": _WHEN, "晚": _WHEN, "多": _COUNT, "少": _COUNT, "便宜": "多少钱", "贵": "多少钱",
    "慢": "多快", "短": "多长", "小": "多大", "低": "多高", "近": "多远", "多少": "是多少", "多大": "是多少",
}  # fmt: skip


class Superlative(NamedTuple):
    """The most or least of something: what is asked of each, and whether the least is wanted."""

    question: str
    is_least: bool


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
        said = match.groupdict()
        rest = f"{match['rest']}{said.get('what') or ''}{said.get('verb') or ''}".strip(",，")
        pair = _pair(rest) or (_whole_pair(match["rest"], rest) if match.re is _COMPARES[0] else None)
        if pair:
            return Comparison(*pair, said.get("degree") or "")
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
        found = [(left[start:], right[:end]) for start in ends for end in starts]
        alike = [one for one in found if _are_alike(*one)]
        if alike:
            first, second = max(alike, key=_likeness)
            behind = right[len(second) :].strip(",，")
            if behind or left[: -len(first)]:
                return first, second, left[: -len(first)].strip(",，"), _once(first, behind)
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


def _once(first: str, behind: str) -> str:
    """What stands behind the second thing, without what the first one has said already."""
    return behind.removeprefix(first) if behind.startswith(first) else behind


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
    if match is None or not re.search("哪|谁|多少|什么|几", plain):
        return None
    asked = _ASKED_OF.sub("", f"{match['before']}{match['of']}")
    behind = _ASKED_OF.sub("", match["after"].strip(",，"))
    value = _VALUE.get(match["degree"], "多" + match["degree"])
    if not content_words(asked + behind):
        return None
    return Superlative(f"{behind.removeprefix('的')}{asked}{value}？", match["degree"] in _LESS)
