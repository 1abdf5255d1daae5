"""A question, its answer and what was found -> a text that a model writes, as far as it stands, while it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.composing.check import Fault, Judged, judge
from qa.composing.claims import claims_of, finished
from qa.composing.material import Numbered
from qa.composing.prompt import Message, messages
from qa.errors import QaError
from qa.protocols import SpanReader
from qa.types import Answer, Citation, Span

KINDS = ("quote", "digest", "compare", "timeline")  # of answers that there is something to write about


Stopped = Callable[[], bool]


class Writer(Protocol):
    """A language model."""

    def write(self, messages: Sequence[Message], stopped: Stopped) -> Iterator[str]:
        """What it writes, piece by piece. Raises QaError."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that stands, and the sentences that it rests on, each quoted under its number in the composition."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence that does not stand, why, and the words that it was struck for."""

    text: str
    fault: Fault
    what: str = ""


@dataclass(frozen=True, slots=True)
class Composition:
    """What a model has written so far. `problem`: why it ended before its time, in our words."""

    statements: tuple[Statement, ...] = ()
    struck: tuple[Struck, ...] = ()
    is_done: bool = False
    problem: str | None = None

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Those of all statements, by number, each once."""
        return tuple({one.n: one for statement in self.statements for one in statement.citations}.values())


def may_be_composed(answer: Answer) -> bool:
    """Whether there is something to write about: a refusal is never overruled, a count has nothing to be told."""
    return answer.answered and answer.kind in KINDS and bool(answer.citations)


def composed(
    question: str,
    given: Sequence[Numbered],
    writer: Writer,
    reader: SpanReader | None,
    stopped: Stopped = lambda: False,
) -> Iterator[Composition]:
    """The composition, each time a sentence more has been judged; the last one is done. An error becomes its problem:
    what stood by then stands.
    """
    found, written, judged = Composition(), "", list[Judged]()
    by_number = {one.n: one for one in given}
    yield found
    try:
        for piece in writer.write(messages(question, given), stopped):
            written += piece
            for claim in claims_of(finished(written))[len(judged) :]:
                judged.append(judge(claim, by_number, reader))
                found = _composition(judged, by_number)
                yield found
        for claim in claims_of(written)[len(judged) :]:
            judged.append(judge(claim, by_number, reader))
    except QaError as error:
        yield replace(_composition(judged, by_number), is_done=True, problem=str(error))
        return
    yield replace(_composition(judged, by_number), is_done=True)


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
