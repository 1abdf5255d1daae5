"""ZIP: every file in it whose format is known becomes records, named by their paths in the archive.

Archives may be hostile: `open_zip`, which DOCX and EPUB use too, limits what they may hold.

The files are unpacked to a folder that is gone afterwards, and read as they would be from any folder: a METS finds its
ALTO files, a ZIP inside is read too.
"""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import IO

from qa import formats
from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats import discovery
from qa.formats.discovery import ZIP, kind_of
from qa.formats.files import MEGABYTE, open_checked, reason_of, too_large
from qa.formats.records import NO_COLUMNS, Columns
from qa.store import own_files
from qa.types import Block, Page, Skipped, Span

EXPANSION = 20  # an archive may hold this many times its size, and `max_bytes` whatever its size
_ENTRY_EXPANSION = 200  # the same of a single file in it
MOST_ENTRIES = 20_000
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
            if not name:
                raise ReadError(_DAMAGED)
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
        if len(archive.infolist()) > MOST_ENTRIES:
            raise ReadError(
                "zip.too-many-files",
                files=len(archive.infolist()),
                most=MOST_ENTRIES,
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


_DEEPEST = 3  # archives within archives
_DEEPEST_FOLDER = 50  # folders within folders of an archive

OnSkip = Callable[[Skipped], None] | None


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: OnSkip = None, columns: Columns = NO_COLUMNS
) -> Iterator[Page]:
    """The pages of all files in the archive, in the order of a folder's. A page that is no record of its own becomes
    one, cut into its stories as any other page. `columns` are for all of them.

    Files that cannot be read go to `on_skip`, their place written ``path:name``. Raises ReadError for a damaged
    archive, for one that grows out of proportion or is nested too deep, and where nothing could be read.
    """
    yield from Unpacked(path, source, max_bytes, on_skip, Budget.of(path, max_bytes), columns).pages()


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of an archive, unpacked to a folder, or of one inside another; all of them share one budget."""

    path: Path
    source: str
    max_bytes: int
    on_skip: OnSkip
    budget: Budget
    columns: Columns
    depth: int = 1

    def pages(self) -> Iterator[Page]:
        """The pages of the ZIP at `path`."""
        if self.depth > _DEEPEST:
            raise ReadError("zip.nested-too-deep", most=_DEEPEST)
        with (
            own_files.temporary() as folder,
            open_zip(self.path, self.max_bytes, self.budget) as packed,
        ):
            root = folder.resolve()
            self._unpack(packed, root)
            yield from self.pages_below(root)

    def pages_below(self, root: Path) -> Iterator[Page]:
        """The pages of all files below a folder. Raises ReadError where there are none."""
        taken = 0
        for page in self._read(root):
            taken += 1
            yield page
        if not taken:
            raise ReadError("zip.no-text")

    def tell(self, name: str, skip: Skipped) -> None:
        """What was left out of the archive, and why."""
        if self.on_skip is not None:
            self.on_skip(replace(skip, path=f"{self.path}:{name}"))

    def _unpack(self, packed: SafeZip, root: Path) -> None:
        """Write the files of the archive below `root`; what is unsafe, locked or damaged is told."""
        for name in packed.repeated:
            self.tell(name, Skipped("", Wording("zip.same-name"), failed=True))
        for name in packed.names():
            try:
                _check(packed, name)
                target = root / name.replace("\\", "/")
                target.parent.mkdir(parents=True, exist_ok=True)
                data = packed.read(name)
                with target.open("xb") as file:
                    file.write(data)
            except Bomb:
                raise
            except (ReadError, OSError) as error:
                reason = str(error) if isinstance(error, ReadError) else reason_of(error)
                self.tell(name, Skipped("", reason, failed=True))

    def _read(self, root: Path) -> Iterator[Page]:
        found, skipped = formats.find([root])
        for skip in skipped:
            if skip.path != str(root):
                self.tell(_inside(skip.path, root), skip)
        for number, one in enumerate(found, 1):
            try:
                for page in list(self._file(one, root)):  # a file goes in whole or not at all
                    yield replace(_as_record(page, one.source), share=number / len(found))
            except Bomb:
                raise
            except ReadError as error:
                self.tell(one.source, Skipped("", str(error), failed=True))

    def _file(self, one: discovery.FoundFile, root: Path) -> Iterator[Page]:
        def inner(skip: Skipped) -> None:
            self.tell(_inside(skip.path, root), skip)

        if kind_of(one.path, "", self.max_bytes) == ZIP:
            nested = Unpacked(one.path, self.source, self.max_bytes, inner, self.budget, self.columns, self.depth + 1)
            return nested.pages()
        return formats.read(one.path, self.source, max_bytes=self.max_bytes, on_skip=inner, columns=self.columns)


def _as_record(page: Page, name: str) -> Page:
    page = replace(page, picture=page.picture._replace(inside=(name, *page.picture.inside)))
    if page.record is not None:
        return replace(page, record=f"{name}#{page.record}")
    if any(block.role == "story" for block in page.blocks):
        return replace(page, record=name)
    return replace(page, record=name, blocks=(Block(Span(0, len(page.text)), "page"), *page.blocks))


def _check(packed: SafeZip, name: str) -> None:
    """Raises ReadError for a name or a kind of entry that is not to be unpacked."""
    if escapes(name) or "\0" in name:
        raise ReadError("zip.leads-out")
    if name.replace("\\", "/").count("/") > _DEEPEST_FOLDER:
        raise ReadError("zip.folders-too-deep", most=_DEEPEST_FOLDER)
    if packed.is_link(name):
        raise ReadError("zip.link")


def _inside(path: str, root: Path) -> str:
    """A path below the folder of the unpacked files, as it is called in the archive."""
    return path.removeprefix(f"{root}/").removeprefix(f"{root}\\").replace("\\", "/")
