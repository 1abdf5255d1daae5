"""One file a format: path -> Pages.

    find(paths) -> (found, skipped)
        Files to read, in a stable order, each with its `source`; and what was passed over, with the reason.
    read(path, source, *, max_bytes, on_skip=None) -> Iterator[Page]
        The pages of one file. Lazy: nothing is opened before the first `next`.
    distinct(source, path, taken) -> str
        `source` with as many parent folders in front as it needs to be none of `taken`.

`read` raises ReadError, whose message is the reason alone, for a file that cannot be taken as a whole: before the first
page for .txt and .md, and possibly after some pages for .jsonl (a compressed file that turns out damaged half-way):
the caller drops those pages, a file goes in whole or not at all. Single records that cannot be taken are handed to
`on_skip` and the rest goes in.

A page's `blocks` are what its format knows. Markdown gives `heading` blocks with their level, whose span is the words
of the heading without its marks, and one `metadata` block for the front matter: a range of the page's text that belongs
to no story, which the cutter leaves out.

A new format is a new file with `read(path, source, *, max_bytes, on_skip)` and a row in READERS.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from qa.errors import ReadError
from qa.readers.companions import without_companions
from qa.readers.finding import Found, Search, suffix_of, unknown_type
from qa.readers.kinds import kind_of, reader
from qa.types import Page, Skipped

__all__ = ["READERS", "Found", "distinct", "find", "read"]

READERS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "qa.readers.plain",
        ".md": "qa.readers.markdown",
        ".markdown": "qa.readers.markdown",
        ".jsonl": "qa.readers.records",
        ".jsonl.gz": "qa.readers.records",
        ".jsonl.xz": "qa.readers.records",
        ".json": "qa.readers.document",
        ".csv": "qa.readers.table",
        ".tsv": "qa.readers.table",
        ".pdf": "qa.readers.pdf",
        ".docx": "qa.readers.docx",
        ".html": "qa.readers.html",
        ".htm": "qa.readers.html",
        ".xhtml": "qa.readers.html",
        ".epub": "qa.readers.epub",
        ".xml": "qa.readers.xml",
        ".zip": "qa.readers.archive",
    }
)
"""Suffix, in lower case, to the module that reads it."""


def find(paths: Sequence[Path], apart: Path | None = None) -> tuple[list[Found], list[Skipped]]:
    """Files to read among `paths` and below the folders among them; and what was passed over, and why.

    The order is that of `paths`; inside a folder, files by name, then subfolders by name. A file met twice is found
    once. `source` is the path relative to the folder that was named, with forward slashes; for a file that was named,
    its file name. Two files can have the same `source`: see `distinct`.

    Hidden files and folders are left out silently unless named. Links inside a folder are not followed. `failed` is
    True for what was named and cannot be read, for a named folder with nothing to read, for a folder that cannot be
    listed, and for what has the name of a known type and is no regular file. `apart` is a folder that is never walked
    into: the library, where it lies among the papers.
    """
    search = Search(tuple(READERS), apart.resolve() if apart else None)
    for path in paths:
        search.add(path)
    found, brought = without_companions(search.found)
    return found, search.skipped + brought


def read(
    path: Path, source: str, *, max_bytes: int, on_skip: Callable[[Skipped], None] | None = None
) -> Iterator[Page]:
    """The pages of the file at `path`, each with `source` as its source. Lazy.

    `max_bytes` limits the file's size on disk. `on_skip` gets each record that was left out, its place written
    ``path:line``. Raises ReadError with the reason alone.
    """
    suffix = suffix_of(path.name, READERS)
    if suffix is None:
        raise ReadError(unknown_type(path.name, READERS))
    module = reader(kind_of(path, READERS[suffix], max_bytes))
    pages: Iterator[Page] = module.read(path, source, max_bytes=max_bytes, on_skip=on_skip)
    yield from pages


def distinct(source: str, path: Path, taken: Collection[str]) -> str:
    """`source`, or where `taken` holds it, `source` with as many parent folders of `path` in front as it needs."""
    parts = path.parts
    for count in range(source.count("/") + 1, len(parts)):
        name = "/".join(parts[-count:])
        if name not in taken:
            return name
    return path.as_posix()
