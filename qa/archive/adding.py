"""Files into the library: found, read, cut into articles, split into passages, stored. A file goes in whole or not."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from os import stat_result
from pathlib import Path

from qa import articles, passages, readers
from qa.articles.mending import mend
from qa.changes import Edit
from qa.errors import ReadError
from qa.protocols import Progress
from qa.readers.files import MEGABYTE, reason_of
from qa.stores.database import Database
from qa.stores.edits import edits_of
from qa.stores.truth import StoredFile, Truth
from qa.stores.writing import Cut, NewFile, store_file, touch_file
from qa.types import AddReport, Metadata, Skipped

_UNUSED = "文章 {} 的手工改动没有用上：页面上已没有这篇。改动保留着，页面变回来时再用"
_RACY_NS = 2_000_000_000  # a file changed so shortly before it was added may have changed again within its time stamp


@dataclass(slots=True)
class Adding:
    """One call of `add`, and what came of it."""

    database: Database
    max_bytes: int
    given: Metadata
    _added: list[str] = field(default_factory=list)
    _changed: list[str] = field(default_factory=list)
    _unchanged: list[str] = field(default_factory=list)
    _skipped: list[Skipped] = field(default_factory=list)
    _articles: int = 0
    _passages: int = 0

    def run(self, paths: Iterable[Path], progress: Progress | None) -> AddReport:
        """Store what is new or changed below the paths. What cannot be read is in the report, the rest goes in."""
        found, skipped = readers.find(tuple(paths))
        self._skipped.extend(skipped)
        held = Truth(self.database).stored_files()
        taken = {stored.source for stored in held.values()}
        for number, one in enumerate(found, 1):
            stored = held.get(str(one.path))
            source = stored.source if stored else readers.distinct(one.source, one.path, taken)
            try:
                self._take(one.path, source, stored)
                taken.add(source)
            except ReadError as error:
                self._skipped.append(Skipped(str(one.path), str(error), failed=True))
            if progress:
                progress("read", number, len(found))
        return AddReport(
            tuple(self._added),
            tuple(self._changed),
            tuple(self._unchanged),
            tuple(self._skipped),
            self._articles,
            self._passages,
        )

    def _take(self, path: Path, source: str, stored: StoredFile | None) -> None:
        """Store the file unless it is the same as before. What the user gave earlier holds until given anew."""
        with _reading():
            status = path.stat()
        given = self.given.over(stored.given) if stored else self.given
        is_same_given = stored is not None and stored.given == given
        if stored and is_same_given and _looks_unchanged(stored, status):
            self._unchanged.append(source)
            return
        digest = _sha256(path) if status.st_size <= self.max_bytes else ""  # the reader refuses a larger one
        if stored and is_same_given and stored.sha256 == digest:
            touch_file(self.database, str(path), status.st_size, status.st_mtime_ns)
            self._unchanged.append(source)
            return
        new = NewFile(str(path), source, status.st_size, status.st_mtime_ns, digest, given)
        skipped: list[Skipped] = []
        edits, used = edits_of(self.database, new.path), set[Edit]()
        brought = store_file(self.database, new, self._cut(path, new, edits, used, skipped))
        (self._changed if stored else self._added).append(source)
        self._skipped.extend(skipped)
        self._skipped.extend(
            Skipped(str(path), _UNUSED.format(edit.article), failed=False) for edit in edits if edit not in used
        )
        self._articles += brought.articles
        self._passages += brought.passages

    def _cut(
        self, path: Path, file: NewFile, edits: tuple[Edit, ...], used: set[Edit], skipped: list[Skipped]
    ) -> Iterator[Cut]:
        """The pages of a file, cut and mended. Fills `used` with the edits that found their article."""
        for page in readers.read(path, file.source, max_bytes=self.max_bytes, on_skip=skipped.append):
            page = replace(page, metadata=file.given.over(page.metadata))
            stories = mend(articles.cut(page), edits)
            used.update(*(story.edits for story in stories))
            yield page, [(story.article, passages.split(story.article)) for story in stories]


def max_bytes(megabytes: float) -> int:
    return int(min(megabytes * MEGABYTE, sys.maxsize - 1))  # a reader asks for one byte more, to see a longer line


def _looks_unchanged(stored: StoredFile, status: stat_result) -> bool:
    """By size and time stamp, without reading."""
    added_ns = int(datetime.fromisoformat(stored.added).timestamp()) * 1_000_000_000
    is_settled = stored.mtime_ns < added_ns - _RACY_NS
    return is_settled and (stored.size, stored.mtime_ns) == (status.st_size, status.st_mtime_ns)


def _sha256(path: Path) -> str:
    with _reading(), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReadError(reason_of(error)) from error
