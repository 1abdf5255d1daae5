"""What a reader is given and what it makes of it: nouns beside those of `qa.types`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from qa.types import Span


@dataclass(frozen=True, slots=True)
class Window:
    """A slice of a passage that is read at once: whole sentences. `sentences` are ranges of `text`, ascending; `head`
    is what stands above it: headline, paper, date.
    """

    text: str
    sentences: tuple[Span, ...]
    head: str = ""


class Marked(NamedTuple):
    """What a reader makes of one sentence."""

    span: Span  # of the window's text, inside the sentence: where its likeliest answer stands
    score: float  # the logits of that span's start and end, added
    share: float  # the chance that the answer stands in this sentence, if it stands in the window
    needed: float  # logit that an answer needs this sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of a window: `answers` is the logit that it answers, `sentences` goes with the window's."""

    answers: float
    sentences: tuple[Marked, ...]
