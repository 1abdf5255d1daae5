"""Two things side by side: each asked for alone, each quoted from its own report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import NamedTuple

from qa.answering.about import item_of
from qa.answering.answer import best_sentence
from qa.messages import Wording
from qa.protocols import SpanReader, Weight
from qa.questions.analysed import AnalysedQuestion
from qa.questions.comparisons import Comparison, Superlative
from qa.text import numerals
from qa.text.folding import fold
from qa.types import Answer, Citation, Hit, Span

_SURE = 0.15  # chance that a value is what is asked for, below which it is left out
_VALUES = 2  # articles that must tell a value before one is called the most
_ROWS = 8  # values shown
_TIMES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000}
_AMOUNT = re.compile(
    r"(?P<number>\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九十两]+)(?P<times>[百千万亿]*)"
    r"(?P<unit>平方公里|平方米|公里|[^\W\d_a-z〇零一二三四五六七八九十两月日年号时点分])"
)
_QUOTES = 2  # of each side


def comparison_answer(question: AnalysedQuestion, asked: Comparison, ask: Callable[[str], Answer]) -> Answer | None:
    """Both sides with their quotes; `ask` answers a question. None where a side has nothing sure to say of it.

    Which of them is more is left to the reader: values are printed in many ways, and a wrong verdict is worse
    than none.
    """
    sides = [ask(asked.asks(side)) for side in (asked.first, asked.second)]
    if not all(side.citations for side in sides):
        return None
    numbers: dict[str, int] = {}
    first, second = (
        tuple(replace(one, n=numbers.setdefault(one.article.id, len(numbers) + 1)) for one in side.citations[:_QUOTES])
        for side in sides
    )
    leads = [side.lead for side in sides]
    lead = (
        Wording("compare.sides", first=asked.first, one=leads[0], second=asked.second, other=leads[1])
        if asked.degree and all(leads)
        else None
    )
    said = Wording(
        "compare.quoted",
        first=asked.first, one=_said(first), second=asked.second, other=_said(second),
    )  # fmt: skip
    hits = {hit.passage.id: hit for side in sides for hit in side.hits}
    shown = tuple(sorted(hits.values(), key=lambda hit: -hit.score))[: question.query.k]
    confidence = min(side.confidence for side in sides)
    return Answer(question.written, "compare", said, confidence, (*first, *second), shown, question.assumed, lead=lead)


def superlative_answer(
    question: AnalysedQuestion, asked: Superlative, hits: Sequence[Hit], weight: Weight, reader: SpanReader | None
) -> Answer | None:
    """The values that the articles tell, each read by itself, the wanted end first; None where fewer than two tell one
    in the same unit.
    """
    first = {hit.article.id: hit for hit in reversed(hits)}
    found = [one for hit in first.values() if (one := _value(question, hit, weight, reader))]
    unit = Counter(one.unit for one in found).most_common(1)
    valued = [one for one in found if unit and one.unit == unit[0][0]]
    if len(valued) < _VALUES:
        return None
    valued.sort(key=lambda one: (one.value if asked.is_least else -one.value, one.citation.article.id))
    citations = tuple(replace(one.citation, n=n) for n, one in enumerate(valued[:_ROWS], 1))
    lines = "\n".join(f"{_marked(one)}：{one.quote}[{one.n}]" for one in citations)
    said = Wording("compare.values", articles=len(valued), lines=lines)
    items = tuple(item_of(one.citation.article) for one in valued)
    best = citations[0]
    return Answer(
        question.written, "compare", said, best.score, citations, tuple(hits[: question.query.k]), question.assumed,
        total=len(items), items=items, lead=f"{_marked(best)}（{best.article.title}）",
    )  # fmt: skip


class _Value(NamedTuple):
    """A value that an article tells."""

    citation: Citation
    value: float
    unit: str


def _value(question: AnalysedQuestion, hit: Hit, weight: Weight, reader: SpanReader | None) -> _Value | None:
    """The amount in what answers best of an article; None where it is too unsure, or has no amount."""
    sentence, chance, span = best_sentence(question, hit, weight, reader)
    quote = hit.article.text[sentence.start : sentence.end]
    if chance < _SURE:
        return None
    match = _AMOUNT.search(fold(quote[span.start : span.end]))
    value = _number(match["number"], match["times"]) if match else None
    if match is None or value is None:
        return None
    mark = Span(span.start + match.start(), span.start + match.end())
    return _Value(Citation(1, hit.article, *sentence, quote, mark, chance), value, match["unit"])


def _marked(one: Citation) -> str:
    return one.quote[one.mark.start : one.mark.end]


def _number(written: str, times: str) -> float | None:
    digits = numerals.in_digits(written.replace(",", ""))
    try:
        return float(digits) * prod(_TIMES[one] for one in times)
    except ValueError:
        return None


def _said(citations: tuple[Citation, ...]) -> str:
    return "".join(f"{one.quote}[{one.n}]" for one in citations)
