"""Remove what a killed export, import or upload left behind, when the library is next opened."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.store import private, scratch
from qa.store.folder import Folder

PARTIAL = ".part"  # how the name of a file that is being uploaded ends
_NOTE = ".export"  # with the name of the folder that the export works in, and its path inside
_EARLIER = re.compile(r"tmp[a-z0-9_]{8}")  # folders of an import by an earlier version


@contextmanager
def working_at(folder: Folder, parent: Path) -> Iterator[Path]:
    """A folder in `parent` for an export to work in; the library records where, unless it cannot be written."""
    scratch.sweep(scratch.left_in(parent))
    with scratch.folder(parent) as room:
        note = folder.root / f"{_NOTE}{room.name}"
        with suppress(OSError):
            private.make_file(note)
            note.write_bytes(os.fsencode(room))
        try:
            yield room
        finally:
            with suppress(OSError):
                note.unlink()


def clear(folder: Folder) -> None:
    """Delete what interrupted exports, imports and uploads left; what is in use, in any process, stays."""
    scratch.sweep(folder.inbox.glob(f".*{PARTIAL}"))
    scratch.sweep(scratch.left_in(folder.root))
    scratch.sweep(filter(_is_earlier_import, folder.root.glob("tmp*")))
    for note in folder.root.glob(f"{_NOTE}{scratch.PREFIX}*"):
        _follow(note)


def _follow(note: Path) -> None:
    with suppress(OSError):
        room = Path(os.fsdecode(note.read_bytes()))
        if room.name != note.name.removeprefix(_NOTE):  # the kill came before it was written
            note.unlink()
            return
        scratch.sweep([room])
        if not room.exists():
            note.unlink()


def _is_earlier_import(path: Path) -> bool:
    """Whether an earlier version left it: nothing but what a backup holds is in it."""
    if not _EARLIER.fullmatch(path.name) or not path.is_dir():
        return False
    known = Folder(path)
    return {known.database, known.conversations, known.words}.issuperset(path.iterdir())
