"""Reprints found among the articles that are new: each joins the first one that tells the same story."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

from qa import reprints
from qa.protocols import Progress
from qa.reprints import Fingerprint
from qa.stores.database import Database
from qa.stores.stories import Story, Unread, firsts_like, store_stories, texts_of, unread

_BATCH = 500  # articles kept together: what an interrupt loses at most
_REMEMBERED = 1000  # first articles whose fingerprint is not made anew for each that resembles them


def group_reprints(database: Database, progress: Progress | None) -> None:
    """Look at every article that is new, batch by batch; what is found is kept, whatever interrupts."""
    left = unread(database)
    look = lru_cache(_REMEMBERED)(lambda one: reprints.fingerprint(one.text))
    for start in range(0, len(left), _BATCH):
        batch = texts_of(database, left[start : start + _BATCH])
        store_stories(database, list(_stories(database, batch, look)))
        if progress:
            progress("group", min(start + _BATCH, len(left)), len(left))


def _stories(database: Database, batch: list[Unread], look: Callable[[Unread], Fingerprint]) -> Iterator[Story]:
    """The story of each article; those of the batch itself are not in the tables yet, and are searched as well."""
    fresh: dict[int, list[Unread]] = {}  # first articles of the batch by their keys
    for one in batch:
        mine = look(one)
        near = firsts_like(database, mine.keys) if mine.keys else []
        near += {other.number: other for key in mine.keys for other in fresh.get(key, ())}.values()
        first = next((other for other in near if reprints.is_same_story(mine, look(other))), one)
        yield Story(one.number, first.number, mine.keys)
        if first is one:
            for key in mine.keys:
                fresh.setdefault(key, []).append(one)
