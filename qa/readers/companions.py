"""Files that another file brings along: the ALTO pages that a METS file names are read with it, not by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qa.errors import ReadError, Wording
from qa.readers.files import MEGABYTE, read_bytes
from qa.readers.finding import Found
from qa.readers.kinds import reader
from qa.types import Skipped

_HEAD_BYTES = 4096
_METS_BYTES = 200 * MEGABYTE
_BROUGHT = "是 {name}（METS）的一页，随它读入，不另算"


def without_companions(found: Sequence[Found]) -> tuple[list[Found], list[Skipped]]:
    """The files to read by themselves, each with its parts, and those that a METS file among them brings along."""
    parts = {one.path: _parts(one.path) for one in found if one.path.suffix.lower() == ".xml"}
    brought = {part: path.name for path, named in parts.items() for part in named}
    kept = [replace(one, parts=parts.get(one.path, ())) for one in found if one.path not in brought]
    skipped = [
        Skipped(str(one.path), Wording(_BROUGHT, name=brought[one.path]), failed=False)
        for one in found
        if one.path in brought
    ]
    return kept, skipped


def _parts(path: Path) -> tuple[Path, ...]:
    """What a METS file names; nothing where the file is none, or cannot be read: the reader will say why."""
    try:
        with path.open("rb") as file:
            if b"mets" not in file.read(_HEAD_BYTES).lower():
                return ()
        xml, mets = reader("qa.readers.safe_xml"), reader("qa.readers.mets")
        root = xml.parse(read_bytes(path, _METS_BYTES))
    except (OSError, ReadError, ModuleNotFoundError):
        return ()
    named = mets.files_of(root, path).values() if xml.local(root) == "mets" else ()
    return tuple(part for part in named if part)
