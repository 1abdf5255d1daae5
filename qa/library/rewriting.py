"""Query -> what a local model makes of a question that leans on earlier ones."""

from __future__ import annotations

from collections.abc import Callable

from qa.composing.compose import Writer
from qa.composing.rewriting import rewritten
from qa.questions.courtesy import without_courtesy
from qa.questions.follow_ups import carried, is_follow_up
from qa.questions.kinds import TALK, kind_of
from qa.questions.topics import catalogue_question
from qa.types import Assumption, Query

_OF_THE_LAST = (*TALK, "more", "summary")  # kinds of questions that carry no words over


def alone(query: Query, writer: Writer, is_known: Callable[[str], bool]) -> Assumption | None:
    """The question that is asked in place of one that would carry words over; None where this one stays as it is.

    `is_known` tells whether the library has a name.
    """
    question = without_courtesy(query.question).strip()
    kind = kind_of(question, None)
    if not is_follow_up(question) or not carried(question, query.history):
        return None
    if kind in _OF_THE_LAST or catalogue_question(question, kind):
        return None
    if not query.may_assume(Assumption("follow-up", question, "")):
        return None
    found = rewritten(question, query.history, writer, is_known)
    return Assumption("follow-up", question, found) if found and not is_follow_up(found) else None
