"""Files that are brought to a library and lie nowhere else: received whole, then named, or not there at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from typing import BinaryIO, NamedTuple

from qa.errors import LibraryError, UsageError, reason_of
from qa.store import own_files
from qa.types.settings import MAX_FILE_MB

MAX_BYTES = MAX_FILE_MB << 20  # of a file
NAME_BYTES = 180  # a file system takes 255, and a number may be put behind the name
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


class Name(NamedTuple):
    """The name under which a file is stored."""

    stem: str
    suffix: str  # with its dot; one that the library reads

    @property
    def whole(self) -> str:
        """Raises UsageError for one that is too long: cut, two of them might become the same."""
        if len(self.stem.encode()) > NAME_BYTES:
            raise UsageError("api.name-too-long", limit=NAME_BYTES)
        return f"{self.stem}{self.suffix}"

    def numbered(self, number: int) -> str:
        """The first is plain, the others bear their number; one that is too long is cut."""
        stem = self.stem.encode()[:NAME_BYTES].decode("utf-8", "ignore")
        return f"{stem}{self.suffix}" if number == 1 else f"{stem} ({number}){self.suffix}"


def safe_name(told: str, suffixes: Collection[str]) -> Name:
    """A file name without any path. Raises UsageError for a type that cannot be read."""
    name = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    name = _UNSAFE.sub("", name.encode("utf-8", "replace").decode()).strip(" .")
    suffix = max((one for one in suffixes if name.lower().endswith(one)), key=len, default="")
    stem, suffix = name[: len(name) - len(suffix)].strip(" ."), name[len(name) - len(suffix) :]
    if not suffix or not stem:
        raise UsageError("api.unknown-type", known=" ".join(suffixes))
    return Name(stem, suffix)


def refuse_too_large(size: int) -> None:
    """Raises UsageError for more bytes than a file may have."""
    if size > MAX_BYTES:
        raise UsageError("api.file-too-large", limit=MAX_BYTES >> 20)


class Incoming:
    """A file on its way into a folder, under a name that no reader takes for a page. All calls raise LibraryError where
    it cannot be kept.
    """

    def __init__(self, name: Name, partial: Path, file: BinaryIO) -> None:
        """For `incoming`, which is the way in."""
        self._name, self._partial, self._file = name, partial, file
        self._digest, self._size = hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """Of what has come so far, in hexadecimal digits."""
        return self._digest.hexdigest()

    @property
    def name(self) -> Name:
        return self._name

    def whole(self) -> Path:
        """The file once it has come whole, for who keeps it elsewhere. Waits for the disk. Raises UsageError for an
        empty one.
        """
        self._finish()
        return self._partial

    def write(self, chunk: bytes) -> None:
        """What comes next of it. Raises UsageError for too much."""
        self._size += len(chunk)
        refuse_too_large(self._size)
        self._digest.update(chunk)
        with _kept():
            self._file.write(chunk)

    def keep(self) -> Path:
        """The whole file under its name, once and for all: after a power cut it is still there.

        One that has the name and the same bytes stands for it, one with others is left alone: the new one gets a
        number. Waits for the disk. Raises UsageError for an empty file.
        """
        self._finish()
        folder = self._partial.parent
        with _kept():
            for number in count(1):
                path = folder / self._name.numbered(number)
                try:
                    _take_name(self._partial, path)
                    break
                except FileExistsError:
                    if _sha256(path) == self.sha256:
                        break
            _sync(folder)
        return path

    @contextmanager
    def in_place(self, is_held: Callable[[Path], bool]) -> Iterator[Path]:
        """The whole file under its name, in the place of one that has it, within the block. Unless it `is_held` by
        then, what was there comes back.

        Waits for the disk. Raises UsageError for an empty file and for a name that is too long.
        """
        folder, name = self._partial.parent, self._name.whole
        path = folder / name
        self._finish()
        with ExitStack() as stack:
            with _kept():
                former = stack.enter_context(_partial(folder)) if path.exists() else None
                if former:
                    shutil.copy2(path, former)
                self._partial.replace(path)
            try:
                with _kept():
                    _sync(folder)
                yield path
            finally:
                if not is_held(path):
                    with _kept():
                        former.replace(path) if former else path.unlink()

    def _finish(self) -> None:
        if not self._size:
            raise UsageError("api.file-empty")
        with _kept():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()


@contextmanager
def incoming(folder: Path, told: str, suffixes: Collection[str]) -> Iterator[Incoming]:
    """A file that is told to have a name, received into a folder by whoever writes to it; what was not given its name
    within the block is gone after it. Raises UsageError for a type that cannot be read.
    """
    name = safe_name(told, suffixes)
    with ExitStack() as stack:
        with _kept():
            own_files.make_folder(folder)
            partial = stack.enter_context(_partial(folder))
            file = stack.enter_context(partial.open("wb"))
        yield Incoming(name, partial, file)


@contextmanager
def _partial(folder: Path) -> Iterator[Path]:
    """An empty file of the folder that nobody sweeps away, deleted at the end if it still has this name."""
    handle, made = tempfile.mkstemp(dir=folder, prefix=".", suffix=own_files.PARTIAL)
    os.close(handle)
    path = Path(made)
    try:
        with own_files.holding(path):
            yield path
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def _kept() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LibraryError("api.not-kept", reason=reason_of(error)) from error


def _take_name(partial: Path, path: Path) -> None:
    """Raises FileExistsError where the name is taken: two uploads at once never share one."""
    try:
        os.link(partial, path)  # the whole file or nothing
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path.touch(own_files.FILE, exist_ok=False)
        partial.replace(path)


def _sync(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
