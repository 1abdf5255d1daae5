"""The dates that a question names, relative ones from today: which articles are meant, and how firmly."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from qa import text
from qa.types import Period

_YEARS = {"今年": 0, "本年": 0, "去年": -1, "前年": -2}
_DAYS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2}
_DAY = r"(?P<day>\d{1,2})[日号]"
_MONTH = r"(?P<month>\d{1,2})月(?:份)?"
_REPORTED = (
    r"(?P<reported>(?:的|那天的?|当天的?|以?来?的?|[这那]?期的?)?(?:报道|报纸|新闻|版面|见报|刊登|刊发|登载|发表))?"
)
_FULL = re.compile(
    rf"(?P<year>(?:19|20)\d\d|[今本去](?=年)|(?<![目以之此先提])前(?=年))年(?:的?{_MONTH}(?:{_DAY})?)?(?P<since>以来|之?后|起)?{_REPORTED}"
)
_NEAR = re.compile(rf"(?P<near>[今昨前]天|[今昨]日|[上本这]个?月|[上本这]个?(?:周|星期|礼拜)){_REPORTED}")
_NEWEST = re.compile(r"最近[一这那上]?[次回期届轮场]|最新|现任|(?<![出体呈实])现在|如今|眼下|目前")


@dataclass(frozen=True, slots=True)
class Named:
    """What a question says of time: the words, the period, and whether it says when something was reported."""

    words: str
    period: Period
    reported: bool = False

    @property
    def shown(self) -> str:
        if self.period.newest:
            return "日期最近的报道"
        since, until = self.period.since, self.period.until
        return since or "" if since == until else f"{since or ''}—{until or ''}"


def named(question: str, today: date) -> Named | None:
    """The first date that a question names, as a period in ISO 8601; None where it names none that a year can be given.

    A month and a day without a year name something printed in the text (十月一日起): they are words like any other. The
    day of an event and the day of its report are not told apart, unless the question speaks of the report.
    """
    plain = text.comparable(question)
    found = [one for one in (_full(plain, today), _near(plain, today)) if one]
    if found:
        return min(found, key=lambda one: plain.find(one.words))
    newest = _NEWEST.search(plain)
    return Named(newest[0], Period(newest=True)) if newest else None


def _full(plain: str, today: date) -> Named | None:
    match = _FULL.search(plain)
    if match is None:
        return None
    year = today.year + _YEARS[f"{match['year']}年"] if not match["year"].isdigit() else int(match["year"])
    since = until = str(year)
    if match["month"]:
        since = until = _iso(year, match["month"], match["day"]) or str(year)
    words = match[0].removesuffix(match["reported"] or "")
    return Named(words, Period(since, None if match["since"] else until), bool(match["reported"]))


def _near(plain: str, today: date) -> Named | None:
    match = _NEAR.search(plain)
    if match is None:
        return None
    word = match["near"]
    first, last = next(find(word, today) for ends, find in _RELATIVE if word.endswith(ends))
    return Named(word, Period(first, last), bool(match["reported"]))


def _day(word: str, today: date) -> tuple[str, str]:
    day = (today + timedelta(days=_DAYS[word])).isoformat()
    return day, day


def _month(word: str, today: date) -> tuple[str, str]:
    inside = today.replace(day=1) - timedelta(days=1) if word[0] == "上" else today
    return f"{inside:%Y-%m}", f"{inside:%Y-%m}"


def _week(word: str, today: date) -> tuple[str, str]:
    monday = today - timedelta(days=today.weekday() + (7 if word[0] == "上" else 0))
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


_RELATIVE: tuple[tuple[tuple[str, ...], Callable[[str, date], tuple[str, str]]], ...] = (
    (("天", "日"), _day),
    (("月",), _month),
    (("周", "星期", "礼拜"), _week),
)


def _iso(year: int, month: str, day: str | None) -> str | None:
    """YYYY-MM or YYYY-MM-DD; None where the calendar has no such day."""
    try:
        one = date(year, int(month), int(day or 1))
    except ValueError:
        return None
    return one.isoformat() if day else f"{one:%Y-%m}"
