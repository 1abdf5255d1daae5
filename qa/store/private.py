"""Create files and folders that only this account can open, whatever the umask is.

Where the system has no such permissions (Windows, whose user folders are private by inheritance) nothing is changed.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def opener(path: str, flags: int) -> int:
    """An `opener` for `open`: a file that it creates is private, an existing one keeps its mode."""
    return os.open(path, flags, FILE)


def make_file(path: Path) -> None:
    """An empty private file, unless there is one. Raises OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE))


def make_folder(path: Path, *, parents: bool = False) -> None:
    """A private folder; one that is there is narrowed. `parents` makes those above it too, as the umask says. Raises
    OSError.
    """
    path.mkdir(FOLDER, parents=parents, exist_ok=True)
    narrow(path)


def narrow(*paths: Path) -> None:
    """Take from all other accounts what they may do with each file or folder.

    Passed over: what is not there, what another account owns, and a folder that is everybody's (its sticky bit is
    set). What a file system refuses stays as it was: `is_exposed` tells.
    """
    for path in paths:
        if is_exposed(path):
            with suppress(OSError):
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~_OTHERS)


def narrow_tree(folder: Path) -> None:
    """The same for a folder and everything in it; links are not followed."""
    narrow(folder)
    for root, folders, files in os.walk(folder):
        inside = (Path(root, name) for name in (*folders, *files))
        narrow(*(path for path in inside if not path.is_symlink()))


def is_exposed(path: Path) -> bool:
    """Whether other accounts may do anything with a file or folder of this account's."""
    if os.name != "posix":
        return False
    try:
        found = path.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and not found.st_mode & stat.S_ISVTX and bool(found.st_mode & _OTHERS)
