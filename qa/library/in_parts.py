"""Store a file in a library that others change meanwhile: each part is read first, then stored in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from qa import formats
from qa.store.contents import Contents, StoredFile
from qa.store.database import Connection, Database
from qa.store.edits import Correction, corrections_of, edits_of
from qa.store.writing import Cut, NewFile, Stored, store_file
from qa.types import Edit

PAGES, SECONDS = 200, 10.0  # of a part: so many pages are read before it is stored, or for so long


class ChangedMeanwhile(Exception):
    """Somebody else has changed the file in the library since it was looked at."""


@dataclass(slots=True)
class FileInParts:
    """A file on its way. `turn` is the right to change the library, had for each part alone; `require` may object to a
    part, in the transaction that stores it.
    """

    database: Database
    turn: Callable[[], AbstractContextManager[None]]
    require: Callable[[Connection], None]
    new: NewFile
    wanted: str  # its name, where that is free
    stored: StoredFile | None  # what the library holds of it
    by_hand: tuple[tuple[Edit, ...], tuple[Correction, ...]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_hand = self._by_hand()

    def store_next(self, cuts: Iterator[Cut], changed: Mapping[Edit, Edit]) -> Stored:
        """The next part; of a file that was held before the whole. Raises ChangedMeanwhile where what the library holds
        of the file, or what was done to it by hand, is not what it was; and as `store_file`.
        """
        is_new = self.stored is None or not self.stored.complete
        part, is_last = _read(cuts, in_parts=is_new)
        ended = count(1)

        def is_due() -> bool:
            return next(ended) == len(part) and not is_last  # asked after each page

        with self.turn():
            self._require_as_before()
            brought = store_file(self.database, self.new, part, is_due, changed, self.require)
            self.stored, self.by_hand = Contents(self.database).stored_file(self.new.path), self._by_hand()
        return brought

    def _require_as_before(self) -> None:
        contents = Contents(self.database)
        now = contents.stored_file(self.new.path)
        if now != self.stored or self._by_hand() != self.by_hand:
            raise ChangedMeanwhile
        if now is None and self.new.source in (taken := contents.sources()):
            source = formats.distinct(self.wanted, Path(self.new.path), taken)
            self.new = replace(self.new, source=source)

    def _by_hand(self) -> tuple[tuple[Edit, ...], tuple[Correction, ...]]:
        return edits_of(self.database, self.new.path), corrections_of(self.database, self.new.path)


def _read(cuts: Iterator[Cut], *, in_parts: bool) -> tuple[list[Cut], bool]:
    """The next part, or all that is left; and whether nothing is left behind it."""
    part: list[Cut] = []
    begun = time.monotonic()
    for page, stories in cuts:
        part.append((page, tuple(stories)))
        if in_parts and (len(part) == PAGES or time.monotonic() - begun > SECONDS):
            return part, False
    return part, True
