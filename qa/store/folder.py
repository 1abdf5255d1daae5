"""The files in a library's folder, by name, the lock that admits one writer, and what killed processes left there."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qa.errors import LibraryBusy, LibraryError, reason_of
from qa.errors.messages import Wording
from qa.store import own_files
from qa.store.addresses import Address, address, is_address

LONGEST_PATH = 504  # bytes of a database's path; SQLite takes 512, with the name of a log behind it


def refuse_too_long(database: Path) -> None:
    """Raises LibraryError where SQLite cannot open a database for the length of its path."""
    if os.name == "posix" and len(os.fsencode(os.path.realpath(database))) > LONGEST_PATH:
        raise LibraryError(
            "library.path-too-long",
            most=LONGEST_PATH,
            path=database,
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """A library's folder. Only the databases must be kept: the rest is rebuilt from them."""

    root: Path
    server: Address | None = None  # of the PostgreSQL that has the library; what is kept here then is this machine's

    @classmethod
    def at(cls, location: str | os.PathLike[str]) -> Folder:
        """The folder of a library: itself, or what this machine keeps beside the one at an address. "~" at the
        beginning of a text is the user's home. Raises UsageError for an address that is none.
        """
        if is_address(location):
            server = address(str(location))
            return cls(server.folder, server)
        return cls(Path(os.path.expanduser(location) if isinstance(location, str) else location))

    @property
    def where(self) -> object:
        """What the user calls the library by."""
        return self.server or self.root

    def make(self) -> None:
        """Unless it is there; private to this account. Raises LibraryError."""
        try:
            own_files.make_folder(self.root, parents=True)
        except OSError as error:
            raise LibraryError("library.folder-not-made", path=self.root, reason=reason_of(error)) from error

    @property
    def has_database(self) -> bool:
        """Raises LibraryError where the system does not say."""
        try:
            return self.database.exists()
        except OSError as error:
            raise LibraryError("library.not-opened", path=self.root, reason=reason_of(error)) from error

    def narrow(self) -> None:
        """Make all that a library is of private to this account, what others left in its folder aside."""
        own_files.narrow(self.root, *self._files())
        for folder in (self.terms, self.discarded, self.inbox, self.pictures, self.brought):
            own_files.narrow_tree(folder)

    def _files(self) -> Iterator[Path]:
        for database in (self.database, self.conversations, self.keys, self.queue):
            yield from with_companions(database)
        yield from self.root.glob(f"{self.vectors.name}*")
        yield from (self.words, self.lock, self.writer)

    @property
    def database(self) -> Path:
        return self.root / "library.db"

    @property
    def conversations(self) -> Path:
        """Kept beside the library by whoever serves it; there may be none."""
        return self.root / "conversations.db"

    @property
    def pictures(self) -> Path:
        """Pictures of pages that were shown, as they are shown; there may be none."""
        return self.root / "pictures"

    @property
    def keys(self) -> Path:
        """Which browsers were let in: kept by whoever serves the library; there may be none."""
        return self.root / "keys.db"

    @property
    def queue(self) -> Path:
        """What was accepted and is not read yet; there may be none."""
        return self.root / "queue.db"

    @property
    def vectors(self) -> Path:
        return self.root / "vectors.faiss"

    @property
    def terms(self) -> Path:
        return self.root / "terms"

    @property
    def discarded(self) -> Path:
        """A term index on its way out."""
        return self.root / "terms.discarded"

    @property
    def inbox(self) -> Path:
        """Files that were brought to the library and lie nowhere else."""
        return self.root / "inbox"

    @property
    def brought(self) -> Path:
        """Files that a server has, as this machine needed them; there may be none."""
        return self.root / "brought"

    @property
    def words(self) -> Path:
        """The user's own list of words: see `qa.questions.glossary`."""
        return self.root / "words.txt"

    @property
    def lock(self) -> Path:
        return self.root / "write.lock"

    @property
    def writer(self) -> Path:
        """Says which process holds the lock; means nothing while nobody holds it."""
        return self.root / "writer.pid"

    @property
    def is_writable(self) -> bool:
        database = self.database
        return os.access(self.root, os.W_OK | os.X_OK) and (not database.exists() or os.access(database, os.W_OK))


def with_companions(database: Path) -> tuple[Path, ...]:
    """The file of an SQLite database, and those that SQLite keeps beside it while it is open."""
    return (database, *(database.with_name(f"{database.name}{ending}") for ending in ("-wal", "-shm", "-journal")))


_GONE = "library.gone"


class Standing:
    """Watches that a path still names the file that was opened: by its inode."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where there is none."""
        self._path = path
        self._inode = path.stat().st_ino

    def require(self) -> None:
        """Raises LibraryError where the path names no file by now, or another one."""
        try:
            is_same = self._path.stat().st_ino == self._inode
        except OSError:
            is_same = False
        if not is_same:
            refuse_gone(self._path.parent)


def refuse_gone(library_path: Path) -> None:
    """Raises the LibraryError for a library that was moved, deleted or replaced while it was open."""
    raise LibraryError(_GONE, path=library_path)


_PATIENCE_SECONDS = 0.5  # who makes vectors holds the lock for moments, who adds holds it for long


class WriterLock:
    """The right to change a library. The operating system releases it when the process dies."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._thread: int | None = None  # that holds it, through this object

    @contextmanager
    def hold(self, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
        """Hold the lock. Raises LibraryBusy where somebody else does, in this process or another, almost at once
        unless told to wait.
        """
        with self.try_hold(patience_seconds) as held:
            if not held:
                raise LibraryBusy(
                    "library.busy-with",
                    process=self._holder(),
                    path=self._folder.where,
                )
            yield

    @contextmanager
    def try_hold(self, patience_seconds: float = 0) -> Iterator[bool]:
        """Hold the lock where it is free, or this thread's already; yields whether it is held.

        What is in the library then, and what is written meanwhile, is private to this account. Raises
        LibraryError where the folder is gone.
        """
        if self._thread == threading.get_ident():
            yield True
            return
        with self.keep_out(patience_seconds) as held:
            if held:
                self._folder.narrow()
            try:
                yield held
            finally:
                if held:
                    self._folder.narrow()

    @contextmanager
    def keep_out(self, patience_seconds: float = 0) -> Iterator[bool]:
        """The same for who only looks on while nobody writes: nothing of the library is changed."""
        if not self._folder.root.is_dir():  # the lock would make the folder anew
            refuse_gone(self._folder.root)
        from filelock import FileLock, Timeout  # takes long to load, and who only asks never locks

        # One of its own each time: threads exclude too.
        lock = FileLock(self._folder.lock, timeout=patience_seconds, mode=own_files.FILE)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            self._thread = threading.get_ident()
            with suppress(OSError):  # a name for the message, no more: the disk may be full
                self._name_holder()
            yield True
        finally:
            self._thread = None
            lock.release()

    def _name_holder(self) -> None:
        with open(self._folder.writer, "w", encoding="ascii", opener=own_files.opener) as file:
            file.write(f"{os.getpid()}\n")

    def _holder(self) -> str:
        with suppress(OSError, ValueError):  # a name for the message, no more: it may be gone by now
            return str(int(self._folder.writer.read_text(encoding="ascii")))
        return Wording("library.unknown-holder")


_NOTE = ".export"  # with the name of the folder that the export works in, and its path inside
_EARLIER = re.compile(r"tmp[a-z0-9_]{8}")  # folders of an import by an earlier version


@contextmanager
def export_folder(folder: Folder, parent: Path) -> Iterator[Path]:
    """A folder in `parent` for an export to work in; the library records where, unless it cannot be written."""
    own_files.sweep(own_files.left_in(parent))
    with own_files.temporary_in(parent) as room:
        note = folder.root / f"{_NOTE}{room.name}"
        with suppress(OSError):
            own_files.make_file(note)
            note.write_bytes(os.fsencode(room))
        try:
            yield room
        finally:
            with suppress(OSError):
                note.unlink()


def clear_leftovers(folder: Folder) -> None:
    """Delete what interrupted exports, imports and uploads left; what is in use, in any process, stays."""
    own_files.sweep(folder.inbox.glob(f".*{own_files.PARTIAL}"))
    own_files.sweep(own_files.left_in(folder.root))
    own_files.sweep(filter(_is_earlier_import, folder.root.glob("tmp*")))
    for note in folder.root.glob(f"{_NOTE}{own_files.TEMPORARY_PREFIX}*"):
        _follow(note)


def _follow(note: Path) -> None:
    with suppress(OSError):
        room = Path(os.fsdecode(note.read_bytes()))
        if room.name != note.name.removeprefix(_NOTE):  # the kill came before it was written
            note.unlink()
            return
        own_files.sweep([room])
        if not room.exists():
            note.unlink()


def _is_earlier_import(path: Path) -> bool:
    """Whether an earlier version left it: nothing but what a backup holds is in it."""
    if not _EARLIER.fullmatch(path.name) or not path.is_dir():
        return False
    known = Folder(path)
    return {known.database, known.conversations, known.words}.issuperset(path.iterdir())
