"""Two things side by side: each asked for alone, each quoted from its own report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import NamedTuple

from qa.answering.about import item_of
from qa.answering.digest import renumbered
from qa.errors import Wording
from qa.questions.topics import Comparison, Superlative
from qa.text import numerals
from qa.text.folding import fold
from qa.text.sentences import split_sentences
from qa.types import Answer, Article, Citation, Hit, Query, Span

_VALUES = 2  # articles that must tell a value before one is called the most
_ROWS = 8  # values shown
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十两]+)(?P<times>[百千万亿]*)"
    r"(?P<unit>平方公里|平方米|公里|[^\W\d_a-z〇零一二三四五六七八九十两月日年号时点分])"
)
_QUOTES = 2  # of each side


def comparison_answer(query: Query, asked: Comparison, ask: Callable[[str], Answer]) -> Answer | None:
    """Both sides with their quotes; `ask` answers a question. None where a side has nothing sure to say of it.

    Which of them is more is left to the reader: values are printed in many ways, and a wrong verdict is worse
    than none.
    """
    sides = [ask(asked.asks(side)) for side in (asked.first, asked.second)]
    if not all(side.citations for side in sides):
        return None
    first = sides[0].citations[:_QUOTES]
    second = renumbered(sides[1].citations[:_QUOTES], max(one.n for one in first) + 1)
    shared = {one.article.id: one.n for one in first}
    second = tuple(replace(one, n=shared.get(one.article.id, one.n)) for one in second)
    leads = [side.lead for side in sides]
    form = "{first}：{one}；{second}：{other}"
    lead = (
        Wording(form, first=asked.first, one=leads[0], second=asked.second, other=leads[1])
        if asked.degree and all(leads)
        else None
    )
    said = Wording(
        "{first}：{one}\n{second}：{other}",
        first=asked.first, one=_said(first), second=asked.second, other=_said(second),
    )  # fmt: skip
    hits = {hit.passage.id: hit for side in sides for hit in side.hits}
    shown = tuple(sorted(hits.values(), key=lambda hit: -hit.score))[: query.k]
    confidence = min(side.confidence for side in sides)
    return Answer(query.question, "compare", said, confidence, (*first, *second), shown, query.assumed, lead=lead)


def superlative_answer(
    query: Query, asked: Superlative, articles: Sequence[Article], hits: Sequence[Hit]
) -> Answer | None:
    """The values that stand beside what is measured, of all articles that tell one, best first; None where fewer than
    two tell one in the same unit.
    """
    found = [one for article in articles if (one := _value(article, asked))]
    unit = Counter(one.unit for one in found).most_common(1)
    valued = [one for one in found if unit and one.unit == unit[0][0]]
    if len(valued) < _VALUES:
        return None
    valued.sort(key=lambda one: (one.value if asked.is_least else -one.value, one.article.id))
    citations = tuple(one.cited(n) for n, one in enumerate(valued[:_ROWS], 1))
    lines = "\n".join(f"{one.shown}：{one.quote}[{n}]" for n, one in enumerate(valued[:_ROWS], 1))
    said = Wording("{articles} 篇报道写了{what}：\n{lines}", articles=len(valued), what=asked.measured, lines=lines)
    items = tuple(item_of(one.article) for one in valued)
    return Answer(
        query.question, "compare", said, hits[0].score if hits else 0.0, citations, tuple(hits[: query.k]),
        query.assumed, total=len(items), items=items, lead=f"{valued[0].shown}（{valued[0].article.title}）",
    )  # fmt: skip


class _Value(NamedTuple):
    """A value beside what is measured: where it stands in its article, and as a number of a unit."""

    article: Article
    sentence: Span
    at: Span
    value: float
    unit: str

    @property
    def quote(self) -> str:
        return self.article.text[self.sentence.start : self.sentence.end]

    @property
    def shown(self) -> str:
        return self.article.text[self.at.start : self.at.end]

    def cited(self, n: int) -> Citation:
        mark = Span(self.at.start - self.sentence.start, self.at.end - self.sentence.start)
        return Citation(n, self.article, *self.sentence, self.quote, mark, 1.0)


def _value(article: Article, asked: Superlative) -> _Value | None:
    """The amount nearest behind the measured word, else before it, in the first sentence that has one."""
    for sentence in split_sentences(article.text):
        plain = fold(article.text[sentence.start : sentence.end])
        at = plain.find(asked.measured)
        if at < 0:
            continue
        amounts = [one for one in _AMOUNT.finditer(plain) if not (one.start() <= at < one.end())]
        near = min(amounts, default=None, key=lambda one: (one.start() < at, abs(one.start() - at)))
        if near and (value := _number(near["number"], near["times"])) is not None:
            place = Span(sentence.start + near.start(), sentence.start + near.end())
            return _Value(article, sentence, place, value, near["unit"])
    return None


def _number(written: str, times: str) -> float | None:
    digits = numerals.in_digits(written.replace(",", ""))
    try:
        return float(digits) * prod(_TIMES[one] for one in times)
    except ValueError:
        return None


def _said(citations: tuple[Citation, ...]) -> str:
    return "".join(f"{one.quote}[{one.n}]" for one in citations)
