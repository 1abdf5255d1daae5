"""Tell what a reader finds while it reads: on a slow machine the sentences are there before the answer is."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from qa.protocols import Heard, SpanReader, Window, WindowSpans


class HeardReader:
    """A `qa.protocols.SpanReader` that reads as another one does, each window by itself, and tells what it finds."""

    def __init__(self, reader: SpanReader, heard: Heard) -> None:
        self._reader, self._heard = reader, heard

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
            self._heard(window.text[start:end])
        return found
