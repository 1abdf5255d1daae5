"""The `qa` command on a library: adding, listing, removing; none there, another model, a second writer."""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from tests.parts.command import QA, complaint, lines, qa
from tests.parts.elsewhere import copied
from tests.parts.library import HashingEmbedder, assert_whole, held_elsewhere, open_library, write_records

QUESTION = "务虚会用了多长时间？"


@pytest.fixture
def library_path(seeds_path: Path, tmp_path: Path) -> Path:
    """A library of the seed pages that a test may change."""
    return copied(seeds_path, tmp_path / "library")


def test_a_folder_goes_in_once_and_a_file_goes_out(tmp_path: Path) -> None:
    papers, library_path = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    write_records(papers / "a.jsonl", range(3))
    (papers / "b.txt").write_text("西集镇图书馆扩建。\n图书馆将于明年开放。", "utf-8")
    (papers / "c.bin").write_bytes(b"\0\1")

    (first,) = lines(qa("--library", library_path, "add", "--json", papers))
    assert (first["added"], first["failed"]) == (["a.jsonl", "b.txt"], False)
    assert [Path(one["path"]).name for one in first["skipped"]] == ["c.bin"]  # of no known type: named, no failure
    (second,) = lines(qa("--library", library_path, "add", "--json", papers))
    assert (second["added"], second["changed"], second["unchanged"]) == ([], [], ["a.jsonl", "b.txt"])
    assert [one["source"] for one in lines(qa("--library", library_path, "list", "--json"))] == ["a.jsonl", "b.txt"]

    assert lines(qa("--library", library_path, "remove", "--json", "b.txt")) == [{"removed": ["b.txt"]}]
    assert "b.txt" in complaint(qa("--library", library_path, "show", "b.txt"))
    assert {one["source"] for one in lines(qa("--library", library_path, "export"))} == {"a.jsonl"}
    assert "b.txt" in complaint(qa("--library", library_path, "remove", "b.txt"))
    assert_whole(library_path)


@pytest.mark.parametrize(
    ("name", "content", "words", "reason"),
    [
        ("empty.txt", b"", (), "空文件"),
        ("binary.txt", bytes(range(256)) * 20, (), "二进制文件"),
        ("large.txt", "长\n".encode() * 300_000, ("--max-mb", "1"), "--max-mb 2"),
        ("folder", None, (), "没有可读的文件"),
        ("missing.txt", None, (), "没有这个文件"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_rest_goes_in(
    name: str, content: bytes | None, words: tuple[str, ...], reason: str, tmp_path: Path
) -> None:
    path, good = tmp_path / name, tmp_path / "good.txt"
    good.write_text("西集镇图书馆扩建。", "utf-8")
    if content is not None:
        path.write_bytes(content)
    elif name == "folder":
        path.mkdir()
    done = qa("--library", tmp_path / "library", "add", "--json", *words, path, good)
    assert (done.returncode, done.stderr) == (1, b"")
    told = json.loads(done.stdout)
    assert [Path(one["path"]).name for one in told["skipped"]] == [name]
    assert reason in told["skipped"][0]["reason"]
    assert told["added"] == ["good.txt"]


@pytest.mark.parametrize(
    "words", [("ask", QUESTION), ("search", QUESTION), ("list",), ("export",), ("show", "abcd"), ("remove", "a.txt")]
)
def test_without_a_library_it_says_how_to_make_one(words: tuple[str, ...], tmp_path: Path) -> None:
    done = qa("--library", tmp_path / "none", *words)
    assert done.returncode == 1
    assert "qa add" in complaint(done)
    assert not (tmp_path / "none").exists()  # looking makes nothing


def test_a_library_of_another_model_names_the_way_out_and_can_be_read(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with open_library(library_path, create=True, embedder=HashingEmbedder("other-model")) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(3))])
    for words in (("ask", QUESTION), ("add", tmp_path / "a.jsonl")):
        done = qa("--library", library_path, *words)
        assert done.returncode == 1
        assert "qa model" in complaint(done)
    assert len(lines(qa("--library", library_path, "export"))) == 3
    assert qa("--library", library_path, "check").returncode == 1


@pytest.mark.folder("it has one writer at a time")
def test_a_second_writer_is_told_to_wait_and_readers_are_not(library_path: Path, tmp_path: Path) -> None:
    paper = write_records(tmp_path / "a.jsonl", range(3))
    with held_elsewhere(library_path):
        for words in (("add", paper), ("remove", "000_7e2e17393b0a502e.txt")):
            done = qa("--library", library_path, *words)
            assert done.returncode == 1
            assert "另一个" in complaint(done)
        assert lines(qa("--library", library_path, "ask", "--json", QUESTION))[0]["answered"]
    assert lines(qa("--library", library_path, "add", "--json", paper))[0]["added"] == ["a.jsonl"]


# Files that come and go, vectors that come later


def test_files_that_vanish_are_named_and_dropped_on_request(tmp_path: Path) -> None:
    papers, library_path = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    for name in ("a", "b"):
        write_records(papers / f"{name}.jsonl", range(ord(name), ord(name) + 2))
    assert lines(qa("--library", library_path, "add", "--json", papers))[0]["vanished"] == []
    (papers / "a.jsonl").unlink()
    told = qa("--library", library_path, "add", papers)
    assert "--prune" in told.stdout.decode()
    (pruned,) = lines(qa("--library", library_path, "add", "--prune", "--json", papers))
    assert (pruned["removed"], pruned["vanished"]) == (["a.jsonl"], [])
    assert [one["source"] for one in lines(qa("--library", library_path, "list", "--json"))] == ["b.jsonl"]


def test_an_answer_says_when_passages_have_no_vectors_yet(tmp_path: Path) -> None:
    library_path = tmp_path / "library"
    with Library.open(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(3))], vectors=False)
        passages = library.stats().passages
    for words in (("ask", "第1号工程"), ("search", "第1号工程")):
        done = qa("--library", library_path, *words, "--json")
        assert json.loads(done.stdout)["vectors"] == {"ready": 0, "passages": passages}
        assert "还没有向量" in done.stderr.decode()
        assert qa("--library", library_path, *words, "--json", "--quiet").stderr == b""
    lines(qa("--library", library_path, "add", "--json", tmp_path / "a.jsonl"))
    done = qa("--library", library_path, "ask", "第1号工程", "--json")
    assert ("vectors" in json.loads(done.stdout), done.stderr) == (False, b"")


@contextlib.contextmanager
def killed_after(seconds: float, process: subprocess.Popen[bytes]) -> Iterator[None]:
    """A line that never comes ends the test, and not the patience of whoever runs it."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def test_a_folder_is_followed_until_an_interrupt(tmp_path: Path) -> None:
    papers, library_path = tmp_path / "papers", tmp_path / "papers" / "library"  # its own writing is no change
    papers.mkdir()
    write_records(papers / "a.jsonl", range(2))
    command = [QA, "--library", library_path, "add", "--watch", "--json", papers]
    with (
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as following,
        killed_after(90, following),
    ):
        assert following.stdout
        assert following.stderr
        assert json.loads(following.stdout.readline())["added"] == ["a.jsonl"]
        assert "Ctrl-C" in following.stderr.readline().decode()
        time.sleep(1)
        write_records(papers / "b.jsonl", range(5, 7))
        assert json.loads(following.stdout.readline())["added"] == ["b.jsonl"]
        (papers / "b.jsonl").rename(papers / "c.jsonl")
        assert json.loads(following.stdout.readline())["renamed"] == [["b.jsonl", "c.jsonl"]]
        following.send_signal(signal.SIGINT)
        assert following.stderr.read().decode().startswith("qa: 已中断")
    assert following.returncode == 130
    assert [one["source"] for one in lines(qa("--library", library_path, "list", "--json"))] == ["a.jsonl", "c.jsonl"]
