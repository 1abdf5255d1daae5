"""Add files to a library: find, read, cut into articles, split into passages, store; report what was skipped."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import Any, NamedTuple

from qa import formats
from qa.articles import passages
from qa.errors import NoText, ReadError
from qa.errors.messages import Wording
from qa.formats.discovery import FoundFile
from qa.formats.files import MEGABYTE, reason_of
from qa.index.engines import AnyIndexes
from qa.library.corrections import corrected
from qa.library.edits import carried_in
from qa.library.in_parts import PAGES, SECONDS, ChangedMeanwhile, FileInParts
from qa.library.page_articles import edited_articles
from qa.store.addresses import BROUGHT
from qa.store.contents import Contents, StoredFile
from qa.store.database import Connection, Database
from qa.store.edits import corrections_of, edits_of
from qa.store.writing import (
    Cut,
    NewFile,
    Stored,
    Stories,
    no_objection,
    remove_files,
    rename_file,
    store_file,
    touch_file,
)
from qa.types import ANYBODY, AddReport, Edit, Metadata, Page, Sender, Skipped
from qa.types.protocols import Progress
from qa.types.settings import READING

_UNUSED = "library.edit-unused"
_FEWEST_PAGES = PAGES  # of a file that is kept by parts: a smaller one goes in whole, unless
_LONG_SECONDS = SECONDS  # its pages take so long
_SOONEST_SECONDS = 1.0  # between two times that what was read is made findable
_SHARE = 0.2  # of the time spent so far
_RACY_NS = 2_000_000_000  # a file changed so shortly before it was added may have changed again within its time stamp


class _Pace:
    """When what was read is made findable: at first soon, then ever more seldom, so that it costs a small share."""

    def __init__(self) -> None:
        self._started = self._kept = time.monotonic()

    def is_due(self) -> bool:
        waited, spent = time.monotonic() - self._kept, self._kept - self._started
        return waited >= max(_SOONEST_SECONDS, _SHARE * spent)

    def after_pages(self) -> Callable[[], bool]:
        """Asked after each page of a file: whether it is due, and the file takes long or is not a small one."""
        pages, begun = count(1), time.monotonic()
        return lambda: (next(pages) >= _FEWEST_PAGES or time.monotonic() - begun > _LONG_SECONDS) and self.is_due()

    def start_again(self) -> None:
        self._kept = time.monotonic()


@dataclass(slots=True)
class _Distance:
    """How far the file under way is, told in its bytes after each story."""

    tell: Progress
    size: int
    _share: float = 0.0

    def along(self, page: Page, stories: Stories) -> Stories:
        """The stories as they are, of pages that come one after the other."""
        if page.share is None:
            yield from stories
            return
        begun, ahead = self._share, page.share - self._share
        for article, split in stories:
            yield article, split
            read = max(piece.end for piece in article.location.pieces) / len(page.text)
            self.tell("file", round((begun + ahead * read) * self.size), self.size)
        self._share = page.share


@dataclass(slots=True)
class Adding:
    """One call of `add` and its report. `indexes` make findable what is stored so far.

    Where the library `is_shared` others change it meanwhile, and what is stored is read before, outside of any lock:
    `turn` is the right to change it, which is had for each change alone. `copies` lie in the place of files that are
    known by another path; `require` may object to what is stored, in the transaction that does it.
    """

    database: Database
    max_bytes: int
    given: Metadata
    prune: bool
    indexes: Callable[[], AnyIndexes] | None
    progress: Progress | None = None
    reread: bool = False  # files that an earlier version read are read again, though they are the same
    is_shared: bool = False
    turn: Callable[[], AbstractContextManager[None]] = nullcontext
    copies: Mapping[Path, str] = field(default_factory=dict)
    require: Callable[[Connection], None] = no_objection
    by: Sender = ANYBODY
    _held: dict[str, StoredFile] = field(default_factory=dict)  # by absolute path
    _taken: set[str] = field(default_factory=set)  # names of files
    _pace: _Pace = field(default_factory=_Pace)
    _report: AddReport = field(default_factory=AddReport)

    def run(self, paths: Iterable[Path], library_path: Path) -> AddReport:
        """Store what is new or changed below the paths, the library's own folder apart. What cannot be read is in the
        report, the rest goes in.
        """
        named = tuple(paths)
        found, skipped = formats.find(named, library_path)
        self._note(skipped=tuple(skipped))
        self._held = Contents(self.database).stored_files()
        self._taken = {stored.source for stored in self._held.values()}
        for number, one in enumerate(found, 1):
            self._read_one(one)
            self._tell("read", number, len(found))
            if self._pace.is_due():
                self._make_findable()
        self._account_for(vanished(self._held, named))
        return self._report

    def run_one(self, path: Path, source: str) -> AddReport:
        """The same for one file, under a name where that is free. Nothing else of the library is looked at."""
        found, skipped = formats.find((path,))
        self._note(skipped=tuple(replace(one, path=self._known_as(path)) for one in skipped))
        for one in found:
            known_as = self._known_as(one.path)
            if stored := Contents(self.database).stored_file(known_as):
                self._held[known_as] = stored
            self._read_one(replace(one, source=source))
        return self._report

    def _read_one(self, one: FoundFile) -> None:
        path = self._known_as(one.path)
        try:
            while True:
                try:
                    self._take(one, self._held.get(path))
                    return
                except ChangedMeanwhile:
                    self._look_again(path)
        except ReadError as error:
            is_failure = one.named or not isinstance(error, NoText)
            self._note(skipped=(Skipped(path, str(error), failed=is_failure),))

    def _look_again(self, path: str) -> None:
        """Somebody else has changed a file of the library meanwhile."""
        stored = Contents(self.database).stored_file(path)
        self._held.pop(path, None)
        if stored:
            self._held[path] = stored

    def _known_as(self, path: Path) -> str:
        return self.copies.get(path, str(path))

    def _take(self, found: FoundFile, stored: StoredFile | None) -> None:
        """Store the file unless it is the same as before, under the name it has, or the one wanted for it. What the
        user gave earlier holds until given anew.
        """
        path = Path(self._known_as(found.path))
        source = stored.source if stored else formats.distinct(found.source, path, self._taken)
        looks = _looks_of(found)
        given = self.given.over(stored.given) if stored else self.given
        is_old = self.reread and stored is not None and stored.reading < READING
        is_same_given = stored is not None and stored.complete and stored.given == given and not is_old
        if stored and is_same_given and _looks_unchanged(stored, looks):
            self._note(unchanged=(source,))
            return
        digest = sha256_of(found, self.max_bytes)
        if stored and is_same_given and stored.sha256 == digest:
            with self.turn():
                touch_file(self.database, str(path), looks.size, looks.mtime_ns)
            self._note(unchanged=(source,))
            return
        new = NewFile(str(path), source, looks.size, looks.mtime_ns, digest, given, self.by)
        if stored is None and (old := self._lay_elsewhere(new)):
            stored = self._held.pop(old)
            self._taken.discard(stored.source)
            source = formats.distinct(found.source, path, self._taken)
            new = replace(new, source=source, given=self.given.over(stored.given))
            with self.turn():
                rename_file(self.database, old, new)
            self._note(renamed=((stored.source, new.source),))
        is_read = stored is not None and (stored.sha256, stored.given, stored.complete) == (digest, new.given, True)
        if not is_read or is_old:
            new = self._store(found, new, stored)
        self._taken.add(new.source)

    def _lay_elsewhere(self, new: NewFile) -> str | None:
        """Where the same file lay when it was added, if it is not there any more."""
        suffix = Path(new.path).suffix
        return next(
            (
                path
                for path, held in self._held.items()
                if held.complete and held.sha256 == new.sha256
                if Path(path).suffix == suffix and lies_nowhere(path)
            ),
            None,
        )

    def _store(self, found: FoundFile, new: NewFile, stored: StoredFile | None) -> NewFile:
        """Read the file into the library: what it held before is replaced in one step, a new one goes in by parts. As
        what it went in.
        """
        path, begun = found.path, 0
        if stored and not stored.complete and (stored.sha256, stored.given) == (new.sha256, new.given):
            begun = stored.pages
        is_change = stored is not None and stored.complete
        skipped: list[Skipped] = []
        parts = self._in_parts(new, found.source, stored) if self.is_shared else None
        edits, used = edits_of(self.database, new.path), set[Edit]()
        pages: Iterable[Page] = self._read(path, new, begun, skipped)
        changed: dict[Edit, Edit] = {}
        if edits and stored and not begun:
            pages = tuple(pages)  # which article has whose text is known when all are read
            changed = carried_in(self.database, new.path, new.source, edits, pages)
            edits = tuple(changed.get(edit, edit) for edit in edits)
        mended = self._mended(pages, new.size, edits, used)
        brought: list[Stored] = []
        try:
            while not brought or not brought[-1].complete:
                if parts:
                    brought.append(parts.store_next(mended, changed))
                else:
                    brought.append(store_file(self.database, new, mended, self._pace.after_pages(), changed))
                if not brought[-1].complete:
                    self._make_findable()
        except ReadError:
            if brought or begun:
                with self.turn():
                    remove_files(self.database, [new.path])
            raise
        new = parts.new if parts else new
        skipped = [replace(one, path=one.path.replace(str(path), new.path, 1)) for one in skipped]
        if not begun:  # an edit may be about a page that was read before the interrupt
            unused = (edit for edit in edits if edit not in used)
            skipped += [Skipped(new.path, Wording(_UNUSED, article=edit.article), failed=False) for edit in unused]
        self._note(
            added=() if is_change else (new.source,),
            changed=(new.source,) if is_change else (),
            skipped=tuple(skipped),
            articles=sum(part.articles for part in brought),
            passages=sum(part.passages for part in brought),
        )
        return new

    def _in_parts(self, new: NewFile, wanted: str, stored: StoredFile | None) -> FileInParts:
        return FileInParts(self.database, self.turn, self.require, new, wanted, stored)

    def _read(self, path: Path, file: NewFile, begun: int, skipped: list[Skipped]) -> Iterator[Page]:
        """The pages of a file from the one numbered `begun` on."""
        columns = dict(file.given.columns)
        pages = formats.read(path, file.source, max_bytes=self.max_bytes, on_skip=skipped.append, columns=columns)
        corrections = corrections_of(self.database, file.path)
        for page in islice(pages, begun, None):
            told = replace(page, metadata=file.given.over(page.metadata))
            yield corrected(told, corrections) if corrections else told

    def _mended(self, pages: Iterable[Page], size: int, edits: tuple[Edit, ...], used: set[Edit]) -> Iterator[Cut]:
        """Pages of a file of so many bytes, cut and mended. Fills `used` with the edits that found their article."""
        distance = _Distance(self._tell, size)
        for page in pages:
            yield page, distance.along(page, self._stories(page, edits, used))

    def _stories(self, page: Page, edits: tuple[Edit, ...], used: set[Edit]) -> Stories:
        for story in edited_articles(page, edits):
            used.update(story.edits)
            split = passages.split(story.article)
            if self.indexes:
                self.indexes().expect(story.article, split)
            yield story.article, split

    def _make_findable(self) -> None:
        if self.indexes:
            self.indexes().catch_up(self.progress)
        self._pace.start_again()

    def _account_for(self, gone: Sequence[str]) -> None:
        """Files that are in the library and nowhere else any more."""
        sources = tuple(self._held[path].source for path in gone)
        if self.prune:
            with self.turn():
                remove_files(self.database, gone, self.by)
            self._note(removed=sources)
        else:
            self._note(vanished=sources)

    def _tell(self, stage: str, done: int, total: int) -> None:
        if self.progress:
            self.progress(stage, done, total)

    def _note(self, **more: Any) -> None:
        """Append to lists of the report, and add to its counts."""
        self._report = replace(self._report, **{name: getattr(self._report, name) + one for name, one in more.items()})


def vanished(held: Iterable[str], named: Iterable[Path]) -> list[str]:
    """Files of the library that lay below the folders named and do not exist any more."""
    folders = tuple(os.path.join(path.resolve(), "") for path in named if os.path.isdir(path))
    return [path for path in held if path.startswith(folders) and is_gone(Path(path))]


def lies_nowhere(path: str) -> bool:
    """Whether a file of the library certainly is not where it was; those that its server has lie there."""
    return not path.startswith(BROUGHT) and is_gone(Path(path))


def is_gone(path: Path) -> bool:
    """Whether a file certainly does not exist; one that cannot be examined is not gone."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def max_bytes(megabytes: float) -> int:
    """Megabytes -> bytes."""
    return int(min(megabytes * MEGABYTE, sys.maxsize - 1))  # a reader asks for one byte more, to see a longer line


class _Looks(NamedTuple):
    """Of a file with its parts: bytes in all, and the latest time stamp."""

    size: int
    mtime_ns: int


def _looks_of(found: FoundFile) -> _Looks:
    with _reading():
        seen = [found.path.stat()]
    for part in found.parts:
        with suppress(OSError):  # one that is missing is the reader's to tell
            seen.append(part.stat())
    return _Looks(sum(one.st_size for one in seen), max(one.st_mtime_ns for one in seen))


def _looks_unchanged(stored: StoredFile, looks: _Looks) -> bool:
    """By size and time stamp, without reading."""
    added_ns = int(datetime.fromisoformat(stored.added).timestamp()) * 1_000_000_000
    is_settled = stored.mtime_ns < added_ns - _RACY_NS
    return is_settled and (stored.size, stored.mtime_ns) == looks


def sha256_of(found: FoundFile, max_bytes: int) -> str:
    """SHA-256 of a file and of the parts that belong to it, in their order; empty for a file over the size limit.
    Raises ReadError.
    """
    with _reading():
        if found.path.stat().st_size > max_bytes:
            return ""
        digest = _digest(found.path)
    for part in found.parts:
        with suppress(OSError):
            digest.update(_digest(part).digest())
    return digest.hexdigest()


def _digest(path: Path) -> hashlib._Hash:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256")


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ReadError(reason_of(error)) from error
