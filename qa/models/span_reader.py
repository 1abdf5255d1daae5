"""Run the span reader's ONNX graph: an extractive reader after Devlin et al. 2019 (BERT, section 4.2)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from qa.models import graphs
from qa.text.folding import fold
from qa.types import Span
from qa.types.protocols import Lexicon, SentenceSpan, Window, WindowSpans
from qa.types.settings import cores

QUESTION_PIECES = 64  # the last of a longer one
HEAD_PIECES = 48  # likewise
WINDOW_PIECES = 380  # with question, head and separators within the 512 positions of the model
SPAN_PIECES = 60  # a longer answer is no mark

_OUTPUTS = ["start", "end", "needed", "answers"]

Logits = NDArray[np.float32]


class OnnxSpanReader:
    """A `qa.types.protocols.SpanReader`: a graph from the word rows of question and window to the logits of a span.

    Windows run one at a time, so that none can touch its neighbour's reading (dynamic int8 scales activations over a
    whole batch); each run has one thread, and windows of all questions that are read at once share the cores: more runs
    than cores would take their memory and save no time.
    """

    def __init__(self, graph: graphs.Session, lexicon: Lexicon, fingerprint: str) -> None:
        """The graph takes `words` (windows, tokens, width): <s> question </s></s> head </s> window </s>, and gives
        `start`, `end` and `needed` (windows, tokens) and `answers` (windows,).
        """
        self._session = graph
        self._lexicon = lexicon
        self._core = threading.BoundedSemaphore(cores())
        self.fingerprint = fingerprint

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowSpans]:
        asked = self._lexicon.cut(fold(question))[0][-QUESTION_PIECES:]
        if len(windows) < 2:
            return [self._read(asked, window) for window in windows]
        with ThreadPoolExecutor(min(cores(), len(windows))) as pool:
            return list(pool.map(lambda window: self._read(asked, window), windows))

    def _read(self, asked: list[int], window: Window) -> WindowSpans:
        begin, end = self._lexicon.begin, self._lexicon.end
        pieces, places = self._lexicon.cut(fold(window.text))
        pieces, places = pieces[:WINDOW_PIECES], places[:WINDOW_PIECES]
        above = self._lexicon.cut(fold(window.head))[0][-HEAD_PIECES:]
        rows = self._lexicon.rows([begin, *asked, end, end, *above, end, *pieces, end])
        with self._core:
            starts, ends, needed, answers = self._session.run(_OUTPUTS, {"words": rows[None]})
        first = len(asked) + len(above) + 4
        inside = slice(first, first + len(pieces))
        logits = starts[0, inside], ends[0, inside], needed[0, inside]
        return WindowSpans(float(answers[0]), mark(*logits, places, window.sentences))


def mark(
    starts: Logits, ends: Logits, needed: Logits, places: Sequence[Span], sentences: Sequence[Span]
) -> tuple[SentenceSpan, ...]:
    """The likeliest span of each sentence, from the logits of the window's pieces.

    `starts`, `ends` and `needed` are (pieces,), `places` the ranges that the pieces stand for. A span lies in one
    sentence and is at most SPAN_PIECES long. A sentence is needed as much as its pieces are at the mean. One without a
    piece (the window was cut before it) is marked whole, share 0.
    """
    begins = np.array([place.start for place in places], dtype=np.int64)
    found = [_mark(starts, ends, begins, places, sentence) for sentence in sentences]
    mass = np.array([total for _, _, total in found])
    whole = np.logaddexp.reduce(mass)
    shares = np.exp(mass - whole) if np.isfinite(whole) else np.zeros(len(found))
    wanted = [_needed(needed, begins, sentence) for sentence in sentences]
    return tuple(
        SentenceSpan(span, score, float(share), want)
        for (span, score, _), share, want in zip(found, shares, wanted, strict=True)
    )


def _needed(needed: Logits, begins: NDArray[np.int64], sentence: Span) -> float:
    first, last = np.searchsorted(begins, (sentence.start, sentence.end))
    return float(needed[first:last].mean()) if first < last else float("-inf")


def _mark(
    starts: Logits, ends: Logits, begins: NDArray[np.int64], places: Sequence[Span], sentence: Span
) -> tuple[Span, float, float]:
    """The best span of a sentence, its logits added, and the logarithm of all its spans' exponentials, added."""
    first, last = (int(at) for at in np.searchsorted(begins, (sentence.start, sentence.end)))
    if first == last:
        return sentence, float("-inf"), float("-inf")
    logits = starts[first:last, None].astype(np.float64) + ends[None, first:last]
    order = np.arange(last - first)
    length = order[None, :] - order[:, None]
    logits[(length < 0) | (length >= SPAN_PIECES)] = -np.inf
    start, end = divmod(int(logits.argmax()), last - first)
    span = Span(max(places[first + start].start, sentence.start), min(places[first + end].end, sentence.end))
    return span, float(logits[start, end]), float(np.logaddexp.reduce(logits, axis=None))
