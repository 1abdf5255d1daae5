"""The file format of vector indexes: a header, one line of JSON padded to 512 bytes, then the index's own data.

The header tells the kind (its format), the last change number held, what the index was made of (its stamp), and the
CRC-32 of what is read when it is opened. A file is replaced in one step.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from qa.errors import IndexUnusable
from qa.store import private

HEADER_BYTES = 512
CHUNK_BYTES = 1 << 20


class Header(NamedTuple):
    """The header of a file of vectors."""

    format: str
    stamp: str
    change: int
    crc32: int
    rows: int = 0  # where the format needs to know it beforehand

    def dump(self) -> bytes:
        return json.dumps(self._asdict()).encode("ascii").ljust(HEADER_BYTES - 1) + b"\n"


class Checked:
    """A writer that computes the checksum of what passes through it."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.crc32 = 0

    def write(self, chunk: bytes) -> int:
        self.crc32 = zlib.crc32(chunk, self.crc32)
        return self._file.write(chunk)


def read_header(file: BinaryIO, stamp: str) -> Header:
    """Read the header. Raises IndexUnusable for a damaged one, or one with another stamp."""
    try:
        header = Header(**json.loads(file.read(HEADER_BYTES)))
    except (ValueError, TypeError) as error:
        raise IndexUnusable("header") from error
    if not all(isinstance(number, int) for number in header[2:]) or header.stamp != stamp:
        raise IndexUnusable("made of something else")
    return header


def header_at(path: Path, stamp: str) -> Header | None:
    """The header of the file at `path`; None where there is none with this stamp."""
    try:
        with path.open("rb") as file:
            return read_header(file, stamp)
    except (OSError, IndexUnusable):
        return None


def checksum(file: BinaryIO) -> int:
    """The checksum of the rest of the file."""
    crc32 = 0
    while chunk := file.read(CHUNK_BYTES):
        crc32 = zlib.crc32(chunk, crc32)
    return crc32


@contextmanager
def replacing(path: Path, suffix: str = "tmp") -> Iterator[tuple[BinaryIO, Callable[[Header], None]]]:
    """A file to fill behind its header, and what finishes it: the header is written, and the file takes the place of
    the one at `path`. A crash leaves the old one or the new one.

    One process at a time may use a suffix: what it left there when it was killed is tidied up.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}.{suffix}")
    for left in path.parent.glob(f"{path.name}.*.{suffix}"):
        left.unlink()
    try:
        with open(partial, "wb+", opener=private.opener) as file:
            file.write(b" " * HEADER_BYTES)

            def finish(header: Header) -> None:
                file.seek(0)
                file.write(header.dump())
                file.flush()
                os.fsync(file.fileno())
                file.close()
                os.replace(partial, path)

            yield file, finish
    finally:
        with suppress(FileNotFoundError):  # renamed: nothing is left to tidy up
            partial.unlink()
