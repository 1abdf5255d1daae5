"""Every error that 问报 raises, one tree. Each message says what to do now.

QaError
├── UsageError        the call's words are off                      (exit 2)
├── ReadError         a file cannot be read; carries the reason
├── LibraryError      the library on disk
│   ├── NoLibrary     there is none at this path
│   ├── LibraryBusy   another process is writing
│   ├── LibraryDamaged
│   └── ModelMismatch its vectors were made with another model
├── ModelError        the embedding model cannot be prepared or loaded
└── NotFound          no such article or source
"""

from __future__ import annotations


class QaError(Exception):
    """Root of all errors of this package."""


class UsageError(QaError):
    """The call's words are off."""


class ReadError(QaError):
    """A file cannot be read. The message is the reason alone, without the file's name."""


class LibraryError(QaError):
    """Something about the library on disk."""


class NoLibrary(LibraryError):
    """There is no library at this path."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """SQLite's file is damaged; the indexes are never the cause, they are rebuilt."""


class ModelMismatch(LibraryError):
    """The library's vectors were made with a model that is not the one at hand."""


class ModelError(QaError):
    """The embedding model cannot be prepared or loaded."""


class NotFound(QaError):
    """No such article or source in the library."""
