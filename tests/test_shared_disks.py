"""A full disk, of the database or of a machine that asks: it is said with its remedy, what was reported stays, and all
goes on when there is room.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from qa.errors import IndexNotWritten, LibraryError, QaError
from qa.index import snapshots
from qa.library.check import check_library
from qa.library.library import Library
from qa.store.conversations import Conversations
from qa.store.turns import Turn
from qa.types import Query
from tests.parts.library import open_library, write_records
from tests.parts.postgres import ACCOUNT, Server, serving
from tests.parts.workers import jobs_of

Machine = Callable[[str], None]
SECONDS = 30.0


class Disk:
    """A file system of its own in memory."""

    def __init__(self, folder: Path, mb: int) -> None:
        self.folder = folder
        self._filler = folder / "filler"
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={mb}m", "none", folder], check=True)
        shutil.chown(folder, ACCOUNT)

    def fill(self, left_mb: float) -> None:
        free = os.statvfs(self.folder)
        with self._filler.open("ab") as file:
            file.write(bytes(max(0, free.f_bavail * free.f_frsize - int(left_mb * 1e6))))

    def make_room(self) -> None:
        self._filler.unlink()


@pytest.fixture
def disk(request: pytest.FixtureRequest) -> Iterator[Disk]:
    """One of so many MB."""
    if os.geteuid() or not shutil.which("mount"):
        pytest.skip("needs to mount a file system: root")
    folder = Path(tempfile.mkdtemp(prefix="wenbao-disk-"))
    try:
        made = Disk(folder, request.param)
    except subprocess.CalledProcessError:
        folder.rmdir()
        pytest.skip("no file system can be mounted here")
    yield made
    subprocess.run(["umount", "-l", folder], check=True)
    folder.rmdir()


def _finds(library: Library, number: int) -> bool:
    """The made-up story of a number, by its title."""
    return library.search(Query(f"第{number}号消息", k=3))[0].article.title == f"第{number}号消息"


@pytest.mark.parametrize("disk", [130], indirect=True)
@pytest.mark.parametrize("is_log_there", [False, True])
def test_a_full_disk_of_the_database(
    is_log_there: bool, disk: Disk, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the write-ahead log is on it too, PostgreSQL ends and comes again."""
    machine("a")
    monkeypatch.setattr(snapshots, "LEAST", 20)
    large = write_records(tmp_path / "large.jsonl", range(100, 500))
    with ExitStack() as stack:
        if is_log_there:
            server = Server(disk.folder)
            server.start()
            stack.callback(server.stop)
        else:
            server = stack.enter_context(serving())
            server.say(f"CREATE TABLESPACE small LOCATION '{disk.folder}'")
            server.say("ALTER ROLE wenbao SET default_tablespace = small")
        place = server.address("full")  # a word of SQL too
        library = stack.enter_context(open_library(place, create=True))
        kept = stack.enter_context(Conversations.open(place))
        library.add(write_records(tmp_path / "small.jsonl", range(30)))
        id, _ = kept.keep("reader", "", Turn("问过的"))
        reported = ["问过的"]
        disk.fill(0.3 if is_log_there else 0.02)
        if not is_log_there:
            assert _finds(library, 7)
            with pytest.raises(LibraryError, match="PostgreSQL 的磁盘满了"):
                library._indexes().publish(lambda: False)
        with pytest.raises(LibraryError, match="磁盘满"):
            library.add(large)
        for number in range(50):
            with suppress(LibraryError):
                kept.keep("reader", id, Turn(f"{number}" + "问" * 2000))
                reported.append(f"{number}" + "问" * 2000)
        disk.make_room()
        _until_it_answers(server, library)
        assert [turn.question for turn in kept.messages("reader", id, lambda _: ())] == reported
        library.add(large)
        assert all(_finds(library, number) for number in (7, 100, 499))
        assert library._indexes().publish(lambda: False)
        assert check_library(place) == ()


def _until_it_answers(server: Server, library: Library) -> None:
    last = time.monotonic() + SECONDS
    while True:
        try:
            library.stats()
            return
        except LibraryError:
            assert time.monotonic() < last
            time.sleep(0.1)
            if not (server.folder / "data" / "postmaster.pid").exists():  # it does not come again by itself
                server.restart()


@pytest.mark.parametrize("disk", [16], indirect=True)
def test_a_full_disk_of_a_machine_that_asks(
    disk: Disk, server: str, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_library(server, create=True) as library:
        library.add(write_records(tmp_path / "a.jsonl", range(30)))
        monkeypatch.setenv("XDG_DATA_HOME", str(disk.folder))
        with open_library(server) as there:
            assert _finds(there, 7)
            disk.fill(0.02)
            library.add(write_records(tmp_path / "b.jsonl", range(100, 400)))
            with monkeypatch.context() as patch:
                patch.setattr(tempfile, "tempdir", str(disk.folder))
                with pytest.raises(IndexNotWritten, match="检查磁盘空间"):
                    there.search("供暖")
            assert _finds(there, 345), "from a copy where there is room"
        disk.make_room()
        with open_library(server) as there:
            assert _finds(there, 345)
    assert [one for one in check_library(server) if "磁盘空间" not in one.what] == []


@pytest.mark.parametrize("disk", [8], indirect=True)
def test_a_worker_whose_disk_is_full_gives_the_file_back(
    disk: Disk, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    stopping, said = threading.Event(), []

    def make_room(error: QaError) -> None:
        said.append(str(error))
        disk.make_room()

    with open_library(server, create=True) as library:
        library.enqueue(write_records(tmp_path / "a.jsonl", range(30)))
        disk.fill(0.0)
        library.worker().run(stopping, lambda _: stopping.set(), make_room)
        assert [(job.state, job.told.get("problem")) for job in jobs_of(library).listed(9)] == [("done", None)]
        assert len(said) == 1
        assert "磁盘" in said[0]
        assert _finds(library, 7)
