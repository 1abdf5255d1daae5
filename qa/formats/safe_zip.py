"""Open ZIP archives that may be hostile, with limits on their contents: for DOCX, EPUB and ZIP."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from qa.errors import ReadError
from qa.formats.files import MEGABYTE, open_checked, reason_of, too_large

EXPANSION = 20  # an archive may hold this many times its size, and `max_bytes` whatever its size
_ENTRY_EXPANSION = 200  # the same of a single file in it
_MOST_ENTRIES = 20_000
_BLOCK = 1 << 16
_ENCRYPTED = 0x1  # flag bits of an entry
_IS_UTF8 = 0x800
_DAMAGED = "zip.damaged"


class Bomb(ReadError):
    """An archive grows out of proportion: nothing in it is to be trusted."""


@dataclass(slots=True)
class Budget:
    """Bytes that may still be unpacked, from an archive and from those inside it."""

    left: int

    @classmethod
    def of(cls, path: Path, max_bytes: int) -> Budget:
        return cls(max(EXPANSION * path.stat().st_size, max_bytes))


class SafeZip:
    """An open archive. Methods raise ReadError for what is damaged or locked, Bomb for what grows out of proportion."""

    def __init__(self, archive: zipfile.ZipFile, max_bytes: int, budget: Budget) -> None:
        self._archive = archive
        self._max_bytes = max_bytes
        self._budget = budget
        self._entries: dict[str, zipfile.ZipInfo] = {}
        self.repeated: list[str] = []  # names that stand there twice: only the first can be told from the others
        for info in archive.infolist():
            name = name_of(info)
            if name in self._entries:
                self.repeated.append(name)
            elif not info.is_dir():
                self._entries[name] = info

    def names(self) -> list[str]:
        """Of the files in it, in their order."""
        return list(self._entries)

    def has(self, name: str) -> bool:
        return name in self._entries

    def is_link(self, name: str) -> bool:
        return (self._entries[name].external_attr >> 16) & 0o170000 == 0o120000

    def is_locked(self, name: str) -> bool:
        return bool(self._entries[name].flag_bits & _ENCRYPTED)

    def read(self, name: str) -> bytes:
        """A whole file. Raises ReadError also where there is none of this name."""
        return b"".join(self.blocks(name))

    def blocks(self, name: str) -> Iterator[bytes]:
        """A file, block by block: a bomb is noticed before it is unpacked."""
        if name not in self._entries:
            raise ReadError("zip.part-missing", name=name)
        info = self._entries[name]
        if self.is_locked(name):
            raise ReadError("zip.password")
        limit = max(MEGABYTE, _ENTRY_EXPANSION * info.compress_size)
        done = 0
        with _mapped(), self._archive.open(info) as stream:
            while block := stream.read(_BLOCK):
                done += len(block)
                self._budget.left -= len(block)
                if done > limit or self._budget.left < 0:
                    raise Bomb("zip.too-large", size=max(done, info.file_size) // MEGABYTE)
                if done > self._max_bytes:
                    raise ReadError(too_large(max(done, info.file_size), self._max_bytes))
                yield block


@contextmanager
def open_zip(path: Path, max_bytes: int, budget: Budget | None = None) -> Iterator[SafeZip]:
    """The archive at `path`. Raises ReadError."""
    with open_checked(path, max_bytes) as stream, _archive(stream) as archive:
        if len(archive.infolist()) > _MOST_ENTRIES:
            raise ReadError(
                "zip.too-many-files",
                files=len(archive.infolist()),
                most=_MOST_ENTRIES,
            )
        yield SafeZip(archive, max_bytes, budget or Budget.of(path, max_bytes))


def name_of(info: zipfile.ZipInfo) -> str:
    """The name in the encoding it was written in: UTF-8, else GB 18030, else the archive's own."""
    if info.flag_bits & _IS_UTF8:
        return info.filename
    written = info.filename.encode("cp437", "surrogateescape")
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def escapes(name: str) -> bool:
    """Whether a name points out of the folder that the archive is unpacked to."""
    path = PurePosixPath(name.replace("\\", "/"))
    return not path.parts or path.is_absolute() or ".." in path.parts or ":" in path.parts[0]


@contextmanager
def _archive(stream: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    with _mapped():
        archive = zipfile.ZipFile(stream)
    with archive:
        yield archive


@contextmanager
def _mapped() -> Iterator[None]:
    try:
        yield
    except NotImplementedError as error:
        raise ReadError("zip.unknown-compression") from error
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError, ValueError, IndexError) as error:
        raise ReadError(_DAMAGED) from error
    except OSError as error:  # bz2 says so of damaged data, without a number
        raise ReadError(_DAMAGED if error.errno is None else reason_of(error)) from error
