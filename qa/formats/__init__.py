"""File -> Pages: the table of formats, one module a format, and the search for files to read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.discovery import (
    PICTURE,
    FileSearch,
    FoundFile,
    is_known_inside,
    kind_of,
    load_format,
    suffix_of,
    unknown_type,
    without_companions,
)
from qa.types import Page, Skipped

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        ".txt": "qa.formats.plain",
        ".md": "qa.formats.markdown",
        ".markdown": "qa.formats.markdown",
        ".jsonl": "qa.formats.jsonl",
        ".jsonl.gz": "qa.formats.jsonl",
        ".jsonl.xz": "qa.formats.jsonl",
        ".json": "qa.formats.json",
        ".csv": "qa.formats.csv",
        ".tsv": "qa.formats.csv",
        ".xlsx": "qa.formats.xlsx",
        ".xlsm": "qa.formats.xlsx",
        ".xls": "qa.formats.xlsx",
        ".et": "qa.formats.xlsx",
        ".ods": "qa.formats.xlsx",
        ".pdf": "qa.formats.pdf",
        ".docx": "qa.formats.docx",
        ".html": "qa.formats.html",
        ".htm": "qa.formats.html",
        ".xhtml": "qa.formats.html",
        ".epub": "qa.formats.epub",
        ".xml": "qa.formats.xml",
        ".alto": "qa.formats.xml",
        ".mets": "qa.formats.xml",
        ".tei": "qa.formats.xml",
        ".rss": "qa.formats.xml",
        ".atom": "qa.formats.xml",
        ".hocr": "qa.formats.hocr",
        ".pptx": "qa.formats.pptx",
        ".eml": "qa.formats.mail",
        ".mhtml": "qa.formats.mail",
        ".mht": "qa.formats.mail",
        ".srt": "qa.formats.subtitles",
        ".vtt": "qa.formats.subtitles",
        ".zip": "qa.formats.zip",
        ".tar": "qa.formats.tar",
        ".tar.gz": "qa.formats.tar",
        ".tgz": "qa.formats.tar",
        ".tar.xz": "qa.formats.tar",
        ".tar.bz2": "qa.formats.tar",
        ".png": PICTURE,
        ".jpg": PICTURE,
        ".jpeg": PICTURE,
        ".tif": PICTURE,
        ".tiff": PICTURE,
        ".webp": PICTURE,
        ".bmp": PICTURE,
        ".jp2": PICTURE,
    }
)
"""Suffix, in lower case, to the module that reads it."""

_PARTS_TOLD = 20  # pages and records of a file
_PACKED = frozenset({"qa.formats.zip", "qa.formats.tar"})  # their files are read one by one, and told of
_WITH_COLUMNS = _PACKED | {"qa.formats.csv", "qa.formats.xlsx", "qa.formats.json", "qa.formats.jsonl"}


def find(paths: Sequence[Path], apart: Path | None = None) -> tuple[list[FoundFile], list[Skipped]]:
    """Files to read among `paths` and below the folders among them; and what was passed over, and why.

    The order is that of `paths`; inside a folder, files by name, then subfolders by name. A file met twice is found
    once. `source` is the path relative to the folder that was named, with forward slashes; for a file that was named,
    its file name. Two files can have the same `source`: see `distinct`.

    Hidden files and folders are left out silently unless named. Links inside a folder are not followed. `failed` is
    True for what was named and cannot be read, for a named folder with nothing to read, for a folder that cannot be
    listed, and for what has the name of a known type and is no regular file. `apart` is a folder that is never walked
    into: the library, where it lies among the papers. Without `wenbao[scan]` pictures are of an unknown type.
    """
    known = FORMATS if find_spec("rapidocr") else {name: kind for name, kind in FORMATS.items() if kind != PICTURE}
    search = FileSearch(tuple(known), apart.resolve() if apart else None)
    for path in paths:
        search.add(path)
    found, brought = without_companions(search.found)
    return found, search.skipped + brought


def read(
    path: Path,
    source: str,
    *,
    max_bytes: int,
    on_skip: Callable[[Skipped], None] | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Page]:
    """The pages of the file at `path`, each with `source` as its source. Lazy.

    `max_bytes` limits the file's size on disk. `on_skip` gets each record that was left out, its place written
    ``path:line``. `columns` tells which columns of a table of records are which: a user's names of them, in lower case,
    to ours. Raises ReadError with the reason alone.
    """
    suffix = suffix_of(path.name, FORMATS)
    if suffix is None and not is_known_inside(path):
        raise ReadError(unknown_type(path.name, FORMATS))
    kind = kind_of(path, FORMATS[suffix] if suffix else "", max_bytes)
    more = {"columns": columns} if kind in _WITH_COLUMNS else {}
    pages: Iterator[Page] = load_format(kind).read(path, source, max_bytes=max_bytes, on_skip=on_skip, **more)
    yield from pages if on_skip is None or kind in _PACKED else _told(pages, path, on_skip)


def _told(pages: Iterator[Page], path: Path, on_skip: Callable[[Skipped], None]) -> Iterator[Page]:
    """The pages; of what of them was kept in part the first are told one by one, the others by their number."""
    parts = 0
    for page in pages:
        if page.metadata.kept is not None:
            parts += 1
            place = ":".join([str(path), *(str(at) for at in (page.number, page.record) if at is not None)][:2])
            percent = round(page.metadata.kept * 100)
            if parts <= _PARTS_TOLD:
                on_skip(Skipped(place, Wording("file.part-kept", percent=percent), failed=False))
        yield page
    if parts > _PARTS_TOLD:
        on_skip(Skipped(str(path), Wording("file.part-kept-more", number=parts - _PARTS_TOLD), failed=False))


def distinct(source: str, path: Path, taken: Collection[str]) -> str:
    """`source`, or where `taken` holds it, `source` with as many parent folders of `path` in front as it needs."""
    parts = path.parts
    for count in range(source.count("/") + 1, len(parts)):
        name = "/".join(parts[-count:])
        if name not in taken:
            return name
    return path.as_posix()
