"""Whole at any moment: killed, damaged, crowded, on a full disk; the library opens whole, or says what to do."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.types import Query
from tests.parts.library import assert_whole, found_sources, open_library, write_records
from tests.parts.library_faults import damage_each_file, kill_adds, look_at, named_by_check, write_papers
from tests.parts.library_kills import CHANGES, kill_changes

pytest_plugins = ("tests.parts.library_fixtures",)

_KILLS = 20  # bench/faults/__main__.py kills more


def test_killed_at_random_moments_it_opens_whole_and_goes_on(tmp_path: Path) -> None:
    assert max(kill_adds(tmp_path, _KILLS, seed=1)) == _KILLS


def test_killed_in_the_midst_of_whatever_changes_it(tmp_path: Path) -> None:
    kills = 2 * len(CHANGES)
    assert max(killed for _, killed in kill_changes(tmp_path, kills, seed=1)) == kills


def test_killed_while_removing(tmp_path: Path) -> None:
    library_path, papers = tmp_path / "library", write_papers(tmp_path / "papers", 0)
    with open_library(library_path, create=True) as library:
        library.add([papers])
    program = (
        "import os, pathlib, signal, sys\n"
        "from qa.store.database import Database; from qa.store.folder import Folder\n"
        "from qa.store.writing import remove_files\n"
        "remove_files(Database(Folder(pathlib.Path(sys.argv[1]))), ['3.jsonl', '7.jsonl'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"  # before the indexes hear of it
    )
    assert subprocess.run([sys.executable, "-c", program, str(library_path)]).returncode == -signal.SIGKILL
    with open_library(library_path) as library:
        assert not {"3.jsonl", "7.jsonl"} & set(found_sources(library, "西集供暖工程"))
    assert_whole(library_path)


def test_each_file_damaged_in_every_way(tmp_path: Path) -> None:
    made = tmp_path / "made"
    with open_library(made, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(60))])
    seen = {path for path, _, _ in damage_each_file(tmp_path / "library", made, seed=1)}
    assert {"library.db", "vectors.faiss", "write.lock", "writer.pid"} <= seen
    assert any(path.startswith("terms") for path in seen)


_ASK = """
import json, pathlib, sys
from tests.parts.library import HashingEmbedder
from qa.library.library import Library
from qa.types import Query
library = Library.open(pathlib.Path(sys.argv[1]), embedder=HashingEmbedder())
print("ready", flush=True)
asked = 0
while not pathlib.Path(sys.argv[2]).exists():
    for hit in library.search(Query("第7号供暖工程")):
        asked += 1
        assert hit.article.text[hit.passage.start:hit.passage.end] == hit.passage.text
print(asked)
"""
_ADD_PATIENTLY = """
import pathlib, sys, time
from tests.parts.library import HashingEmbedder
from qa.library.library import Library
from qa.errors import LibraryBusy
library = Library.open(pathlib.Path(sys.argv[1]), embedder=HashingEmbedder())
for path in map(pathlib.Path, sys.argv[2:]):
    while True:
        try:
            library.add([path])
            break
        except LibraryBusy:
            time.sleep(0.05)
"""


def test_two_add_and_four_ask_at_once(tmp_path: Path) -> None:
    library_path, stop = tmp_path / "library", tmp_path / "stop"
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "first.jsonl", range(30))])

    def start(program: str, *words: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", program, str(library_path), *map(str, words)]
        return subprocess.Popen(command, cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, text=True)

    readers = [start(_ASK, stop) for _ in range(4)]
    for reader in readers:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
    papers = [write_records(tmp_path / f"{n}.jsonl", range(n * 100, n * 100 + 40)) for n in range(1, 9)]
    adders = [start(_ADD_PATIENTLY, *papers[:5]), start(_ADD_PATIENTLY, *papers[3:])]
    assert [adder.communicate(timeout=600)[0] for adder in adders] == ["", ""]
    assert [adder.returncode for adder in adders] == [0, 0]
    stop.touch()
    asked = [int(reader.communicate(timeout=300)[0]) for reader in readers]
    assert [reader.returncode for reader in readers] == [0] * 4
    assert all(asked)
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


def _fill(library_path: Path, folder: Path, reported: list[str]) -> None:
    with open_library(library_path, create=True) as library:
        for number in range(100):
            paper = write_records(folder / f"{number}.jsonl", range(number * 100, number * 100 + 40))
            reported += library.add([paper]).added


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason=_TMPFS)
def test_a_full_disk_loses_nothing_that_was_reported(small_disk: Path, tmp_path: Path) -> None:
    library_path = small_disk / "library"
    reported: list[str] = []
    with pytest.raises(LibraryError, match="磁盘"):
        _fill(library_path, tmp_path, reported)
    assert reported
    with open_library(library_path) as library:
        look_at(library, reported)
        assert library.search(Query("第7号供暖工程"))
    with open_library(Path(shutil.copytree(library_path, tmp_path / "larger"))) as library:
        library.add([tmp_path / f"{number}.jsonl" for number in range(len(reported) + 1)])
        look_at(library, reported)
    assert_whole(tmp_path / "larger")
