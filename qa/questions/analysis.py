"""Understand a query: what it takes from earlier questions, script, numbers, dates; each assumption is recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.messages import Wording
from qa.questions import follow_ups
from qa.questions.analysed import AnalysedQuestion
from qa.settings import QUESTION_CHARS
from qa.text import numerals
from qa.text.dates import DAYS, YEAR, YEARS, iso
from qa.text.folding import comparable, fold, normalise
from qa.types import Assumption, Hit, Period, Query

_DAY = r"(?P<day>\d{1,2})[日号]"
_MONTH = r"(?P<month>\d{1,2})月(?:份)?"
_REPORTED = (
    r"(?P<reported>(?:的|那天的?|当天的?|以?来?的?|[这那]?期的?)?(?:报道|报纸|新闻|版面|见报|刊登|刊发|登载|发表))?"
)
_FULL = re.compile(
    rf"(?P<year>{YEAR}|[今本去](?=年)|(?<![目以之此先提])前(?=年))年(?:的?{_MONTH}(?:{_DAY})?)?(?P<since>以来|之?后|起)?{_REPORTED}"
)
_NEAR = re.compile(rf"(?P<near>[今昨前]天|[今昨]日|[上本这]个?月|[上本这]个?(?:周|星期|礼拜)){_REPORTED}")
_NEWEST = re.compile(r"最近[一这那上]?[次回期届轮场]|最新|现任|(?<![出体呈实])现在|如今|眼下|目前")


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """What a question says of time: the words, the period, and whether it says when something was reported."""

    words: str
    period: Period
    reported: bool = False

    @property
    def shown(self) -> str:
        if self.period.newest:
            return Wording("assumed.latest")
        since, until = self.period.since, self.period.until
        return since or "" if since == until else f"{since or ''}—{until or ''}"


def named_period(question: str, today: date) -> NamedPeriod | None:
    """The first date that a question names, as a period in ISO 8601; None where it names none that a year can be given.

    A month and a day without a year name something printed in the text (十月一日起): they are words like any other. The
    day of an event and the day of its report are not told apart, unless the question speaks of the report.
    """
    plain = comparable(question)
    found = [one for one in (_full(plain, today), _near(plain, today)) if one]
    if found:
        return min(found, key=lambda one: plain.find(one.words))
    newest = _NEWEST.search(plain)
    return NamedPeriod(newest[0], Period(newest=True)) if newest else None


def _full(plain: str, today: date) -> NamedPeriod | None:
    match = _FULL.search(plain)
    if match is None:
        return None
    year = today.year + YEARS[f"{match['year']}年"] if not match["year"].isdigit() else int(match["year"])
    since = until = str(year)
    if match["month"]:
        since = until = iso(year, match["month"], match["day"]) or str(year)
    words = match[0].removesuffix(match["reported"] or "")
    return NamedPeriod(words, Period(since, None if match["since"] else until), bool(match["reported"]))


def _near(plain: str, today: date) -> NamedPeriod | None:
    match = _NEAR.search(plain)
    if match is None:
        return None
    word = match["near"]
    first, last = next(find(word, today) for ends, find in _RELATIVE if word.endswith(ends))
    return NamedPeriod(word, Period(first, last), bool(match["reported"]))


def _day(word: str, today: date) -> tuple[str, str]:
    day = (today + timedelta(days=DAYS[word])).isoformat()
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


def analyse(query: Query) -> AnalysedQuestion:
    """A query with what it means beyond its words, as far as it tells by itself: its history, its time."""
    asked = AnalysedQuestion(replace(query, question=query.question.strip()[:QUESTION_CHARS]))
    return _with_dates(_with_history(_with_script(asked)))


def settle_history(asked: AnalysedQuestion, hits: Sequence[Hit]) -> AnalysedQuestion:
    """The question once its hits are known: a history that was not needed, because the question by itself finds the
    same passage first, is let go.
    """
    is_needed = asked.leaning >= follow_ups.LEANS or (hits and hits[0].ranks.get("alone") != 1)
    return asked if is_needed else asked.alone


def _with_history(asked: AnalysedQuestion) -> AnalysedQuestion:
    history = asked.query.history
    carried = follow_ups.carried(asked.written, history) if history else ""
    assumption = Assumption("follow-up", asked.written, follow_ups.shown(carried))
    if not carried or not asked.query.may_assume(assumption):
        return asked
    leaning = follow_ups.leaning(asked.written)
    return replace(asked, carried=carried, leaning=leaning, assumed=(*asked.assumed, assumption))


def _with_script(asked: AnalysedQuestion) -> AnalysedQuestion:
    """Traditional or full-width characters and numbers in signs are read as the plain ones, whoever asks."""
    plain = "".join(map(_plainer, asked.written, fold(asked.written)))
    found = [Assumption("script", asked.written, plain)] if plain != asked.written else []
    numbers = numerals.read(normalise(asked.written)).items()
    found += [Assumption("script", written, digits) for written, digits in numbers if len(written) > 1]  # 三 is 3
    return replace(asked, assumed=tuple(filter(asked.query.may_assume, found)))


def _with_dates(asked: AnalysedQuestion) -> AnalysedQuestion:
    """The time that the question names, or else the words that it surely carries."""
    today = date.fromisoformat(asked.query.today) if asked.query.today else date.today()
    carried = asked.carried if asked.leaning >= follow_ups.LEANS else ""
    found = named_period(asked.written, today) or named_period(carried, today)
    if found is None:
        return asked
    assumption = Assumption("date", found.words, found.shown)
    if not asked.query.may_assume(assumption):
        return asked
    return replace(asked, period=found.period, is_reported=found.reported, assumed=(*asked.assumed, assumption))


def _plainer(written: str, folded: str) -> str:
    """The folded character, where more than its case or a mark of punctuation changes."""
    return folded if written.isalnum() and folded != written.lower() else written
