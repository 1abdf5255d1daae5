"""Every error that 问报 raises, one tree. Each message says what to do now."""

from __future__ import annotations

import errno

from qa.errors.messages import Wording


class QaError(Exception):
    """Root of all errors of this package. Each is a message, by code, and what fills it; its text is a `Wording`."""

    def __init__(self, said: str, /, **fields: object) -> None:
        """`said`: a code, or a message made elsewhere."""
        self.wording = said if isinstance(said, Wording) else Wording(said, **fields)
        super().__init__(self.wording)

    def __str__(self) -> str:
        return self.wording


class UsageError(QaError):
    """The call's words are off."""


class ReadError(QaError):
    """A file cannot be read. The message is the reason alone, without the file's name."""


class NoText(ReadError):
    """Nothing is printed on a picture: no failure where it only lies in a folder that was added."""


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


class NoKey(QaError):
    """A program gave no password where one is asked for."""


class WrongKey(QaError):
    """A program gave another password."""


class Forbidden(QaError):
    """What a program asked for is not allowed here."""


class TooManyTries(QaError):
    """Too many wrong passwords, or more than an account may ask or bring: no other is looked at for some `seconds`."""


class Overloaded(QaError):
    """More questions wait than can be worked on."""


class NoPackage(QaError, ModuleNotFoundError):
    """A framework that a module of `qa.retrievers` is for is not installed."""


_REASONS = {
    errno.ENOENT: "system.not-found",
    errno.ENOTDIR: "system.not-found",
    errno.EACCES: "system.no-permission",
    errno.EPERM: "system.no-permission",
    errno.EISDIR: "system.is-folder",
    errno.ELOOP: "system.loop",
    errno.ENAMETOOLONG: "system.too-long",
    errno.ENOSPC: "system.disk-full",
    errno.EROFS: "system.disk-read-only",
    errno.EIO: "system.disk-failed",
    errno.ESTALE: "system.network-gone",
}


def reason_of(error: OSError) -> Wording:
    """Why the system refused, in one phrase; in its own words where we have none."""
    code = _REASONS.get(error.errno or 0)
    return Wording(code) if code else Wording("system.told", words=error.strerror or str(error))


class IndexUnusable(LibraryError):
    """An index on disk is missing, damaged, or of another library, model or version: it has to be rebuilt.

    Never leaves qa/index.
    """

    def __init__(self, why: str) -> None:
        super().__init__(Wording("index.unusable", why=why))


class IndexNotWritten(LibraryError):
    """An index could not be brought up to date on disk. Nothing is lost: who writes next does it."""
