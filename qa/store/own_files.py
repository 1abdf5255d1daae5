"""Files and folders of this account and process: private whatever the umask is, and temporary ones.

Where the system has no such permissions (Windows, whose user folders are private by inheritance) nothing is changed.

A temporary folder goes when its process ends, or is removed by a later one if it was killed. Whoever makes one holds a
lock on it, which the system takes back from a process however it dies: what nobody holds is left over. Where the
system has no such locks (Windows), an open file cannot be deleted, and folders are left alone.
"""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
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


if sys.platform != "win32":
    import fcntl

PARTIAL = ".part"  # how the name of a file that is being uploaded ends
TEMPORARY_PREFIX = ".wenbao-"


@contextmanager
def temporary_in(parent: Path) -> Iterator[Path]:
    """A temporary folder inside another one, deleted at the end. Raises OSError."""
    path, handle = _claimed(parent)
    try:
        yield path
    finally:
        _delete_folder(path)
        os.close(handle)


@contextmanager
def temporary() -> Iterator[Path]:
    """A temporary folder where the system keeps such; those left there by killed processes are deleted first."""
    parent = Path(tempfile.gettempdir())
    sweep(left_in(parent))
    with temporary_in(parent) as made:
        yield made


@contextmanager
def holding(path: Path) -> Iterator[None]:
    """Mark a file as in use, so that `sweep` does not delete it. Raises OSError."""
    handle = _held(path)
    try:
        yield
    finally:
        os.close(handle)


def left_in(parent: Path) -> Iterable[Path]:
    """The folders that `folder` made inside another one, in use or not."""
    return parent.glob(f"{TEMPORARY_PREFIX}*")


def sweep(paths: Iterable[Path]) -> None:
    """Delete those that no process uses; what cannot be deleted stays."""
    for path in paths:
        with suppress(OSError):
            _delete_unless_held(path)


def _claimed(parent: Path) -> tuple[Path, int]:
    """A new folder, and what holds it."""
    while True:
        path = Path(tempfile.mkdtemp(dir=parent, prefix=TEMPORARY_PREFIX))
        with suppress(FileNotFoundError):  # somebody swept it away before it was held
            handle = _held(path)
            if path.is_dir():
                return path, handle
            os.close(handle)


def _held(path: Path) -> int:
    """A handle that keeps a file or folder from being swept away until it is closed."""
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    handle = os.open(path, os.O_RDONLY)
    with suppress(OSError):  # a network drive may know no locks: then nothing on it is swept
        fcntl.flock(handle, fcntl.LOCK_SH)
    return handle


def _delete_unless_held(path: Path) -> None:
    if sys.platform == "win32":
        if path.is_file():
            path.unlink()
        return
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir():
            _delete_folder(path)
        else:
            path.unlink()
    finally:
        os.close(handle)


def _delete_folder(path: Path) -> None:
    """With all that is in it: a copy of what is read-only is read-only as well."""
    for root, _, files in os.walk(path):
        os.chmod(root, 0o700)
        if sys.platform == "win32":
            for name in files:
                os.chmod(os.path.join(root, name), 0o600)
    shutil.rmtree(path)
