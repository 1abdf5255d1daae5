"""Run the graph that tells what a follow-up question takes over from the questions before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from qa.models import graphs
from qa.text.folding import fold, normalise
from qa.types import Span
from qa.types.protocols import FollowUpReading, Lexicon, Marked

ROLES = 3
"""Of a piece: 0 of the question, and of what separates; 1 of the question before it, 2 of earlier ones."""

_PIECES = 64  # of a question
HISTORY = 4  # questions that are read
_BETWEEN = "。"


class Part(NamedTuple):
    """An earlier question, normalised; its first piece's place among all, and the ranges of its pieces."""

    text: str
    first: int
    places: tuple[Span, ...]


class Line(NamedTuple):
    """What the graph reads: numbers of pieces, and the role of each."""

    pieces: list[int]
    roles: list[int]
    parts: tuple[Part, ...]


def line_of(lexicon: Lexicon, question: str, history: Sequence[str]) -> Line:
    """<s> question </s></s></s> earlier questions, each with a full stop </s>: as the span reader's line, without a
    headline. Of the question the last 64 pieces, of the HISTORY last questions the first 64 of each.
    """
    asked, end = lexicon.cut(fold(question))[0][-_PIECES:], lexicon.end
    pieces, parts = [lexicon.begin, *asked, end, end, end], list[Part]()
    roles, between = [0] * len(pieces), lexicon.cut(_BETWEEN)[0]
    read = history[-HISTORY:]
    for at, text in enumerate(map(normalise, read), 1):
        own, places = lexicon.cut(text)
        parts.append(Part(text, len(pieces), tuple(places[:_PIECES])))
        pieces += [*own[:_PIECES], *between]
        roles += [1 if at == len(read) else 2] * (len(pieces) - len(roles))
    return Line([*pieces, end], [*roles, 0], tuple(parts))


class OnnxFollowUpReader:
    """A `qa.types.protocols.FollowUpReader`: the lower layers of the span reader, and one layer of its own."""

    def __init__(self, graph: graphs.Session, lexicon: Lexicon) -> None:
        """The graph takes `words` (1, pieces, width) and `roles` (1, pieces), and gives as logits `taken` (1, pieces)
        and `leans` (1,).
        """
        self._session = graph
        self._lexicon = lexicon

    def read(self, question: str, history: Sequence[str]) -> FollowUpReading:
        line = line_of(self._lexicon, question, history)
        rows, roles = self._lexicon.rows(line.pieces)[None], np.array([line.roles], dtype=np.int64)
        taken, leans = self._session.run(["taken", "leans"], {"words": rows, "roles": roles})
        marked = tuple(
            Marked(text, places, tuple(taken[0, first : first + len(places)].tolist()))
            for text, first, places in line.parts
        )
        return FollowUpReading(float(1 / (1 + np.exp(-leans[0]))), marked)
