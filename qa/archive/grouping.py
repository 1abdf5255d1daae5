"""Reprints found among the articles that are new: each joins the first one that tells the same story."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from qa import reprints
from qa.stores.database import Database
from qa.stores.stories import Story, Unread, firsts_like, store_stories, texts_of, unread

BATCH = 200  # articles kept together: what an interrupt loses at most
_REMEMBERED = 2000  # articles whose fingerprint is not made anew for each that resembles them


class Grouping:
    """The reprints of a library. Whatever interrupts, what is kept stays, and whoever comes next goes on: an article
    that nobody has compared with others is known by it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._look = lru_cache(_REMEMBERED)(lambda one: reprints.fingerprint(one.text))

    def left(self) -> list[int]:
        """Numbers of the articles that are new, in the order of arrival."""
        return unread(self._database)

    def look(self, numbers: Collection[int]) -> None:
        """Make the fingerprints of a batch, which is most of the work: somebody else may write meanwhile."""
        for one in texts_of(self._database, numbers):
            self._look(one)

    def keep(self, numbers: Collection[int]) -> None:
        """Find the story of each article of a batch that is new still. The caller holds the writer lock."""
        store_stories(self._database, list(self._stories(texts_of(self._database, numbers))))

    def keep_few(self) -> None:
        """Group what a small change made new; of more than a batch, nothing. The caller holds the writer lock."""
        numbers = self.left()
        if len(numbers) <= BATCH:
            self.keep(numbers)

    def _stories(self, batch: list[Unread]) -> Iterator[Story]:
        """The story of each article; those of the batch itself are not in the tables yet, and are searched as well."""
        fresh: dict[int, list[Unread]] = {}  # first articles of the batch by their keys
        for one in batch:
            mine = self._look(one)
            near = firsts_like(self._database, mine.keys) if mine.keys else []
            near += {other.number: other for key in mine.keys for other in fresh.get(key, ())}.values()
            first = next((other for other in near if reprints.is_same_story(mine, self._look(other))), one)
            yield Story(one.number, first.number, mine.keys)
            if first is one:
                for key in mine.keys:
                    fresh.setdefault(key, []).append(one)
