"""Two things side by side: each asked for alone, each quoted from its own report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from qa.answering.digest import renumbered
from qa.errors import Wording
from qa.questions.topics import Comparison
from qa.types import Answer, Citation, Query

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
    lead = Wording(form, first=asked.first, one=leads[0], second=asked.second, other=leads[1]) if all(leads) else None
    said = Wording(
        "{first}：{one}\n{second}：{other}",
        first=asked.first, one=_said(first), second=asked.second, other=_said(second),
    )  # fmt: skip
    hits = {hit.passage.id: hit for side in sides for hit in side.hits}
    shown = tuple(sorted(hits.values(), key=lambda hit: -hit.score))[: query.k]
    confidence = min(side.confidence for side in sides)
    return Answer(query.question, "compare", said, confidence, (*first, *second), shown, query.assumed, lead=lead)


def _said(citations: tuple[Citation, ...]) -> str:
    return "".join(f"{one.quote}[{one.n}]" for one in citations)
