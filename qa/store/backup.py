"""Export a whole library to one file, and import it again.

The file is a ZIP of what cannot be rebuilt (the library's database as it stood at one moment, and the conversations and
the list of words where there are any) and a manifest with sizes and SHA-256. The indexes are caches and stay behind:
they are rebuilt from the vectors inside, nothing is embedded again.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from qa.errors import LibraryDamaged, LibraryError, reason_of
from qa.store import own_files
from qa.store.database import Database
from qa.store.folder import Folder, WriterLock, clear_leftovers, export_folder
from qa.store.writing import keep_setting

_FORMAT = "wenbao-backup-1"
_WHOLE = "whole.zip"
_MANIFEST = "manifest.json"
_MANIFEST_BYTES = 100_000  # at most
_LEVEL = 1  # of compression: vectors do not shrink, texts do at once
_CHUNK_BYTES = 1 << 20
_NOT_OURS = "backup.not-ours"


class _Part(NamedTuple):
    """A file inside the backup."""

    size: int  # bytes
    sha256: str


def export_all(folder: Folder, target: Path) -> None:
    """Write the library to `target`, in place of what is there. Others may read and write meanwhile.

    Raises NoLibrary, LibraryDamaged, LibraryError, OSError.
    """
    _refuse_server(folder)
    Database(folder).close()  # is there a library, and of this format
    with export_folder(folder, target.absolute().parent) as room:
        copies = [_copy(path, room) for path in _parts(folder) if path.exists()]
        with (
            open(room / _WHOLE, "wb", opener=own_files.opener) as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive,
        ):
            parts = {copy.name: _Part(copy.stat().st_size, _sha256(copy))._asdict() for copy in copies}
            archive.writestr(_MANIFEST, json.dumps({"format": _FORMAT, "parts": parts}))
            for copy in copies:
                archive.write(copy, copy.name)
        os.replace(room / _WHOLE, target)


def import_all(folder: Folder, source: Path) -> None:
    """Make the library of a backup in `folder`, where there must be none. All or nothing.

    Raises LibraryError where there is one, or the disk is too full; LibraryDamaged for a file that is no whole backup.
    """
    _refuse_server(folder)
    _refuse_existing(folder, source)
    folder.make()
    clear_leftovers(folder)
    with WriterLock(folder).hold(), _opened(source) as archive, own_files.temporary_in(folder.root) as room:
        _refuse_existing(folder, source)  # made by another process before the lock was ours
        parts = _manifest(archive, source)
        needed, free = sum(part.size for part in parts.values()), shutil.disk_usage(folder.root).free
        if needed > free:
            raise LibraryError("backup.no-room", needed=needed / 1e6, free=free / 1e6)
        for name, part in parts.items():
            _extract(archive, name, part, room / name, source)
        for path in reversed(_parts(folder)):  # the library last: without it there is none
            if path.name in parts:
                os.replace(room / path.name, path)
    imported = Database(folder)  # migrated where an older version made it
    keep_setting(imported, "writer", "")  # a server of the machine that it comes from
    imported.close()


def _parts(folder: Folder) -> tuple[Path, ...]:
    """The files that a library cannot be rebuilt without; all but the first may be missing."""
    return folder.database, folder.conversations, folder.words


def _refuse_existing(folder: Folder, source: Path) -> None:
    if folder.has_database:
        raise LibraryError("backup.library-there", path=folder.root, source=source)


def _refuse_server(folder: Folder) -> None:
    if folder.server:
        raise LibraryError("backup.server", server=folder.server, schema=folder.server.schema)


def _copy(path: Path, room: Path) -> Path:
    """A copy of a file; of a database in one state, whoever writes to it."""
    copy = room / path.name
    if path.suffix != ".db":
        return Path(shutil.copyfile(path, copy))
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection,
            closing(sqlite3.connect(copy)) as target,
        ):
            connection.backup(target)
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged("backup.not-read", path=path, reason=error) from error
    return copy


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        file = source.open("rb")
    except OSError as error:
        raise LibraryError("file.not-opened", name=source, reason=reason_of(error)) from error
    try:
        with file, zipfile.ZipFile(file) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, RuntimeError) as error:  # the last: a password
        raise LibraryDamaged(_NOT_OURS, source=source) from error


def _manifest(archive: zipfile.ZipFile, source: Path) -> Mapping[str, _Part]:
    try:
        with archive.open(_MANIFEST) as stream:
            manifest = json.loads(stream.read(_MANIFEST_BYTES))
        parts = {name: _Part(int(part["size"]), str(part["sha256"])) for name, part in manifest["parts"].items()}
        is_ours = manifest["format"] == _FORMAT
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise LibraryDamaged(_NOT_OURS, source=source) from error
    known = {path.name for path in _parts(Folder(Path()))}
    is_ours = is_ours and all(part.size >= 0 for part in parts.values())
    if not is_ours or Folder(Path()).database.name not in parts or not known.issuperset(parts):
        raise LibraryDamaged(_NOT_OURS, source=source)
    return parts


def _extract(archive: zipfile.ZipFile, name: str, part: _Part, target: Path, source: Path) -> None:
    """One file, at most as long as the manifest says, and exactly what it says."""
    digest, left = hashlib.sha256(), part.size
    try:
        with archive.open(name) as stream, open(target, "wb", opener=own_files.opener) as file:
            while left and (chunk := stream.read(min(_CHUNK_BYTES, left))):
                file.write(chunk)
                digest.update(chunk)
                left -= len(chunk)
            os.fsync(file.fileno())
    except KeyError as error:
        raise LibraryDamaged(_NOT_OURS, source=source) from error
    if left or digest.hexdigest() != part.sha256:
        raise LibraryDamaged(_NOT_OURS, source=source)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
