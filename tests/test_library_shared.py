"""The library among several processes and threads, damaged, read-only."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qa.errors import LibraryBusy, LibraryDamaged
from qa.library.library import Library
from qa.store.folder import Folder, WriterLock
from qa.text import segmenter
from qa.types import Query
from tests.parts.library import (
    HashingEmbedder,
    Interrupted,
    assert_whole,
    found_sources,
    held_elsewhere,
    open_library,
    write_records,
)

pytest_plugins = ("tests.parts.library_fixtures",)


def _damage_vectors(library_path: Path) -> None:
    path = library_path / "vectors.faiss"
    path.write_bytes(path.read_bytes()[:-100] + b"x" * 100)


def _damage_terms(library_path: Path) -> None:
    for path in (library_path / "terms").glob("*.idx"):
        data = bytearray(path.read_bytes())
        data[len(data) // 3] ^= 0xFF
        path.write_bytes(data)


DAMAGE = {
    "vectors damaged": _damage_vectors,
    "vectors missing": lambda library_path: (library_path / "vectors.faiss").unlink(),
    "vectors empty": lambda library_path: (library_path / "vectors.faiss").write_bytes(b""),
    "terms damaged": _damage_terms,
    "terms missing": lambda library_path: shutil.rmtree(library_path / "terms"),
    "terms without meta": lambda library_path: (library_path / "terms" / "meta.json").unlink(),
    "terms a file": lambda library_path: (
        shutil.rmtree(library_path / "terms"),
        (library_path / "terms").write_text("x"),
    ),
    "all but the database": lambda library_path: [
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in library_path.iterdir()
        if path.name != "library.db"
    ],
}


@pytest.mark.folder("its files are damaged")
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_rebuilt_without_embedding(library: Library, library_path: Path, damage: str) -> None:
    expected = [(hit.passage.id, hit.score) for hit in library.search(Query("第11号供暖工程", k=50))]
    library.close()
    DAMAGE[damage](library_path)
    never = Interrupted(HashingEmbedder(), after=0)
    with Library.open(library_path, embedder=never) as again:
        found = [(hit.passage.id, hit.score) for hit in again.search(Query("第11号供暖工程", k=50))]
    assert [one for one, _ in found] == [one for one, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected], abs=1e-5)
    assert_whole(library_path)


@pytest.mark.folder("its files are damaged")
def test_a_damaged_index_is_no_hindrance_while_somebody_else_writes(library: Library, library_path: Path) -> None:
    library.close()
    _damage_vectors(library_path)
    _damage_terms(library_path)
    with held_elsewhere(library_path), open_library(library_path) as reader:
        assert reader.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
        with pytest.raises(LibraryBusy, match="进程"):
            reader.remove(["0.txt"])
    with open_library(library_path) as again:
        again.search(Query("供暖"))
    assert_whole(library_path)


@pytest.mark.folder("its files are damaged")
def test_a_truncated_database_is_damaged_with_a_remedy(library: Library, library_path: Path) -> None:
    library.close()
    path = library_path / "library.db"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(LibraryDamaged, match="备份"), open_library(library_path) as again:
        again.articles()


def test_an_open_library_sees_what_another_process_adds_and_removes(
    library: Library, library_path: Path, papers: Path, tmp_path: Path
) -> None:
    with open_library(library_path) as reader:
        assert reader.search(Query("第300号工程"))[0].article.location.record != "r300"
        library.add([write_records(tmp_path / "late.jsonl", range(300, 310))])
        assert reader.search(Query("第300号供暖工程"))[0].article.location.record == "r300"
        library.remove(["late.jsonl"])
        assert "late.jsonl" not in found_sources(reader, "第300号供暖工程")


def test_readers_ask_in_other_processes_while_one_adds(library_path: Path, tmp_path: Path) -> None:
    first = write_records(tmp_path / "first.jsonl", range(50))
    more = [
        write_records(tmp_path / f"more{number}.jsonl", range(number * 100, number * 100 + 60)) for number in (1, 2, 3)
    ]
    program = (
        "import sys, json, time, pathlib; from tests.parts.library import HashingEmbedder; "
        "from qa.library.library import Library\n"
        "from qa.types import Query\n"
        "library = Library.open(pathlib.Path(sys.argv[1]), embedder=HashingEmbedder()); asked = 0\n"
        "print('ready', flush=True)\n"
        "while library.stats().files < 4 or asked < 20:\n"
        "    hits = library.search(Query('第7号供暖工程')); asked += 1\n"
        "    assert hits[0].article.location.record == 'r7', hits[0]\n"
        "until = time.monotonic() + 30; found = ''\n"
        "while found != 'r311' and time.monotonic() < until:\n"
        "    found = library.search(Query('第311号供暖工程'))[0].article.location.record\n"
        "print(json.dumps([asked, found]))"
    )
    with open_library(library_path, create=True) as library:
        library.add([first])
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", program, str(library_path)],
                cwd=Path(__file__).parent.parent,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        for reader in readers:
            assert reader.stdout
            assert reader.stdout.readline() == "ready\n"
        for path in more:
            library.add([path])
        for reader in readers:
            out, _ = reader.communicate(timeout=60)
            assert reader.returncode == 0
            asked, record = json.loads(out)
            assert asked >= 20
            assert record == "r311"


def test_threads_ask_while_one_adds(library: Library, library_path: Path, tmp_path: Path) -> None:
    paths = [
        write_records(tmp_path / f"{number}.jsonl", range(number * 100, number * 100 + 40)) for number in (4, 5, 6)
    ]
    failures: list[BaseException] = []
    done = threading.Event()

    def ask() -> None:
        try:
            while not done.is_set():
                assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
                assert library.article(library.articles(limit=1)[0].id)
        except BaseException as error:  # noqa: BLE001 - carried out of the thread
            failures.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for path in paths:
        library.add([path])
    library.remove(["4.jsonl"])
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert_whole(library_path)


@pytest.mark.folder("it has one writer at a time")
def test_a_second_adding_thread_is_told_at_once(library: Library, library_path: Path, papers: Path) -> None:
    with held_elsewhere(library_path):
        started = time.monotonic()
        with pytest.raises(LibraryBusy, match=r"进程 \d+"):
            library.add([papers])
        assert time.monotonic() - started < 1
        assert library.search(Query("第11号供暖工程"))[0].article.location.record == "r11"
    with WriterLock(Folder(library_path)).hold(), pytest.raises(LibraryBusy):
        library.add([papers])
    library.add([papers])


@pytest.mark.folder("it is read-only")
@pytest.mark.skipif(not shutil.which("setpriv") or os.geteuid() != 0, reason="needs root, to become nobody")
def test_a_read_only_folder_can_be_asked(library: Library, library_path: Path, tmp_path: Path) -> None:
    expected = [hit.passage.id for hit in library.search(Query("第11号供暖工程"))]
    library.close()
    # pytest's own folders are its user's alone, and the user's cache need not be open to others either
    nobodys = Path(f"/tmp/{tmp_path.parent.name}-read-only-{os.getpid()}")
    copy = Path(shutil.copytree(library_path, nobodys / "library"))
    shutil.copytree(segmenter.prepare(), nobodys / segmenter.prepare().name)
    try:
        for path in (nobodys, *nobodys.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        program = (
            "import sys, pathlib; from tests.parts.library import HashingEmbedder\n"
            "from qa.library.library import Library; from qa.errors import LibraryError; from qa.types import Query\n"
            "with Library.open(pathlib.Path(sys.argv[1]), embedder=HashingEmbedder()) as library:\n"
            "    print([hit.passage.id for hit in library.search(Query('第11号供暖工程'))])\n"
            "    try: library.remove(['0.txt'])\n"
            "    except LibraryError as error: print(error)"
        )
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", sys.executable, "-c", program]
        ran = subprocess.run(
            [*command, str(copy)],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parent.parent,
            env={**os.environ, "QA_MODELS": str(nobodys)},
        )
        assert ran.returncode == 0, ran.stderr
        first, second = ran.stdout.splitlines()
        assert json.loads(first) == expected
        assert "只读" in second
    finally:
        shutil.rmtree(nobodys)
