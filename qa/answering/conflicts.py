"""Reports that contradict each other: the newest first, what the others say shown as such."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from qa.answering.lead import NAME_CHARS, asks_who, names_somebody
from qa.answering.values import value_in
from qa.errors.messages import Wording
from qa.text.folding import fold
from qa.types import Answer, Citation

_SURE = 0.5  # of the best quote's chance, below which another tells of something else
_TIME = re.compile(r"[\d一二三四五六七八九十两]+(?:[:：]\d{2}|[点时](?:半|[\d一二三四五六七八九十]+分)?)")


def newest_first(answer: Answer) -> Answer:
    """The answer with its quotes in the order of their reports' dates, newest first, and led by that one, where quotes
    of two or more dated articles tell different amounts, times or holders of one thing; any other answer as it is.
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
    is_amount = value_in(first) is not None  # times and holders change without contradiction
    text = Wording("answer.otherwise", first=said[0], others="".join(said[1:])) if is_amount else "".join(said)
    return replace(answer, text=text, citations=ordered, lead=first.quote[first.mark.start : first.mark.end])


def _marked(one: Citation) -> str:
    return one.quote[one.mark.start : one.mark.end]


def _amount(one: Citation, best: Citation, asked: str) -> object:
    unit = value_in(best)
    value = value_in(one, unit.unit) if unit else None
    return value.amount if value else None


def _time(one: Citation, best: Citation, asked: str) -> object:
    """The first time of day, as it is printed."""
    found = _TIME.search(fold(_marked(one)))
    return found and found[0]


def _holder(one: Citation, best: Citation, asked: str) -> object:
    """Who it is, where that is asked."""
    marked = _marked(one)
    return marked if asks_who(asked) and len(marked) <= NAME_CHARS and names_somebody(marked) else None


_TELLING: tuple[Callable[[Citation, Citation, str], object], ...] = (_amount, _time, _holder)


def _told(answer: Answer) -> list[tuple[Citation, object]]:
    """Of each dated article the likeliest quote whose marked words tell what the best one's do: an amount in its unit,
    a time of day, somebody where it is asked who.
    """
    if answer.kind != "quote" or answer.lead is None:
        return []
    by_chance = sorted(answer.citations, key=lambda one: -one.score)
    best = by_chance[0]
    tell = next((one for one in _TELLING if one(best, best, answer.question)), None)
    found: dict[str, tuple[Citation, object]] = {}
    for one in by_chance if tell else ():
        told = tell(one, best, answer.question) if tell else None
        if told and one.article.date and one.score >= _SURE * best.score:
            found.setdefault(one.article.id, (one, told))
    return list(found.values())
