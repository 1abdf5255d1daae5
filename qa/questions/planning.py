"""Query -> Query: a question understood, each assumption named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from qa import numerals, text
from qa.questions import follow_ups, times
from qa.settings import QUESTION_CHARS
from qa.types import Assumption, Hit, Query


def plan(query: Query) -> Query:
    """The query with what it means beyond its words, every assumption named in `assumed`.

    What it may take over from its history is in `carried`, and in `leaning` how much that counts in retrieval. The time
    that it is about is in `period`; of a time at which something was reported, in `filters` too.
    """
    query = replace(query, question=query.question.strip()[:QUESTION_CHARS])
    return _with_dates(_with_history(_with_script(query)))


def settle(query: Query, hits: Sequence[Hit]) -> Query:
    """The query once its hits are known: a history that was not needed, because the question by itself finds the same
    passage first, is let go.
    """
    if query.leaning and query.leaning < follow_ups.LEANS and (not hits or hits[0].ranks.get("alone") == 1):
        return alone(query)
    return query


def alone(query: Query) -> Query:
    """The query without what it took over from its history."""
    assumed = tuple(one for one in query.assumed if one.kind != "follow-up")
    return replace(query, carried="", leaning=0.0, assumed=assumed)


def _with_history(query: Query) -> Query:
    carried = follow_ups.carried(query.question, query.history) if query.history else ""
    assumption = Assumption("follow-up", query.question, carried)
    if not carried or not query.may_assume(assumption):
        return query
    leaning = follow_ups.leaning(query.question)
    return replace(query, carried=carried, leaning=leaning, assumed=(*query.assumed, assumption))


def _with_script(query: Query) -> Query:
    """Traditional or full-width characters and numbers in signs are read as the plain ones, whoever asks."""
    plain = "".join(map(_plainer, query.question, text.fold(query.question)))
    found = [Assumption("script", query.question, plain)] if plain != query.question else []
    numbers = numerals.read(text.normalise(query.question)).items()
    found += [Assumption("script", written, digits) for written, digits in numbers if len(written) > 1]  # 三 is 3
    return replace(query, assumed=(*query.assumed, *filter(query.may_assume, found)))


def _with_dates(query: Query) -> Query:
    """The time that the question names, or else the words that it surely carries."""
    today = date.fromisoformat(query.today) if query.today else date.today()
    carried = query.carried if query.leaning >= follow_ups.LEANS else ""
    found = times.named(query.question, today) or times.named(carried, today)
    if found is None:
        return query
    assumption = Assumption("date", found.words, found.shown)
    if not query.may_assume(assumption):
        return query
    query = replace(query, period=found.period, assumed=(*query.assumed, assumption))
    given = query.filters
    if not found.reported or given.since or given.until:
        return query
    return replace(query, filters=replace(given, since=found.period.since, until=found.period.until))


def _plainer(written: str, folded: str) -> str:
    """The folded character, where more than its case or a mark of punctuation changes."""
    return folded if written.isalnum() and folded != written.lower() else written
