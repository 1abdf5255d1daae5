"""The `qa` command as its users run it: outputs, exit codes, bad input, broken pipes and interrupts."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from command import QA, complaint, lines, qa
from library_parts import HashingEmbedder, assert_whole, held_elsewhere, open_library, write_records

from qa.archive import Archive
from qa.errors import LibraryError

QUESTION = "务虚会用了多长时间？"


@pytest.fixture
def library(seeds_library: Path, tmp_path: Path) -> Path:
    """A library of the seed pages that a test may change."""
    return Path(shutil.copytree(seeds_library, tmp_path / "library"))


# What goes where


def test_the_answer_is_on_stdout_and_nothing_else_is(seeds_library: Path) -> None:
    done = qa("--library", seeds_library, "ask", QUESTION)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "一天时间" in done.stdout.decode().splitlines()[0]


def test_the_library_is_the_one_named_else_that_of_the_environment(seeds_library: Path, tmp_path: Path) -> None:
    from_environment = qa("list", "--json", QA_LIBRARY=str(seeds_library))
    assert len(lines(from_environment)) == 5
    assert qa("--library", seeds_library, "list", "--json", QA_LIBRARY="/nowhere").stdout == from_environment.stdout
    assert qa("list", "--library", seeds_library, "--json").stdout == from_environment.stdout
    assert str(tmp_path) in complaint(qa("list", QA_LIBRARY="", XDG_DATA_HOME=str(tmp_path)))


def test_chinese_is_printed_whatever_the_locale(seeds_library: Path) -> None:
    plain = {"LANG": "C", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    assert "没有找到库" in complaint(qa("--library", "/nowhere", "list", **plain))
    asked = lines(qa("--library", seeds_library, "ask", "--json", QUESTION, **plain))[0]
    assert asked["question"] == QUESTION
    assert "一天时间" in asked["answer"]


def test_wrong_words_are_exit_code_two(seeds_library: Path) -> None:
    done = qa("--library", seeds_library, "ask", QUESTION, "--since", "去年")
    assert (done.returncode, done.stdout) == (2, b"")
    assert "2025-03-01" in done.stderr.decode()
    both = qa("--library", seeds_library, "ask", QUESTION, "--questions", "-")
    assert both.returncode == 2
    assert "--questions" in complaint(both)


# Adding, listing, removing


def test_a_folder_goes_in_once_and_a_file_goes_out(tmp_path: Path) -> None:
    papers, library = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    write_records(papers / "a.jsonl", range(3))
    (papers / "b.txt").write_text("西集镇图书馆扩建。\n图书馆将于明年开放。", "utf-8")
    (papers / "c.bin").write_bytes(b"\0\1")

    (first,) = lines(qa("--library", library, "add", "--json", papers))
    assert (first["added"], first["failed"]) == (["a.jsonl", "b.txt"], False)
    assert [Path(one["path"]).name for one in first["skipped"]] == ["c.bin"]  # of no known type: named, no failure
    (second,) = lines(qa("--library", library, "add", "--json", papers))
    assert (second["added"], second["changed"], second["unchanged"]) == ([], [], ["a.jsonl", "b.txt"])
    assert [one["source"] for one in lines(qa("--library", library, "list", "--json"))] == ["a.jsonl", "b.txt"]

    assert lines(qa("--library", library, "remove", "--json", "b.txt")) == [{"removed": ["b.txt"]}]
    assert "b.txt" in complaint(qa("--library", library, "show", "b.txt"))
    assert {one["source"] for one in lines(qa("--library", library, "export"))} == {"a.jsonl"}
    assert "b.txt" in complaint(qa("--library", library, "remove", "b.txt"))
    assert_whole(library)


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


# No library, another model, a second writer


@pytest.mark.parametrize(
    "words", [("ask", QUESTION), ("search", QUESTION), ("list",), ("export",), ("show", "abcd"), ("remove", "a.txt")]
)
def test_without_a_library_it_says_how_to_make_one(words: tuple[str, ...], tmp_path: Path) -> None:
    done = qa("--library", tmp_path / "none", *words)
    assert done.returncode == 1
    assert "qa add" in complaint(done)
    assert not (tmp_path / "none").exists()  # looking makes nothing


def test_a_library_of_another_model_names_the_way_out_and_can_be_read(tmp_path: Path) -> None:
    library = tmp_path / "library"
    with open_library(library, create=True, embedder=HashingEmbedder("other-model")) as archive:
        archive.add([write_records(tmp_path / "a.jsonl", range(3))])
    for words in (("ask", QUESTION), ("add", tmp_path / "a.jsonl")):
        done = qa("--library", library, *words)
        assert done.returncode == 1
        assert "qa model" in complaint(done)
    assert len(lines(qa("--library", library, "export"))) == 3
    assert qa("--library", library, "check").returncode == 1


def test_a_second_writer_is_told_to_wait_and_readers_are_not(library: Path, tmp_path: Path) -> None:
    paper = write_records(tmp_path / "a.jsonl", range(3))
    with held_elsewhere(library):
        for words in (("add", paper), ("remove", "000_7e2e17393b0a502e.txt")):
            done = qa("--library", library, *words)
            assert done.returncode == 1
            assert "另一个" in complaint(done)
        assert lines(qa("--library", library, "ask", "--json", QUESTION))[0]["answered"]
    assert lines(qa("--library", library, "add", "--json", paper))[0]["added"] == ["a.jsonl"]


# Questions


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("", "empty-question"),
        ("  \n\t", "empty-question"),
        ("？！。，《》“”…", "empty-question"),
        ("漷" * 10_000, None),
        ("<script>alert('x')</script>", "unknown-term"),
        ("'; DROP TABLE articles; --", "unknown-term"),
        ('" OR (words:* AND NOT title:^1', None),
        ("\x00\x1b[31m\u202e火星", None),
        ("火星\ud800", None),
        ("--help", None),
    ],
    ids=["empty", "blank", "punctuation", "long", "html", "sql", "query syntax", "control", "surrogate", "option"],
)
def test_odd_questions_are_questions(question: str, kind: str | None, seeds_archive: Archive) -> None:
    from qa import plain, wire
    from qa.types import Query

    answer = seeds_archive.ask(Query(question))
    assert not answer.citations or answer.answered
    assert answer.reason is not None or kind is None
    assert kind is None or (answer.reason and answer.reason.kind == kind)
    line = json.dumps(wire.answer(answer, 1), ensure_ascii=False)
    assert json.loads(line)["question"] == answer.question
    assert plain.answer(answer)


def test_odd_questions_are_no_errors(seeds_library: Path) -> None:
    assert lines(qa("--library", seeds_library, "ask", "--json", ""))[0]["reason"]["kind"] == "empty-question"
    assert lines(qa("--library", seeds_library, "ask", "--json", "漷" * 10_000))[0]["reason"]["text"]
    assert lines(qa("--library", seeds_library, "search", "--json", "？！"))
    assert len(lines(qa("--library", seeds_library, "list", "--json"))) == 5


def test_many_questions_keep_their_order_their_ids_and_their_history(seeds_library: Path, tmp_path: Path) -> None:
    asked = [
        {"id": "b", "question": QUESTION},
        {"question": "有多少人参加？", "history": [QUESTION]},
        {"id": 3, "question": "", "history": []},
        {"id": None, "question": "火星\ud800"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\ufeff" + "\n\n".join(json.dumps(one) for one in asked), "utf-8")
    told = lines(qa("--library", seeds_library, "ask", "--json", "--questions", file))
    assert [one["id"] for one in told] == ["b", None, 3, None]
    assert [one["question"] for one in told] == [QUESTION, "有多少人参加？", "", "火星?"]
    assert [[each["kind"] for each in one["assumed"]] for one in told] == [[], ["follow-up"], [], []]
    assert "务虚会" in told[1]["assumed"][0]["to"]
    piped = qa("--library", seeds_library, "ask", "--json", "--questions", "-", stdin=file.read_bytes())
    assert [one["id"] for one in lines(piped)] == ["b", None, 3, None]


def test_a_broken_line_is_named_and_the_others_are_answered(seeds_library: Path) -> None:
    sent = b'{"id": 1, "question": "x"}\n{"id": 2}\n\xff\n' + b"[" * 50_000 + b'\n{"id": 5, "question": "y"}\n'
    done = qa("--library", seeds_library, "ask", "--json", "--questions", "-", stdin=sent)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 5]
    told = done.stderr.decode().splitlines()
    assert len(told) == 3
    for line, number in zip(told, (2, 3, 4), strict=True):
        assert f"第 {number} 行" in line


def test_without_a_question_each_line_is_one_and_knows_those_before(seeds_library: Path) -> None:
    told = lines(qa("--library", seeds_library, "ask", "--json", stdin=f"{QUESTION}\n\n有多少人参加？\n"))
    assert [one["question"] for one in told] == [QUESTION, "有多少人参加？"]
    assert [one["kind"] for one in told[1]["assumed"]] == ["follow-up"]


def test_k_is_the_number_of_passages_and_may_be_more_than_there_are(seeds_library: Path) -> None:
    (few,) = lines(qa("--library", seeds_library, "ask", "--json", "--k", 3, QUESTION))
    (every,) = lines(qa("--library", seeds_library, "search", "--json", "--k", 100_000, QUESTION))
    assert len(few["passages"]) == 3 < 20 < len(every["passages"])
    assert every["passages"][:3] == few["passages"]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("ask", "--questions", "/nowhere/q.jsonl"), "/nowhere/q.jsonl"),
        (("ask", "--questions", "/"), "/"),
        (("eval", "/nowhere/set"), "/nowhere/set"),
        (("ask", QUESTION, "--source", "没有.txt"), "没有.txt"),
        (("search", QUESTION, "--article", "0000"), "0000"),
        (("show", "没有.txt"), "没有.txt"),
        (("show", "没有.txt", "--text"), "没有.txt"),
    ],
)
def test_what_is_not_there_is_named(words: tuple[str, ...], named: str, seeds_library: Path) -> None:
    done = qa("--library", seeds_library, *words)
    assert done.returncode == 1
    assert named in complaint(done)


# Outputs that end early, and interrupts


def test_a_reader_that_leaves_early_is_no_error(seeds_library: Path) -> None:
    exporting = subprocess.Popen(
        [QA, "--library", seeds_library, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert exporting.stdout
    assert exporting.stderr
    assert json.loads(exporting.stdout.readline())["article"]
    exporting.stdout.close()
    assert exporting.stderr.read() == b""
    exporting.stderr.close()
    assert exporting.wait(30) == 0


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed: str, seeds_library: Path) -> None:
    done = subprocess.run(
        f'"{QA}" --library "{seeds_library}" ask {closed}',
        shell=True,
        input=b"",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_that_takes_no_more_is_an_error(seeds_library: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [QA, "--library", seeds_library, "list"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("qa: ")
    assert done.stderr.count(b"\n") == 1


def test_an_interrupted_add_leaves_a_whole_library_and_goes_on_the_next_time(tmp_path: Path) -> None:
    papers, library = tmp_path / "papers", tmp_path / "library"
    papers.mkdir()
    for number in range(12):
        write_records(papers / f"{number:02}.jsonl", range(number * 10, number * 10 + 10))
    adding = subprocess.Popen(
        [QA, "--library", library, "add", papers],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    while adding.poll() is None and not _files(library):
        time.sleep(0.02)
    adding.send_signal(signal.SIGINT)
    out, told = adding.communicate(timeout=60)
    assert (adding.returncode, out) == (130, b"")
    assert told.decode().startswith("qa: 已中断")
    with Archive.open(library) as archive:
        begun = archive.stats()
    assert begun.files >= 1
    assert begun.embedded < 120
    assert_whole(library, embedded=False)
    (again,) = lines(qa("--library", library, "add", "--json", papers))
    assert len(again["added"]) + len(again["unchanged"]) == 12
    assert assert_whole(library) >= 120


def _files(library: Path) -> int:
    with contextlib.suppress(LibraryError), Archive.open(library) as archive:  # it may be just being made
        return archive.stats().files
    return 0
