"""Articles that are no more, and those that took their place when their file was read anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping

from qa.store.database import Connection

_SHINGLE = 8  # characters of a text that are looked for in others
_EVERY = 4  # of the places of an old text, one in so many is looked for
_LEAST = 0.3  # the share of them that is found again


def note_successors(connection: Connection, file: int, before: Collection[str]) -> None:
    """Of the articles that stood in a file before and stand nowhere now, note which of its articles has most of their
    text. They are still in the table of articles.
    """
    now = _texts(connection, "SELECT DISTINCT article FROM places WHERE file = ?", file)
    connection.executemany("DELETE FROM successors WHERE old = ?", [(one,) for one in now])
    gone = {
        old: text
        for old in before
        if old not in now
        for (text,) in connection.execute(
            "SELECT text FROM articles WHERE id = ? AND id NOT IN (SELECT article FROM places)", (old,)
        )
    }
    fresh = {new: text for new, text in now.items() if new not in before}
    found = successors(gone, fresh or now)
    for old, new in found.items():
        connection.execute("UPDATE successors SET new = ? WHERE new = ?", (new, old))
        connection.execute(
            "INSERT INTO successors VALUES (?, ?) ON CONFLICT (old) DO UPDATE SET new = excluded.new", (old, new)
        )


def successor(connection: Connection, identity: str) -> str | None:
    """The article in the place of one that is no more, by its id or the first of its characters; None where none is."""
    found = connection.execute(
        """
        SELECT DISTINCT new FROM successors
        WHERE old >= :part AND substr(old, 1, length(:part)) = :part AND new IN (SELECT id FROM articles) LIMIT 2
        """,
        {"part": identity},
    ).fetchall()
    return found[0][0] if len(found) == 1 else None


def successors(gone: Mapping[str, str], fresh: Mapping[str, str]) -> dict[str, str]:
    """For each text the one of the others that has most of it; none where they have little of it."""
    holders: dict[str, set[str]] = defaultdict(set)
    wanted = {shingle for text in gone.values() for shingle in _shingles(text, _EVERY)}
    for identity, text in fresh.items():
        for shingle in _shingles(text, 1):
            if shingle in wanted:
                holders[shingle].add(identity)
    found = {}
    for identity, text in gone.items():
        sought = list(_shingles(text, _EVERY))
        shared = Counter(holder for shingle in sought for holder in sorted(holders.get(shingle, ())))
        best, count = max(shared.items(), key=lambda one: (one[1], one[0]), default=("", 0))
        if shared.total() >= _LEAST * len(sought) and count:  # in all: a long one may have become many
            found[identity] = best
    return found


def _shingles(text: str, every: int) -> Iterator[str]:
    flat = "".join(text.split())
    return (flat[at : at + _SHINGLE] for at in range(0, max(1, len(flat) - _SHINGLE + 1), every))


def _texts(connection: Connection, ids: str, file: int) -> dict[str, str]:
    return dict(connection.execute(f"SELECT id, text FROM articles WHERE id IN ({ids})", (file,)).fetchall())
