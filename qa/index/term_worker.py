"""Segment passages into terms in a second process while this one reads on: ``python -m qa.index.term_worker``.

It takes an eighth off adding 30,000 passages without vectors on two busy processors.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import BinaryIO

from qa.articles import passages
from qa.errors import LibraryError
from qa.text.words import index_terms, keeping_words
from qa.types import Article, Passage

SEPARATOR = "\n"  # in no term: a text is cut at its white space


def main() -> None:
    """The worker process: batches of texts on stdin, their terms on stdout, both pickled."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the parent to deal with
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with keeping_words(pickle.load(source)):
        _write([], target)
        for batch in _batches(source):
            terms = map(index_terms, batch)
            _write([{field: SEPARATOR.join(found) for field, found in one.items()} for one in terms], target)


def _write(joined: list[dict[str, str]], target: BinaryIO) -> None:
    pickle.dump(joined, target, pickle.HIGHEST_PROTOCOL)
    target.flush()


def _batches(source: BinaryIO) -> Iterator[list[str]]:
    while True:
        try:
            batch: list[str] = pickle.load(source)
        except EOFError:
            return
        yield batch


_WORKER = "qa.index.term_worker"
_BATCH = 500  # passages sent at a time; with fewer in all no process is started
_MOST = 50_000  # passages that wait at a time, some 150 MB; further ones are cut when they are asked for

_Joined = list[dict[str, str]]


class TermWorker:
    """The terms of passages, computed ahead for those that were announced. One thread may announce, many may ask."""

    def __init__(self, own: frozenset[str] = frozenset(), version: str = "") -> None:
        """`own` are the library's own words, kept whole; `version` changes whenever `terms` would give others."""
        self.version = version
        self._own = own
        self._batch: list[str] = []
        self._waiting: dict[str, tuple[Future[_Joined], int]] = {}
        self._cutter: _Worker | None = None

    def terms(self, article: Article, passage: Passage) -> Mapping[str, Sequence[str]]:
        """By field of the term index. What the other process has not begun yet is cut here. Raises LibraryError."""
        whole = passages.context(article, passage)
        found = self._waiting.pop(whole, None)
        if found is None or found[0].cancel():
            with keeping_words(self._own):
                return index_terms(whole)
        joined = found[0].result()[found[1]]
        return {field: terms.split(SEPARATOR) if terms else [] for field, terms in joined.items()}

    def expect(self, article: Article, split: Sequence[Passage]) -> None:
        """These will be asked for soon."""
        if len(self._waiting) >= _MOST:
            return
        self._batch += [passages.context(article, passage) for passage in split]
        if len(self._batch) >= _BATCH:
            self._cutter = self._cutter or _Worker(self._own)
            future = self._cutter.cut(self._batch)
            self._waiting.update((whole, (future, at)) for at, whole in enumerate(self._batch))
            self._batch = []

    def forget(self) -> None:
        """What was expected and not asked for was there already."""
        self._waiting.clear()
        self._batch.clear()

    def rest(self) -> None:
        """End the process until something is expected again."""
        self.forget()
        if self._cutter is not None:
            self._cutter.close()
            self._cutter = None


class _Worker:
    """The process, and the thread that speaks to it."""

    def __init__(self, own: frozenset[str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", _WORKER],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # no Ctrl-C reaches it, not even before it can say so itself
        )
        self._thread = ThreadPoolExecutor(1, "cutter")
        self._thread.submit(self._tell, own)  # until it is ready nothing is begun, and who waits does it himself

    def cut(self, batch: list[str]) -> Future[_Joined]:
        return self._thread.submit(self._tell, batch)

    def close(self) -> None:
        self._process.kill()
        self._thread.shutdown(cancel_futures=True)
        with self._process:  # closes its pipes, waits for its end
            assert self._process.stdin
            with suppress(OSError):  # what is left in the buffer has nowhere to go
                self._process.stdin.close()

    def _tell(self, value: frozenset[str] | list[str]) -> _Joined:
        """What it answers. Raises LibraryError."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            pickle.dump(value, self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
            joined: _Joined = pickle.load(self._process.stdout)
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise LibraryError("index.process-ended") from error
        return joined


if __name__ == "__main__":
    main()
