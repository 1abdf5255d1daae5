"""A question as it is understood: what all rules and both indexes read of it, each thing worked out once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from qa.questions.follow_ups import Ellipsis, is_relative_time
from qa.text import numerals, zh
from qa.text.folding import comparable, normalise
from qa.text.words import Tagged, bigrams, content_words, number_terms, query_terms, tagged_words, word_frequency
from qa.text.zh import DIGITS, KINDS_OF_PLACE, LANDMARKS, LETTER, NAMES, NUMERAL, PERSON, SURNAMES, SURNAMES_ALSO_WORDS
from qa.types import Assumption, Filters, Period, Query


@dataclass(frozen=True)
class AnalysedQuestion:
    """A Query with what it means beyond its words, every assumption named in `assumed`.

    What follows from these fields is worked out when it is first asked for, and kept.
    """

    query: Query
    carried: str = ""  # words of earlier questions that this one leaves out
    ellipsis: Ellipsis | None = None  # where it only names something of which the last one is asked too
    leaning: float = 0.0  # what the question with the carried words counts in retrieval; by itself it counts 1
    period: Period | None = None  # the time that it is about
    is_reported: bool = False  # that time is when something was reported
    respelt: tuple[tuple[str, str], ...] = ()  # words of the question, and what the library prints for them
    also: tuple[tuple[str, str], ...] = ()  # words of the question as spelt, and others that mean the same
    assumed: tuple[Assumption, ...] = ()

    @property
    def written(self) -> str:
        """The question as the user wrote it."""
        return self.query.question

    @cached_property
    def spelt(self) -> str:
        """The question, its words as the library spells them."""
        return self._spelt(self.written)

    @cached_property
    def text(self) -> str:
        """What is searched for: the carried words in front of the question, spelt as the library spells them; behind
        it words that mean the same.
        """
        asked = self._spelt(f"{self.carried} {self._own}".strip() if self.carried else self.written)
        return " ".join([asked, *(other for _, other in self.also)])

    @property
    def _own(self) -> str:
        """The question without its words, where they only name a time by today (那去年呢) that was understood: a text's
        own 去年 is another one.
        """
        is_time = self.period is not None and is_relative_time(self.written)
        return "" if is_time else "".join(self.ellipsis or (self.written,))

    @cached_property
    def embedded(self) -> str:
        """The text that stands for the question among the vectors."""
        return normalise(self.text)

    @cached_property
    def plain(self) -> str:
        """The text in one form, numbers in digits: what is the same, however written, reads the same."""
        return comparable(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Those that say what is asked, in order, once each."""
        return tuple(content_words(self.plain))

    @cached_property
    def grams(self) -> tuple[str, ...]:
        """All pairs of characters, once each."""
        return tuple(dict.fromkeys(bigrams(self.plain)))

    @cached_property
    def terms(self) -> Mapping[str, Sequence[str]]:
        """For the term index, by field."""
        return query_terms(self.plain)

    @cached_property
    def number_terms(self) -> Mapping[str, Sequence[str]]:
        """Those of its numbers written otherwise, by field."""
        return number_terms(self.plain)

    @property
    def is_empty(self) -> bool:
        """Whether it has no word at all."""
        return not self.terms["words"]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names and the amounts that it takes for granted, normalised."""
        return tuple(dict.fromkeys(names_and_amounts(self._tagged, self.plain)))

    @cached_property
    def sure_names(self) -> frozenset[str]:
        """Those words of it that surely are names."""
        return frozenset(word for word, tag in self._tagged if is_surely_name(word, tag))

    @cached_property
    def wording(self) -> str:
        """The words that tell the form of the answer: with those carried over where its own do not (中年组呢？)."""
        return self.written if answer_forms(self.written) else self.text

    @cached_property
    def forms(self) -> tuple[re.Pattern[str], ...]:
        """The forms of the answer that is asked for, the closest first; none where its words do not tell."""
        return answer_forms(self.wording)

    @cached_property
    def listing(self) -> Listing | None:
        """How many things it asks for; None where it asks for one."""
        return listing(self.written) or listing(self.text)

    @cached_property
    def filters(self) -> Filters:
        """The user's, and the time at which what is asked for was reported."""
        return _within(self.query.filters, self.period if self.is_reported else None)

    @cached_property
    def filters_in_time(self) -> Filters:
        """The user's, and the time that the question is about, of whatever kind."""
        return _within(self.query.filters, self.period)

    @cached_property
    def alone(self) -> AnalysedQuestion:
        """The same without what it took over from its history."""
        if not self.carried:
            return self
        own = normalise(self.written)  # a name of an earlier question is spelt no otherwise in this one
        assumed = tuple(
            one for one in self.assumed if one.kind != "follow-up" and (one.kind != "spelling" or one.source in own)
        )
        return replace(self, carried="", ellipsis=None, leaning=0.0, assumed=assumed)

    @cached_property
    def _tagged(self) -> Sequence[Tagged]:
        return tagged_words(self.text)

    def _spelt(self, words: str) -> str:
        for written, printed in self.respelt:
            words = words.replace(written, printed)
        return words


def _within(filters: Filters, period: Period | None) -> Filters:
    if period is None or filters.since or filters.until:
        return filters
    return replace(filters, since=period.since, until=period.until)


_AMOUNT = re.compile(
    r"\d+(?:\.\d+)?(?=[^\d.年月日号时点分届第\s])"
)  # dates are the period's; ordinals are told by words
_RARE = 50  # of the segmenter's corpus
_EVERYDAY = 200  # of it; measured, docs/quality.md


def names_and_amounts(tagged: Iterable[Tagged], plain: str) -> Iterator[str]:
    """The names among a question's words, then the amounts of its comparable text; the same one may come twice."""
    yield from (word for word, tag in tagged if tag.startswith(NAMES) and len(word) > 1)
    yield from (one for one in _AMOUNT.findall(plain) if len(one) > 1)


def is_surely_name(word: str, tag: str) -> bool:
    """Whether a word is a place or body of the segmenter's dictionary, or a person with a known surname and a given
    name of two characters that is no everyday word (戴眼镜, 王师傅).
    """
    if tag.startswith(PERSON):
        least = 1 if word[0] in SURNAMES_ALSO_WORDS else _EVERYDAY
        return len(word) == 3 and word[0] in SURNAMES and word_frequency(word[1:]) < least
    if tag == "nt":
        return is_place(word[:2])
    return tag == "ns" and word_frequency(word) > 0 and (len(word) > 2 or is_place(word))


def is_place(word: str) -> bool:
    """Whether a word of two characters is a place, and no word that the dictionary takes for one (东西, 新鲜): it has
    the word with its kind behind it too (广东省), or it is a rare one that tells its kind (潞河).
    """
    if len(word) != 2:
        return False
    is_rare = word_frequency(word) < _RARE and word[-1] in LANDMARKS
    return is_rare or any(word_frequency(word + kind) for kind in KINDS_OF_PLACE)


_DIGIT = rf"(?:\d[\d,，.．]*|{NUMERAL}+)"
_DAY = rf"{_DIGIT}月(?:{_DIGIT}日)?|{_DIGIT}日"
_DATE = rf"(?:{_DIGIT}年(?:{_DAY})?|{_DAY}|[昨今明]天|[去今明]年)"
_TIME = rf"(?:{zh.PART_OF_DAY})?{_DIGIT}[时点](?:{_DIGIT}分)?(?:半|许)?"
_AMOUNT_WRITTEN = (
    rf"[约超近逾]?{_DIGIT}(?:[多余几]?[万亿千百]+)?(?:余|多)?(?:%|％|平方[公千]?[米里]|[公千]?[米里斤克]|[^\W\d_])"
)

_ASKS_DATE = re.compile(r"(?:什么|啥)时[候间]|何时|几时|哪一?[年天]|几月|几号|日期|哪个?月|时间是|起止|几[点时]")
_ASKS_AMOUNT = re.compile(r"多少|(?<![这那近前后])几[^乎]|多[大长高远久重]|占比|比例|数量|多少钱")
_ASKS_PRICE = re.compile("多少钱|几[块毛]钱?|什么价|价钱")
_UNIT = re.compile(rf"(?:多少|几)({LETTER})")
_DATE_FORM = re.compile(f"{_DATE}(?:{_TIME})?|{_TIME}")
_AMOUNT_FORM = re.compile(_AMOUNT_WRITTEN)
_FIGURE = rf"[两{DIGITS}十]"
_NUMBER = rf"(?<![\d第百千]|{_FIGURE})(?P<number>\d{{1,2}}|{_FIGURE}{{1,3}})(?!\d|{_FIGURE})"  # 第十七条 is one
_COUNTED = rf"{_NUMBER}(?:大|个|名|位|种|项|类|条|家|方面|部分|点)"
_NAMED = (
    re.compile(rf"哪{_NUMBER}"),  # 哪六个
    re.compile(rf"{_COUNTED}.*分别"),  # 三个片区分别是
    re.compile(rf"分别.*?{_COUNTED}"),
    re.compile(rf"{_COUNTED}[^，。？?]{{0,8}}(?:是|有|为|包括)(?:哪|什么)"),  # 六个展区是哪些
)
_STEPS = re.compile(
    r"流程|步骤|手续|程序|几[步道关轮]|(?:怎么|如何|怎样|咋)(?!样|了|回事|说|看|会|没|不|来的|得)|怎么办"
)
_SEVERAL = re.compile(
    r"哪些|哪几|分别|都有(?:谁|什么|哪)|(?:包括|包含|涵盖|涉及)了?(?:什么|哪|谁)|各(?:是|有|为)(?:什么|谁|多少)"
)


def answer_forms(question: str) -> tuple[re.Pattern[str], ...]:
    """The forms of the answer that a question asks for, the closest first; none where its words do not tell."""
    if _ASKS_DATE.search(question):
        return (_DATE_FORM,)
    if not _ASKS_AMOUNT.search(question):
        return ()
    if _ASKS_PRICE.search(question):
        return (re.compile(rf"{_DIGIT}[万亿千百多余几]*[元块角毛分]"), _AMOUNT_FORM)
    unit = _UNIT.search(question)
    return (re.compile(rf"{_DIGIT}[万亿千百多余几]*{unit[1]}"), _AMOUNT_FORM) if unit else (_AMOUNT_FORM,)


@dataclass(frozen=True, slots=True)
class Listing:
    """A question that asks for several things."""

    named: int | None  # how many the question says there are; None where it does not say
    is_steps: bool = False  # what is to be done, one after the other: only what surely is a list tells them


def listing(question: str) -> Listing | None:
    """None where a question asks for one thing."""
    plain = normalise(question)
    for pattern in _NAMED:
        if (match := pattern.search(plain)) and (number := numerals.whole(match["number"])) != 1:
            return Listing(number)
    if _SEVERAL.search(plain):
        return Listing(None)
    return Listing(None, is_steps=True) if _STEPS.search(plain) else None
