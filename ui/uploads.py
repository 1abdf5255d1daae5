"""Receive uploaded files: one a request, checked, kept in the library's inbox, queued for reading."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import AsyncIterator, Collection
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from qa.errors import QaError, UsageError, reason_of
from qa.store import own_files
from ui.ingest import Ingest
from ui.words import Words, chosen

if TYPE_CHECKING:
    from qa.library.library import Library

PATH = "/library/upload"
MAX_BYTES = 50 << 20  # of a file
NAME_BYTES = 180  # a file system takes 255, and a number may be put behind the name
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')


def router(library: Library, ingest: Ingest) -> APIRouter:
    """``POST /library/upload``: the body is the file, the header X-Name its name, percent-encoded.

    What is answered with 200 is on the disk, and so is that it waits to be read.
    """
    routes = APIRouter()

    @routes.post(PATH)
    async def upload(request: Request) -> JSONResponse:
        words = chosen(request.cookies, request.headers.get("accept-language", ""))
        try:
            name = safe_name(unquote(request.headers.get("x-name", "")), library.suffixes, words)
            if int(request.headers.get("content-length") or 0) > MAX_BYTES:
                raise UsageError("screen.told", words=words.upload_too_large.format(limit=MAX_BYTES >> 20))
            library.queue.require()
            if ingest.is_full:
                return JSONResponse({"problem": words.queue_full}, 503)
            path = await keep(request.stream(), library.inbox, name, words)
            await asyncio.to_thread(ingest.add, path, path.name)
        except UsageError as error:
            return JSONResponse({"problem": words.told(str(error))}, 400)
        except QaError as error:
            return JSONResponse({"problem": words.told(str(error))}, 507)
        except OSError as error:
            return JSONResponse({"problem": words.upload_not_kept.format(reason=words.told(reason_of(error)))}, 507)
        return JSONResponse({"name": path.name})

    return routes


class Name(NamedTuple):
    """The name under which a file is stored."""

    stem: str
    suffix: str  # with its dot; one that the library reads

    def numbered(self, number: int) -> str:
        """The first is plain, the others bear their number."""
        return f"{self.stem}{self.suffix}" if number == 1 else f"{self.stem} ({number}){self.suffix}"


def safe_name(told: str, suffixes: Collection[str], words: Words) -> Name:
    """A file name without any path. Raises UsageError for a type that cannot be read."""
    name = unicodedata.normalize("NFC", told.replace("\\", "/").rpartition("/")[2])
    name = _UNSAFE.sub("", name.encode("utf-8", "replace").decode()).strip(" .")
    suffix = max((one for one in suffixes if name.lower().endswith(one)), key=len, default="")
    stem, suffix = name[: len(name) - len(suffix)].strip(" ."), name[len(name) - len(suffix) :]
    if not suffix or not stem:
        raise UsageError("screen.told", words=words.upload_unknown_type.format(known=" ".join(suffixes)))
    return Name(stem.encode()[:NAME_BYTES].decode("utf-8", "ignore"), suffix)


async def keep(stream: AsyncIterator[bytes], folder: Path, name: Name, words: Words) -> Path:
    """The stream as a file of the folder; one that is there already with the same bytes stands for it, one with others
    is left alone: the new one gets a number. Raises UsageError for more than MAX_BYTES or nothing at all, OSError.
    """
    own_files.make_folder(folder)
    digest, size = hashlib.sha256(), 0
    handle, partial = tempfile.mkstemp(dir=folder, prefix=".", suffix=own_files.PARTIAL)
    try:
        with os.fdopen(handle, "wb") as file, own_files.holding(Path(partial)):
            async for chunk in stream:
                size += len(chunk)
                if size > MAX_BYTES:
                    raise UsageError("screen.told", words=words.upload_too_large.format(limit=MAX_BYTES >> 20))
                digest.update(chunk)
                file.write(chunk)
            if not size:
                raise UsageError("screen.told", words=words.upload_empty)
            file.flush()
            return await asyncio.to_thread(_settle, file.fileno(), Path(partial), folder, name, digest.hexdigest())
    finally:
        with suppress(FileNotFoundError):  # it has its name by now
            os.unlink(partial)


def _settle(handle: int, partial: Path, folder: Path, name: Name, digest: str) -> Path:
    """Give the file its name, once and for all: after a power cut it is still there."""
    os.fsync(handle)
    for number in count(1):
        path = folder / name.numbered(number)
        try:
            _take_name(partial, path)
            break
        except FileExistsError:
            if _sha256(path) == digest:
                break
    _sync_folder(folder)
    return path


def _take_name(partial: Path, path: Path) -> None:
    """Raises FileExistsError where the name is taken: two uploads at once never share one."""
    try:
        os.link(partial, path)  # the whole file or nothing
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        path.touch(own_files.FILE, exist_ok=False)
        partial.replace(path)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
