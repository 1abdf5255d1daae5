"""Detect a file's format: by its suffix, unless its first bytes clearly show another."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType, ModuleType

from qa.errors import ReadError
from qa.formats.files import open_checked, reason_of

PDF = "qa.formats.pdf"
DOCX = "qa.formats.docx"
EPUB = "qa.formats.epub"
ZIP = "qa.formats.zip"

EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        PDF: "pdf",
        DOCX: "docx",
        EPUB: "epub",
        "qa.formats.html": "html",
        "qa.formats.xml": "xml",
    }
)
"""Module of a reader to the extra of pyproject.toml that it needs."""

_PDF_MARK = b"%PDF-"
_ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EMPTY = "text.empty"
_OLD_OFFICE = "kind.office-or-locked"
_NAMES = {PDF: "PDF", DOCX: "DOCX", EPUB: "EPUB", ZIP: "ZIP"}
_MISTAKEN = "kind.not-what-it-says"


def kind_of(path: Path, by_suffix: str, max_bytes: int) -> str:
    """The module that reads the file: `by_suffix`, or where the bytes tell of a PDF, a DOCX, an EPUB or a ZIP, its own.

    Raises ReadError where the bytes are no such thing as the suffix says, and as `open_checked`.
    """
    with open_checked(path, max_bytes) as stream:
        try:
            head = stream.read(1024)
        except OSError as error:
            raise ReadError(reason_of(error)) from error
    if not head:
        raise ReadError(_EMPTY)
    if head.startswith(_OLE_MARK):
        raise ReadError(_OLD_OFFICE)
    if head.startswith(_PDF_MARK):
        return PDF
    if head.startswith(_ZIP_MARK):
        return _packed_kind(path)
    if by_suffix in _NAMES and not (by_suffix == PDF and _PDF_MARK in head):  # some writers put a few bytes before it
        raise ReadError(_MISTAKEN, name=_NAMES[by_suffix])
    return by_suffix


def load_format(module: str) -> ModuleType:
    """The reader's module, loaded. Raises ReadError with the pip line where its extra is not installed."""
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("qa") or module not in EXTRAS:
            raise
        raise ReadError("kind.needs-package", extra=EXTRAS[module]) from error


def _packed_kind(path: Path) -> str:
    """DOCX, EPUB or plain ZIP, by the names in it. Raises ReadError for a damaged archive."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError("zip.damaged") from error
    if "word/document.xml" in names:
        return DOCX
    if "META-INF/container.xml" in names:
        return EPUB
    return ZIP
