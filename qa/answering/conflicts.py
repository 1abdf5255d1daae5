"""Reports that contradict each other: the newest first, what the others say shown as such."""

from __future__ import annotations

from dataclasses import replace

from qa.answering.values import value_in
from qa.messages import Wording
from qa.types import Answer, Citation

_SURE = 0.5  # of the best quote's chance, below which another tells of something else


def newest_first(answer: Answer) -> Answer:
    """The answer with its quotes in the order of their reports' dates, newest first, and led by that one, where quotes
    of two or more dated articles tell different amounts of one thing; any other answer as it is.
    """
    told = _told(answer)
    if len({one.article.date for one, _ in told}) < 2 or len({amount for _, amount in told}) < 2:
        return answer
    first, *others = sorted((one for one, _ in told), key=lambda one: one.article.date or "", reverse=True)
    rest = [one for one in answer.citations if one not in (first, *others)]
    numbers: dict[str, int] = {}
    ordered = tuple(
        replace(one, n=numbers.setdefault(one.article.id, len(numbers) + 1)) for one in (first, *others, *rest)
    )
    said = [f"{one.quote}[{one.n}]" for one in ordered]
    text = Wording("answer.otherwise", first=said[0], others="".join(said[1:]))
    return replace(answer, text=text, citations=ordered, lead=first.quote[first.mark.start : first.mark.end])


def _told(answer: Answer) -> list[tuple[Citation, object]]:
    """Of each dated article the likeliest quote whose marked words are an amount in the unit of the best one's."""
    if answer.kind != "quote" or answer.lead is None:
        return []
    by_chance = sorted(answer.citations, key=lambda one: -one.score)
    best = value_in(by_chance[0])
    found: dict[str, tuple[Citation, object]] = {}
    for one in by_chance if best else ():
        value = value_in(one, best.unit if best else None)
        if value and one.article.date and one.score >= _SURE * by_chance[0].score:
            found.setdefault(one.article.id, (one, value.amount))
    return list(found.values())
