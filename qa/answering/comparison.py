"""Two things side by side: each asked for alone, each quoted from its own report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.answering.about import item_of
from qa.answering.values import Value, table, total, value_in
from qa.errors.messages import Wording
from qa.questions.analysed import AnalysedQuestion
from qa.questions.comparisons import Comparison, Sum, Superlative
from qa.text.amounts import amounts
from qa.text.folding import comparable
from qa.types import Answer, Citation, Hit
from qa.types.protocols import SpanReader, Weight

_VALUES = 2  # articles that must tell a value before one is called the most, or a sum is made
_ROWS, _SUMMED = 8, 20  # values shown; values that a sum is made of
_QUOTES = 2  # of each side
JUDGED = 0.6  # confidence in both sides with which a quality is compared that no value tells (docs/quality.md)


def comparison_answer(question: AnalysedQuestion, asked: Comparison, ask: Callable[[str], Answer]) -> Answer | None:
    """Both sides with their quotes; `ask` answers a question. None where a side has nothing to say of it, or both
    the same that does not name each: it is quoted once, as of any question.

    Which of them is more is left to the reader: values are printed in many ways, and a wrong verdict is worse
    than none.
    """
    sides = [ask(one) for one in asked.questions]
    if not all(side.citations for side in sides):
        return None
    one, other = ({citation.quote for citation in side.citations[:_QUOTES]} for side in sides)
    if one == other and not all(side in comparable("".join(one)) for side in asked.things):
        return None
    numbers: dict[str, int] = {}
    quoted = [
        tuple(replace(one, n=numbers.setdefault(one.article.id, len(numbers) + 1)) for one in side.citations[:_QUOTES])
        for side in sides
    ]
    leads = [side.lead for side in sides]
    first, second = asked.things
    lead = (
        Wording("compare.sides", first=first, one=leads[0], second=second, other=leads[1])
        if asked.is_of_values and all(leads) and _are_alike(str(leads[0]), str(leads[1]))
        else None
    )
    said = Wording("compare.quoted", first=first, one=_said(quoted[0]), second=second, other=_said(quoted[1]))
    hits = {hit.passage.id: hit for side in sides for hit in side.hits}
    shown = tuple(sorted(hits.values(), key=lambda hit: -hit.score))[: question.query.k]
    confidence = min(side.confidence for side in sides)
    note = Wording("compare.not-judged") if asked.is_of_quality else ""
    citations = (*quoted[0], *quoted[1])
    return Answer(
        question.written, "compare", said, confidence, citations, shown, question.assumed, note=note, lead=lead
    )


def _are_alike(one: str, other: str) -> bool:
    """Whether two values can stand side by side: they share a unit, or neither has one."""
    units, others = ({amount.unit for amount in amounts(value)} for value in (one, other))
    return not (units or others) or bool(units & others)


def superlative_answer(
    question: AnalysedQuestion, asked: Superlative, hits: Sequence[Hit], weight: Weight, reader: SpanReader | None
) -> Answer | None:
    """The values that the articles tell, each read by itself, the wanted end first; None where fewer than two tell one
    in the same unit.
    """
    valued = table(
        question, hits, weight, reader, is_least=asked.is_least, is_day=asked.is_day, is_speed=asked.is_speed
    )
    if len(valued) < _VALUES:
        return None
    citations = _numbered(valued[:_ROWS])
    said = Wording("compare.values", articles=len(valued), lines=_lines(citations))
    best = valued[0]
    lead = f"{best.printed}（{best.citation.article.title}）"
    return _of_values(question, valued, citations, hits, said, lead)


def sum_answer(
    question: AnalysedQuestion, asked: Sum, hits: Sequence[Hit], weight: Weight, reader: SpanReader | None,
    ask: Callable[[str], Answer],
) -> Answer | None:  # fmt: skip
    """What the parts come to, all of them shown; where a part tells no value, the others without a total. None where
    fewer than two tell one in the same unit.
    """
    if not asked.parts:
        valued = table(question, hits, weight, reader, is_least=False)
        return _summed(question, valued, "", hits) if _VALUES <= len(valued) <= _SUMMED else None
    read = [(name, _of_part(name, ask(one))) for name, one in asked.parts]
    told = [one for _, one in read if one]
    alike = [one for one in told if one.unit == told[0].unit]
    if len(alike) < _VALUES or len({(one.citation.article.id, one.citation.start) for one in alike}) < len(alike):
        return None
    lacking = "、".join(name for name, one in read if one not in alike)
    return _summed(question, alike, lacking, hits)


def _of_part(name: str, answer: Answer) -> Value | None:
    """The value of what answers best, if its article is of the part: it has its name, or is of its year."""
    best = max(answer.citations, key=lambda one: one.score, default=None)
    if best is None:
        return None
    article = best.article
    held = comparable(" ".join(filter(None, (article.title, article.text, article.date))))
    return value_in(best) if name.removesuffix("年") in held else None


def _summed(question: AnalysedQuestion, valued: Sequence[Value], lacking: str, hits: Sequence[Hit]) -> Answer:
    citations = _numbered(valued)
    lines = _lines(citations)
    if lacking:
        said = Wording("compare.no-total", lacking=lacking, lines=lines)
        return _of_values(question, valued, citations, hits, said, None)
    added = "＋".join(one.printed for one in valued)
    lead = Wording("compare.total", total=total(valued), added=added)
    said = Wording("compare.summed", total=total(valued), articles=len({one.n for one in citations}), lines=lines)
    return _of_values(question, valued, citations, hits, said, lead)


def _of_values(
    question: AnalysedQuestion, valued: Sequence[Value], citations: tuple[Citation, ...], hits: Sequence[Hit],
    said: str, lead: str | None,
) -> Answer:  # fmt: skip
    items = tuple(item_of(one.citation.article) for one in valued)
    confidence = min(citations[0].score, 1.0)
    return Answer(
        question.written, "compare", said, confidence, citations, tuple(hits[: question.query.k]), question.assumed,
        total=len(items), items=items, lead=lead,
    )  # fmt: skip


def _numbered(valued: Sequence[Value]) -> tuple[Citation, ...]:
    numbers: dict[str, int] = {}
    return tuple(
        replace(one.citation, n=numbers.setdefault(one.citation.article.id, len(numbers) + 1)) for one in valued
    )


def _lines(citations: Sequence[Citation]) -> str:
    return "\n".join(f"{one.quote[one.mark.start : one.mark.end]}：{one.quote}[{one.n}]" for one in citations)


def _said(citations: tuple[Citation, ...]) -> str:
    return "".join(f"{one.quote}[{one.n}]" for one in citations)
