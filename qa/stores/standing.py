"""Whether an open database still is the file at its path: a deleted one can be read and written, and all is lost."""

from __future__ import annotations

from pathlib import Path

from qa.errors import LibraryError

_GONE = "库被移走、删除或换掉了：{path}。放回原处再试一次；放不回来，就重新运行问报。"


class Standing:
    """The file that a path named when it was opened. Known by its inode, as SQLite knows it where it keeps no log."""

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


def refuse_gone(library: Path) -> None:
    raise LibraryError(_GONE, path=library)
