"""A follow-up question -> the same question as a local model rewrites it to stand alone, where that says no more."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from qa.composing.claims import without_thoughts
from qa.composing.compose import Writer
from qa.composing.prompt import Message
from qa.errors import QaError
from qa.questions.courtesy import without_courtesy
from qa.questions.follow_ups import carried, is_follow_up
from qa.questions.kinds import TALK, kind_of
from qa.questions.topics import catalogue_question
from qa.text import zh
from qa.text.folding import comparable
from qa.text.matching import stands
from qa.text.words import content_words, name_words, tagged_words
from qa.types import Assumption, Query

_OF_THE_LAST = (*TALK, "more", "summary")  # kinds of questions that carry no words over
SECONDS = 2.0  # that an answer may wait for the question
_LONGEST_CHARS = 200
_EARLIER = 4  # questions that are told
_DRESS = re.compile(r"^\W*(?:改写(?:后|成)?的?|完整的?)?(?:问题|追问)?[:：]\s*|^[\"“「\s]+|[\"”」\s]+$")
_RULES = """\
你把追问改写成一个不看前面也能懂的问题。规则：
1. 用前面的问题里的名字和说法补全追问，不加别的名字、日期、数字，不回答。
2. 追问里的词都留着。
3. 只写改写后的问题，一行。"""


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


def rewritten(
    question: str, history: Sequence[str], writer: Writer, is_known: Callable[[str], bool], seconds: float = SECONDS
) -> str | None:
    """The question by itself; None where the model is too slow, fails, leaves out what is asked, or says what neither
    the questions say nor, of a name, the library (`is_known`).
    """
    written = _written(_messages(question, history[-_EARLIER:]), writer, seconds)
    alone = _DRESS.sub("", without_thoughts(written or "").strip())
    said = comparable("\n".join((*history, question)))
    is_line = 0 < len(alone) <= _LONGEST_CHARS and len(alone.splitlines()) == 1
    return alone if is_line and _asks(question, alone) and not _adds(alone, said, is_known) else None


def _written(messages: Sequence[Message], writer: Writer, seconds: float) -> str | None:
    """All that is written in time. A server that fails is told of where it writes about the answer."""
    until = time.monotonic() + seconds
    try:
        written = "".join(writer.write(messages, lambda: time.monotonic() > until))
    except QaError:
        return None
    return written if time.monotonic() <= until else None  # what was cut off is no question


def _asks(question: str, alone: str) -> bool:
    """Whether the words of the question are all there."""
    plain = comparable(alone)
    return all(stands(word, plain) for word in content_words(question))


def _adds(alone: str, said: str, is_known: Callable[[str], bool]) -> bool:
    """Whether there is a word that nobody said, or a denial; names of the library aside."""
    names = {name for name in name_words(alone) if is_known(name)}
    denials = [word for word, _ in tagged_words(alone) if word in zh.DENIALS]
    return not all(stands(word, said) or word in names for word in (*content_words(comparable(alone)), *denials))


def _messages(question: str, history: Sequence[str]) -> list[Message]:
    earlier = "\n".join(history)
    return [
        {"role": "system", "content": _RULES},
        {"role": "user", "content": f"前面的问题：\n{earlier}\n\n追问：{question}\n\n改写后的问题："},
    ]
