"""Values that articles tell: amounts with their units, years and days, each read from what answers best."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from math import prod
from typing import NamedTuple

from qa.answering.digest import Day, day_in
from qa.answering.quotes import mark
from qa.answering.scoring import Assessment, ScoredCandidate, collect
from qa.answering.weights import fitted_weights
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval import timeliness
from qa.text.amounts import ALIKE, SIZES, TIMES, Amount, amounts
from qa.text.sentences import headline
from qa.text.zh import COUNTED
from qa.types import Citation, Hit, Period, Span
from qa.types.protocols import SpanReader, Weight

DAY, DAY_OF_YEAR = "day", "day of a year"  # the units of values that are days, with a year and without
_NEAR = 0.6  # of the best hit's score that an article's must have to be of the same kind
_SURE = 0.1  # chance below which a sentence tells no value
_SENTENCES = 3  # of an article that are looked at for values
_BESIDE = 0.5  # what an amount beside the marked one counts
_COUNTED = 2  # last characters of a question that say what is counted (破纪录)
_ALONE = 0.1  # what an amount counts with no word of the question beside it
_BEFORE = 0.5  # what the words in front of an amount tell of it, those behind it count 1
_ON_TOPIC = 0.25  # of the most that a sentence has of the question, which another must have to be on it
_EXTREMES = 0.8  # of an article's best value that another must be worth to be its most or least
_COUNTS = re.compile(f"(?:多少|几)({COUNTED})")  # 多少张床
_DURATIONS = frozenset({"秒", "分钟", "天", "周", "月", "年"})
# The units in which what a question asks for is told, where it says what that is.
_MEASURES = tuple(
    (re.compile(asked), units)
    for asked, units in (
        ("多少钱|花钱|花费|投资|费用|造价|价格|奖金|经费|收入", frozenset({"元"})),
        ("年纪|年龄|岁数|几岁|多老", frozenset({"岁"})),
        ("占地|面积", frozenset({"亩", "平方米", "平方公里", "顷", "公顷"})),
        ("多久|多长时间|时间多长", _DURATIONS),
        ("多远|多长", frozenset({"米", "里"}) | _DURATIONS),
        ("多重|重量", frozenset({"斤", "吨", "克"})),
        ("总分|得分|分数|分多高|分有多少", frozenset({"分"})),
    )
)


class Value(NamedTuple):
    """A value that an article tells, in its `unit` or one like it, how surely it is what was asked for, and how much of
    the question its sentence has under its headline.
    """

    citation: Citation
    amount: Decimal
    unit: str
    weight: float
    on_topic: float = 1.0

    @property
    def printed(self) -> str:
        start, end = self.citation.mark
        return self.citation.quote[start:end]


def table(
    asked: AnalysedQuestion,
    hits: Sequence[Hit],
    weight: Weight,
    reader: SpanReader | None,
    *,
    is_least: bool,
    is_day: bool = False,
    is_speed: bool = False,
) -> list[Value]:
    """A value of each article that is of the kind asked about, all in the unit that most of them tell, the wanted end
    first; of an article's own values the one at that end. `is_day` asks for days and years; where `is_speed`, times are
    better the shorter they are.
    """
    line = fitted_weights(reader is not None).sentence
    studies = [collect(asked, (hit,), weight, reader).assess(line) for hit in _of_the_kind(hits, asked.period)]
    told = [one for study in studies for one in _values(study, asked, is_day=is_day)]
    measured = _measures(asked.written)
    told = [one for one in told if is_day or measured is None or one.unit in measured]
    on_topic = _ON_TOPIC * max((one.on_topic for one in told), default=0.0)
    told = [one for one in told if one.on_topic >= on_topic]
    unit = _common(told)
    is_least ^= is_speed and unit in _DURATIONS
    of_article: dict[str, list[Value]] = defaultdict(list)
    for one in told:
        if one.unit == unit:
            of_article[one.citation.article.id].append(one)
    found = [_extreme(each, is_least=is_least) for each in of_article.values()]
    found.sort(key=lambda one: (one.amount if is_least else -one.amount, one.citation.article.id))
    return found


def _measures(question: str) -> frozenset[str] | None:
    """The units in which what is asked for is told; None where the question does not say."""
    if counted := _COUNTS.search(question):
        return frozenset({ALIKE.get(counted[1], counted[1])})
    return next((units for form, units in _MEASURES if form.search(question)), None)


def _of_the_kind(hits: Sequence[Hit], period: Period | None) -> list[Hit]:
    """The best hit of each article, as far as it is nearly as good as the best; where several are of the time asked
    about, those alone.
    """
    first = {hit.article.id: hit for hit in reversed(hits)}
    near = [hit for hit in first.values() if hit.score >= _NEAR * max(one.score for one in first.values())]
    if period is None or period.newest:
        return near
    timely = [hit for hit in near if timeliness.fit(hit.article, period) is timeliness.Fit.OF_IT]
    return timely if len(timely) > 1 else near


def value_in(citation: Citation, unit: str | None = None) -> Value | None:
    """The first amount of what a quote marks, of the unit where one is given; None where it has none."""
    start, end = citation.mark
    for one in _measured(citation.quote[start:end]):
        if unit in (None, one.unit):
            placed = Span(start + one.span.start, start + one.span.end)
            return Value(replace(citation, mark=placed), one.value, one.unit, citation.score)
    return None


def _extreme(values: Sequence[Value], *, is_least: bool) -> Value:
    """The most or the least of the values of one article that are worth it."""
    best = max(one.weight for one in values)
    likely = [one for one in values if one.weight >= _EXTREMES * best]
    return min(likely, key=lambda one: one.amount if is_least else -one.amount)


def _common(values: Sequence[Value]) -> str | None:
    """The unit that most articles surely tell."""
    worth: dict[str, dict[str, float]] = defaultdict(dict)
    for one in values:
        held = worth[one.unit]
        held[one.citation.article.id] = max(held.get(one.citation.article.id, 0.0), one.weight)
    return max(worth, key=lambda unit: sum(worth[unit].values()), default=None)


def _values(study: Assessment, asked: AnalysedQuestion, *, is_day: bool) -> Iterator[Value]:
    """What the best sentences of an article tell: an amount counts by its sentence's chance, more where it is marked,
    and more where the words beside it are the question's, most of all the last of them, which says what is counted.
    """
    for one in study.ranked[:_SENTENCES]:
        if one.chance >= _SURE:
            yield from _of_sentence(study, asked, one, is_day=is_day)


def _of_sentence(study: Assessment, asked: AnalysedQuestion, one: ScoredCandidate, *, is_day: bool) -> Iterator[Value]:
    candidate, article = one.candidate, one.candidate.hit.article
    quote, marked = candidate.quote, mark(asked, candidate, study.evidence)
    citation = Citation(1, article, candidate.start, candidate.end, quote, marked, one.chance)
    on_topic = study.evidence.covers(f"{headline(article)}\n{quote}")
    if is_day:
        if dated := day_in(quote, article):
            day, span = dated
            unit = DAY if day.year else DAY_OF_YEAR
            yield Value(replace(citation, mark=span), _ordinal(day), unit, one.chance, on_topic)
        return
    found = _measured(quote)
    counted = asked.words[-1][-_COUNTED:] if asked.words else ""
    for at, (span, amount, unit) in enumerate((each.span, each.value, each.unit) for each in found):
        before, behind = _around(quote, [each.span for each in found], at)
        beside = _BEFORE * study.evidence.covers(before) + study.evidence.covers(behind)
        is_counted = counted in (unit, ALIKE.get(counted)) or counted in before + behind
        is_marked = span.start < marked.end and marked.start < span.end
        weight = one.chance * (1 if is_marked else _BESIDE) * (_ALONE + beside + is_counted)
        yield Value(replace(citation, mark=span), amount, unit, weight, on_topic)


def _around(quote: str, spans: Sequence[Span], at: int) -> tuple[str, str]:
    """What stands in an amount's clause in front of it and behind it, up to its neighbours."""
    before = quote[spans[at - 1].end if at else 0 : spans[at].start]
    behind = quote[spans[at].end : spans[at + 1].start if at + 1 < len(spans) else len(quote)]
    return re.split("[，；。]", before)[-1], re.split("[，；。]", behind)[0]


def _measured(quote: str) -> list[Amount]:
    """The amounts that count or measure something."""
    return [one for one in amounts(quote) if one.is_measured]


def _ordinal(day: Day) -> Decimal:
    """A day, month or year as a number that grows with time."""
    return Decimal((day.year or 0) * 10_000 + (day.month or 0) * 100 + (day.day or 0))


def total(values: Iterable[Value]) -> str | None:
    """The sum as people write it, with the unit and the 万 or 亿 that all of them are printed with; None where they
    are not all of one unit.
    """
    every = list(values)
    if len({one.unit for one in every}) != 1:
        return None
    printed = [amount for one in every for amount in _measured(one.printed)]
    units = [one.sign for one in printed]
    scales = {one.scale for one in printed}
    scale = scales.pop() if len(scales) == 1 else ""
    unit = units[0] if len(set(units)) == 1 else every[0].unit
    size = prod(TIMES[one] for one in scale) * (SIZES[unit][1] if unit in SIZES else 1)
    return f"{_written(sum((one.amount for one in every), Decimal()) / size)}{scale}{unit}"


def _written(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"
