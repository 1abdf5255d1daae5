"""Why there is no answer: the reason in words, with the terms that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from qa import text
from qa.answering.premises import may_be_named, missing
from qa.answering.study import Study
from qa.types import Filters, Reason

_UNKNOWN = 0.5  # share of a question's words that, unknown, make it a question about something else
_ON_TOPIC = 0.3  # of the question that a passage must cover for its article to be called a report on it

_UNTOLD = Reason("fact-missing", "有相关报道，但没有写到这一点。")
EMPTY = Reason("empty-question", "请写出要问的事情：人名、地名、事件或时间。")


def nothing_left(filters: Filters) -> Reason:
    """Where filters leave no passage."""
    if filters.since or filters.until:
        return Reason("outside-dates", "所选日期里没有文章。放宽日期再问。")
    return Reason("fact-missing", "所选的来源、记者或文章里什么也没有。放宽筛选再问。")


def outside_dates(held: tuple[str, str] | None) -> Reason:
    """Where the library has nothing of the time asked about; `held` are its first and last date."""
    if held is None:
        return Reason("outside-dates", "库里的文章都没有日期。放宽日期再问。")
    range_held = held[0] if held[0] == held[1] else f"{held[0]} 到 {held[1]}"
    return Reason("outside-dates", f"库里有日期的文章是 {range_held} 的，没有所问日期的。换个日期再问。", held)


def unknown(terms: Sequence[str]) -> Reason:
    return Reason("unknown-term", f"库中没有出现{_quoted(terms)}。", tuple(terms))


def beyond(study: Study) -> Reason | None:
    """Where what is asked about stands nowhere in the library, so that nothing in it can answer, however sure: a name
    that surely is one; half of the words, where none is Chinese, or without a reader, which understands other words for
    the same.
    """
    if study.strange:
        return unknown(study.strange)
    is_read = study.best.marked is not None
    if is_read and any(map(text.is_han, study.words)):
        return None
    return (_lacking(study) or _UNTOLD) if len(study.unknown) >= _UNKNOWN * len(study.words) else None


def why(study: Study) -> Reason:
    """Of an answer that is too unsure to be given: a name that nothing has; a name or amount that the nearest report
    has not; else that it does not tell. No other words are blamed: anybody may say them of anything.
    """
    if reason := _lacking(study):
        return reason
    report = study.nearest()
    wrong = missing(study.premises, report.article)
    if wrong and study.covers(report, without=wrong) >= _ON_TOPIC:
        return Reason("false-premise", f"最接近的报道《{report.article.title}》里没有{_quoted(wrong)}。", wrong)
    return _UNTOLD


def _lacking(study: Study) -> Reason | None:
    names = tuple(one for one in study.unheard if may_be_named(one))
    return unknown(names) if names else None


def _quoted(terms: Sequence[str]) -> str:
    return "".join(f"“{term}”" for term in terms)
