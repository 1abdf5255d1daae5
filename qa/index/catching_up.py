"""What the indexes of a library do alike, wherever they are kept, while it is changed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from qa.index.term_worker import TermWorker
from qa.types import Article, Passage
from qa.types.protocols import Progress


class CatchingUp(ABC):
    """Indexes that follow a library."""

    def __init__(self, worker: TermWorker) -> None:
        self._worker = worker
        self._is_changing = False  # this process is, and will catch up with it

    @abstractmethod
    def catch_up(self, progress: Progress | None = None) -> None:
        """Bring all indexes up to date."""

    @contextmanager
    def catching_up(self, progress: Progress | None = None) -> Iterator[None]:
        """Catch up with what is changed inside, whatever comes of it. The caller may change the library."""
        self._is_changing = True
        try:
            try:
                yield
            finally:
                self.catch_up(progress)
        finally:
            self._is_changing = False
            self._worker.rest()

    def publish(self, stopping: Callable[[], bool]) -> bool:
        """Let machines that have no indexes begin with these, where they are this machine's and it is due; whether they
        were published. Publishing that goes on ends when `stopping` says so. Raises LibraryError.
        """
        return False

    def expect(self, article: Article, split: Sequence[Passage]) -> None:
        """These passages are about to be stored: what takes long of them may begin."""
        self._worker.expect(article, split)
