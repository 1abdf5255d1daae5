"""Understand a question: what it leaves to the questions before it, and what it shows about itself."""

from __future__ import annotations

import re
from dataclasses import replace

from qa import text
from qa.settings import QUESTION_CHARS
from qa.types import Assumption, Query

# Words that point back to something said before: a question that holds one leans on its history.
_POINTS_BACK = re.compile(
    r"[它他她]们?|^[那这]|其中|[这那该此][个些次位家里项种场条名]|该[镇乡村县区市街社校院局馆所站企公单活会路]|上述|还有[谁哪什几]|^还|呢[?？]?$"
)
_STANDS_ALONE_WORDS = 3  # a question with this many words of its own, and nothing that points back, stands alone


def plan(query: Query) -> Query:
    """The query with the words that it takes over from its history, and that assumption named.

    A question that stands alone takes nothing over. One that does not takes the content words of the latest earlier
    question that stands alone, and of the follow-ups since, which it does not say itself.
    """
    question = query.question.strip()[:QUESTION_CHARS]
    if not query.history or not is_follow_up(question):
        return replace(query, question=question)
    carried = _carried(question, query.history)
    if not carried:
        return replace(query, question=question)
    assumption = Assumption("follow-up", question, carried)
    if not query.may_assume(assumption):
        return replace(query, question=question)
    return replace(query, question=question, carried=carried, assumed=(*query.assumed, assumption))


def is_follow_up(question: str) -> bool:
    """Whether a question leans on an earlier one: it points back, or says too little to stand alone."""
    return bool(_POINTS_BACK.search(question)) or len(text.content_words(question)) < _STANDS_ALONE_WORDS


def _carried(question: str, history: tuple[str, ...]) -> str:
    topic: list[str] = []
    for earlier in reversed(history):
        topic = [*_phrases(earlier), *topic]
        if not is_follow_up(earlier):
            break
    own = text.normalise(question)
    return " ".join(phrase for phrase in dict.fromkeys(topic) if phrase not in own)


def _phrases(question: str) -> list[str]:
    """The content words of a question; those that follow each other directly, in one piece."""
    plain, end, phrases = text.normalise(question), -1, list[str]()
    for word in text.content_words(question):
        start = plain.find(word, max(end, 0))
        if start == end:
            phrases[-1] += word
        else:
            phrases.append(word)
        end = start + len(word) if start >= 0 else end
    return phrases
