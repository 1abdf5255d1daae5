"""Read a file's bytes within a limit of size, or raise a ReadError that gives the reason."""

from __future__ import annotations

import errno
import math
import os
import stat
from io import BufferedReader
from pathlib import Path

from qa.errors import ReadError
from qa.errors.messages import Wording

MEGABYTE = 1 << 20
NOT_REGULAR = "file.not-regular"

_REASONS = {
    errno.ENOENT: "system.not-found",
    errno.ENOTDIR: "system.not-found",
    errno.EACCES: "file.no-permission",
    errno.EPERM: "file.no-permission",
    errno.EISDIR: "system.is-folder",
    errno.ELOOP: "system.loop",
    errno.ENAMETOOLONG: "system.too-long",
    errno.EIO: "file.disk-failed",
    errno.ESTALE: "system.network-gone",
}


def reason_of(error: Exception) -> Wording:
    """Why the system would not give a file, in one phrase."""
    if isinstance(error, RuntimeError):  # pathlib's word for a circle of links
        return Wording(_REASONS[errno.ELOOP])
    if isinstance(error, OSError) and error.errno is not None:
        code = _REASONS.get(error.errno)
        return Wording(code) if code else Wording("file.unreadable", reason=error.strerror)
    return Wording("file.bad-path")


def open_checked(path: Path, max_bytes: int) -> BufferedReader:
    """The file open for reading. ReadError where it is no regular file, cannot be opened or is over `max_bytes`."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise IsADirectoryError(errno.EISDIR, "")
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait for a writer
            raise ReadError(NOT_REGULAR)
        if status.st_size > max_bytes:
            raise ReadError(too_large(status.st_size, max_bytes))
        return path.open("rb")
    except OSError as error:
        raise ReadError(reason_of(error)) from error


def read_bytes(path: Path, max_bytes: int) -> bytes:
    """The whole file. ReadError as `open_checked`."""
    with open_checked(path, max_bytes) as stream:
        try:
            data = stream.read(os.fstat(stream.fileno()).st_size + 1)  # no more: memory is taken for what is asked
            while len(data) <= max_bytes and (grown := stream.read(MEGABYTE)):  # since the look at its size
                data += grown
        except OSError as error:
            raise ReadError(reason_of(error)) from error
    if len(data) > max_bytes:
        raise ReadError(too_large(len(data), max_bytes))
    return data


def too_large(size: int, max_bytes: int) -> Wording:
    """The reason for a file over the limit, naming the option that raises it."""
    limit, needed = max_bytes / MEGABYTE, math.ceil(size / MEGABYTE)
    return Wording(
        "file.too-large",
        size=size / MEGABYTE,
        limit=limit,
        needed=needed,
    )
