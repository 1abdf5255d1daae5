"""The form of what a question asks for: a date, an amount, several things."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.text import dates, numerals
from qa.text.folding import normalise
from qa.text.zh import DIGITS, LETTER, NUMERAL

_DIGIT = rf"(?:\d[\d,，.．]*|{NUMERAL}+)"
_DAY = rf"{_DIGIT}月(?:{_DIGIT}日)?|{_DIGIT}日"
_DATE = rf"(?:{_DIGIT}年(?:{_DAY})?|{_DAY}|[昨今明]天|[去今明]年)"
_TIME = rf"(?:{dates.PART_OF_DAY})?{_DIGIT}[时点](?:{_DIGIT}分)?(?:半|许)?"
_AMOUNT = (
    rf"[约超近逾]?{_DIGIT}(?:[多余几]?[万亿千百]+)?(?:余|多)?(?:%|％|平方[公千]?[米里]|[公千]?[米里斤克]|[^\W\d_])"
)

_ASKS_DATE = re.compile(r"什么时候|何时|哪一?[年天]|几月|几号|日期|哪个?月|什么时间|时间是|起止|几[点时]")
_ASKS_AMOUNT = re.compile(r"多少|几[^乎]|多[大长高远久重]|占比|比例|数量|多少钱")
_UNIT = re.compile(rf"(?:多少|几)({LETTER})")
_DATE_FORM = re.compile(f"{_DATE}(?:{_TIME})?|{_TIME}")
_AMOUNT_FORM = re.compile(_AMOUNT)
_NUMBER = rf"(?<!\d)(?P<number>\d{{1,2}}|[两{DIGITS[2:]}十])"
_COUNTED = rf"{_NUMBER}(?:大|个|名|位|种|项|类|条|家|方面|部分|点)"
_NAMED = (
    re.compile(rf"哪{_NUMBER}"),  # 哪六个
    re.compile(rf"{_COUNTED}.*分别"),  # 三个片区分别是
    re.compile(rf"分别.*?{_COUNTED}"),
    re.compile(rf"{_COUNTED}[^，。？?]{{0,8}}(?:是|有|为|包括)(?:哪|什么)"),  # 六个展区是哪些
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
    unit = _UNIT.search(question)
    return (re.compile(rf"{_DIGIT}[万亿千百多余几]*{unit[1]}"), _AMOUNT_FORM) if unit else (_AMOUNT_FORM,)


@dataclass(frozen=True, slots=True)
class Listing:
    """A question that asks for several things."""

    named: int | None  # how many the question says there are; None where it does not say


def listing(question: str) -> Listing | None:
    """None where a question asks for one thing."""
    plain = normalise(question)
    for pattern in _NAMED:
        if match := pattern.search(plain):
            number = match["number"]
            return Listing(int(number) if number.isdigit() else numerals.value(number))
    return Listing(None) if _SEVERAL.search(plain) else None
