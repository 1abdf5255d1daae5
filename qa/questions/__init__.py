"""Understand a query: what it takes from earlier questions, script, numbers, dates; each assumption is recorded."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.errors.messages import Wording
from qa.questions import follow_ups
from qa.questions.analysed import AnalysedQuestion
from qa.questions.taken_over import TakenOver
from qa.text import numerals
from qa.text.folding import comparable, fold, normalise
from qa.text.sentences import headline
from qa.text.words import content_words
from qa.text.zh import DAYS, WEEKDAYS, YEAR, YEARS, iso
from qa.types import Assumption, Hit, Period, Query
from qa.types.settings import QUESTION_CHARS

_DAY = r"(?P<day>\d{1,2})[日号]"
_MONTH = r"(?P<month>\d{1,2})月(?:份)?"
_REPORTED = (
    r"(?P<reported>(?:的|那天的?|当天的?|以?来?的?|[这那]?期的?)?(?:报道|报纸|新闻|版面|见报|刊登|刊发|登载|发表))?"
)
_FULL = re.compile(
    rf"(?P<year>{YEAR}|[今本去](?=年)|(?<![目以之此先提])前(?=年))年(?:的?{_MONTH}(?:{_DAY})?)?(?P<since>以来|之?后|起)?{_REPORTED}"
)
_YEARS = re.compile(
    rf"(?P<first>{YEAR})年?(?:到|至|[-—~])(?P<last>{YEAR})年(?:间|之间|[这前后]?[2-9两几]年)?{_REPORTED}"
)
_WEEK = "(?:周|星期|礼拜)"
_NEAR = re.compile(
    rf"(?P<near>大?前天|[今昨]天|[今昨]日|[上本这]个?月(?:[底末初中]|[上中下]旬)?|上?[上本这]个?{_WEEK}[一二三四五六日天1-7]?"
    rf"|(?P<ago>\d{{1,2}}|两)个?(?P<unit>天|日|周|星期|礼拜|月)(?:以|之)?前|(?:前|这|近)(?:几|两|些)天|几天前){_REPORTED}"
)
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


def named_period(question: str, today: date, this_year: Callable[[], int] | None = None) -> NamedPeriod | None:
    """The first date that a question names, as a period in ISO 8601; None where it names none that a year can be given.

    `this_year` tells what 今年 is, where it is not the year of `today`.

    A month and a day without a year name something printed in the text (十月一日起): they are words like any other. The
    day of an event and the day of its report are not told apart, unless the question speaks of the report.
    """
    plain = comparable(question)
    if years := _YEARS.search(plain):
        words = years[0].removesuffix(years["reported"] or "")
        return NamedPeriod(words, Period(years["first"], years["last"]), bool(years["reported"]))
    found = [one for one in (_full(plain, today, this_year), _near(plain, today)) if one]
    if found:
        return min(found, key=lambda one: plain.find(one.words))
    newest = _NEWEST.search(plain)
    return NamedPeriod(newest[0], Period(newest=True)) if newest else None


def _full(plain: str, today: date, this_year: Callable[[], int] | None) -> NamedPeriod | None:
    match = _FULL.search(plain)
    if match is None:
        return None
    if match["year"].isdigit():
        year = int(match["year"])
    else:
        year = (this_year() if this_year else today.year) + YEARS[f"{match['year']}年"]
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
    if match["ago"]:
        first, last = _ago(2 if match["ago"] == "两" else int(match["ago"]), match["unit"], today)
    else:
        first, last = next(find(word, today) for pattern, find in _RELATIVE if re.search(pattern, word))
    return NamedPeriod(word, Period(first, last), bool(match["reported"]))


def _ago(count: int, unit: str, today: date) -> tuple[str, str]:
    """A day, the seven days of a week, or a month that lies so far back."""
    if unit == "月":
        months = today.year * 12 + today.month - 1 - count
        month = f"{months // 12:04}-{months % 12 + 1:02}"
        return month, month
    if unit in ("天", "日"):
        day = (today - timedelta(days=count)).isoformat()
        return day, day
    monday = today - timedelta(days=today.weekday() + 7 * count)
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


def _day(word: str, today: date) -> tuple[str, str]:
    day = (today + timedelta(days=DAYS[word])).isoformat()
    return day, day


def _days(word: str, today: date) -> tuple[str, str]:
    """The week before today, with today where it is these days."""
    last = today if word[0] in "这近" else today - timedelta(days=1)
    return (today - timedelta(days=7)).isoformat(), last.isoformat()


def _month(word: str, today: date) -> tuple[str, str]:
    inside = today.replace(day=1) - timedelta(days=1) if word[0] == "上" else today
    month = f"{inside:%Y-%m}"
    first, last = next((days for part, days in _PARTS_OF_MONTH.items() if part in word), (0, 0))
    last = min(last, monthrange(inside.year, inside.month)[1])
    return (f"{month}-{first:02}", f"{month}-{last:02}") if first else (month, month)


def _week(word: str, today: date) -> tuple[str, str]:
    """The week, or its day; 上上周 is the week before the last one."""
    monday = today - timedelta(days=today.weekday() + 7 * word.count("上"))
    if (day := _WEEKDAYS.find(word[-1])) >= 0:
        return ((monday + timedelta(days=day % 7)).isoformat(),) * 2
    return monday.isoformat(), (monday + timedelta(days=6)).isoformat()


_WEEKDAYS = WEEKDAYS + "123456天"  # as the text reads once its numbers are in digits
_PARTS_OF_MONTH = {"底": (21, 31), "末": (21, 31), "下旬": (21, 31), "初": (1, 10), "上旬": (1, 10), "中": (11, 20)}
_RELATIVE: tuple[tuple[str, Callable[[str, date], tuple[str, str]]], ...] = (
    ("几天|两天|些天", _days),
    ("月", _month),
    (_WEEK, _week),
    ("[天日]$", _day),
)


def analyse(
    query: Query, dates: Callable[[], tuple[str, str] | None] = lambda: None, taken: TakenOver | None = None
) -> AnalysedQuestion:
    """A query with what it means beyond its words, as far as it tells by itself: its history, its time.

    `dates` are the first and the last of the library: where it ends in an earlier year, 今年 is that one.
    """
    asked = AnalysedQuestion(replace(query, question=query.question.strip()[:QUESTION_CHARS]))
    return _with_dates(_with_history(_with_script(asked), taken), dates)


def settle_history(asked: AnalysedQuestion, hits: Sequence[Hit]) -> AnalysedQuestion:
    """The question once its hits are known. A history that it does not surely lean on stays where it tells alike ones
    apart: the first passage has more of the history than the one that the question finds by itself, and as much of the
    question, which names nothing.
    """
    if asked.leaning >= follow_ups.LEANS:
        return asked
    alone = next((hit for hit in hits if hit.ranks.get("alone") == 1), None)
    if not hits or hits[0] is alone or asked.alone.names:
        return asked.alone
    if alone is None:
        return asked
    own, carried = asked.alone.words, content_words(comparable(asked.carried))
    is_needed = _held(own, hits[0]) >= _held(own, alone) and _held(carried, hits[0]) > _held(carried, alone)
    return asked if is_needed else asked.alone


def is_new_subject(asked: AnalysedQuestion, hits: Sequence[Hit]) -> bool:
    """Whether a question leaves its history behind: it stands alone, and what it finds has less than half of the words
    that it might have taken over.
    """
    carried = content_words(comparable(asked.carried))
    return bool(hits) and not settle_history(asked, hits).carried and 2 * _held(carried, hits[0]) < len(carried)


def _held(words: Sequence[str], hit: Hit) -> int:
    """How many of the words a passage or its headline has."""
    plain = comparable(f"{headline(hit.article)}\n{hit.passage.text}")
    return sum(word in plain for word in words)


def _with_history(asked: AnalysedQuestion, taken: TakenOver | None) -> AnalysedQuestion:
    history = asked.query.history
    if not history:
        return asked
    carried, leaning = taken or (follow_ups.carried(asked.written, history), follow_ups.leaning(asked.written))
    whole = follow_ups.completed(asked.written, history) if carried and taken is None else None
    assumption = Assumption("follow-up", asked.written, follow_ups.shown(carried))
    if not leaning or not asked.query.may_assume(assumption):
        return asked
    if carried:
        asked = replace(asked, assumed=(*asked.assumed, assumption))
    if whole:
        return replace(asked, query=replace(asked.query, question=whole, history=()))
    ellipsis = follow_ups.ellipsis_of(asked.written, history) if carried else None
    return replace(asked, carried=carried, ellipsis=ellipsis, leaning=leaning)


def _with_script(asked: AnalysedQuestion) -> AnalysedQuestion:
    """Traditional or full-width characters and numbers in signs are read as the plain ones, whoever asks."""
    plain = "".join(map(_plainer, asked.written, fold(asked.written)))
    found = [Assumption("script", asked.written, plain)] if plain != asked.written else []
    numbers = numerals.read(normalise(asked.written)).items()
    found += [Assumption("script", written, digits) for written, digits in numbers if len(written) > 1]  # 三 is 3
    return replace(asked, assumed=tuple(filter(asked.query.may_assume, found)))


def _with_dates(asked: AnalysedQuestion, dates: Callable[[], tuple[str, str] | None]) -> AnalysedQuestion:
    """The time that the question names, or else the words that it surely carries."""
    today = date.fromisoformat(asked.query.today) if asked.query.today else date.today()

    def this_year() -> int:
        held = dates()
        return min(today.year, int(held[1][:4])) if held else today.year

    carried = asked.carried if asked.leaning >= follow_ups.LEANS else ""
    found = named_period(asked.written, today, this_year) or named_period(carried, today, this_year)
    if found is None:
        return asked
    assumption = Assumption("date", found.words, found.shown)
    if not asked.query.may_assume(assumption):
        return asked
    return replace(asked, period=found.period, is_reported=found.reported, assumed=(*asked.assumed, assumption))


def _plainer(written: str, folded: str) -> str:
    """The folded character, where more than its case or a mark of punctuation changes."""
    return folded if written.isalnum() and folded != written.lower() else written
