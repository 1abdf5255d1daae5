"""One writer at a time, among processes and among threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from qa import private
from qa.errors import LibraryBusy
from qa.stores.folder import Folder
from qa.stores.standing import refuse_gone

_PATIENCE_SECONDS = 0.5  # who makes vectors holds the lock for moments, who adds holds it for long


class WriterLock:
    """The right to change a library. The system takes it back when a process dies, however it dies."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._thread: int | None = None  # that holds it, through this object

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Hold the lock. Raises LibraryBusy almost at once where somebody else does, in this process or another."""
        with self.try_hold(_PATIENCE_SECONDS) as held:
            if not held:
                raise LibraryBusy(
                    "另一个程序（进程 {process}）正在写这个库：{path}。等它结束后再运行一次。",
                    process=self._holder(),
                    path=self._folder.root,
                )
            yield

    @contextmanager
    def try_hold(self, patience_seconds: float = 0) -> Iterator[bool]:
        """Hold the lock where it is free, or this thread's already; yields whether it is held.

        What is in the library then, and what is written meanwhile, is private to this account. Raises
        LibraryError where the folder is gone.
        """
        if self._thread == threading.get_ident():
            yield True
            return
        with self.keep_out(patience_seconds) as held:
            if held:
                self._folder.narrow()
            try:
                yield held
            finally:
                if held:
                    self._folder.narrow()

    @contextmanager
    def keep_out(self, patience_seconds: float = 0) -> Iterator[bool]:
        """The same for who only looks on while nobody writes: nothing of the library is changed."""
        if not self._folder.root.is_dir():  # the lock would make the folder anew
            refuse_gone(self._folder.root)
        from filelock import FileLock, Timeout  # takes long to load, and who only asks never locks

        # One of its own each time: threads exclude too.
        lock = FileLock(self._folder.lock, timeout=patience_seconds, mode=private.FILE)
        try:
            lock.acquire()
        except Timeout:
            yield False
            return
        try:
            self._thread = threading.get_ident()
            with suppress(OSError):  # a name for the message, no more: the disk may be full
                self._name_holder()
            yield True
        finally:
            self._thread = None
            lock.release()

    def _name_holder(self) -> None:
        with open(self._folder.writer, "w", encoding="ascii", opener=private.opener) as file:
            file.write(f"{os.getpid()}\n")

    def _holder(self) -> str:
        with suppress(OSError, ValueError):  # a name for the message, no more: it may be gone by now
            return str(int(self._folder.writer.read_text(encoding="ascii")))
        return "号不明"
