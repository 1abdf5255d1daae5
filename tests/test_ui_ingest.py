"""Files that a browser brings: names, types and sizes checked, kept, queued, read, stopped, resumed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from library_parts import open_library, story, write_records

from qa.archive import Archive
from qa.errors import UsageError
from ui import uploads
from ui.ingest import Ingest, Job, Pace
from ui.words import CHINESE

SUFFIXES = (".txt", ".jsonl", ".jsonl.gz")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_library(tmp_path / "library", create=True) as archive:
        yield archive


def _until(met: Callable[[], bool], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def _ended(ingest: Ingest) -> tuple[Job, ...]:
    _until(lambda: not ingest.is_running)
    return ingest.jobs()


def test_what_is_queued_is_read_one_after_the_other(archive: Archive, tmp_path: Path) -> None:
    ingest = Ingest(archive)
    for number in range(3):
        assert ingest.add(write_records(tmp_path / f"{number}.jsonl", [number * 2, number * 2 + 1]), f"{number}.jsonl")
    assert [(job.state, job.report.articles) for job in _ended(ingest)] == [("done", 2)] * 3
    _until(lambda: not archive.vectors.status.is_running)
    assert archive.stats().articles == 6
    assert archive.stats().embedded == archive.stats().passages
    ingest.clear()
    assert ingest.jobs() == ()


def test_a_failure_keeps_its_reason_and_the_rest_goes_in(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    (folder / "good.txt").write_text(story(1), encoding="utf-8")
    (tmp_path / "alone.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    ingest = Ingest(archive)
    ingest.add(folder, "pages")
    ingest.add(tmp_path / "alone.txt", "alone.txt")
    mixed, alone = _ended(ingest)
    assert (mixed.state, len(mixed.report.added), len(mixed.failures)) == ("done", 1, 1)
    assert alone.state == "failed"
    assert alone.failures[0].reason


def test_stopped_keeps_what_was_read_and_resumes_with_the_rest(archive: Archive, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(40):
        write_records(folder / f"{number:02}.jsonl", range(number * 5, number * 5 + 5))
    ingest = Ingest(archive)
    ingest.add(folder, "pages")
    _until(lambda: ingest.jobs()[0].done > 2)
    ingest.stop()
    stopped = _ended(ingest)[0]
    held = archive.stats().files
    assert (stopped.state, held < 40) == ("stopped", True) or stopped.state == "done"
    assert held >= stopped.done > 2
    ingest.resume()
    assert _ended(ingest)[0].state == "done"
    assert archive.stats().articles == 200


def test_a_large_file_stops_between_two_of_its_stories_and_goes_on_from_there(archive: Archive, tmp_path: Path) -> None:
    large = write_records(tmp_path / "large.jsonl", range(700))
    ingest = Ingest(archive)
    ingest.add(large, "large.jsonl")
    _until(lambda: ingest.jobs()[0].read > 0)
    under_way = ingest.jobs()[0]
    ingest.stop()
    stopped = _ended(ingest)[0]
    assert (under_way.size, under_way.state, stopped.state) == (large.stat().st_size, "reading", "stopped")
    assert 0 < stopped.read < stopped.size
    assert stopped.seconds - under_way.seconds < 2
    ingest.resume()
    assert _ended(ingest)[0].state == "done"
    assert archive.stats().articles == 700


def test_the_time_left_is_told_from_where_a_file_was_taken_up() -> None:
    pace = Pace()
    assert pace.seconds_left(600, 1000, 5.0) is None
    assert pace.seconds_left(610, 1000, 6.0) is None
    assert pace.seconds_left(700, 1000, 15.0) == pytest.approx(30.0)


def test_a_busy_library_fails_a_job_until_it_is_resumed(archive: Archive, tmp_path: Path) -> None:
    from library_parts import held_elsewhere

    ingest = Ingest(archive)
    with held_elsewhere(tmp_path / "library"):
        ingest.add(write_records(tmp_path / "a.jsonl", [1]), "a.jsonl")
        failed = _ended(ingest)[0]
        assert failed.state == "failed"
        assert "另一个程序" in failed.problem
    ingest.resume()
    assert _ended(ingest)[0].state == "done"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("一版.txt", "一版.txt"),
        ("../../etc/一版.txt", "一版.txt"),
        ("C:\\pages\\一版.TXT", "一版.TXT"),
        ("..txt.txt", "txt.txt"),
        ("a\x00b\n.jsonl.gz", "ab.jsonl.gz"),
        ("<script>.txt", "script.txt"),
        ("版" * 300 + ".txt", "版" * 60 + ".txt"),
    ],
)
def test_a_name_names_a_file_of_the_folder_and_nothing_else(told: str, kept: str) -> None:
    assert uploads.safe_name(told, SUFFIXES, CHINESE).numbered(1) == kept


@pytest.mark.parametrize("told", ["", ".txt", "x", "x.exe", "x.txt.exe", "/", "..", "txt", "  .txt"])
def test_what_cannot_be_read_is_not_taken(told: str) -> None:
    with pytest.raises(UsageError, match="能读"):
        uploads.safe_name(told, SUFFIXES, CHINESE)


@given(st.text(max_size=40))
def test_no_name_leads_out_of_its_folder(told: str) -> None:
    name = uploads.safe_name(f"{told}x.txt", SUFFIXES, CHINESE).numbered(2)
    path = Path("/inbox") / name
    assert path.parent == Path("/inbox")
    assert path.resolve().parent == Path("/inbox")
    assert not name.startswith(".")
    assert len(name.encode()) < 255


def _kept(folder: Path, name: str, *chunks: bytes) -> Path:
    async def stream() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    return asyncio.run(uploads.keep(stream(), folder, uploads.safe_name(name, SUFFIXES, CHINESE), CHINESE))


def test_the_same_file_again_is_the_same_and_another_gets_a_number(tmp_path: Path) -> None:
    first = _kept(tmp_path / "inbox", "a.jsonl.gz", b"one", b" two")
    assert first.read_bytes() == b"one two"
    assert _kept(tmp_path / "inbox", "a.jsonl.gz", b"one two") == first
    assert _kept(tmp_path / "inbox", "a.jsonl.gz", b"three").name == "a (2).jsonl.gz"
    assert sorted(path.name for path in (tmp_path / "inbox").iterdir()) == ["a (2).jsonl.gz", "a.jsonl.gz"]


def test_too_much_or_nothing_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_BYTES", 8)
    for chunks in ([b"12345", b"6789"], [], [b""]):
        with pytest.raises(UsageError):
            _kept(tmp_path, "a.txt", *chunks)
    assert list(tmp_path.iterdir()) == []


def test_removing_deletes_what_was_brought_and_leaves_what_lies_elsewhere(archive: Archive, tmp_path: Path) -> None:
    brought = _kept(archive.inbox, "a.txt", story(1).encode())
    elsewhere = tmp_path / "b.txt"
    elsewhere.write_text(story(2), encoding="utf-8")
    archive.add([brought, elsewhere])
    archive.remove(["a.txt", "b.txt"])
    assert (brought.exists(), elsewhere.exists()) == (False, True)
    assert archive.stats().articles == 0
