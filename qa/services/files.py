"""A file that a program sends: checked, kept in the library's inbox under its name, whole or not at all."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from pathlib import Path

from qa.errors import LibraryError, UsageError, reason_of
from qa.settings import MAX_FILE_MB

NAME_BYTES = 200  # a file system takes 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def safe_name(told: str, suffixes: Collection[str]) -> str:
    """A file's name without any path. Raises UsageError for a type that cannot be read."""
    name = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    name = _UNSAFE.sub("", name.encode("utf-8", "replace").decode()).strip(" .")
    if not any(name.lower().endswith(one) and len(name) > len(one) for one in suffixes):
        raise UsageError("api.unknown-type", known=" ".join(suffixes))
    if len(name.encode()) > NAME_BYTES:
        raise UsageError("api.name-too-long", limit=NAME_BYTES)
    return name


async def kept(stream: AsyncIterator[bytes], folder: Path, name: str) -> Path:
    """The stream as a file of the folder, in the place of one of its name. Raises UsageError for a file that is empty
    or too large, LibraryError where it cannot be kept.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, partial = tempfile.mkstemp(dir=folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                await _write(stream, file.write)
                file.flush()
                os.fsync(file.fileno())
            os.replace(partial, folder / name)
        finally:
            with suppress(FileNotFoundError):  # it has its name by now
                os.unlink(partial)
    except OSError as error:
        raise LibraryError("api.not-kept", reason=reason_of(error)) from error
    return folder / name


async def _write(stream: AsyncIterator[bytes], write: Callable[[bytes], object]) -> None:
    size = 0
    async for chunk in stream:
        size += len(chunk)
        if size > MAX_FILE_MB << 20:
            raise UsageError("api.file-too-large", limit=MAX_FILE_MB)
        write(chunk)
    if not size:
        raise UsageError("api.file-empty")
