"""Terms made ahead by a second process: the same terms, and what becomes of the process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import wait
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.articles import passages
from qa.errors import LibraryError
from qa.index import term_worker
from qa.index.term_worker import SEPARATOR, TermWorker
from qa.text.words import index_terms, keeping_words
from qa.types import Article, Location, Passage
from tests.parts.library import assert_whole, open_library, story, write_records

pytest_plugins = ("tests.parts.library_fixtures",)

needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks at processes in /proc: Linux")
OWN = frozenset({"号公交工程"})


@pytest.fixture
def terms() -> Iterator[TermWorker]:
    made = TermWorker(OWN)
    yield made
    made.rest()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_worker, "_BATCH", 50)


def _article(number: int) -> Article:
    whole = story(number)
    return Article(f"{number:016x}", whole, f"第{number}号", locations=(Location("a.txt", None, None, ()),))


def _split(numbers: range) -> list[tuple[Article, tuple[Passage, ...]]]:
    return [(article, passages.split(article)) for article in map(_article, numbers)]


def _plain(article: Article, passage: Passage) -> dict[str, list[str]]:
    with keeping_words(OWN):
        return index_terms(passages.context(article, passage))


def _children() -> set[int]:
    return {int(one) for one in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}


def test_they_are_the_same_whoever_makes_them(terms: TermWorker, small_batches: None) -> None:
    expected = _split(range(150))
    for article, split in expected[:-1]:  # the last one comes unexpected
        terms.expect(article, split)
    time.sleep(1.0)  # what the other process has not begun by then is cut here
    for article, split in expected * 2:  # and nothing is asked for but once
        for passage in split:
            assert terms.terms(article, passage) == _plain(article, passage)


@given(st.text())
def test_no_term_holds_the_separator(whole: str) -> None:
    assert not any(SEPARATOR in term for found in index_terms(whole).values() for term in found)


@needs_proc
def test_few_passages_start_no_process(terms: TermWorker) -> None:
    before = _children()
    for article, split in _split(range(20)):
        terms.expect(article, split)
    assert _children() == before


def test_no_more_wait_than_memory_has_room_for(
    terms: TermWorker, small_batches: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(term_worker, "_MOST", 60)
    for article, split in _split(range(200)):
        terms.expect(article, split)
    assert len(terms._waiting) <= 60 + 50
    terms.forget()
    assert not terms._waiting


@needs_proc
def test_an_add_leaves_no_process(library_path: Path, tmp_path: Path, small_batches: None) -> None:
    before = _children()
    with open_library(library_path, create=True) as library:
        library.add([write_records(tmp_path / "a.jsonl", range(120))])
        assert _children() == before
    assert_whole(library_path)


@pytest.fixture
def no_cutter(small_batches: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second process ends at once."""
    monkeypatch.setattr(term_worker, "_WORKER", "qa.no_such_module")


def test_a_cutter_that_dies_is_told(terms: TermWorker, no_cutter: None) -> None:
    expected = _split(range(40))
    for article, split in expected:
        terms.expect(article, split)
    wait({future for future, _ in terms._waiting.values()})
    article, split = expected[0]
    with pytest.raises(LibraryError, match="切词的进程"):
        terms.terms(article, split[0])


def test_after_a_cutter_died_the_next_add_goes_on(
    library_path: Path, tmp_path: Path, no_cutter: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers = [write_records(tmp_path / "a.jsonl", range(120))]
    with open_library(library_path, create=True) as library, suppress(LibraryError):  # none where all was cut here
        library.add(papers)
    monkeypatch.undo()
    with open_library(library_path) as library:
        library.add(papers)
        assert library.stats().articles == 120
    assert_whole(library_path)


_EXPECT = """
import sys, time
from pathlib import Path
from qa.index import term_worker
from qa.articles import passages
from qa.types import Article, Location
from tests.parts.library import story
term_worker._BATCH = 50
made = term_worker.TermWorker(frozenset())
for number in range(100):
    location = Location("a.txt", None, None, ())
    article = Article(f"{number:016x}", story(number), f"第{number}号", locations=(location,))
    made.expect(article, passages.split(article))
print(made._cutter._process.pid, flush=True)
time.sleep(600)
"""


@needs_proc
def test_it_ends_with_its_parent_however_that_dies() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _EXPECT], cwd=Path(__file__).parent.parent, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout
        cutter = int(parent.stdout.readline())
        os.kill(cutter, 0)
        parent.send_signal(signal.SIGKILL)
    end = time.monotonic() + 10
    while _is_running(cutter) and time.monotonic() < end:
        time.sleep(0.05)
    assert not _is_running(cutter)


def _is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
