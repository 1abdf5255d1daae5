"""Find the files to read among paths and below folders, and tell a file's format by its first bytes."""

from __future__ import annotations

import codecs
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import MappingProxyType, ModuleType

from qa.errors import ReadError
from qa.errors.messages import Wording
from qa.formats.files import MEGABYTE, NOT_REGULAR, open_checked, read_bytes, reason_of
from qa.types import Skipped

_ADVICE = {
    "kind-advice.picture": (
        ".jpg",
        ".jpeg",
        ".png",
        ".tif",
        ".tiff",
        ".bmp",
        ".gif",
        ".jp2",
        ".webp",
    ),
    "kind-advice.doc": (".doc", ".wps", ".rtf", ".odt"),
    "kind-advice.xls": (".xlsb",),
    "kind-advice.slides": (".ppt", ".dps", ".odp"),
    "kind-advice.ofd": (".ofd",),
    "kind-advice.packed": (".rar", ".7z"),
}


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file to read: its absolute path with links resolved, and its name relative to what was added."""

    path: Path
    source: str
    parts: tuple[Path, ...] = ()  # further files that are read with it, absolute: it changes when one of them does
    named: bool = field(default=False, compare=False)  # by the user, and not found below a folder


@dataclass(slots=True)
class FileSearch:
    """Collects the files below the paths that are added. `suffixes` are the known ones, in lower case; what lies below
    the folder `apart` is no concern of theirs.
    """

    suffixes: Collection[str]
    apart: Path | None = None
    found: list[FoundFile] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _seen: set[Path] = field(default_factory=set)

    def add(self, path: Path) -> None:
        """Take a file, or what a folder holds, as the user named it."""
        try:
            mode = path.stat().st_mode  # first: of a path too long, resolving tells what is missing on its way
            resolved = path.resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: links in a circle; ValueError: a NUL
            self._skip(path, reason_of(error), failed=True)
            return
        if not stat.S_ISDIR(mode):
            self._file(resolved, path.name, mode, named=True)
            return
        skipped = len(self.skipped)
        if not self._folder(resolved) and not any(skip.failed for skip in self.skipped[skipped:]):
            self._skip(path, Wording("folder.nothing-readable", known=" ".join(self.suffixes)), failed=True)

    def _folder(self, root: Path) -> bool:
        """Whether there was a file to read, be it one found before."""
        readable = False
        waiting = [root]
        while waiting:
            folder = waiting.pop()
            below = []
            for entry in self._entries(folder):
                path = Path(entry.path)
                if entry.is_symlink():
                    self._link(path, root)
                elif entry.is_dir():
                    if path != self.apart:
                        below.append(path)
                else:
                    readable |= self._entry(path, path.relative_to(root).as_posix())
            waiting.extend(reversed(below))
        return readable

    def _entry(self, path: Path, source: str) -> bool:
        try:
            mode = path.lstat().st_mode
        except OSError as error:  # gone since the folder was listed
            self._skip(path, reason_of(error), failed=True)
            return False
        return self._file(path, source, mode, named=False)

    def _entries(self, folder: Path) -> Iterator[os.DirEntry[str]]:
        """What a folder holds, by name, without what is hidden."""
        try:
            with os.scandir(folder) as entries:
                yield from sorted((each for each in entries if each.name[0] != "."), key=lambda each: each.name)
        except OSError as error:
            self._skip(folder, reason_of(error), failed=True)

    def _file(self, path: Path, source: str, mode: int, *, named: bool) -> bool:
        """Take a file once; whether it is one to read."""
        if path in self._seen:
            return True
        if suffix_of(path.name, self.suffixes) is None and not (stat.S_ISREG(mode) and is_known_inside(path)):
            self._skip(path, unknown_type(path.name, self.suffixes), failed=named)
        elif not stat.S_ISREG(mode):
            self._skip(path, Wording(NOT_REGULAR), failed=True)
        elif not _is_unicode(path):
            self._skip(path, Wording("folder.badly-encoded-name"), failed=True)
        else:
            self._seen.add(path)
            self.found.append(FoundFile(path, source, named=named))
            return True
        return False

    def _link(self, path: Path, root: Path) -> None:
        """A link inside a folder is not followed: what it points to is met by itself, or lies outside."""
        try:
            target = path.resolve(strict=True)
        except (OSError, RuntimeError) as error:
            self._skip(path, Wording("folder.broken-link", reason=reason_of(error)), failed=False)
            return
        inside = target.relative_to(root).parts if target.is_relative_to(root) else (".",)
        if any(part.startswith(".") for part in inside):
            self._skip(path, Wording("folder.link-leads-out"), failed=False)

    def _skip(self, path: Path, reason: str, *, failed: bool) -> None:
        printable = os.fsencode(path).decode("utf-8", "backslashreplace")
        self.skipped.append(Skipped(printable, reason, failed))


def unknown_type(name: str, known: Collection[str]) -> Wording:
    """Why a file of unknown type is skipped, and what to convert it to."""
    advice = next((code for code, suffixes in _ADVICE.items() if name.lower().endswith(suffixes)), None)
    return Wording("kind.unknown", advice=Wording(advice) if advice else "", known=" ".join(known))


def suffix_of(name: str, known: Collection[str]) -> str | None:
    """The longest of the known suffixes that `name` ends with, whatever its case; None where there is none."""
    return max((suffix for suffix in known if name.lower().endswith(suffix)), key=len, default=None)


def is_known_inside(path: Path) -> bool:
    """Whether a file that is called an old document is none: Word saves web pages, and others DOCX, under that name."""
    if not path.name.lower().endswith((".doc", ".wps")):
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return False  # it is told as what its name says
    return head.startswith(_ZIP_MARK) or _saved_as(head) is not None


def _saved_as(head: bytes) -> str | None:
    """What reads a file that begins as a web page, or as one saved with all that belongs to it."""
    begin = head.removeprefix(codecs.BOM_UTF8).lstrip()[:_MARK_BYTES].lower()
    if begin.startswith((b"<!doctype html", b"<html")):
        return _MARKUP[0]
    return MAIL if begin.startswith(b"mime-version:") else None


def _is_unicode(path: Path) -> bool:
    """Whether the path is text: a name in a foreign encoding comes from the system with lone surrogates in it."""
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


_HEAD_BYTES = 4096
_METS_BYTES = 200 * MEGABYTE
_BROUGHT = "folder.part-of-mets"
_PICTURES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".jp2", ".webp", ".bmp")
_OF_PAGES = (".xml", ".alto", ".hocr", ".html", ".htm")
_PAGE_MARK = re.compile(rb"<(?:\w+:)?(?:alto|PcGts)\b|ocr_page|ocr-system")
_IMAGE = re.compile(rb"""fileName>\s*([^<>]+)|imageFilename\s*=\s*["']([^"']+)|\bimage\s+["']?([^"'<>;]+\.\w+)""")


def without_companions(found: Sequence[FoundFile]) -> tuple[list[FoundFile], list[Skipped]]:
    """The files to read by themselves, each with its parts, and those that another among them brings along: the pages
    of a METS, the pictures of pages that were recognised before.
    """
    parts = {one.path: _parts(one.path) for one in found if one.path.suffix.lower() == ".xml"}
    brought = {part: Wording(_BROUGHT, name=path.name) for path, named in parts.items() for part in named}
    if any(one.path.suffix.lower() in _PICTURES for one in found):
        for one in found:
            if picture := _picture_of(one.path):
                brought[picture] = Wording("folder.picture-of-page", name=one.path.name)
    kept = [replace(one, parts=parts.get(one.path, ())) for one in found if one.path not in brought]
    skipped = [Skipped(str(one.path), brought[one.path], failed=False) for one in found if one.path in brought]
    return kept, skipped


def _picture_of(path: Path) -> Path | None:
    """The picture of a page that a file of another program tells: ALTO, PAGE XML or hOCR."""
    if path.suffix.lower() not in _OF_PAGES:
        return None
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:  # the reader will say why
        return None
    if not _PAGE_MARK.search(head):
        return None
    told = _IMAGE.search(head)
    named = next((part for part in told.groups() if part), b"").decode("utf-8", "replace") if told else ""
    name = picture_beside(path, named)
    return path.parent / name if name else None


def picture_beside(path: Path, named: str) -> str:
    """The name of the picture of a page in the folder of its file: as that says, else by the same name; "" for none."""
    names = [PurePosixPath(named.replace("\\", "/")).name, *(path.stem + suffix for suffix in _PICTURES)]
    return next((each for each in names if each.lower().endswith(_PICTURES) and (path.parent / each).is_file()), "")


def _parts(path: Path) -> tuple[Path, ...]:
    """What a METS file names; nothing where the file is none, or cannot be read: the reader will say why."""
    try:
        with path.open("rb") as file:
            if b"mets" not in file.read(_HEAD_BYTES).lower():
                return ()
        xml, mets = load_format("qa.formats.xml"), load_format("qa.formats.mets")
        root = xml.parse(read_bytes(path, _METS_BYTES))
    except (OSError, ReadError, ModuleNotFoundError):
        return ()
    named = mets.files_of(root, path).values() if xml.local(root) == "mets" else ()
    return tuple(part for part in named if part)


PDF = "qa.formats.pdf"
DOCX = "qa.formats.docx"
EPUB = "qa.formats.epub"
PICTURE = "qa.formats.picture"
ZIP = "qa.formats.zip"
XLSX = "qa.formats.xlsx"
PPTX = "qa.formats.pptx"

EXTRAS: Mapping[str, str] = MappingProxyType(
    {
        PDF: "pdf",
        DOCX: "docx",
        EPUB: "epub",
        XLSX: "xlsx",
        PPTX: "pptx",
        PICTURE: "scan",
        "qa.formats.html": "html",
        "qa.formats.xml": "xml",
        "qa.formats.hocr": "xml",
    }
)
"""Module of a reader to the extra of pyproject.toml that it needs."""

HOCR = "qa.formats.hocr"
MAIL = "qa.formats.mail"
_MARK_BYTES = 100
_MARKUP = ("qa.formats.html", "qa.formats.xml", HOCR)
_HOCR_MARK = re.compile(rb"""class\s*=\s*["'][^"']*\bocr_page\b|name\s*=\s*["']ocr-(?:system|capabilities)["']""")
_PDF_MARK = b"%PDF-"
_ZIP_MARK = b"PK\x03\x04"
_OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ODS, _ODS_KIND = "mimetype", b"application/vnd.oasis.opendocument.spreadsheet"
_EMPTY = "text.empty"
_OLD_OFFICE = "kind.office-or-locked"
_NAMES = {PDF: "PDF", DOCX: "DOCX", EPUB: "EPUB", ZIP: "ZIP", XLSX: "XLSX", PPTX: "PPTX"}
_MISTAKEN = "kind.not-what-it-says"


def kind_of(path: Path, by_suffix: str, max_bytes: int) -> str:
    """The module that reads the file: `by_suffix`, or its own where the bytes tell of a PDF, a DOCX, an XLSX or ODS, a
    PPTX, an EPUB, a ZIP or hOCR.

    Raises ReadError where the bytes are no such thing as the suffix says, and as `open_checked`.
    """
    with open_checked(path, max_bytes) as stream:
        try:
            head = stream.read(_HEAD_BYTES)
        except OSError as error:
            raise ReadError(reason_of(error)) from error
    if not head:
        raise ReadError(_EMPTY)
    if head.startswith(_OLE_MARK):
        if by_suffix == XLSX:
            return XLSX
        raise ReadError(_OLD_OFFICE)
    if head.startswith(_PDF_MARK):
        return PDF
    if head.startswith(_ZIP_MARK):
        return _packed_kind(path)
    if by_suffix in (XLSX, "") and (saved := _saved_as(head)):  # programs write tables as web pages called .xls
        return saved
    if by_suffix in _MARKUP and _HOCR_MARK.search(head):
        return HOCR
    if by_suffix == HOCR:
        return _MARKUP[0]
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


def _is_ods(packed: zipfile.ZipFile) -> bool:
    """Whether the archive says so; where that cannot be unpacked it is none: other readers do not ask."""
    try:
        with packed.open(_ODS) as stream:
            return stream.read(len(_ODS_KIND)) == _ODS_KIND
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        return False


def _packed_kind(path: Path) -> str:
    """DOCX, XLSX or ODS, PPTX, EPUB or plain ZIP, by the names in it. Raises ReadError for a damaged archive."""
    try:
        with zipfile.ZipFile(path) as packed:
            names = set(packed.namelist())
            is_ods = _ODS in names and _is_ods(packed)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ReadError("zip.damaged") from error
    if "word/document.xml" in names:
        return DOCX
    if "xl/workbook.xml" in names or is_ods:
        return XLSX
    if "ppt/presentation.xml" in names:
        return PPTX
    if "META-INF/container.xml" in names:
        return EPUB
    return ZIP
