"""What waits to be read, on the disk: kept, found again, damaged, made for a library that had none."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from qa.errors import LibraryDamaged, LibraryError
from qa.library.library import Library
from qa.store.queue import APPLICATION, Waiting
from qa.types import Sender
from tests.parts.library import open_library, story
from tests.parts.library_faults import DAMAGES

_DAMAGES = 40  # of each kind


@pytest.fixture
def library_path(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def library(library_path: Path) -> Iterator[Library]:
    with open_library(library_path, create=True) as opened:
        yield opened


def test_what_is_put_waits_in_its_order_once_until_it_is_dropped(library: Library, library_path: Path) -> None:
    queue = library.queue
    first = queue.put(library_path / "inbox" / "甲.txt", "甲.txt")
    second = queue.put(Path("/papers/乙"), "乙")
    assert queue.put(library_path / "inbox" / "甲.txt", "甲") == first
    with open_library(library_path) as other:
        assert other.queue.waiting() == (
            Waiting(first, library_path / "inbox" / "甲.txt", "甲"),
            Waiting(second, Path("/papers/乙"), "乙"),
        )
        other.queue.drop([first])
    assert [one.name for one in queue.waiting()] == ["乙"]
    queue.drop([second, 7])
    assert queue.waiting() == ()
    assert queue.put(Path("/papers/乙"), "乙") > second


def test_who_has_a_file_read_waits_with_it_and_a_queue_of_earlier_is_brought_up(library: Library) -> None:
    path = library.folder.queue
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE waiting (number INTEGER PRIMARY KEY AUTOINCREMENT, path BLOB UNIQUE, name TEXT)")
        file.execute("INSERT INTO waiting (path, name) VALUES (?, '甲')", [b"/papers/1"])
        file.execute(f"PRAGMA application_id = {APPLICATION}")
        file.execute("PRAGMA user_version = 1")
    edi = Sender("李四 x", "editor")
    library.queue.put(Path("/papers/2"), "乙", edi)
    assert [(one.name, one.by) for one in library.queue.waiting()] == [("甲", Sender()), ("乙", edi)]


@pytest.mark.folder("it is moved or damaged")
def test_a_moved_library_takes_what_waits_along(library: Library, library_path: Path, tmp_path: Path) -> None:
    library.queue.put(library.inbox / "甲.txt", "甲.txt")
    library.close()
    with open_library(library_path.rename(tmp_path / "elsewhere")) as moved:
        assert [one.path for one in moved.queue.waiting()] == [tmp_path / "elsewhere" / "inbox" / "甲.txt"]


def test_a_name_that_is_no_text_waits_as_any_other(library: Library, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb1\xa8.txt"))
    library.queue.put(odd, str(odd))
    (found,) = library.queue.waiting()
    assert found.path == odd
    assert "\\udcb1" in found.name


def test_a_library_without_a_queue_has_what_it_never_read_queued(library: Library, library_path: Path) -> None:
    library.inbox.mkdir()
    for number, name in enumerate(["read.txt", "later.txt", "first.txt"]):
        (library.inbox / name).write_text(story(number), "utf-8")
        os.utime(library.inbox / name, (1000 - number, 1000 - number))
    (library.inbox / ".half.part").write_text("x")
    (library.inbox / "empty.txt").touch()
    library.add([library.inbox / "read.txt"])
    assert [one.name for one in library.queue.waiting()] == ["first.txt", "later.txt"]
    library.queue.drop(one.number for one in library.queue.waiting())
    assert library.queue.waiting() == ()


@pytest.mark.parametrize("kind", DAMAGES)
def test_a_damaged_queue_says_so_or_is_read_as_it_was(library: Library, library_path: Path, kind: str) -> None:
    for number in range(20):
        library.queue.put(Path(f"/papers/{number}"), f"第{number}版")
    whole, choose = (library_path / "queue.db").read_bytes(), random.Random(1)
    for _ in range(_DAMAGES):
        (library_path / "queue.db").write_bytes(DAMAGES[kind](whole, choose))
        assert _trouble(library) in ("", f"{library_path / 'queue.db'}")
    (library_path / "queue.db").unlink()
    assert library.queue.waiting() == ()


def _trouble(library: Library) -> str:
    """Of a queue that cannot be used: the file that is named; nothing where it can be. Any other error is raised."""
    try:
        library.queue.waiting()
        library.queue.drop([library.queue.put(Path("/papers/new"), "新")])
    except LibraryError as error:
        return str(error.wording.fields["path"])
    return ""


@pytest.mark.folder("it is moved or damaged")
def test_another_database_in_its_place_is_refused(library: Library, library_path: Path) -> None:
    with sqlite3.connect(library_path / "library.db") as whole:
        whole.execute("VACUUM INTO ?", [str(library_path / "queue.db")])
    whole.close()
    with pytest.raises(LibraryDamaged, match="排队的清单"):
        library.queue.put(Path("/papers/a"), "a")
    (library_path / "queue.db").unlink()
    newer = sqlite3.connect(library_path / "queue.db")
    newer.execute("PRAGMA user_version = 9")
    newer.execute("CREATE TABLE other (a)")
    newer.close()
    with pytest.raises(LibraryDamaged, match="排队的清单"):
        library.queue.waiting()


@pytest.mark.folder("it is moved or damaged")
def test_nothing_is_accepted_where_the_library_was(library: Library, library_path: Path) -> None:
    shutil.rmtree(library_path)
    with pytest.raises(LibraryError, match="移走、删除或换掉"):
        library.queue.put(Path("/papers/a"), "a")
    assert not library_path.exists()
