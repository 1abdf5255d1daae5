"""What the operating system says when it refuses a path, in our words."""

from __future__ import annotations

import errno

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
