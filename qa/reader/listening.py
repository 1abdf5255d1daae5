"""Tell what a reader finds while it reads: on a slow machine the sentences are there before the answer is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar

from qa.protocols import SpanReader, Window, WindowSpans

Heard = Callable[[str], None]
"""``heard(sentence)``: called from any thread with the likeliest sentence of a window that seems to answer."""

_HEARD: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def hearing(heard: Heard) -> Iterator[None]:
    """While this lasts, in this thread, `heard` is told of what is read for an answer."""
    token = _HEARD.set(heard)
    try:
        yield
    finally:
        _HEARD.reset(token)


def heard(reader: SpanReader | None) -> SpanReader | None:
    """The reader; where somebody is hearing, one that reads the same and tells it."""
    told = _HEARD.get()
    return HeardReader(reader, told) if reader and told else reader


class HeardReader:
    """A `qa.protocols.SpanReader` that reads as another one does, each window by itself, and tells what it finds."""

    def __init__(self, reader: SpanReader, told: Heard) -> None:
        self._reader, self._told = reader, told

    @property
    def fingerprint(self) -> str:
        return self._reader.fingerprint

    def read(self, question: str, windows: Sequence[Window]) -> list[WindowSpans]:
        with ThreadPoolExecutor(max(1, len(windows))) as pool:  # the reader itself shares the cores among them
            return list(pool.map(lambda window: self._read(question, window), windows))

    def _read(self, question: str, window: Window) -> WindowSpans:
        (found,) = self._reader.read(question, [window])
        if found.answers > 0:
            best = max(range(len(found.sentences)), key=lambda at: found.sentences[at].share)
            start, end = window.sentences[best]
            self._told(window.text[start:end])
        return found
