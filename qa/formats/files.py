"""Read a file's bytes within a limit of size, or raise a ReadError that gives the reason."""

from __future__ import annotations

import errno
import math
import os
import stat
from io import BufferedReader
from pathlib import Path

from qa.errors import TOO_LONG, ReadError, Wording

MEGABYTE = 1 << 20
NOT_REGULAR = "不是普通文件（管道、设备或套接字），读不了"

_REASONS = {
    errno.ENOENT: "没有这个文件或文件夹，检查路径",
    errno.ENOTDIR: "没有这个文件或文件夹，检查路径",
    errno.EACCES: "没有读取的权限",
    errno.EPERM: "没有读取的权限",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: TOO_LONG,
    errno.EIO: "磁盘读取出错",
    errno.ESTALE: "网络盘断开了，连上后再试",
}


def reason_of(error: Exception) -> str:
    """Why the system would not give a file, in one phrase."""
    if isinstance(error, RuntimeError):  # pathlib's word for a circle of links
        return _REASONS[errno.ELOOP]
    if isinstance(error, OSError) and error.errno is not None:
        return _REASONS.get(error.errno) or Wording("系统读不了：{reason}", reason=error.strerror)
    return "路径不合法，检查路径"


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
        "文件有 {size:.1f} MB，超过上限 {limit:g} MB；要读就加 --max-mb {needed}",
        size=size / MEGABYTE,
        limit=limit,
        needed=needed,
    )
