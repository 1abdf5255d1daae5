"""A question, its answer and what was found -> a text that a model writes, as far as it stands, while it is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Protocol

from qa.composing.claims import Claim, Judged, claims_of, judge
from qa.composing.prompt import Message, Numbered, messages
from qa.errors import QaError
from qa.types import Answer, Article, Citation, Composition, Span, Statement, Struck

_MOST_CLAIMS = 40
_BEGUN = re.compile(r"[。！？；!?;…\]】］\r\n]\W*\w")  # where one sentence has ended and the next has begun
_GROWING = 2  # claims at the end of what was written that a further word may change: the last may get a number yet
KINDS = ("quote", "digest", "compare", "timeline")  # of answers that there is something to write about


Stopped = Callable[[], bool]
_QUESTION = "新图书馆什么时候开放，首日来了多少人？"
_SENTENCES = ("市图书馆新馆3月5日向读者开放。", "开放首日接待读者3200人次。", "新馆藏书80万册。")


class Writer(Protocol):
    """A language model."""

    def write(self, messages: Sequence[Message], stopped: Stopped) -> Iterator[str]:
        """What it writes, piece by piece. Raises QaError."""


def may_be_composed(answer: Answer) -> bool:
    """Whether there is something to write about: a refusal is never overruled, a count has nothing to be told."""
    return answer.answered and answer.kind in KINDS and bool(answer.citations)


def composed(
    question: str,
    given: Sequence[Numbered],
    writer: Writer,
    stopped: Stopped = lambda: False,
) -> Iterator[Composition]:
    """The composition, each time a sentence more has been judged; the last one is done. An error becomes its problem:
    what stood by then stands.
    """
    found, written, new = Composition(), "", ""
    judging = _Judging({one.n: one for one in given})
    yield found
    try:
        for piece in writer.write(messages(question, given), stopped):
            written, new = written + piece, new + piece
            if not _BEGUN.search(new):
                continue
            new = _BEGUN.split(new)[-1]
            if len(claims := claims_of(written)) > _MOST_CLAIMS:
                break  # it rambles
            if (more := judging.of(claims[:-_GROWING])) != found:
                found = more
                yield found
    except QaError as error:
        yield replace(judging.of(claims_of(written)[:-1]), is_done=True, problem=str(error))
        return
    yield replace(judging.of(claims_of(written)[:_MOST_CLAIMS], is_end=True), is_done=True)


class _Judging:
    """Judges each claim once, while they become more."""

    def __init__(self, given: Mapping[int, Numbered]) -> None:
        self._given = given
        self._judged: dict[Claim, Judged] = {}

    def of(self, claims: Sequence[Claim], *, is_end: bool = False) -> Composition:
        """The composition of the claims. `is_end`: the last may have been cut short."""
        if is_end and claims and not claims[-1].is_whole:  # 8月1 of 8月17日 would say what nobody wrote
            self._judged[claims[-1]] = Judged(claims[-1], "unfinished")
        new = [one for one in claims if one not in self._judged]
        self._judged |= {one: judge(one, self._given) for one in new}
        return _composition([self._judged[one] for one in dict.fromkeys(claims)], self._given)


def _composition(judged: Sequence[Judged], given: Mapping[int, Numbered]) -> Composition:
    numbers: dict[int, int] = {}
    stand = [one.claim for one in judged if one.fault is None]
    for claim in stand:
        for one in claim.numbers:
            numbers.setdefault(one, len(numbers) + 1)
    statements = [Statement(one.text, tuple(_cited(numbers[n], given[n]) for n in one.numbers)) for one in stand]
    struck = [Struck(one.claim.text, one.fault, one.what) for one in judged if one.fault is not None]
    return Composition(tuple(statements), tuple(struck))


def _cited(n: int, one: Numbered) -> Citation:
    quote = one.article.text[one.start : one.end]
    return Citation(n, one.article, one.start, one.end, quote, Span(0, len(quote)), 1.0)


def tried(writer: Writer) -> Composition:
    """What the model makes of the sentences; none stands where it does not do as it is told, and there is a `problem`
    where its server does not answer.
    """
    article = Article("", "".join(_SENTENCES), _QUESTION)
    starts = (article.text.index(one) for one in _SENTENCES)
    given = [Numbered(n, article, at, at + len(one)) for n, at, one in zip(count(1), starts, _SENTENCES, strict=False)]
    *_, last = composed(_QUESTION, given, writer)
    return last
