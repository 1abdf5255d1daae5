"""What happens on the screen, in plain Python: a conversation is a frozen value, a step makes the next one."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from qa.errors import QaError
from qa.types import Answer, Article, Citation, Query, Span
from ui.marks import Marked, of_citation
from ui.words import Words

if TYPE_CHECKING:
    from qa.archive import Archive


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what came of it: an answer, or a problem, or neither yet."""

    number: int  # from 1; part of every element id, so that answers never clash
    question: str
    answer: Answer | None = None
    problem: str | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Source:
    """An article that an answer quotes, under its number."""

    n: int
    article: Article
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An article to read, with the ranges of its text to mark; `name` says where it was opened from."""

    name: str
    article: Article
    marks: tuple[Marked, ...]


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    @property
    def last(self) -> Turn:
        return self.turns[-1]

    @property
    def waiting(self) -> bool:
        """Whether the last turn has no outcome yet."""
        return bool(self.turns) and self.last.answer is None and self.last.problem is None

    def turn(self, number: int) -> Turn | None:
        return next((turn for turn in self.turns if turn.number == number), None)

    def asked(self, question: str) -> Conversation:
        """One turn more, not answered yet."""
        return Conversation((*self.turns, Turn(len(self.turns) + 1, question)))

    def ended(self, turn: Turn) -> Conversation:
        """The last turn replaced by `turn`."""
        return Conversation((*self.turns[:-1], turn))


def refused(conversation: Conversation, question: str, words: Words) -> str | None:
    """Why a question is not asked at all; None where it is."""
    if conversation.waiting:
        return words.still_answering
    return None if question.strip() else words.empty_question


def answer(archive: Archive, conversation: Conversation) -> Conversation:
    """The last turn answered, with the questions before it as history. Our own errors become the turn's problem."""
    turn = conversation.last
    query = Query(turn.question, history=tuple(earlier.question for earlier in conversation.turns[:-1]))
    start = time.perf_counter()
    try:
        found = archive.ask(query)
    except QaError as error:
        return conversation.ended(replace(turn, problem=str(error)))
    return conversation.ended(replace(turn, answer=found, seconds=time.perf_counter() - start))


def failed(conversation: Conversation, words: Words) -> Conversation:
    """The last turn, left unanswered by an unexpected failure, saying what to do."""
    return conversation.ended(replace(conversation.last, problem=words.failed_unexpectedly))


def sources(answer: Answer) -> tuple[Source, ...]:
    """The articles that an answer quotes, by number; an article quoted twice keeps one number."""
    by_number: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        by_number.setdefault(citation.n, []).append(citation)
    return tuple(Source(n, quotes[0].article, tuple(quotes)) for n, quotes in sorted(by_number.items()))


def quote_id(number: int, citation: Citation) -> str:
    """The id of a quote's element in the sources of turn `number`."""
    return f"quote-{number}-{citation.n}-{citation.start}"


def nearest(answer: Answer, limit: int = 3) -> tuple[tuple[int, Article], ...]:
    """The articles of the best passages, each once, with the position of its best passage."""
    found: dict[str, tuple[int, Article]] = {}
    for position, hit in enumerate(answer.hits):
        found.setdefault(hit.article.id, (position, hit.article))
    return tuple(found.values())[:limit]


def cited_in(answer: Answer, position: int) -> tuple[Marked, ...]:
    """The quotes that lie, at least in part, in the passage at `position`."""
    passage = answer.hits[position].passage
    return tuple(
        of_citation(citation)
        for citation in answer.citations
        if citation.article.id == passage.article and citation.start < passage.end and passage.start < citation.end
    )


def reading_name(number: int, kind: str, index: int) -> str:
    """The name by which the page asks for an article: "source" and its number, or "passage" and its position."""
    return f"{number}-{kind}-{index}"


def reading(conversation: Conversation, name: str) -> Reading | None:
    """The article under `name`, with what was cited of it.

    None where the conversation holds no such thing: it ended, or the name was made up.
    """
    for number, answer in ((turn.number, turn.answer) for turn in conversation.turns if turn.answer):
        for source in sources(answer):
            if reading_name(number, "source", source.n) == name:
                return Reading(name, source.article, tuple(of_citation(citation) for citation in source.citations))
        for position, hit in enumerate(answer.hits):
            if reading_name(number, "passage", position) == name:
                whole = (Marked(Span(hit.passage.start, hit.passage.end)),)
                return Reading(name, hit.article, cited_in(answer, position) or whole)
    return None
