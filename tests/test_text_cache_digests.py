"""A file that is not what it was is noticed, whatever was set back; one that nobody touched is not hashed again."""

from __future__ import annotations

import hashlib
import json
import os
import time
from pathlib import Path

import pytest

from qa.text import cache
from tests.parts.tampering import change

PARTS = (b"one" * 1000, b"two" * 1000)
EXPECTED = {
    ("a", "b"): hashlib.sha256(b"".join(PARTS)).hexdigest(),
    ("a",): hashlib.sha256(PARTS[0]).hexdigest(),
}
SETTLED_SECONDS = 2.1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    for name, part in zip("ab", PARTS, strict=True):
        (made / name).write_bytes(part)
    return made


@pytest.fixture
def stamps(folder: Path, tmp_path: Path) -> Path:
    """Written for the folder, whose files nobody touched for a while."""
    time.sleep(SETTLED_SECONDS)
    assert cache.altered(folder, EXPECTED, tmp_path / "stamps") == ()
    return tmp_path / "stamps"


def test_digests_are_those_of_the_bytes(folder: Path) -> None:
    for files, sha256 in EXPECTED.items():
        assert cache.digest(folder, files) == sha256
    assert cache.altered(folder, EXPECTED) == ()


def test_a_change_that_leaves_size_and_time_is_noticed(folder: Path, stamps: Path) -> None:
    change(folder / "b")
    assert cache.altered(folder, EXPECTED, stamps) == (("a", "b"),)
    assert cache.altered(folder, EXPECTED, stamps) == (("a", "b"),), "what is wrong is never stamped"
    change(folder / "a")
    assert cache.altered(folder, EXPECTED, stamps) == (("a", "b"), ("a",))


def test_another_file_in_its_place_is_noticed(folder: Path, stamps: Path) -> None:
    was = (folder / "a").stat()
    (folder / "other").write_bytes(bytes(was.st_size))
    os.utime(folder / "other", ns=(was.st_atime_ns, was.st_mtime_ns))
    (folder / "other").replace(folder / "a")
    assert ("a",) in cache.altered(folder, EXPECTED, stamps)
    (folder / "a").unlink()
    assert ("a",) in cache.altered(folder, EXPECTED, stamps)


def test_what_nobody_touched_is_not_hashed_again(folder: Path, stamps: Path) -> None:
    """Told by stamps that hold the digest of something else: only hashing would find that out."""
    other = dict.fromkeys(EXPECTED, "0" * 64)
    known = json.loads(stamps.read_text("utf-8"))
    stamps.write_text(json.dumps({key: ["0" * 64, *seen[1:]] for key, seen in known.items()}), encoding="utf-8")
    assert cache.altered(folder, other, stamps) == ()
    os.utime(folder / "a")
    assert set(cache.altered(folder, other, stamps)) == set(EXPECTED)
    assert cache.altered(folder, other) == tuple(EXPECTED), "without stamps all is hashed"


def test_what_was_only_touched_is_stamped_anew(folder: Path, stamps: Path) -> None:
    before = stamps.read_bytes()
    os.utime(folder / "a")
    time.sleep(SETTLED_SECONDS)
    assert cache.altered(folder, EXPECTED, stamps) == ()
    assert stamps.read_bytes() != before


def test_what_changed_just_now_is_not_stamped(folder: Path, tmp_path: Path) -> None:
    """A second change within the clock's grain would not show."""
    assert cache.altered(folder, EXPECTED, tmp_path / "stamps") == ()
    assert not (tmp_path / "stamps").exists()


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b"\xff", b'{"a": 7}'])
def test_damaged_stamps_are_made_anew(folder: Path, stamps: Path, damage: bytes) -> None:
    whole = stamps.read_bytes()
    stamps.write_bytes(damage)
    assert cache.altered(folder, EXPECTED, stamps) == ()
    assert stamps.read_bytes() == whole


def test_stamps_that_cannot_be_written_cost_time_alone(folder: Path, tmp_path: Path) -> None:
    time.sleep(SETTLED_SECONDS)
    (tmp_path / "file").touch()
    nowhere = tmp_path / "file" / "stamps"
    assert cache.altered(folder, EXPECTED, nowhere) == ()
    change(folder / "a")
    assert ("a",) in cache.altered(folder, EXPECTED, nowhere)
