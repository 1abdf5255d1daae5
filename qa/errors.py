"""Every error that 问报 raises, one tree. Each message says what to do now."""

from __future__ import annotations

import errno
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


TOO_LONG = "路径太长"

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹，检查路径",
    errno.ENOTDIR: "没有这个文件或文件夹，检查路径",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: TOO_LONG,
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.ESTALE: "网络盘断开了，连上后再试",
}


def reason_of(error: OSError) -> str:
    """Why the system refused, in one phrase; in its own words where we have none."""
    return _REASONS.get(error.errno or 0) or error.strerror or str(error)


class IndexUnusable(LibraryError):
    """An index on disk is missing, damaged, or of another library, model or version: it has to be rebuilt.

    Never leaves qa/store.
    """


class IndexNotWritten(LibraryError):
    """An index could not be brought up to date on disk. Nothing is lost: who writes next does it."""
