"""Follow-up questions: how much a question depends on earlier ones, and which of their words it takes over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.questions.exchanges import exchanged, without_replaced
from qa.questions.leaning import chance as leaning_chance
from qa.text import zh
from qa.text.folding import normalise
from qa.text.words import content_words, is_function_word, tagged_words
from qa.text.zh import LINKS, MOODS, PARTICLES

LEANS = 2.0  # of a question that points back: its history counts this much more than its own words alone
MAY_LEAN = 0.5  # of any other one: enough to bring it home where its own words fit several articles alike
SURELY = 0.7  # the chance that a question leans above which it does
EARLIER = 4  # earlier questions that may be leant on
_BRIEF = 4  # a question of fewer content words may itself lean on the one before

_IN_PERSON = re.compile("[他她](?![们人乡国日])|此人|这个人|(?:这|那)位")
_ASKS_WHO = re.compile("谁(?!的)|哪一?位|叫什么名字?$")
_GOES_ON = re.compile(
    "^(?:那么?|这|还|也|又|再|后来|然后|之后|随后|接着|接下来|结果|最后|除此|另外|除了[它他她这那]"
    "|是(?:[在从由为于和跟与同因]|什么时候|怎么))"
)
_ONLY_TIME = re.compile(rf"(?:那么?|这)?(?:{'|'.join(zh.GRAINS)}|[上下本]个?(?:周|星期|季度)|的)+(?:情况)?呢?[?？。]?")
_ELLIPSIS = re.compile(r"呢[?？。]?$")
_FRAME = re.compile(r"^(?:那么?|这|还有|是)+|的?呢[?？。]?$")  # around what an ellipsis names
_ASKING = re.compile(
    r"是?(?:在|从|由|为|于|哪)?(?:(?:什么|啥)(?:时候|时间|地方|样)?|几时|何时|何地|何处|为何|哪[一几]?[个些位家里儿年天月日种支名条项次]*"
    r"|谁|多少|多[大长高远久重宽厚深快]|几[个位家次项种名支条点年月日天号]?|怎么样?|怎样|如何|为什么|是否|能否|有没有|请问)"
    rf"|[{MOODS}]?(?:[?？!！。；;，,、\s]|$)+"
)
_LOOSE = " 是在有由被把于对" + PARTICLES + LINKS


def leaning(question: str) -> float:
    """How much a question with a history leans on it: LEANS where it most probably does, else MAY_LEAN."""
    return LEANS if is_follow_up(question) else MAY_LEAN


def is_follow_up(question: str) -> bool:
    """Whether a question cannot stand alone: it has no word of content, leaves its verb out, or most probably leans."""
    plain = normalise(question).strip()
    return not content_words(plain) or is_ellipsis(plain) or leaning_chance(plain) > SURELY


def is_ellipsis(question: str) -> bool:
    """Whether a question names another subject and leaves the rest to the one before: 中年组呢？"""
    plain = normalise(question).strip()
    return bool(_ELLIPSIS.search(plain)) and not _asks(_ELLIPSIS.sub("", plain))


def is_relative_time(question: str) -> bool:
    """Whether a question says nothing but a time, and that without a number: 那去年呢？"""
    own = normalise(question).strip()
    return bool(_ONLY_TIME.fullmatch(own)) and not any(map(str.isdecimal, own))


def _says_time(plain: str) -> bool:
    """Whether a question says nothing but a time: 那去年呢, 周末呢, 暑假期间呢."""
    if _ONLY_TIME.fullmatch(plain):
        return True
    said = [tag for word, tag in tagged_words(_GOES_ON.sub("", plain)) if not is_function_word(word)]
    return bool(said) and all(tag == "t" for tag in said)


class Ellipsis(NamedTuple):
    """A question that only names something of which the last full one is asked too: 2号线 of 几点收车."""

    named: str
    asks: str


def ellipsis_of(question: str, history: Sequence[str]) -> Ellipsis | None:
    """None where a question says itself what it asks, or its words take the place of some in the last full one."""
    plain = normalise(question).strip()
    before = next((one for one in map(normalise, reversed(history)) if not is_ellipsis(one)), "")
    asks = next((match for match in _ASKING.finditer(before) if _asks(match[0])), None)
    if asks is None or not is_ellipsis(plain) or _says_time(plain) or without_replaced(before, plain) is not None:
        return None
    return Ellipsis(_ELLIPSIS.sub("", plain).removeprefix("那"), before[asks.start() :])


def completed(question: str, history: Sequence[str]) -> str | None:
    """The question that an ellipsis stands for: the last one, with what is said in the place of what is of its kind
    (2024年呢 behind 2023年谁赢了: 2024年谁赢了). None where nothing is, or where more is said than that.
    """
    if not history or not is_ellipsis(question):
        return None
    earlier = completed(history[-1], history[:-1]) or normalise(history[-1]).strip()
    if is_ellipsis(earlier):
        return None
    return exchanged(earlier, _FRAME.sub("", normalise(question).strip()))


def asked_alike(history: Sequence[str]) -> tuple[str, ...]:
    """The last full question and what was asked behind it of other things in the same words, each completed."""
    asked: list[str] = []
    for at in reversed(range(len(history))):
        whole = completed(history[at], history[:at])
        asked.insert(0, whole or normalise(history[at]).strip())
        if whole is None:
            break
    return tuple(asked)


def carried(question: str, history: Sequence[str]) -> str:
    """The words of the earlier questions that this one leans on, without those it says itself."""
    own, found = normalise(question), list[str]()
    for earlier in map(normalise, _topic(history)):
        left = without_replaced(earlier, own) if is_ellipsis(question) else None
        if left is None and _says_time(own):
            left = earlier
        found += _statements(earlier) if left is None else [left.strip("?。 " + _LOOSE)]  # what it asks is asked again
    return " ".join(part for part in dict.fromkeys(found) if part not in own)


def shown(carried: str) -> str:
    """What is told of the words carried over: without lone measure words that a question left behind."""
    return " ".join([part for part in carried.split() if len(part) > 1]) or carried


def _may_lean(question: str) -> bool:
    """Whether a question that stands alone is so brief that it may lean on the one before all the same."""
    return len(content_words(question)) < _BRIEF


def opening(history: Sequence[str]) -> tuple[str, ...]:
    """The one earlier question that all behind it may lean on; none where there is none."""
    first = len(history)
    for earlier in reversed(history[-EARLIER:]):
        first -= 1
        if not is_follow_up(earlier) and not _may_lean(earlier):
            break
    return tuple(history[first : first + 1])


def _topic(history: Sequence[str]) -> list[str]:
    """The question that opened the topic and the latest one: what was asked between them is answered."""
    return list(dict.fromkeys((*opening(history), *history[-1:])))


def began(history: Sequence[str]) -> int | None:
    """Which of the earlier questions is the latest that may stand by itself, where it is so brief that it may lean on
    those before it as well: `carried` takes nothing from before a longer one. None where there is none.
    """
    at = next((at for at in reversed(range(len(history))) if not is_follow_up(history[at])), None)
    return at if at is not None and _may_lean(history[at]) else None


def who_is_meant(question: str, history: Sequence[str]) -> int | None:
    """Which of the earlier questions asks who it was that this one calls 他 or 她; None where none does.

    Between the two only questions stand that speak of somebody so too.
    """
    if not history or not _IN_PERSON.search(normalise(question)) or not is_follow_up(question):
        return None
    before = len(history) - 1
    return before if _ASKS_WHO.search(normalise(history[before])) else who_is_meant(history[before], history[:before])


def with_name(question: str, name: str) -> str:
    """A question with a name in place of 他 or 她."""
    return _IN_PERSON.sub(name, normalise(question), count=1)


def _statements(question: str) -> list[str]:
    """A normalised question cut at its question words; the parts that say something."""
    parts = (part.strip(_LOOSE) for part in _ASKING.split(question))
    return [part for part in parts if content_words(part)]


def _asks(plain: str) -> bool:
    return any(match[0].strip("?？!！。；;，,、 " + MOODS) for match in _ASKING.finditer(plain))
