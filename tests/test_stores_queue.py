"""What waits to be read, on the disk: kept, found again, damaged, made for a library that had none."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LibraryDamaged, LibraryError
from qa.library.library import Library
from qa.store.queue import Waiting
from tests.parts.library import open_library, story
from tests.parts.library_faults import DAMAGES

_DAMAGES = 40  # of each kind


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def archive(library: Path) -> Iterator[Library]:
    with open_library(library, create=True) as opened:
        yield opened


def test_what_is_put_waits_in_its_order_once_until_it_is_dropped(archive: Library, library: Path) -> None:
    queue = archive.queue
    first = queue.put(library / "inbox" / "甲.txt", "甲.txt")
    second = queue.put(Path("/papers/乙"), "乙")
    assert queue.put(library / "inbox" / "甲.txt", "甲") == first
    with open_library(library) as other:
        assert other.queue.waiting() == (
            Waiting(first, library / "inbox" / "甲.txt", "甲"),
            Waiting(second, Path("/papers/乙"), "乙"),
        )
        other.queue.drop([first])
    assert [one.name for one in queue.waiting()] == ["乙"]
    queue.drop([second, 7])
    assert queue.waiting() == ()
    assert queue.put(Path("/papers/乙"), "乙") > second


def test_a_moved_library_takes_what_waits_along(archive: Library, library: Path, tmp_path: Path) -> None:
    archive.queue.put(archive.inbox / "甲.txt", "甲.txt")
    archive.close()
    with open_library(library.rename(tmp_path / "elsewhere")) as moved:
        assert [one.path for one in moved.queue.waiting()] == [tmp_path / "elsewhere" / "inbox" / "甲.txt"]


def test_a_name_that_is_no_text_waits_as_any_other(archive: Library, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xa8.txt"))
    archive.queue.put(odd, str(odd))
    (found,) = archive.queue.waiting()
    assert found.path == odd
    assert "\\udcb1" in found.name


def test_a_library_without_a_queue_has_what_it_never_read_queued(archive: Library, library: Path) -> None:
    archive.inbox.mkdir()
    for number, name in enumerate(["read.txt", "later.txt", "first.txt"]):
        (archive.inbox / name).write_text(story(number), "utf-8")
        os.utime(archive.inbox / name, (1000 - number, 1000 - number))
    (archive.inbox / ".half.part").write_text("x")
    (archive.inbox / "empty.txt").touch()
    archive.add([archive.inbox / "read.txt"])
    assert [one.name for one in archive.queue.waiting()] == ["first.txt", "later.txt"]
    archive.queue.drop(one.number for one in archive.queue.waiting())
    assert archive.queue.waiting() == ()


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_queue_says_so_or_is_read_as_it_was(archive: Library, library: Path, kind: str) -> None:
    for number in range(20):
        archive.queue.put(Path(f"/papers/{number}"), f"第{number}版")
    whole, choose = (library / "queue.db").read_bytes(), random.Random(1)
    for _ in range(_DAMAGES):
        (library / "queue.db").write_bytes(DAMAGES[kind](whole, choose))
        assert _trouble(archive) in ("", f"{library / 'queue.db'}")
    (library / "queue.db").unlink()
    assert archive.queue.waiting() == ()


def _trouble(archive: Library) -> str:
    """Of a queue that cannot be used: the file that is named; nothing where it can be. Any other error is raised."""
    try:
        archive.queue.waiting()
        archive.queue.drop([archive.queue.put(Path("/papers/new"), "新")])
    except LibraryError as error:
        return str(error.wording.fields["path"])
    return ""


def test_another_database_in_its_place_is_refused(archive: Library, library: Path) -> None:
    with sqlite3.connect(library / "library.db") as whole:
        whole.execute("VACUUM INTO ?", [str(library / "queue.db")])
    whole.close()
    with pytest.raises(LibraryDamaged, match="排队的清单"):
        archive.queue.put(Path("/papers/a"), "a")
    (library / "queue.db").unlink()
    newer = sqlite3.connect(library / "queue.db")
    newer.execute("PRAGMA user_version = 9")
    newer.execute("CREATE TABLE other (a)")
    newer.close()
    with pytest.raises(LibraryDamaged, match="排队的清单"):
        archive.queue.waiting()


def test_nothing_is_accepted_where_the_library_was(archive: Library, library: Path) -> None:
    shutil.rmtree(library)
    with pytest.raises(LibraryError, match="移走、删除或换掉"):
        archive.queue.put(Path("/papers/a"), "a")
    assert not library.exists()
