"""Have files read by whoever is free: their bytes go to the server, where they wait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qa import formats
from qa.errors import ReadError
from qa.formats.discovery import FoundFile
from qa.formats.files import too_large
from qa.library.adding import sha256_of
from qa.store.contents import StoredFile
from qa.store.jobs import Jobs
from qa.types import ANYBODY, Metadata, Sender, Skipped


@dataclass(frozen=True, slots=True)
class Queued:
    """What came of it, by the names of files."""

    queued: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether a file that was named, or is of a known type, was not taken; `skipped` has the reasons."""
        return any(skip.failed for skip in self.skipped)


@dataclass(slots=True)
class Queueing:
    """One call of it. `held` are the files of the library, by path."""

    jobs: Jobs
    held: dict[str, StoredFile]
    given: Metadata
    max_bytes: int
    by: Sender = ANYBODY
    _queued: list[str] = field(default_factory=list)
    _unchanged: list[str] = field(default_factory=list)

    def run(self, paths: Sequence[Path], apart: Path) -> Queued:
        """Queue what is new or changed below the paths. Raises LibraryError where the server cannot keep it."""
        found, skipped = formats.find(paths, apart)
        for one in found:
            try:
                self._take(one)
            except ReadError as error:
                skipped.append(Skipped(str(one.path), str(error), failed=True))
        return Queued(tuple(self._queued), tuple(self._unchanged), tuple(skipped))

    def _take(self, found: FoundFile) -> None:
        if found.parts:
            raise ReadError("jobs.of-parts")
        stored = self.held.get(str(found.path))
        digest = sha256_of(found, self.max_bytes)
        if not digest:
            raise ReadError(too_large(found.path.stat().st_size, self.max_bytes))
        given = self.given.over(stored.given) if stored else self.given
        if stored and stored.complete and (stored.sha256, stored.given) == (digest, given):
            self._unchanged.append(stored.source)
            return
        name = stored.source if stored else found.source
        self.jobs.bring(found.path, str(found.path), name, given, self.by)
        self._queued.append(name)
