"""What form an answer takes, from the question's words: a date, an amount; and where it stands in a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.types import Query, Span

_DIGIT = r"(?:\d[\d,，.．]*|[〇零一二三四五六七八九十百千两]+)"
_DAY = rf"{_DIGIT}月(?:{_DIGIT}日)?|{_DIGIT}日"
_DATE = rf"(?:{_DIGIT}年(?:{_DAY})?|{_DAY}|[昨今明]天|[去今明]年)"
_TIME = rf"(?:[上下]午|凌晨|晚)?{_DIGIT}[时点](?:{_DIGIT}分)?(?:半|许)?"
_AMOUNT = (
    rf"[约超近逾]?{_DIGIT}(?:[多余几]?[万亿千百]+)?(?:余|多)?(?:%|％|平方[公千]?[米里]|[公千]?[米里斤克]|[^\W\d_])"
)

_ASKS_DATE = re.compile(r"什么时候|何时|哪一?[年天]|几月|几号|日期|哪个?月|什么时间|时间是|起止|几[点时]")
_ASKS_AMOUNT = re.compile(r"多少|几[^乎]|多[大长高远久重]|占比|比例|数量|多少钱")
_UNIT = re.compile(r"(?:多少|几)([㐀-鿿])")
_DATE_FORM = re.compile(f"{_DATE}(?:{_TIME})?|{_TIME}")
_AMOUNT_FORM = re.compile(_AMOUNT)


def wording(query: Query) -> str:
    """The words that tell the form: with those carried over where its own do not (中年组呢？)."""
    return query.question if forms(query.question) else query.text


def forms(question: str) -> tuple[re.Pattern[str], ...]:
    """The forms of the answer that a question asks for, the closest first; none where its words do not tell."""
    if _ASKS_DATE.search(question):
        return (_DATE_FORM,)
    if not _ASKS_AMOUNT.search(question):
        return ()
    unit = _UNIT.search(question)
    return (re.compile(rf"{_DIGIT}[万亿千百多余几]*{unit[1]}"), _AMOUNT_FORM) if unit else (_AMOUNT_FORM,)


def fits(sentence: str, expected: Sequence[re.Pattern[str]]) -> float:
    """1 where a sentence has the closest form, 1/2 where the next, 0 where none."""
    return next((1 / rank for rank, one in enumerate(expected, 1) if one.search(sentence)), 0.0)


def locate(question: str, quote: str, anchors: frozenset[str]) -> Span:
    """The part of a quote that has the expected form and stands nearest to the question's words, else all of it."""
    found: list[Span] = []
    for expected in forms(question):
        spans = (Span(*match.span()) for match in expected.finditer(quote))
        found = found or [span for span in spans if quote[span.start : span.end] not in question]
    if not found:
        return Span(0, len(quote))
    places = [quote.find(anchor) for anchor in anchors if anchor in quote]
    return min(found, key=lambda span: (sum(abs(span.start - place) for place in places), span.start))
