"""Faults brought on a library: killed at a random moment of an `add`, files cut short, files overwritten."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.errors import LibraryError
from qa.library.check import check_library
from qa.library.library import Library
from qa.types import Query
from tests.parts.library import assert_whole, found_sources, open_library, write_records

FILES, RECORDS = 12, 40
_ADD = """
import pathlib, sys, time
from tests.parts.library import HashingEmbedder
from qa.library.library import Library; from qa.library import adding; from qa.index import term_worker

class Slow(HashingEmbedder):
    def embed_passages(self, texts, progress=None):
        time.sleep(0.03)
        return super().embed_passages(texts, progress)

adding._FEWEST_PAGES, adding._SOONEST_SECONDS = 50, 0.1  # the large file goes in by parts, no small one
term_worker._BATCH = 50  # and a second process cuts its terms
library = Library.open(pathlib.Path(sys.argv[1]), create=True, embedder=Slow())
print("opened", flush=True)
report = library.add([pathlib.Path(sys.argv[2])], vectors=False)
print("reported", *report.added, *report.changed, *report.unchanged, flush=True)
library.vectors.make()
print("done", flush=True)
"""


def start_adding(library_path: Path, papers: Path) -> subprocess.Popen[str]:
    """A process that adds the papers and has opened the library."""
    started = subprocess.Popen(
        [sys.executable, "-c", _ADD, str(library_path), str(papers)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert started.stdout
    assert started.stdout.readline() == "opened\n"
    return started


def write_papers(folder: Path, version: int) -> Path:
    """Twelve small files and a large one; with each version some of them are new, changed or gone."""
    folder.mkdir(exist_ok=True)
    for number in range(FILES):
        first = number * 1000 + (version * 50 if number % 3 == version % 3 else 0)
        write_records(folder / f"{number}.jsonl", range(first, first + RECORDS))
    (folder / f"large{version - 1}.jsonl").unlink(missing_ok=True)
    write_records(folder / f"large{version}.jsonl", range(20_000 + version * 300, 20_000 + version * 300 + 120))
    return folder


def kill_adds(folder: Path, kills: int, seed: int) -> Iterator[int]:
    """Kill as many adds at random moments, each with other work left by the one before, and look at the library after
    each; yields how many were killed so far. AssertionError where something is wrong.
    """
    choose = random.Random(seed)
    papers, library_path = write_papers(folder / "papers", 0), folder / "library"
    duration = _seconds_of_an_add(folder / "untouched", papers)
    killed = version = 0
    while killed < kills:  # some are done before their moment comes
        version += 1
        write_papers(papers, version)
        with start_adding(library_path, papers) as process:
            began = time.monotonic()
            try:
                process.wait(choose.uniform(0, duration))
                duration = time.monotonic() - began  # done before its moment came
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            assert process.stdout
            told = process.stdout.read().split("\n")[0].split()
        killed += process.returncode == -signal.SIGKILL
        with open_library(library_path) as library:
            look_at(library, told[1:])
        assert_whole(library_path, embedded=False)
        assert named_by_check(library_path) <= {"段还没有向量", "没有读完"}
        yield killed
    with open_library(library_path) as library:
        library.add([papers], prune=True)
        look_at(library, [])
    assert_whole(library_path)
    with open_library(folder / "fresh", create=True) as fresh, open_library(library_path) as library:
        fresh.add([papers])
        assert {article.id for article in library.articles()} == {article.id for article in fresh.articles()}


def look_at(library: Library, reported: list[str]) -> None:
    """What was reported is there, whole; what is found exists; a small file is in whole or not at all."""
    files = {info.source: info for info in library.files()}
    assert set(reported) <= set(files)
    assert all(files[source].complete for source in reported)
    assert set(found_sources(library, "西集供暖工程")) <= set(files)
    for source, info in files.items():
        if not source.startswith("large"):
            assert info.complete
            assert len(library.articles_of(source)) == RECORDS


def named_by_check(library_path: Path) -> set[str]:
    """What `qa check` finds of the library, in short."""
    shorts = (
        "段还没有向量",
        "没有读完",
        "换模型没有做完",
        "向量索引",
        "词索引",
        "库文件损坏",
        "库打不开",
        "库读不出来",
    )
    findings = check_library(library_path)
    assert all(finding.fix for finding in findings)
    return {next((short for short in shorts if short in finding.what), finding.what) for finding in findings}


def _seconds_of_an_add(library_path: Path, papers: Path) -> float:
    with start_adding(library_path, papers) as process:
        started = time.monotonic()
        process.wait(600)
    return time.monotonic() - started


def _one_bit(data: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(len(data) or 1)
    return data[:at] + bytes([(data[at] if data else 0) ^ 1 << choose.randrange(8)]) + data[at + 1 :]


def _hole(data: bytes, choose: random.Random) -> bytes:
    """A sector of zeros, as a disk leaves one that was never written."""
    at = choose.randrange(len(data) // 512 + 1) * 512
    return data[:at] + b"\0" * len(data[at : at + 512]) + data[at + 512 :]


def _flip(data: bytes, choose: random.Random) -> bytes:
    at = choose.randrange(max(len(data) - 64, 1))
    return data[:at] + bytes(choose.randrange(256) for _ in range(64)) + data[at + 64 :]


def _ask(library_path: Path, expected: set[int] | None) -> str:
    """What a library says that cannot be asked; nothing where it can, and answers with these passages."""
    try:
        with open_library(library_path) as library:
            found = library.search(Query("西集供暖工程", k=20))
            assert all(library.article(hit.article.id).text == hit.article.text for hit in found)
    except LibraryError as error:
        return str(error)
    assert expected is None or {hit.passage.id for hit in found} == expected
    return ""


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "empty": lambda data, choose: b"",
    "cut": lambda data, choose: data[: choose.randrange(len(data) or 1)],
    "flipped": _flip,
    "bit": _one_bit,
    "hole": _hole,
    "longer": lambda data, choose: data + b"\0" * 4096,
}


def damage_each_file(library_path: Path, made: Path, seed: int) -> Iterator[tuple[str, str, set[str]]]:
    """Damage each file of copies of the library `made`, each in every way; yields file, damage and what `qa check`
    names. After it the library answers as before, or says that it is damaged and with what to mend it.
    """
    choose = random.Random(seed)
    with open_library(made) as library:
        expected = {hit.passage.id for hit in library.search(Query("西集供暖工程", k=20))}
    for path in sorted(path.relative_to(made) for path in made.rglob("*") if path.is_file()):
        for name, damage in DAMAGES.items():
            shutil.rmtree(library_path, ignore_errors=True)
            shutil.copytree(made, library_path)
            (library_path / path).write_bytes(damage((library_path / path).read_bytes(), choose))
            named = named_by_check(library_path)
            trouble = _ask(library_path, expected if path.name != "library.db" else None)
            if trouble:
                assert path.name == "library.db", f"{path} {name}: {trouble}"
                assert named, "qa check names it as well"
                assert any(word in trouble for word in ("备份", "不是问报的库", "qa add"))
            yield str(path), name, named
