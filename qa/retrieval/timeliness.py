"""Prefer articles of the time that a question names: by their date, or by the dates in their text.

A report comes after what it reports: a named day takes in a week of papers, a named month the next one. An undated
article is as good as one of the time, unless it speaks of later years alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import IntEnum

from qa.text.zh import DIGITS, YEAR
from qa.types import Article, Hit, Period

_DAYS_AFTER = {len("YYYY-MM-DD"): 7, len("YYYY-MM"): 31, len("YYYY"): 0}
_YEAR = re.compile(rf"(?<!\d)({YEAR})(?!\d)")
_DIGITS = ("0123456789", "０１２３４５６７８９", "〇" + DIGITS[1:], DIGITS)
_NEAR = 0.04  # below the best score, within which the newest comes first
NEWEST = 0.04  # what the newest of those gains in fused score; the others by the square of their order
WORTH = {-1: -0.1, 0: 0.0, 1: 0.01}  # what each fit adds to a fused score


_YEARS_APART = 2  # a report tells of the year before and after without naming its own


class Fit(IntEnum):
    """Whether an article is of a period."""

    AGAINST = -1  # dated otherwise, or speaking of later years, and the period is not named in it
    OPEN = 0
    OF_IT = 1


def fit(article: Article, period: Period) -> Fit:
    """How an article stands to a period that has a beginning or an end."""
    if article.date and _overlaps(article.date, period):
        return Fit.OF_IT
    if _names(article, period):
        return Fit.OPEN if article.date else Fit.OF_IT
    if article.date:
        return Fit.AGAINST
    latest = max(_YEAR.findall(article.text), default="")
    return Fit.AGAINST if period.until and latest > period.until[:4] else Fit.OPEN


def favour(scores: Mapping[str, float], articles: Mapping[str, Article], period: Period) -> dict[str, float]:
    """What to add to the fused scores of each article's passages. `scores` has each article's best."""
    if not period.newest:
        return {one: WORTH[fit(article, period)] for one, article in articles.items()}
    least = max(scores.values(), default=0.0) - _NEAR
    dates = sorted({article.date for one, article in articles.items() if article.date and scores[one] >= least})
    place = {day: ((rank + 1) / len(dates)) ** 2 for rank, day in enumerate(dates)}
    return {one: NEWEST * place.get(article.date or "", 0.0) for one, article in articles.items()}


def nothing_of(hits: Sequence[Hit], period: Period | None) -> bool:
    """Whether everything found is dated, and nothing is of the period or names it."""
    if period is None or period.newest or not hits:
        return False
    return all(hit.article.date and fit(hit.article, period) is Fit.AGAINST for hit in hits)


def is_far(year: str, held: tuple[str, str]) -> bool:
    """Whether a year is far from all dates of a library, of which `held` are the first and the last."""
    first, last = (int(day[:4]) for day in held)
    return int(year) <= first - _YEARS_APART or int(year) >= last + _YEARS_APART


def one_year(period: Period | None) -> str:
    """The year that a period lies in; empty where it has none, or more."""
    since, until = (period.since, period.until) if period else (None, None)
    return since[:4] if since and until and since[:4] == until[:4] else ""


def _overlaps(day: str, period: Period) -> bool:
    """Dates compare by prefix: 2025 is neither before nor after 2025-03."""
    since, until = period.since, period.until
    if since and day[: len(since)] < since[: len(day)]:
        return False
    return until is None or day[: len(until)] <= until[: len(day)] or (len(day) == 10 and day <= _late(until))


def _late(until: str) -> str:
    """The last day on which a report on the period is looked for."""
    first = date.fromisoformat(until + "-01-01"[len(until) - 4 :])
    if len(until) == len("YYYY-MM"):
        first = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    elif len(until) == len("YYYY"):
        first = first.replace(month=12, day=31)
    return (first + timedelta(days=_DAYS_AFTER[len(until)])).isoformat()


def _names(article: Article, period: Period) -> bool:
    """Whether an article's text speaks of the period, by its first day, month or year."""
    named = period.since or period.until or ""
    if any(year in article.text for year in written(named[:4])):
        return True
    own = (article.date or named)[:4] == named[:4]
    parts = named[5:].split("-") if len(named) > 4 else []
    return own and bool(parts) and f"{int(parts[0])}月" + "".join(f"{int(one)}日" for one in parts[1:]) in article.text


def written(year: str) -> tuple[str, ...]:
    """A year in all the digits that texts have for it."""
    return tuple(year.translate(str.maketrans("0123456789", digits)) for digits in _DIGITS)
