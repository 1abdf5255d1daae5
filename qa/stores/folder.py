"""The files of a library, by name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa import private
from qa.errors import LibraryError
from qa.system import reason_of

LONGEST_PATH = 504  # bytes of a database's path; SQLite takes 512, with the name of a log behind it


def refuse_too_long(database: Path) -> None:
    """Raises LibraryError where SQLite cannot open a database for the length of its path."""
    if os.name == "posix" and len(os.fsencode(os.path.realpath(database))) > LONGEST_PATH:
        raise LibraryError(
            "路径太长，库打不开（SQLite 最多认 {most} 字节）：{path}。"
            "把库移到路径短些的地方，或换一个：--library 文件夹",
            most=LONGEST_PATH,
            path=database,
        )


@dataclass(frozen=True, slots=True)
class Folder:
    """A library's folder. Only the databases must be kept: the rest is rebuilt from them."""

    root: Path

    def make(self) -> None:
        """Unless it is there; private to this account. Raises LibraryError."""
        try:
            private.make_folder(self.root, parents=True)
        except OSError as error:
            raise LibraryError(
                "建不了库的文件夹 {path}：{reason}。换一个：--library 文件夹", path=self.root, reason=reason_of(error)
            ) from error

    @property
    def has_database(self) -> bool:
        """Raises LibraryError where the system does not say."""
        try:
            return self.database.exists()
        except OSError as error:
            raise LibraryError(
                "打不开库 {path}：{reason}。换一个：--library 文件夹", path=self.root, reason=reason_of(error)
            ) from error

    def narrow(self) -> None:
        """Make all that a library is of private to this account, what others left in its folder aside."""
        private.narrow(self.root, *self._files())
        for folder in (self.terms, self.discarded, self.inbox):
            private.narrow_tree(folder)

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
    def words(self) -> Path:
        """The user's own list of words: see `qa.glossary`."""
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
