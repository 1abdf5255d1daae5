"""An export or an import that was killed leaves nothing behind after the next start; one under way is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import pytest

from qa import formats
from qa.store import own_files
from qa.store.backup import export_all, import_all
from qa.store.folder import Folder
from tests.parts.library import open_library, story, write_records

_KILLED = """
import itertools, os, pathlib, signal, sys, threading
from qa.store.backup import export_all, import_all
from qa.store.folder import Folder
what, library, target, pattern = sys.argv[1], *map(pathlib.Path, sys.argv[2:4]), sys.argv[4]
def kill():
    while not any(target.parent.glob(pattern)):
        pass
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=kill, daemon=True).start()
for number in itertools.count():
    if what == "export":
        export_all(Folder(library), target)
    else:
        import_all(Folder(library / str(number)), target)
"""


def _killed(what: str, library_path: Path, target: Path, pattern: str) -> None:
    command = [sys.executable, "-c", _KILLED, what, str(library_path), str(target), pattern]
    assert subprocess.run(command, timeout=120).returncode == -signal.SIGKILL


@pytest.fixture
def library_path(tmp_path: Path) -> Path:
    with open_library(tmp_path / "library", create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(300))])
    return tmp_path / "library"


@pytest.mark.folder("a library on a server is backed up by the server")
@pytest.mark.parametrize("pattern", [".wenbao-*/*.db", ".wenbao-*/whole.zip"])
@pytest.mark.parametrize("next_start", ["the library opened", "exported again"])
def test_a_killed_export_leaves_nothing(library_path: Path, tmp_path: Path, pattern: str, next_start: str) -> None:
    target = tmp_path / "stick" / "backup"
    target.parent.mkdir()
    _killed("export", library_path, target, pattern)
    assert list(target.parent.glob(".wenbao-*"))
    if next_start == "exported again":
        (library_path / next(library_path.glob(".export*")).name).unlink()  # as of a library that could not be written
        export_all(Folder(library_path), target)
    open_library(library_path).close()
    assert {path.name for path in target.parent.iterdir()} <= {"backup"}
    assert not [path.name for path in library_path.iterdir() if path.name.startswith((".", "tmp"))]


@pytest.mark.folder("a library on a server is backed up by the server")
def test_a_killed_import_leaves_nothing(library_path: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    export_all(Folder(library_path), backup)
    (tmp_path / "new").mkdir()
    _killed("import", tmp_path / "new", backup, "new/*/.wenbao-*/*")
    (left,) = (tmp_path / "new").glob("*/.wenbao-*")
    if (left.parent / "library.db").exists():
        open_library(left.parent).close()
    else:
        import_all(Folder(left.parent), backup)
    with open_library(left.parent) as library:
        assert library.stats().articles == 300
    assert not [path.name for path in left.parent.iterdir() if path.name.startswith((".", "tmp"))]


def test_what_an_earlier_version_left_goes_and_what_the_user_put_there_stays(library_path: Path) -> None:
    for folder, file in (("tmp12ab_cd9", "library.db"), ("tmpholiday1", "photo.txt"), ("tmp", "library.db")):
        (library_path / folder).mkdir()
        (library_path / folder / file).write_bytes(b"x")
    open_library(library_path).close()
    assert sorted(path.name for path in library_path.glob("tmp*")) == ["tmp", "tmpholiday1"]


@pytest.mark.folder("a library on a server is backed up by the server")
def test_what_is_under_way_stays(library_path: Path, tmp_path: Path) -> None:
    with own_files.temporary_in(library_path) as importing, own_files.temporary_in(tmp_path) as exporting:
        (importing / "library.db").write_bytes(b"x")
        open_library(library_path).close()
        export_all(Folder(library_path), tmp_path / "backup")
        assert (importing / "library.db").exists()
        assert exporting.exists()
    assert not list(library_path.glob(".wenbao-*"))


def test_a_note_names_no_other_folder(library_path: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (library_path / ".export.wenbao-abc").write_text(str(precious))
    open_library(library_path).close()
    assert precious.exists()
    assert not (library_path / ".export.wenbao-abc").exists()


def test_what_a_killed_reading_unpacked_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = Path(tempfile.mkdtemp(prefix=own_files.TEMPORARY_PREFIX))
    (left / "read-only").mkdir()
    (left / "read-only" / "page.txt").write_text(story(1), "utf-8")
    (left / "read-only").chmod(0o500)
    with zipfile.ZipFile(tmp_path / "pages.zip", "w") as made:
        made.writestr("a.txt", story(2))
    with own_files.temporary() as used:
        assert len(list(formats.read(tmp_path / "pages.zip", "pages.zip", max_bytes=1 << 20))) == 1
        assert used.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["pages.zip"]
