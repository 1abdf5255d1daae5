"""Plain text: one file is one page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from qa.formats.decoding import decode
from qa.formats.files import read_bytes
from qa.types import Page, Skipped


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The file as one page. ReadError where it cannot be read or decoded."""
    text, encoding = decode(read_bytes(path, max_bytes))
    yield Page(source=source, text=text, encoding=encoding, share=1.0)
