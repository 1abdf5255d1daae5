"""Whole at any moment: killed, damaged, crowded, on a full disk; the library opens whole, or says what to do."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from qa.errors import LibraryBusy, LibraryError
from qa.library.library import Library
from qa.types import Query
from tests.parts.elsewhere import copied
from tests.parts.library import assert_whole, found_sources, open_library, write_records
from tests.parts.library_faults import damage_each_file, named_by_check
from tests.parts.library_kills import CHANGES, PRELOADED, kill_changes

pytest_plugins = ("tests.parts.library_fixtures",)

_KILLS = 20  # bench/faults/__main__.py kills more


@pytest.mark.folder("servers' are in test_shared_kills")
def test_killed_at_random_moments_it_opens_whole_and_goes_on(tmp_path: Path) -> None:
    assert max(killed for _, killed in kill_changes(tmp_path, _KILLS, 1, ["add"])) == _KILLS


@pytest.mark.folder("servers' are in test_shared_kills")
def test_killed_in_the_midst_of_whatever_changes_it(tmp_path: Path) -> None:
    kills = 2 * len(CHANGES)
    assert max(killed for _, killed in kill_changes(tmp_path, kills, seed=1)) == kills


def test_killed_while_removing(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True) as library:
        library.add(
            [write_records(tmp_path / f"{number}.jsonl", range(number * 100, number * 100 + 20)) for number in range(9)]
        )
    program = (
        "import os, signal, sys\n"
        "from qa.store.database import Database; from qa.store.folder import Folder\n"
        "from qa.store.writing import remove_files\n"
        "remove_files(Database.at(Folder.at(sys.argv[1])), ['3.jsonl', '7.jsonl'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"  # before the indexes hear of it
    )
    assert subprocess.run([sys.executable, "-c", program, str(library_path)]).returncode == -signal.SIGKILL
    with open_library(library_path) as library:
        assert not {"3.jsonl", "7.jsonl"} & set(found_sources(library, "西集供暖工程"))
    assert_whole(library_path)


@pytest.mark.folder("its files are damaged")
def test_each_file_damaged_in_every_way(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with open_library(made, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(60))])
    seen = {path for path, _, _ in damage_each_file(tmp_path / "library", made, seed=1)}
    assert {"library.db", "vectors.faiss", "write.lock", "writer.pid"} <= seen
    assert any(path.startswith("terms") for path in seen)


def _ask(library_path: Path, stop: Event, asked: Synchronized[int]) -> None:
    os.nice(10)  # so that those who add get on, however many processors there are
    with open_library(library_path) as library:
        while not stop.is_set():
            for hit in library.search(Query("第7号供暖工程")):
                assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
                asked.value += 1


def _wait_for_more(asked: list[Synchronized[int]]) -> None:
    """Until each of those who ask has found more."""
    before, began = [one.value for one in asked], time.monotonic()
    while not all(one.value > was for one, was in zip(asked, before, strict=True)):
        assert time.monotonic() - began < 300, "one of them asks no more"
        time.sleep(0.01)


def _add_patiently(library_path: Path, papers: list[Path]) -> None:
    with open_library(library_path) as library:
        for paper in papers:
            while True:
                try:
                    library.add([paper])
                    break
                except LibraryBusy:
                    time.sleep(0.05)


def test_two_add_and_four_ask_at_once(tmp_path: Path) -> None:
    library_path, context = tmp_path / "library", get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "first.jsonl", range(30))])
    papers = [write_records(tmp_path / f"{n}.jsonl", range(n * 100, n * 100 + 40)) for n in range(1, 9)]
    stop, asked = context.Event(), [context.Value("i", 0) for _ in range(4)]
    readers = [context.Process(target=_ask, args=(library_path, stop, one)) for one in asked]
    adders = [context.Process(target=_add_patiently, args=(library_path, some)) for some in (papers[:5], papers[3:])]
    for reader in readers:
        reader.start()
    _wait_for_more(asked)
    for adder in adders:
        adder.start()
    for adder in adders:
        adder.join()
    _wait_for_more(asked)
    stop.set()
    for reader in readers:
        reader.join()
    assert [one.exitcode for one in (*adders, *readers)] == [0] * 6
    with open_library(library_path) as library:
        assert len(library.files()) == 9
        assert library.stats().articles == 30 + 8 * 40
    assert_whole(library_path)
    assert named_by_check(library_path) == set()


_TMPFS = "needs root and mount rights for a tmpfs: run as root, in a container with --cap-add SYS_ADMIN"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of three megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    libc = ctypes.CDLL(None, use_errno=True)
    if os.geteuid() != 0 or libc.mount(b"tmpfs", os.fsencode(disk), b"tmpfs", 0, b"size=3m") != 0:
        pytest.skip(_TMPFS)
    try:
        yield disk
    finally:
        libc.umount2(os.fsencode(disk), 2)  # MNT_DETACH


def _look_at(library: Library, reported: list[str]) -> None:
    """What was reported is there, whole; what is found exists."""
    files = {info.source: info for info in library.files()}
    assert set(reported) <= set(files)
    assert all(info.complete and len(library.articles_of(source)) == 40 for source, info in files.items())
    assert set(found_sources(library, "西集供暖工程")) <= set(files)


def _fill(library_path: Path, folder: Path, reported: list[str]) -> None:
    with open_library(library_path, create=True) as library:
        for number in range(100):
            paper = write_records(folder / f"{number}.jsonl", range(number * 100, number * 100 + 40))
            reported += library.add([paper]).added


@pytest.mark.folder("the disk that it lies on is full")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason=_TMPFS)
def test_a_full_disk_loses_nothing_that_was_reported(small_disk: Path, tmp_path: Path) -> None:
    library_path = small_disk / "library"
    reported: list[str] = []
    with pytest.raises(LibraryError, match="磁盘"):
        _fill(library_path, tmp_path, reported)
    assert reported
    with open_library(library_path) as library:
        _look_at(library, reported)
        assert library.search(Query("第7号供暖工程"))
    with open_library(copied(library_path, tmp_path / "larger")) as library:
        library.add([tmp_path / f"{number}.jsonl" for number in range(len(reported) + 1)])
        _look_at(library, reported)
    assert_whole(tmp_path / "larger")
