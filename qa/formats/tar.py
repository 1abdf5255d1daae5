"""TAR, packed or not: every file in it whose format is known becomes records, as in a ZIP."""

from __future__ import annotations

import lzma
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.files import open_checked
from qa.formats.records import NO_COLUMNS, Columns
from qa.formats.zip import MOST_ENTRIES, Bomb, Budget, Unpacked, escapes
from qa.store import own_files
from qa.types import Page, Skipped

_DAMAGED = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, OSError, ValueError)
_BLOCK = 1 << 16


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Page]:
    """The pages of all files in the archive, in the order of a folder's. Raises ReadError as for a ZIP."""
    with own_files.temporary() as folder, open_checked(path, max_bytes) as stream:
        unpacked = Unpacked(path, source, max_bytes, on_skip, Budget.of(path, max_bytes), columns)
        root = folder.resolve()
        for name, problem in _unpack(stream, root, unpacked):
            unpacked.tell(name, Skipped("", problem, failed=True))
        yield from unpacked.pages_below(root)


def _unpack(stream: IO[bytes], root: Path, unpacked: Unpacked) -> Iterator[tuple[str, str]]:
    """Write the files of the archive below `root`; each that is unsafe, and why."""
    try:
        with tarfile.open(fileobj=stream, mode="r|*") as archive:
            for number, member in enumerate(archive, 1):
                if number > MOST_ENTRIES:
                    raise ReadError("zip.too-many-files", files=number, most=MOST_ENTRIES)
                if member.isdir():
                    continue
                if problem := _problem(member, unpacked.max_bytes):
                    yield member.name, problem
                else:
                    _write(archive, member, root / member.name, unpacked.budget)
    except _DAMAGED as error:
        raise ReadError("tar.damaged") from error


def extracted(path: Path, name: str, max_bytes: int) -> bytes:
    """A file of an archive, which may hold so many bytes. Raises ReadError where it holds more, or there is none."""
    try:
        with tarfile.open(path, mode="r|*") as archive:
            for member in archive:
                if PurePosixPath(member.name) == PurePosixPath(name) and _problem(member, max_bytes) is None:
                    packed = archive.extractfile(member)
                    return packed.read() if packed is not None else b""
    except _DAMAGED as error:
        raise ReadError("tar.damaged") from error
    raise ReadError("zip.part-missing", name=name)


def _problem(member: tarfile.TarInfo, max_bytes: int) -> str | None:
    """Why a file of an archive is not to be unpacked."""
    if escapes(member.name) or "\0" in member.name or member.name.count("/") > _DEEPEST:
        return Wording("zip.leads-out")
    if not member.isreg():
        return Wording("zip.link")
    return Wording("zip.too-large", size=member.size >> 20) if member.size > max_bytes else None


_DEEPEST = 50  # folders within folders


def _write(archive: tarfile.TarFile, member: tarfile.TarInfo, target: Path, budget: Budget) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    packed = archive.extractfile(member)
    with target.open("wb") as file:
        while packed is not None and (block := packed.read(_BLOCK)):
            budget.left -= len(block)
            if budget.left < 0:
                raise Bomb("zip.too-large", size=member.size >> 20)
            file.write(block)
