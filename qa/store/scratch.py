"""Temporary files and folders: removed when their process ends, or by a later one if it was killed.

Whoever makes one holds a lock on it, which the system takes back from a process however it dies: what nobody holds is
left over. Where the system has no such locks (Windows), an open file cannot be deleted, and folders are left alone.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

PREFIX = ".wenbao-"


@contextmanager
def folder(parent: Path) -> Iterator[Path]:
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
    with folder(parent) as made:
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
    return parent.glob(f"{PREFIX}*")


def sweep(paths: Iterable[Path]) -> None:
    """Delete those that no process uses; what cannot be deleted stays."""
    for path in paths:
        with suppress(OSError):
            _delete_unless_held(path)


def _claimed(parent: Path) -> tuple[Path, int]:
    """A new folder, and what holds it."""
    while True:
        path = Path(tempfile.mkdtemp(dir=parent, prefix=PREFIX))
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
