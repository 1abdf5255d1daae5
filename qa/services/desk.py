"""What all doors share: the library they ask, how many questions are worked on at once, and addresses to look at."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import anyio
import anyio.to_thread

from qa import Answer, Article, Citation, Filters, Hit, Library, Query
from qa.errors import Overloaded, UsageError
from qa.errors.messages import Wording
from qa.services import wire
from qa.services.clients import beside
from qa.types import Composition
from qa.types.settings import QUESTION_CHARS

AT_ONCE = 4  # questions of programs that are worked on; people at the screen have threads of their own
WAITING = 64  # that wait for their turn; one more is told to come later
K_MOST = 100  # passages of one search
HISTORY = 20  # earlier questions that are read, the last ones
PAGE_MOST = 100  # articles of one window

_T = TypeVar("_T")
Composer = Callable[[Answer, Callable[[], bool]], Iterator[Composition]]
"""An answer, and whether to stop -> what a language model makes of it, each time it grows."""


@dataclass(frozen=True)
class Desk:
    """A library as programs ask it. `has_screen`: whether there is one that an article's address leads to."""

    library: Library
    allows_changes: bool = False
    has_screen: bool = True
    composer: Callable[[], Composer | None] = lambda: None  # the language model that writes now
    limiter: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))
    composing: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))

    def require_room(self) -> None:
        """Raises Overloaded where too many wait."""
        if self.limiter.statistics().tasks_waiting >= WAITING:
            raise Overloaded("api.overloaded")

    async def run(self, work: Callable[[], _T]) -> _T:
        """The result of work on a thread. Raises Overloaded where too many wait, and what the work raises.

        A client that leaves frees its place once the work is done: threads cannot be stopped.
        """
        self.require_room()
        return await anyio.to_thread.run_sync(work, limiter=self.limiter)

    async def asked(self, query: Query) -> tuple[Answer, float]:
        """The answer, and how long it took in milliseconds."""
        return await self.run(lambda: _timed(lambda: self.library.ask(checked(query))))

    async def answering(self, query: Query) -> AsyncGenerator[tuple[Hit, ...] | str | Answer]:
        """Passages and sentences as they are found on the way to an answer, in the end the answer."""
        loop, told = asyncio.get_running_loop(), asyncio.Queue[tuple[Hit, ...] | str | None]()

        def heard(found: tuple[Hit, ...] | str) -> None:
            loop.call_soon_threadsafe(told.put_nowait, found)

        with beside(self.run(lambda: self.library.ask(checked(query), heard=heard))) as answered:
            answered.add_done_callback(lambda _: told.put_nowait(None))
            while (found := await told.get()) is not None:
                yield found
            yield answered.result()

    async def found(self, query: Query) -> tuple[tuple[Hit, ...], float]:
        """The passages, and how long it took in milliseconds."""
        return await self.run(lambda: _timed(lambda: self.library.search(checked(query))))

    async def composed(self, answer: Answer, composer: Composer) -> AsyncGenerator[Composition]:
        """What a language model makes of an answer, each time it grows. A client that leaves has it stopped. Where too
        many wait that is its problem: the answer is there.
        """
        if self.composing.statistics().tasks_waiting >= WAITING:
            yield Composition(is_done=True, problem=str(Wording("api.overloaded")))
            return
        left = threading.Event()
        steps = composer(answer, left.is_set)
        try:
            async with self.composing:
                while made := await anyio.to_thread.run_sync(next, steps, None, abandon_on_cancel=True):
                    yield made
        finally:
            left.set()

    def answer(self, answer: Answer, elapsed_ms: float, base: str | None) -> wire.Json:
        """The object of ``qa ask --json``, with the address of each quote below `base`."""
        told = wire.answer(answer, elapsed_ms) | wire.partial(*self.library.vectors.ready())
        for name, citations in (("citations", answer.citations), ("nearest", answer.nearest)):
            told[name] = [self.citation(made, one, base) for made, one in zip(told[name], citations, strict=True)]
        return told

    def search(self, question: str, hits: tuple[Hit, ...], elapsed_ms: float, base: str | None) -> wire.Json:
        """The object of ``qa search --json``, with the address of each passage below `base`."""
        told = wire.search(question, hits, elapsed_ms) | wire.partial(*self.library.vectors.ready())
        told["passages"] = [
            {**made, "url": self.address(hit.article, base, hit.passage.start, hit.passage.end)}
            for made, hit in zip(told["passages"], hits, strict=True)
        ]
        return told

    def citation(self, made: wire.Json, citation: Citation, base: str | None) -> wire.Json:
        return {**made, "url": self.address(citation.article, base, citation.start, citation.end)}

    def article(self, article: Article, base: str | None) -> wire.Json:
        """The object of ``qa show --json``, with its address."""
        return {**wire.shown_article(article), "url": self.address(article, base)}

    def address(self, article: Article, base: str | None, start: int = 0, end: int = 0) -> str | None:
        """Where an article can be looked at below `base`, a range of its text marked; None where nothing is served."""
        if base is None:
            return None
        if not self.has_screen:
            return f"{base}api/v1/articles/{article.id}"
        return wire.address(article.id, base, start, end)


def checked(query: Query) -> Query:
    """The query, its history cut to the last ones. Raises UsageError where a question is too long."""
    if (count := len(query.question)) > QUESTION_CHARS:
        raise UsageError("api.question-too-long", count=count, limit=QUESTION_CHARS)
    history = tuple(one[:QUESTION_CHARS] for one in query.history[-HISTORY:])
    return replace(query, history=history)


def articles(library: Library, filters: Filters, offset: int, limit: int) -> dict[str, Any]:
    """A window of the articles that pass, in the order of arrival, and how many pass. Raises NotFound, UsageError."""
    found = library.window(filters, offset, limit)
    return {"total": found.total, "articles": [wire.article(one) for one in found.rows]}


def rows(library: Library, filters: Filters, offset: int, limit: int) -> dict[str, Any]:
    """As `articles`, without texts and what goes with them."""
    found = library.rows(filters, offset, limit)
    return {
        "total": found.total,
        "articles": [
            {
                "article": one.id,
                "title": one.title,
                "byline": list(one.byline),
                "paper": one.paper,
                "edition": one.edition,
                "date": one.date,
                "source": one.source,
                "record": one.record,
                "page": one.page,
            }
            for one in found.rows
        ],
    }


def counts(library: Library, filters: Filters) -> dict[str, Any]:
    """How many articles pass, by year, file and reporter, and the size of the whole library. Raises NotFound."""
    stats, found = library.stats(), library.counts(filters, PAGE_MOST)
    return {
        "files": stats.files,
        "articles": stats.articles,
        "passages": stats.passages,
        "vectors": stats.embedded,
        "updated": stats.updated,
        "matching": found.articles,
        "undated": found.undated,
        "years": [{"value": one.value, "articles": one.articles} for one in found.years],
        "sources": [{"value": one.value, "articles": one.articles} for one in found.sources],
        "bylines": [{"value": one.value, "articles": one.articles} for one in found.bylines],
    }


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    started = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - started) * 1000
