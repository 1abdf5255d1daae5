"""What a library writes is its owner's alone, whatever the umask; what is old is narrowed, and nothing ever widened."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.cli import main
from qa.library.check import check
from qa.store import own_files
from qa.store.backup import import_all
from qa.store.conversations import Conversations
from qa.store.folder import Folder
from qa.store.turns import Turn
from qa.types import Query
from tests.parts.elsewhere import copied
from tests.parts.library import open_library, write_records

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX: run on Linux or macOS")


@pytest.fixture(autouse=True)
def _no_umask() -> Iterator[None]:
    """What is not asked for as private is everybody's."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return write_records(tmp_path / "a.jsonl", range(60))


def _modes(folder: Path) -> dict[str, int]:
    """Of the folder and all in it, by their names from there."""
    return {
        path.relative_to(folder).as_posix(): stat.S_IMODE(path.lstat().st_mode)
        for path in (folder, *folder.rglob("*"))
        if not path.is_symlink()
    }


def _assert_private(folder: Path, *expected: str) -> None:
    modes = _modes(folder)
    assert set(expected) <= set(modes)
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert all(mode == (0o700 if (folder / name).is_dir() else 0o600) for name, mode in modes.items()), modes


def _expose(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)


@pytest.mark.folder("who may read its files")
def test_all_that_a_library_writes_is_its_owners_alone(tmp_path: Path, papers: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library, Conversations.open(library_path) as kept:
        with library.incoming("b.txt") as file:
            file.write("西集供暖工程启动。".encode())
            file.keep()
        library.add([papers, library.inbox])
        kept.keep("甲", "", Turn("一？"))
        assert library.search(Query("西集供暖工程"))
        _assert_private(library_path, "library.db-wal", "conversations.db-wal", "inbox/b.txt", "vectors.faiss", "terms")
    _assert_private(library_path, "library.db", "conversations.db", "write.lock", "writer.pid", "terms/meta.json")


@pytest.mark.folder("who may read its files")
def test_a_library_of_old_is_narrowed_when_it_is_next_written(tmp_path: Path, papers: Path) -> None:
    library_path = tmp_path / "library"
    library_path.mkdir()
    (library_path / "words.txt").write_text("台湖\n", encoding="utf-8")
    (library_path / "notes.txt").touch()  # the user's own
    with open_library(library_path, create=True) as library:
        with library.incoming("b.txt") as file:
            file.write("西集供暖工程启动。".encode())
            file.keep()
        library.add([papers])
    Conversations.open(library_path).close()
    _expose(library_path)
    before = _modes(library_path)
    with open_library(library_path) as library:
        assert library.search(Query("西集供暖工程"))
        after = _modes(library_path)
        assert {name: after[name] for name in before} == before, "who asks writes nothing"
        library.add([papers])
        assert _modes(library_path)["notes.txt"] == 0o666
        (library_path / "notes.txt").unlink()
        _assert_private(library_path, "words.txt", "inbox/b.txt", "conversations.db")


@pytest.mark.folder("who may read its files")
def test_conversations_are_narrowed_by_whoever_opens_them(tmp_path: Path) -> None:
    Conversations.open(tmp_path).close()
    (tmp_path / "conversations.db").chmod(0o664)
    with Conversations.open(tmp_path) as kept:
        kept.keep("甲", "", Turn("一？"))
        _assert_private(tmp_path, "conversations.db", "conversations.db-wal", "conversations.db-shm")


@pytest.mark.folder("who may read its files")
def test_an_export_and_what_is_made_of_it_are_private(tmp_path: Path, papers: Path) -> None:
    library_path, backup, copy = tmp_path / "library", tmp_path / "backup.zip", tmp_path / "copy"
    with open_library(library_path, create=True) as library:
        library.add([papers])
    backup.touch()
    backup.chmod(0o644)
    assert main(["--library", str(library_path), "--quiet", "export", "--all", str(backup)]) == 0
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    import_all(Folder(copy), backup)
    _assert_private(copy, "library.db")
    with open_library(copy) as library:
        assert library.search(Query("西集供暖工程"))
    _assert_private(copy, "library.db", "terms")


def test_nothing_is_ever_widened(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir(0o700)
    narrow, read_only = tmp_path / "narrow", tmp_path / "inner" / "read only"
    for path, mode in ((narrow, 0o400), (read_only, 0o444)):
        path.touch()
        path.chmod(mode)
    (tmp_path / "inner").chmod(0o555)
    own_files.narrow_tree(tmp_path)
    own_files.make_file(narrow)
    own_files.make_folder(tmp_path / "inner")
    assert _modes(tmp_path) == {".": 0o700, "narrow": 0o400, "inner": 0o500, "inner/read only": 0o400}


def test_what_is_not_the_librarys_is_left_alone(tmp_path: Path) -> None:
    """A folder of everybody's, what a link in the library leads to, and what another account owns."""
    shared, outside, folder = tmp_path / "shared", tmp_path / "outside", tmp_path / "folder"
    for made in (shared, outside, folder):
        made.mkdir(0o700)
    for path, mode in ((shared, 0o1777), (outside, 0o755)):
        path.chmod(mode)
    (folder / "link").symlink_to(outside)
    own_files.make_folder(shared)
    own_files.narrow_tree(folder)
    own_files.narrow(tmp_path / "not there")
    assert (stat.S_IMODE(shared.stat().st_mode), stat.S_IMODE(outside.stat().st_mode)) == (0o1777, 0o755)
    if os.geteuid() == 0:
        os.chown(outside, 12345, 12345)
        own_files.narrow(outside)
        assert stat.S_IMODE(outside.stat().st_mode) == 0o755


@pytest.mark.folder("who may read its files")
def test_check_says_that_others_can_come_in(tmp_path: Path, seeds_path: Path) -> None:
    library_path = copied(seeds_path, tmp_path / "library")
    library_path.chmod(0o750)
    (finding,) = check(library_path)
    assert str(library_path) in finding.what
    assert "chmod -R go-rwx" in finding.fix
    assert stat.S_IMODE(library_path.stat().st_mode) == 0o750, "it looks on"
