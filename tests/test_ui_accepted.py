"""What a server answered with 200 is read: after a kill, after an end in order, behind another program that writes."""

from __future__ import annotations

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from qa.store import own_files
from qa.store.folder import Folder, clear_leftovers
from tests.parts.library import held_elsewhere, open_library, story
from tests.parts.server import running
from tests.parts.visitor import Visitor

SERVE = """
import sys
from pathlib import Path
from tests.parts.library import HashingEmbedder
from qa.library.library import Library
from qa.store.conversations import Conversations
from ui.app import serve
library_path = Path(sys.argv[1])
with Library.open(library_path, embedder=HashingEmbedder()) as library, Conversations.open(library_path) as kept:
    serve(library, kept, host="127.0.0.1", port=8930, demo=False, announce=lambda url: print(url, flush=True))
"""
KILLS = 2


@pytest.fixture
def library_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent.parent), prepend=os.pathsep)
    open_library(tmp_path / "library", create=True).close()
    return tmp_path / "library"


def _upload(url: str, number: int) -> bool:
    """Whether the file was accepted."""
    headers, page = {"X-Name": f"{number}.txt"}, f"第{number}号消息\n\n{story(number)}\n".encode()
    try:
        return httpx.post(f"{url}library/upload", headers=headers, content=page, timeout=30).status_code == 200
    except httpx.HTTPError:  # the server died meanwhile
        return False


def _read(library_path: Path) -> Counter[str]:
    with open_library(library_path) as library:
        return Counter(file.source for file in library.files() if file.articles)


def _waiting(library_path: Path) -> int:
    with open_library(library_path) as library:
        return len(library.queue.waiting())


def _until(met: Callable[[], bool], seconds: float = 60) -> None:
    ends = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.1)


@pytest.mark.folder("what waits lies in it")
@pytest.mark.parametrize("ended_by", [signal.SIGKILL, signal.SIGTERM])
def test_all_that_waited_is_read_after_the_next_start(library_path: Path, ended_by: signal.Signals) -> None:
    with held_elsewhere(library_path), running(library_path, SERVE) as (url, process):
        assert all(_upload(url, number) for number in range(12))
        process.send_signal(ended_by)
        process.wait(timeout=20)
    assert not _read(library_path)
    inbox = library_path / "inbox"
    (inbox / ".abc.part").write_bytes(b"half")
    (inbox / ".def.part").write_bytes(b"half")
    with own_files.holding(inbox / ".def.part"), running(library_path, SERVE):
        assert [path.name for path in inbox.glob(".*")] == [".def.part"]
        _until(lambda: not _waiting(library_path))
    assert _read(library_path) == Counter(f"{number}.txt" for number in range(12))
    clear_leftovers(Folder(library_path))
    assert not list(inbox.glob(".*"))


@pytest.mark.folder("what waits lies in it")
def test_killed_while_it_takes_and_reads_it_forgets_nothing(library_path: Path) -> None:
    accepted: set[int] = set()
    for kill in range(KILLS):
        with running(library_path, SERVE) as (url, process), ThreadPoolExecutor(4) as pool:
            numbers = range(kill * 60, kill * 60 + 60)
            sent = [pool.submit(_upload, url, number) for number in numbers]
            _until(lambda done=10 * (kill + 1): sum(one.done() for one in sent) > done)  # type: ignore[misc]  # noqa: B023
            process.kill()
            accepted |= {number for number, one in zip(numbers, sent, strict=True) if one.result()}
    assert accepted
    with running(library_path, SERVE):
        _until(lambda: not _waiting(library_path))
        assert not list((library_path / "inbox").glob(".*"))
    found = _read(library_path)
    assert {f"{number}.txt" for number in accepted} <= set(found)
    assert set(found.values()) == {1}
    assert {path.name for path in (library_path / "inbox").iterdir()} >= set(found)


@pytest.mark.folder("two servers take turns by its lock; on a server they read at once")
def test_two_servers_over_one_library_wait_and_say_so_and_read_what_both_accepted(library_path: Path) -> None:
    with running(library_path, SERVE) as (one, _), running(library_path, SERVE) as (other, _), Visitor(one) as visitor:
        with held_elsewhere(library_path), ThreadPoolExecutor(4) as pool:
            assert all(pool.map(lambda number: _upload((one, other)[number % 2], number), range(16)))
            _until(lambda: "另一个程序正在写，等它写完…" in visitor.queue())
            assert visitor.queue().count('class="job waiting"') == 8
            assert not _read(library_path)
        _until(lambda: not _waiting(library_path))
        _until(lambda: visitor.queue().count('class="job done"') == 8)
        assert 'class="job failed"' not in visitor.queue()
    assert _read(library_path) == Counter(f"{number}.txt" for number in range(16))
