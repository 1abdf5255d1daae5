"""The `qa` command as its users run it: outputs, exit codes, broken pipes and interrupts."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qa.errors import LibraryError
from qa.library.library import Library
from tests.parts.command import QA, complaint, lines, qa
from tests.parts.library import assert_whole, write_records

QUESTION = "务虚会用了多长时间？"


def test_the_answer_is_on_stdout_and_nothing_else_is(seeds_path: Path) -> None:
    done = qa("--library", seeds_path, "ask", QUESTION)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "一天时间" in done.stdout.decode().splitlines()[0]


@pytest.mark.folder("it is named by its path")
def test_the_library_is_the_one_named_else_that_of_the_environment(seeds_path: Path, tmp_path: Path) -> None:
    from_environment = qa("list", "--json", QA_LIBRARY=str(seeds_path))
    assert len(lines(from_environment)) == 5
    assert qa("--library", seeds_path, "list", "--json", QA_LIBRARY="/nowhere").stdout == from_environment.stdout
    assert qa("list", "--library", seeds_path, "--json").stdout == from_environment.stdout
    assert str(tmp_path) in complaint(qa("list", QA_LIBRARY="", XDG_DATA_HOME=str(tmp_path)))
    assert f"{tmp_path}/x" in complaint(qa("list", "--library=~/x", HOME=str(tmp_path)))


@pytest.mark.folder("it is named by its path")
def test_chinese_is_printed_whatever_the_locale(seeds_path: Path) -> None:
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    assert "没有找到库" in complaint(qa("--library", "/nowhere", "list", **plain))
    asked = lines(qa("--library", seeds_path, "ask", "--json", QUESTION, **plain))[0]
    assert asked["question"] == QUESTION
    assert "一天时间" in asked["answer"]


def test_wrong_words_are_exit_code_two(seeds_path: Path) -> None:
    done = qa("--library", seeds_path, "ask", QUESTION, "--since", "去年")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "2025-03-01" in done.stderr.decode()
    both = qa("--library", seeds_path, "ask", QUESTION, "--questions", "-")
    assert both.returncode == 2
    assert "--questions" in complaint(both)


def test_a_reader_that_leaves_early_is_no_error(seeds_path: Path) -> None:
    exporting = subprocess.Popen(
        [QA, "--library", seeds_path, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert exporting.stdout
    assert exporting.stderr
    assert json.loads(exporting.stdout.readline())["article"]
    exporting.stdout.close()
    assert exporting.stderr.read() == b""
    exporting.stderr.close()
    assert exporting.wait(30) == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed: str, seeds_path: Path) -> None:
    done = subprocess.run(
        f'"{QA}" --library "{seeds_path}" ask {closed}',
        shell=True,
        input=b"",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_takes_no_more_is_an_error(seeds_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([QA, "--library", seeds_path, "list"], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr.decode().startswith("qa: ")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_add_leaves_a_whole_library_and_goes_on_the_next_time(
    tmp_path: Path, interrupt: signal.Signals
) -> None:
    papers, library_path = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    for number in range(12):
        write_records(papers / f"{number:02}.jsonl", range(number * 12, number * 12 + 12))
    adding = subprocess.Popen(
        [QA, "--library", library_path, "add", papers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while adding.poll() is None and not _files(library_path):
        time.sleep(0.1)
    adding.send_signal(interrupt)
    _, told = adding.communicate(timeout=60)
    assert adding.returncode == 130
    assert told.decode().startswith("qa: 已中断")
    with Library.open(library_path) as library:
        begun = library.stats()
    assert begun.files >= 1
    assert begun.embedded < 144
    assert_whole(library_path, embedded=False)
    (again,) = lines(qa("--library", library_path, "add", "--json", papers))
    assert len(again["added"]) + len(again["unchanged"]) == 12
    assert assert_whole(library_path) >= 144


def _files(library_path: Path) -> int:
    with (
        contextlib.suppress(LibraryError),
        Library.open(library_path, create=False) as library,
    ):  # it may be just being made
        return library.stats().files
    return 0


@pytest.mark.parametrize(
    "module", ["qa.cli.options", "qa.cli.terminal", "qa.cli.library_commands", "qa.library.library", "numpy"]
)
def test_an_interrupt_before_anything_is_loaded_is_told_in_one_line(module: str, seeds_path: Path) -> None:
    program = (
        "import sys\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == sys.argv[1]:\n"
        "            sys.meta_path.remove(self)\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "from qa.cli import main\n"
        "sys.exit(main(['--library', sys.argv[2], 'list']))"
    )
    done = subprocess.run([sys.executable, "-c", program, module, seeds_path], capture_output=True, check=False)
    assert done.returncode == 130, done.stderr.decode()
    assert complaint(done).startswith("qa: 已中断")
