"""What the indexes that a server keeps have in common: changes that wait for a commit, and hits cut between equals."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Pending(Generic[T]):
    """Additions and removals since the last commit, by passage."""

    def __init__(self) -> None:
        self._added: dict[int, T] = {}
        self._removed: set[int] = set()

    def remove(self, ids: Collection[int]) -> None:
        """Deletion is real: a removed id never comes back. Visible after `commit`."""
        self._removed.update(ids)
        for gone in ids:
            self._added.pop(gone, None)

    def rollback(self) -> None:
        """Forget the additions and removals since the last commit."""
        self._added, self._removed = {}, set()

    def _put(self, added: Mapping[int, T]) -> None:
        """An id that is there already is replaced."""
        self._added.update(added)
        self._removed.difference_update(added)


def whole_run(ranked: Callable[[int], list[tuple[int, float]]], k: int, more: int = 1) -> list[tuple[int, float]]:
    """Of ``ranked(n)``, the `n` best (id, score), best first: `k` and `more`, and where they are cut inside a run of
    equal scores, of which any may have come, the whole run. Best first, ties by id; `k` is 1 at least.
    """
    limit = k + more
    while True:
        found = ranked(limit)
        if len(found) < limit or found[-1][1] < found[k - 1][1]:
            return sorted(found, key=lambda hit: (-hit[1], hit[0]))
        limit *= 2
