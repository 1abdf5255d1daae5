"""Killed at any moment of an `add`, the library opens whole, and adding again finishes the work."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from library_parts import assert_whole, found_sources, open_library, write_records

from qa.archive import Archive

_ADD = """
import pathlib, sys, time
from library_parts import HashingEmbedder
from qa.archive import Archive

class Slow(HashingEmbedder):
    def embed_passages(self, texts, progress=None):
        time.sleep(0.03)
        return super().embed_passages(texts, progress)

archive = Archive.open(pathlib.Path(sys.argv[1]), create=True, embedder=Slow())
print("opened", flush=True)
archive.add([pathlib.Path(sys.argv[2])])
print("done", flush=True)
"""


_KILLS = 8


def _start(library: Path, papers: Path) -> subprocess.Popen[str]:
    """A process that adds the papers and has opened the library."""
    started = subprocess.Popen(
        [sys.executable, "-c", _ADD, str(library), str(papers)],
        cwd=Path(__file__).parent,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert started.stdout.readline() == "opened\n"
    return started


def _papers(folder: Path, version: int) -> Path:
    """Twelve files; with each version some of them are new, changed or gone."""
    folder.mkdir(exist_ok=True)
    for number in range(12):
        first = number * 1000 + (version * 50 if number % 3 == version % 3 else 0)
        write_records(folder / f"{number}.jsonl", range(first, first + 40))
    return folder


def _time_of_an_add(library: Path, papers: Path) -> float:
    with _start(library, papers) as process:
        started = time.monotonic()
        process.wait(60)
    return time.monotonic() - started


def test_killed_at_random_moments_it_opens_whole_and_goes_on(tmp_path: Path) -> None:
    choose = random.Random(1)
    papers = _papers(tmp_path / "papers", 0)
    duration = _time_of_an_add(tmp_path / "untouched", papers)
    library = tmp_path / "library"
    killed = version = 0
    while killed < _KILLS:  # what an add leaves for the next one differs: some are done before their moment comes
        version += 1
        _papers(papers, version)
        with _start(library, papers) as process:
            time.sleep(choose.uniform(0, duration / 2))
            process.send_signal(signal.SIGKILL)
        killed += process.returncode == -signal.SIGKILL
        with open_library(library) as archive:
            _ask(archive)
        assert_whole(library, embedded=False)
    _papers(papers, version + 1)
    with open_library(library) as archive:
        archive.add([papers])
        _ask(archive)
        assert archive.stats().embedded == archive.stats().passages
    assert_whole(library)
    with open_library(tmp_path / "fresh", create=True) as fresh, open_library(library) as archive:
        fresh.add([papers])
        assert {article.id for article in archive.articles()} == {article.id for article in fresh.articles()}


def _ask(archive: Archive) -> None:
    sources = {info.source for info in archive.files()}
    assert set(found_sources(archive, "西集供暖工程")) <= sources
    for info in archive.files():
        assert len(archive.articles_of(info.source)) == 40, "a file is in whole or not at all"


def test_killed_while_removing(tmp_path: Path) -> None:
    library, papers = tmp_path / "library", _papers(tmp_path / "papers", 0)
    with open_library(library, create=True) as archive:
        archive.add([papers])
    program = (
        "import os, pathlib, signal, sys\n"
        "from qa.stores.database import Database; from qa.stores.folder import Folder\n"
        "from qa.stores.writing import remove_files\n"
        "remove_files(Database(Folder(pathlib.Path(sys.argv[1]))), ['3.jsonl', '7.jsonl'])\n"
        "os.kill(os.getpid(), signal.SIGKILL)"  # before the indexes hear of it
    )
    assert subprocess.run([sys.executable, "-c", program, str(library)]).returncode == -signal.SIGKILL
    with open_library(library) as archive:
        assert not {"3.jsonl", "7.jsonl"} & set(found_sources(archive, "西集供暖工程"))
    assert_whole(library)
