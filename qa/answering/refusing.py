"""Why there is no answer: the reason in words, with the terms that it is about."""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.study import Study
from qa.types import Filters, Reason

_UNKNOWN = 0.5  # share of a question's words that, unknown, make it a question about something else
_MOSTLY = 2 / 3  # the same, where a reader has read what there is
_EVEN = 0.5  # confidence
_ON_TOPIC = 0.4  # of the question that a passage must cover for its article to be called a report on it

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


def beyond(study: Study, confidence: float) -> Reason | None:
    """Where what is asked about stands nowhere in the library, so that nothing in it can answer, however sure.

    That is a name that surely is one, or so many of the words. A reader understands other words for the same, and more
    of them must be unknown: all, where its `confidence` is better than even.
    """
    if study.strange:
        return unknown(study.strange)
    least = _UNKNOWN if study.best.marked is None else 1.0 if confidence > _EVEN else _MOSTLY
    return unknown(study.unknown) if len(study.unknown) >= least * len(study.words) else None


def why(study: Study) -> Reason:
    """Of an answer that is too unsure to be given."""
    names = tuple(name for name in study.absent if name in study.unknown)
    if names or len(study.unknown) >= _UNKNOWN * len(study.words):
        return unknown(names or study.unknown)
    if study.absent and study.signs()["passage"] >= _ON_TOPIC:
        title = study.best.hit.article.title
        return Reason("false-premise", f"最接近的报道《{title}》里没有{_quoted(study.absent)}。", study.absent)
    return Reason("fact-missing", "有相关报道，但没有写到这一点。")


def _quoted(terms: Sequence[str]) -> str:
    return "".join(f"“{term}”" for term in terms)
