"""The record of who was let in: kept, private, prolonged, taken, and honest about damage."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from qa.errors import LibraryDamaged, LibraryError
from qa.library.library import Library
from qa.store.keys import Keys


@pytest.fixture
def library(place: str) -> str:
    """Where a library of either engine is."""
    Library.open(place).close()
    return place


def test_a_key_opens_until_it_runs_out_is_prolonged_or_taken(library: str) -> None:
    with Keys.open(library) as keys:
        assert keys.until("a") == 0
        keys.give("a", 100.0, 200.0)
        keys.give("b", 100.0, 150.0)
        keys.prolong("a", 300.0)
    with Keys.open(library) as keys:
        assert (keys.until("a"), keys.until("b")) == (300.0, 150.0)
        keys.give("c", 160.0, 400.0)
        assert keys.until("b") == 0, "what has run out is forgotten"
        keys.take("a")
        keys.prolong("a", 500.0)
        assert keys.until("a") == 0, "what was taken cannot be prolonged"


@pytest.mark.folder("its own file")
def test_the_secret_is_the_librarys_own_and_stays(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with Keys.open(tmp_path) as keys, Keys.open(tmp_path) as again, Keys.open(tmp_path / "other") as other:
        assert len(keys.secret) == 32
        assert keys.secret == again.secret != other.secret
    with Keys.in_memory() as one, Keys.in_memory() as two:
        assert one.secret != two.secret


def test_two_processes_know_of_each_others_keys(library: str) -> None:
    with Keys.open(library) as one, Keys.open(library) as two:
        assert one.secret == two.secret
        one.give("a", 0.0, 200.0)
        assert two.until("a") == 200.0
        two.take("a")
        assert one.until("a") == 0


@pytest.mark.folder("its own file")
def test_its_owner_alone_reads_the_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.db"
    Keys.open(tmp_path).close()
    assert path.stat().st_mode & 0o777 == 0o600
    path.chmod(0o644)
    Keys.open(tmp_path).close()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.folder("its own file")
@pytest.mark.parametrize("content", [b"x" * 5000, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_damage_is_told_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "keys.db").write_bytes(content)
    with pytest.raises(LibraryDamaged, match="删掉它"):
        Keys.open(tmp_path)


@pytest.mark.folder("its own file")
def test_a_secret_that_is_none_opens_nothing(tmp_path: Path) -> None:
    Keys.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "keys.db") as file:
        file.execute("UPDATE secret SET value = 'x'")
    file.close()
    with pytest.raises(LibraryDamaged):
        Keys.open(tmp_path)


@pytest.mark.folder("its own file")
def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="登录记录读写不了"):
        Keys.open(tmp_path / "none")


@pytest.mark.folder("its own file")
def test_a_file_that_another_holds_is_told_in_two_seconds(tmp_path: Path) -> None:
    with Keys.open(tmp_path) as keys:
        other = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LibraryError, match="登录记录读写不了"):
            keys.give("a", 0.0, 1.0)
        other.execute("ROLLBACK")
        other.close()
        keys.give("a", 0.0, 1.0)
        assert keys.until("a") == 1.0
