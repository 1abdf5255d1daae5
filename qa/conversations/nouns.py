"""The nouns of conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from qa.types import Answer, Assumption, Filters

Verdict = Literal["up", "down"]
_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class Message:
    """A question, what it was asked with, and what came of it: an answer or a problem."""

    question: str
    answer: Answer | None = None
    problem: str | None = None
    seconds: float = 0.0
    filters: Filters = _NO_FILTERS
    refused: tuple[Assumption, ...] = ()
    number: int = 0  # unique over all conversations, never used twice; 0 before it is kept
    verdict: Verdict | None = None
    word: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A conversation in a list."""

    id: str
    title: str
    updated: str  # ISO 8601, UTC


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader thought of an answer; `about` holds the question, its history, the answer and its quotes."""

    verdict: Verdict
    word: str
    given: str  # ISO 8601, UTC
    about: dict[str, Any]
