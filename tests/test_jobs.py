"""Files that wait on a server: read once by any number of workers, through kills, and what became of each is told."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

import pytest

from qa.errors import NotFound, UsageError
from qa.library.adding import Adding
from qa.library.check import check_library
from qa.library.library import Library
from qa.store import jobs
from qa.types import Edit, Metadata, Query, Span
from tests.parts.command import complaint, lines, qa
from tests.parts.drawn_page import drawn
from tests.parts.library import found_sources, open_library, story, write_records
from tests.parts.workers import jobs_of, states, worker
from ui.ingest import Job
from ui.shared_ingest import SharedIngest

SECONDS = 60.0


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "again").mkdir(parents=True)
    for number in range(3):
        (folder / f"{number}.txt").write_text(story(number), encoding="utf-8")
    (folder / "again" / "0.txt").write_text(story(7), encoding="utf-8")
    write_records(folder / "more.jsonl", range(100, 550))  # more than one part
    (folder / "broken.txt").write_bytes(b"\0\1\2" * 100)
    return folder


@pytest.fixture
def drawn_page(tmp_path: Path) -> Path:
    drawn().save(tmp_path / "page.png")
    return tmp_path / "page.png"


def _read(library: Library) -> list[str]:
    """Read all that waits; what became of each job."""
    ended: list[str] = []
    library.worker().run(threading.Event(), lambda job: ended.append(f"{job.name} {job.state}"), once=True)
    return ended


def _until(true: Callable[[], bool]) -> None:
    last = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < last
        time.sleep(0.05)


@contextmanager
def _working(*started: subprocess.Popen[str]) -> Iterator[None]:
    try:
        yield
    finally:
        for one in started:
            one.kill()
            one.communicate()


def test_what_a_worker_reads_is_what_add_reads(server: str, papers: Path, tmp_path: Path) -> None:
    given = Metadata(paper="运河报")
    with open_library(str(tmp_path / "folder"), create=True) as other, open_library(server, create=True) as library:
        other.add(papers, given=given)
        came = library.enqueue(papers, given=given)
        assert sorted(came.queued) == ["0.txt", "1.txt", "2.txt", "again/0.txt", "broken.txt", "more.jsonl"]
        assert library.stats().files == 0
        assert sorted(_read(library)) == [f"{one} {'failed' if one == 'broken.txt' else 'done'}" for one in
                                          sorted(came.queued)]  # fmt: skip
        ours, theirs = (sorted(one.each_article(), key=lambda each: each.id) for one in (library, other))
        assert ours == theirs
        for question in ("漷县供暖工程", "第300号消息", story(7)[:12]):
            hits, expected = library.search(Query(question, k=8)), other.search(Query(question, k=8))
            assert [hit.passage.id for hit in hits] == [hit.passage.id for hit in expected]
            assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in expected], rel=0.01), (
                "an index that was caught up in other steps weighs terms a little otherwise"
            )
        assert library.stats().embedded == library.stats().passages == other.stats().passages
        again = library.enqueue(papers)
        assert (again.queued, len(again.unchanged)) == (("broken.txt",), 5)
        assert len(library.add(papers).unchanged) == 5, "known by the same paths"
    assert check_library(server) == ()


def test_what_changed_is_read_anew_and_what_was_done_by_hand_stays(server: str, papers: Path) -> None:
    with open_library(server, create=True) as library:
        library.enqueue(papers / "1.txt")
        _read(library)
        (article,) = library.articles_of("1.txt")
        library.edit(article.id, Edit(article.id, title="改过的标题"))
        (papers / "1.txt").write_text(story(1) + "\n\n" + story(77), encoding="utf-8")
        assert library.enqueue(papers / "1.txt").queued == ("1.txt",)
        assert _read(library) == ["1.txt done"]
        assert found_sources(library, story(77)[:12])[0] == "1.txt"
        with jobs_of(library)._database.transaction() as connection:
            assert connection.execute("SELECT count(*) FROM brought").fetchone()[0] == 0, "they lie elsewhere"


def test_two_workers_share_the_work_and_do_nothing_twice(server: str, tmp_path: Path) -> None:
    with open_library(server, create=True) as library:
        named = [write_records(tmp_path / f"{n}.jsonl", range(10 * n, 10 * n + 10)) for n in range(12)]
        library.enqueue(named)
        started = [worker(server, slow=0.1) for _ in range(2)]
        with _working(*started):
            _until(lambda: set(states(library).values()) == {"done"})
            assert len({job.worker for job in jobs_of(library).listed(50)}) == 2
        assert (library.stats().files, library.stats().articles) == (12, 120)
        assert library.stats().embedded == library.stats().passages
    assert check_library(server) == ()


def test_a_killed_worker_loses_nothing_and_another_goes_on(server: str, tmp_path: Path) -> None:
    large = write_records(tmp_path / "large.jsonl", range(900))
    with open_library(server, create=True) as library:
        library.enqueue(large)
        first = worker(server, slow=0.2)
        with _working(first):
            _until(lambda: library.stats().articles > 0)
        held = library.stats().articles
        assert states(library) == {"large.jsonl": "reading"}
        with _working(worker(server)):
            _until(lambda: states(library) == {"large.jsonl": "done"})
        assert 0 < held <= library.stats().articles == 900
        assert library.stats().embedded == library.stats().passages
    assert check_library(server) == ()


def test_a_file_that_ends_its_workers_is_given_up(server: str, papers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "LOST_SECONDS", 0.0)
    with open_library(server, create=True) as library:
        library.enqueue(papers / "0.txt")
        for _ in range(jobs.MOST_TRIES):
            assert jobs_of(library).take("gone")
            time.sleep(0.01)
        assert jobs_of(library).take("gone") is None
        assert states(library) == {"0.txt": "failed"}
        (shown,) = SharedIngest(library, jobs_of(library)).jobs()
        assert "3 次" in shown.problem
        SharedIngest(library, jobs_of(library)).resume()
        assert _read(library) == ["0.txt done"]


def test_what_the_system_refuses_ends_the_job_and_is_told(
    server: str, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(Adding, "run_one", refused)
    with open_library(server, create=True) as library:
        library.enqueue(papers)
        assert all(one.endswith(" failed") for one in _read(library))
        told = [str(job.told["problem"]) for job in jobs_of(library).listed(10)]
        assert told
        assert all(os.strerror(ENOSPC) in one for one in told)


def test_ctrl_c_gives_a_job_back_untried(server: str, tmp_path: Path) -> None:
    with open_library(server, create=True) as library:
        library.enqueue(write_records(tmp_path / "a.jsonl", range(300)))
        started = worker(server, slow=5.0, lost=600.0)
        with _working(started):
            _until(lambda: states(library) == {"a.jsonl": "reading"})
            started.send_signal(signal.SIGINT)
            started.wait(SECONDS)
        assert states(library) == {"a.jsonl": "waiting"}
        assert _read(library) == ["a.jsonl done"]
        assert library.stats().articles == 300


@pytest.mark.parametrize("is_read", [True, False])
def test_what_an_overtaken_worker_stores_does_not_count(
    server: str, papers: Path, monkeypatch: pytest.MonkeyPatch, is_read: bool
) -> None:
    with open_library(server, create=True) as library, open_library(server) as other:
        library.enqueue(papers / "more.jsonl")
        reading = Adding.run_one

        def slow(adding: Adding, path: Path, source: str) -> object:
            """Another takes over, for the first one was not heard of: it has read the file, or is at it."""
            monkeypatch.setattr(Adding, "run_one", reading)
            monkeypatch.setattr(jobs, "LOST_SECONDS", -1.0)
            if is_read:
                assert _read(other) == ["more.jsonl done"]
            else:
                assert jobs_of(other).take("other")
            return reading(adding, path, source)

        monkeypatch.setattr(Adding, "run_one", slow)
        assert (claim := jobs_of(library).take("first"))
        assert library.worker()._do(claim, threading.Event()) is None
        assert library.stats().articles == (450 if is_read else 0)
        assert _read(library) == ([] if is_read else ["more.jsonl done"])
        assert library.stats().articles == 450
    assert check_library(server) == ()


def test_who_adds_does_not_wait_for_who_reads(server: str, papers: Path, tmp_path: Path) -> None:
    with open_library(server, create=True) as library:
        library.enqueue(write_records(tmp_path / "large.jsonl", range(1000, 1900)))
        with _working(worker(server, slow=0.5)):
            _until(lambda: library.stats().articles > 0)
            assert len(library.add(papers).added) == 5
            assert library.remove("1.txt") == ("1.txt",)
            assert states(library)["large.jsonl"] == "reading"
            _until(lambda: states(library)["large.jsonl"] == "done")
        assert library.stats().articles == 900 + 3 + 450
    assert check_library(server) == ()


def test_two_that_add_one_file_at_once_add_it_once(server: str, tmp_path: Path) -> None:
    large = write_records(tmp_path / "large.jsonl", range(900))
    with open_library(server, create=True) as library, open_library(server) as other:
        both = [threading.Thread(target=one.add, args=[large]) for one in (library, other)]
        for one in both:
            one.start()
        for one in both:
            one.join()
        assert (library.stats().files, library.stats().articles) == (1, 900)
        assert len(list(library.page_texts("large.jsonl"))) == 900
    assert check_library(server) == ()


def test_who_waits_is_told_of_a_job_at_once(server: str, papers: Path) -> None:
    with open_library(server, create=True) as library, open_library(server) as other:
        jobs_of(library).wait(0)  # listens from now on
        began = time.monotonic()
        telling = threading.Timer(0.2, lambda: other.enqueue(papers / "0.txt"))
        telling.start()
        jobs_of(library).wait(SECONDS)
        assert time.monotonic() - began < SECONDS / 2
        telling.join()
        assert jobs_of(library).take("me")


def _bring(library: Library, ingest: SharedIngest, name: str, content: bytes) -> str:
    with library.incoming(name) as file:
        file.write(content)
        return ingest.take(file)


def _job(ingest: SharedIngest, name: str) -> Job:
    return next(job for job in ingest.jobs() if job.name == name)


def test_what_a_browser_brings_to_one_server_any_machine_reads(server: str, machine: Callable[[str], None]) -> None:
    with open_library(server, create=True) as library:
        ingest = SharedIngest(library, jobs_of(library))
        assert [_bring(library, ingest, "版.txt", story(n).encode()) for n in (1, 1, 2)] == [
            "版.txt",
            "版.txt",
            "版 (2).txt",
        ]
        assert _bring(library, ingest, "坏.txt", b"\0\1\2" * 100) == "坏.txt"
        assert list(library.inbox.iterdir()) == [], "nothing stays on this machine"
        assert [job.state for job in ingest.jobs()] == ["waiting"] * 3
        machine("b")
        with open_library(server) as there:
            shown = SharedIngest(there, jobs_of(there))
            shown.start()
            _until(lambda: not shown.is_running)
            shown.close()
            assert found_sources(there, story(2)[:12])[0] == "版 (2).txt"
        assert (_job(ingest, "版.txt").report.added, _job(ingest, "坏.txt").state) == (("版.txt",), "failed")
        assert len(_job(ingest, "坏.txt").failures) == 1
        ingest.clear()
        assert ingest.jobs() == ()
        assert library.remove("版.txt") == ("版.txt",)
        with jobs_of(library)._database.transaction() as connection:
            assert [row[0] for row in connection.execute("SELECT path FROM brought")] == ["inbox:/版 (2).txt"]


def test_a_stopped_queue_is_stopped_on_all_servers(server: str, papers: Path) -> None:
    with open_library(server, create=True) as library:
        ingest = SharedIngest(library, jobs_of(library))
        assert ingest.add(papers, str(papers))
        ingest.stop()
        assert not ingest.is_running
        assert _read(library) == []
        ingest.resume()
        assert len(_read(library)) == 6


def test_a_program_s_file_takes_the_place_of_its_name(server: str) -> None:
    with open_library(server, create=True) as library:
        for number, what in ((1, "added"), (2, "changed")):
            with library.incoming("甲.txt") as file:
                file.write(story(number).encode())
                assert getattr(library.receive(file), what) == ("甲.txt",)
        with library.incoming("甲.txt") as file:
            file.write(b"\0\1\2" * 100)
            assert library.receive(file).failed
        assert found_sources(library, story(2)[:12])[0] == "甲.txt", "what cannot be read leaves all as it was"
        assert library.stats().articles == 1
    assert check_library(server) == ()


def test_the_picture_of_a_scan_is_shown_on_any_machine(
    server: str, machine: Callable[[str], None], drawn_page: Path
) -> None:
    with open_library(server, create=True) as library:
        _bring(library, SharedIngest(library, jobs_of(library)), "page.png", drawn_page.read_bytes())
        _read(library)
        (article,) = library.articles_of("page.png")
    machine("b")
    with open_library(server) as there:
        assert there.clipping(article.id, 0, len(article.text)).startswith(b"\xff\xd8")
        assert there.page_picture(article.id, Span(0, 4)).startswith(b"\xff\xd8")
        there.remove("page.png")
        with pytest.raises(NotFound):
            there.clipping(article.id, 0, 1)


def test_the_commands(server: str, papers: Path) -> None:
    few = write_records(papers / "few.jsonl", range(3))  # the real model reads them
    (queued,) = lines(qa("--library", server, "add", "--queue", "--json", papers / "0.txt", few))
    assert queued == {"queued": ["0.txt", "few.jsonl"], "unchanged": [], "skipped": []}
    read = lines(qa("--library", server, "worker", "--once", "--json"))
    assert [(one["file"], one["state"], one["articles"]) for one in read] == [
        ("0.txt", "done", 1), ("few.jsonl", "done", 3)
    ]  # fmt: skip
    qa("--library", server, "add", "--queue", papers / "broken.txt")
    failed = qa("--library", server, "worker", "--once")
    assert (failed.returncode, "broken.txt" in failed.stdout.decode()) == (1, True)


@pytest.mark.folder("nothing waits in it")
def test_a_folder_has_no_jobs(papers: Path, tmp_path: Path) -> None:
    Library.open(tmp_path / "folder").close()
    for words in (["worker"], ["add", "--queue", papers]):
        done = qa("--library", tmp_path / "folder", *words)
        assert (done.returncode, "PostgreSQL" in complaint(done)) == (2, True)
    with pytest.raises(UsageError), open_library(tmp_path / "folder") as library:
        library.enqueue(papers)
