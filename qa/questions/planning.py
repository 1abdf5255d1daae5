"""Query -> Query: a question understood, each assumption named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.questions import follow_ups
from qa.settings import QUESTION_CHARS
from qa.types import Assumption, Hit, Query


def plan(query: Query) -> Query:
    """The query with what it means beyond its words, every assumption named in `assumed`.

    What it may take over from its history is in `carried`, and in `leaning` how much that counts in retrieval.
    """
    return _with_history(replace(query, question=query.question.strip()[:QUESTION_CHARS]))


def settle(query: Query, hits: Sequence[Hit]) -> Query:
    """The query once its hits are known: a history that was not needed, because the question by itself finds the same
    passage first, is let go.
    """
    if query.leaning and query.leaning < follow_ups.LEANS and (not hits or hits[0].ranks.get("alone") == 1):
        assumed = tuple(one for one in query.assumed if one.kind != "follow-up")
        return replace(query, carried="", leaning=0.0, assumed=assumed)
    return query


def _with_history(query: Query) -> Query:
    carried = follow_ups.carried(query.question, query.history) if query.history else ""
    assumption = Assumption("follow-up", query.question, carried)
    if not carried or not query.may_assume(assumption):
        return query
    leaning = follow_ups.leaning(query.question)
    return replace(query, carried=carried, leaning=leaning, assumed=(*query.assumed, assumption))
