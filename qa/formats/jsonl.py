"""JSON lines, plain or compressed: one record is one page. Streamed: one line is in memory at a time."""

from __future__ import annotations

import codecs
import gzip
import io
import json
import lzma
import os
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.decoding import decode
from qa.formats.files import MEGABYTE, open_checked, reason_of
from qa.formats.records import NO_COLUMNS, Broken, Columns, Intake
from qa.types import Page, Skipped

_BLOCK = 1 << 16
EXPANSION = 100  # a compressed file may hold this many times its size, and `max_bytes` whatever its size


class FileLines:
    """Iterates (number from 1, bytes) over the lines that are not blank; `text` decodes such a line.

    One line is in memory at a time; blank ones are passed over by the block, as there may be millions. Raises ReadError
    where the file cannot be opened or is over `max_bytes`, and half-way where a compressed file is damaged, cut off,
    has a line longer than `max_bytes`, or holds more than `EXPANSION` times its size.
    """

    def __init__(self, path: Path, max_bytes: int) -> None:
        self.encoding = "utf-8"
        self.share = 0.0  # of the file's bytes that was taken from the disk, 0 to 1
        self._path = path
        self._max_bytes = max_bytes

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        total = 0
        with open_checked(self._path, self._max_bytes) as raw, _errors_mapped():
            size = os.fstat(raw.fileno()).st_size
            limit = max(self._max_bytes, EXPANSION * size)
            number = 0
            for line in self._split(_unpacked(self._path, raw)):
                ends = line.count(b"\n")  # of blank lines several come together
                number += ends or 1
                total += len(line)
                if total > limit or (len(line) > self._max_bytes and ends <= 1):
                    raise ReadError(
                        "packed.too-large",
                        number=number,
                        size=total // MEGABYTE,
                    )
                self.share = min(raw.tell() / size, 1.0)
                if line.strip():
                    yield number, line

    def text(self, line: bytes) -> str:
        """The line decoded: as UTF-8, else as an earlier line turned out to be, else as it looks. Or ReadError."""
        for encoding in ("utf-8", self.encoding):
            try:
                return line.decode(encoding)
            except UnicodeDecodeError:
                continue
        text, self.encoding = decode(line)
        return text

    def _split(self, stream: io.BufferedReader) -> Iterator[bytes]:
        """The stream's lines; those of UTF-16, where a line end is two bytes, turned into UTF-8 on the way."""
        head = stream.peek(3)
        for encoding, marks in _WIDE.items():
            if head.startswith(marks):
                self.encoding = encoding
                yield from self._wide_lines(stream, encoding)
                return
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        while line := stream.readline(self._max_bytes + 1):
            yield line
            while line.isspace() and (line := _blanks(stream)):
                yield line

    def _wide_lines(self, stream: io.BufferedReader, encoding: str) -> Iterator[bytes]:
        wide = io.TextIOWrapper(stream, encoding, newline="\n")
        try:
            while text := wide.readline(self._max_bytes + 1):
                yield text.removeprefix("\ufeff").encode("utf-8")
        finally:
            wide.detach()  # else it closes the stream, whose owner does


# What a file of JSON objects begins with: the byte-order mark, or a brace of two bytes.
_WIDE = {"utf-16-le": (codecs.BOM_UTF16_LE, b"{\0"), "utf-16-be": (codecs.BOM_UTF16_BE, b"\0{")}


def _blanks(stream: io.BufferedReader) -> bytes:
    """Whole blank lines that come next, as many as lie ready; nothing where none does."""
    ready = stream.peek()
    blank = ready[: len(ready) - len(ready.lstrip())]
    return stream.read(blank.rfind(b"\n") + 1)


def _unpacked(path: Path, raw: io.BufferedReader) -> io.BufferedReader:
    match path.suffix.lower():
        case ".gz":
            return io.BufferedReader(gzip.GzipFile(fileobj=raw), _BLOCK)
        case ".xz":
            return io.BufferedReader(lzma.LZMAFile(raw), _BLOCK)
        case _:
            return raw


@contextmanager
def _errors_mapped() -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise ReadError("packed.cut-off") from error
    except (gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
        raise ReadError("packed.damaged") from error
    except UnicodeDecodeError as error:
        raise ReadError("packed.not-whole-text", encoding=error.encoding.upper()) from error
    except OSError as error:
        raise ReadError(reason_of(error)) from error


_EXPECTED = "jsonl.expected"
_HOPELESS = 100  # so many lines without one JSON object among them: it is another kind of file


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Columns = NO_COLUMNS,
) -> Iterator[Page]:
    """A page for each record, its `text` as the page's text, in the file's order.

    Keys as in `records.page_of`, `columns` as in `Intake`, the line's number where there is no id. A broken line, a
    record without text and a second record of the same id go to `on_skip` and are left out. Raises ReadError where no
    line gives a page, and as `Lines`, possibly after some pages.
    """
    lines = FileLines(path, max_bytes)
    intake = Intake(path, source, on_skip, columns)
    for number, line in lines:
        page = intake.take(number, partial(_parse, lines, line))
        if page is not None:
            yield replace(page, encoding=lines.encoding, share=lines.share)
        elif intake.sound == 0 and number >= _HOPELESS:
            raise ReadError("jsonl.no-object", number=number, expected=Wording(_EXPECTED))
    intake.end()
    if not intake.taken:
        raise ReadError("records.none", expected=Wording(_EXPECTED))


def _parse(lines: FileLines, line: bytes) -> Mapping[str, object]:
    try:
        record = json.loads(lines.text(line))
    except ReadError as error:
        raise Broken(str(error)) from error
    except ValueError as error:
        raise Broken("json.broken") from error
    except RecursionError as error:
        raise Broken("json.too-deep") from error
    if not isinstance(record, dict):
        raise Broken("json.not-object")
    return record
