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

from collections.abc import Mapping


class Wording(str):
    """Words of ours, in Chinese, that know what they were made of: whoever shows them can say it in another language.

    `form` names in braces what `fields` put there; without fields it is taken as it stands.
    """

    __slots__ = ("fields", "form")
    form: str
    fields: Mapping[str, object]

    def __new__(cls, form: str, /, **fields: object) -> Wording:
        made = super().__new__(cls, form.format(**fields) if fields else form)
        made.form, made.fields = form, fields
        return made


class QaError(Exception):
    """Root of all errors of this package. Its text is a `Wording`."""

    def __init__(self, form: str, /, **fields: object) -> None:
        self.wording = form if isinstance(form, Wording) else Wording(form, **fields)
        super().__init__(self.wording)

    def __str__(self) -> str:
        return self.wording


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
