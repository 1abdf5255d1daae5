"""Files that a browser brings: names, types and sizes checked, kept, queued, read, stopped, resumed."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI

from qa.errors import UsageError
from qa.library.library import Library
from qa.store import inbox
from tests.parts.library import held_elsewhere, open_library, story, write_records
from ui import jobs, uploads
from ui.door import Quotas
from ui.ingest import Ingest, Job, Pace
from ui.words import CHINESE


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with open_library(tmp_path / "library", create=True) as library:
        yield library


def _until(met: Callable[[], bool], seconds: float = 30) -> None:
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.02)


def _ended(ingest: Ingest) -> tuple[Job, ...]:
    _until(lambda: not ingest.is_running)
    return ingest.jobs()


def test_what_is_queued_is_read_one_after_the_other(library: Library, tmp_path: Path) -> None:
    ingest = Ingest(library)
    for number in range(3):
        assert ingest.add(write_records(tmp_path / f"{number}.jsonl", [number * 2, number * 2 + 1]), f"{number}.jsonl")
    assert [(job.state, job.report.articles) for job in _ended(ingest)] == [("done", 2)] * 3
    _until(lambda: not library.vectors.status.is_running)
    assert library.stats().articles == 6
    assert library.stats().embedded == library.stats().passages
    ingest.clear()
    assert ingest.jobs() == ()


def test_the_screen_says_which_column_is_which(library: Library, tmp_path: Path) -> None:
    path, ingest = tmp_path / "a.csv", Ingest(library)
    path.write_text("稿,题\n河堤提前完工。,完工\n", "utf-8")
    ingest.add(path, path.name)
    _ended(ingest)
    assert [len(article.rows) for article in library.articles()] == [2]
    with pytest.raises(UsageError, match="看不懂"):
        library.set_columns("稿")
    library.set_columns("正文=稿，标题=题")
    ingest.add(path, path.name)
    _ended(ingest)
    assert [(article.title, article.text) for article in library.articles()] == [("完工", "河堤提前完工。")]


def test_a_failure_keeps_its_reason_and_the_rest_goes_in(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "bad.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    (folder / "good.txt").write_text(story(1), encoding="utf-8")
    (tmp_path / "alone.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    ingest = Ingest(library)
    ingest.add(folder, "pages")
    ingest.add(tmp_path / "alone.txt", "alone.txt")
    mixed, alone = _ended(ingest)
    assert (mixed.state, len(mixed.report.added), len(mixed.failures)) == ("done", 1, 1)
    assert alone.state == "failed"
    assert alone.failures[0].reason


def test_stopped_keeps_what_was_read_and_resumes_with_the_rest(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    for number in range(40):
        write_records(folder / f"{number:02}.jsonl", range(number * 5, number * 5 + 5))
    ingest = Ingest(library)
    ingest.add(folder, "pages")
    _until(lambda: ingest.jobs()[0].done > 2)
    ingest.stop()
    stopped = _ended(ingest)[0]
    held = library.stats().files
    assert (stopped.state, held < 40) == ("stopped", True) or stopped.state == "done"
    assert held >= stopped.done > 2
    ingest.resume()
    assert _ended(ingest)[0].state == "done"
    assert library.stats().articles == 200


def test_a_large_file_stops_between_two_of_its_stories_and_goes_on_from_there(library: Library, tmp_path: Path) -> None:
    large = write_records(tmp_path / "large.jsonl", range(700))
    ingest = Ingest(library)
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
    assert library.stats().articles == 700


def test_the_time_left_is_told_from_where_a_file_was_taken_up() -> None:
    pace = Pace()
    assert pace.seconds_left(600, 1000, 5.0) is None
    assert pace.seconds_left(610, 1000, 6.0) is None
    assert pace.seconds_left(700, 1000, 15.0) == pytest.approx(30.0)


@pytest.mark.folder("it has one writer at a time")
def test_jobs_wait_while_another_process_writes_and_go_in_when_it_has_ended(library: Library, tmp_path: Path) -> None:
    ingest = Ingest(library)
    with held_elsewhere(tmp_path / "library"):
        for number in range(3):
            ingest.add(write_records(tmp_path / f"{number}.jsonl", [number]), f"{number}.jsonl")
        _until(lambda: ingest.jobs()[0].is_blocked)
        time.sleep(1.5)  # several tries
        assert [job.has_ended for job in ingest.jobs()] == [False] * 3
        shown = jobs.panel(ingest.jobs(), library.vectors.status, 0, CHINESE)
        assert "另一个程序正在写，等它写完…" in shown
        assert 'data-do="stop"' in shown
    assert [(job.state, job.is_blocked) for job in _ended(ingest)] == [("done", False)] * 3
    assert library.queue.waiting() == ()


@pytest.mark.folder("it has one writer at a time")
def test_what_waits_for_another_process_can_be_stopped_and_closed(library: Library, tmp_path: Path) -> None:
    ingest = Ingest(library)
    with held_elsewhere(tmp_path / "library"):
        ingest.add(write_records(tmp_path / "a.jsonl", [1]), "a.jsonl")
        _until(lambda: ingest.jobs()[0].is_blocked)
        began = time.monotonic()
        ingest.close()
        assert time.monotonic() - began < 3
        assert [(job.state, job.is_blocked) for job in ingest.jobs()] == [("stopped", False)]
    ingest.resume()
    assert _ended(ingest)[0].state == "done"


def test_what_is_queued_outlives_the_program_until_it_is_read_or_given_up(library: Library, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"\xff\xfe\x00\xd8" * 9)
    with held_elsewhere(tmp_path / "library"):
        first = Ingest(library)
        first.add(write_records(tmp_path / "a.jsonl", [1]), "甲")
        first.add(tmp_path / "bad.txt", "乙")
        first.add(tmp_path / "a.jsonl", "甲")
        first.close()
    again = Ingest(library)
    assert [(job.name, job.state) for job in again.jobs()] == [("甲", "waiting"), ("乙", "waiting")]
    again.start()
    assert [job.state for job in _ended(again)] == ["done", "failed"]
    assert [job.name for job in Ingest(library).jobs()] == ["乙"]
    again.clear()
    assert Ingest(library).jobs() == ()
    assert library.stats().articles == 1


def test_a_program_that_adds_for_long_is_waited_for(library: Library, tmp_path: Path) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    for number in range(100, 400):
        (papers / f"{number}.txt").write_text(story(number), "utf-8")
    program = (
        "import sys; from pathlib import Path; from tests.parts.library import open_library\n"
        "with open_library(Path(sys.argv[1])) as library: library.add([Path(sys.argv[2])])"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "library"), str(papers)]
    with subprocess.Popen(command, cwd=Path(__file__).parent.parent) as adding:
        _until(lambda: library.stats().files > 0)
        ingest = Ingest(library)
        for number in range(5):
            ingest.add(write_records(tmp_path / f"{number}.jsonl", [number]), f"{number}.jsonl")
        assert adding.wait(timeout=120) == 0
    assert {job.state for job in _ended(ingest)} == {"done"}
    assert library.stats().files == 305


def _post(library: Library, ingest: Ingest, name: str, language: str = "zh") -> httpx.Response:
    """An upload, answered by the routes alone."""
    application = FastAPI()
    application.include_router(uploads.router(library, ingest, Quotas()))

    async def post() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://test") as client:
            headers = {"X-Name": name, "Accept-Language": language}
            return await client.post(uploads.PATH, headers=headers, content=story(1).encode())

    return asyncio.run(post())


def test_a_full_queue_takes_no_file(library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.ingest.QUEUED", 1)
    ingest = Ingest(library)
    with held_elsewhere(tmp_path / "library"):
        assert [_post(library, ingest, f"{name}.txt").status_code for name in "ab"] == [200, 503]
        assert [path.name for path in library.inbox.iterdir()] == ["a.txt"]
        ingest.close()


@pytest.mark.folder("it is moved, deleted or replaced")
def test_a_library_that_is_gone_takes_no_file(library: Library, tmp_path: Path) -> None:
    ingest = Ingest(library)
    shutil.rmtree(tmp_path / "library")
    refused = _post(library, ingest, "a.txt")
    assert refused.status_code == 507
    assert "库被移走、删除或换掉了" in refused.json()["problem"]
    assert "moved, deleted or replaced" in _post(library, ingest, "a.txt", "en").json()["problem"]
    assert not (tmp_path / "library").exists()


def test_an_inbox_whose_path_is_too_long_says_so(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "NAME_BYTES", 300)
    refused = _post(library, Ingest(library), quote("版" * 90 + ".txt"))
    assert refused.status_code == 507
    assert "路径太长" in refused.json()["problem"]


def test_removing_deletes_what_was_brought_and_leaves_what_lies_elsewhere(library: Library, tmp_path: Path) -> None:
    with library.incoming("a.txt") as file:
        file.write(story(1).encode())
        brought = file.keep()
    elsewhere = tmp_path / "b.txt"
    elsewhere.write_text(story(2), encoding="utf-8")
    library.add([brought, elsewhere])
    library.remove(["a.txt", "b.txt"])
    assert (brought.exists(), elsewhere.exists()) == (False, True)
    assert library.stats().articles == 0
