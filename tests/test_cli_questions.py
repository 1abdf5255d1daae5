"""The `qa` command asked: odd questions, many questions, filters, and what is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import rispy

from qa.library.library import Library
from qa.types.settings import QUESTION_CHARS
from tests.parts.command import complaint, lines, qa

QUESTION = "务虚会用了多长时间？"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("", "empty-question"),
        ("  \n\t", "empty-question"),
        ("？！。，《》“”…", "empty-question"),
        ("漷" * 10_000, None),
        ("<script>alert('x')</script>", "fact-missing"),
        ("'; DROP TABLE articles; --", "fact-missing"),
        ('" OR (words:* AND NOT title:^1', None),
        ("\x00\x1b[31m\u202e火星", None),
        ("火星\ud800", None),
        ("--help", None),
    ],
    ids=["empty", "blank", "punctuation", "long", "html", "sql", "query syntax", "control", "surrogate", "option"],
)
def test_odd_questions_are_questions(question: str, kind: str | None, seeds_library: Library) -> None:
    from qa.cli import plain
    from qa.services import wire
    from qa.types import Query

    answer = seeds_library.ask(Query(question))
    assert not answer.citations or answer.answered
    assert answer.reason is not None or kind is None
    assert kind is None or (answer.reason and answer.reason.kind == kind)
    line = json.dumps(wire.answer(answer, 1), ensure_ascii=False)
    assert json.loads(line)["question"] == answer.question
    assert plain.answer(answer)


def test_odd_questions_are_no_errors(seeds_path: Path) -> None:
    assert lines(qa("--library", seeds_path, "ask", "--json", ""))[0]["reason"]["kind"] == "empty-question"
    assert lines(qa("--library", seeds_path, "ask", "--json", "漷" * 10_000))[0]["reason"]["text"]
    assert lines(qa("--library", seeds_path, "search", "--json", "？！"))
    assert len(lines(qa("--library", seeds_path, "list", "--json"))) == 5


@pytest.mark.parametrize("command", ["ask", "search"])
def test_of_a_long_text_pasted_the_beginning_is_asked_and_it_is_told(command: str, seeds_path: Path) -> None:
    pasted = QUESTION + "长" * QUESTION_CHARS
    done = qa("--library", seeds_path, command, "--json", pasted)
    assert lines(done)[0]["passages"]
    assert "2,010 个字，只读了前 2,000 个" in done.stderr.decode()
    assert not qa("--library", seeds_path, "--quiet", command, "--json", pasted).stderr
    assert not qa("--library", seeds_path, command, "--json", pasted[:QUESTION_CHARS]).stderr


def test_many_questions_keep_their_order_their_ids_and_their_history(seeds_path: Path, tmp_path: Path) -> None:
    asked = [
        {"id": "b", "question": QUESTION},
        {"question": "有多少人参加？", "history": [QUESTION]},
        {"id": 3, "question": "", "history": []},
        {"id": None, "question": "火星\ud800"},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\ufeff" + "\n\n".join(json.dumps(one) for one in asked), "utf-8")
    told = lines(qa("--library", seeds_path, "ask", "--json", "--questions", file))
    assert [one["id"] for one in told] == ["b", None, 3, None]
    assert [one["question"] for one in told] == [QUESTION, "有多少人参加？", "", "火星?"]
    assert [[each["kind"] for each in one["assumed"]] for one in told] == [[], ["follow-up"], [], []]
    assert "务虚会" in told[1]["assumed"][0]["to"]
    piped = qa("--library", seeds_path, "ask", "--json", "--questions", "-", stdin=file.read_bytes())
    assert [one["id"] for one in lines(piped)] == ["b", None, 3, None]


def test_a_broken_line_is_named_and_the_others_are_answered(seeds_path: Path) -> None:
    sent = b'{"id": 1, "question": "x"}\n{"id": 2}\n\xff\n' + b"[" * 50_000 + b'\n{"id": 5, "question": "y"}\n'
    done = qa("--library", seeds_path, "ask", "--json", "--questions", "-", stdin=sent)
    assert done.returncode == 1
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [1, 5]
    told = done.stderr.decode().splitlines()
    assert len(told) == 3
    for line, number in zip(told, (2, 3, 4), strict=True):
        assert f"第 {number} 行" in line


def test_without_a_question_each_line_is_one_and_knows_those_before(seeds_path: Path) -> None:
    told = lines(qa("--library", seeds_path, "ask", "--json", stdin=f"{QUESTION}\n\n有多少人参加？\n"))
    assert [one["question"] for one in told] == [QUESTION, "有多少人参加？"]
    assert [one["kind"] for one in told[1]["assumed"]] == ["follow-up"]


def test_k_is_the_number_of_passages_and_may_be_more_than_there_are(seeds_path: Path) -> None:
    (few,) = lines(qa("--library", seeds_path, "ask", "--json", "--k", 3, "--reader", "none", QUESTION))
    (every,) = lines(qa("--library", seeds_path, "search", "--json", "--k", 100_000, QUESTION))
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
def test_what_is_not_there_is_named(words: tuple[str, ...], named: str, seeds_path: Path) -> None:
    done = qa("--library", seeds_path, *words)
    assert done.returncode == 1
    assert named in complaint(done)


def test_days_that_end_before_they_begin_are_refused_and_a_year_holds_its_months(seeds_path: Path) -> None:
    done = qa("--library", seeds_path, "ask", QUESTION, "--since", "2027", "--until", "2024-05")
    assert (done.returncode, "对调" in complaint(done)) == (2, True)
    assert qa("--library", seeds_path, "search", QUESTION, "--since", "2024-05", "--until", "2024").returncode == 0


def test_an_explanation_adds_up_to_the_confidence(seeds_path: Path) -> None:
    """Value times weight of all signs is the logit of the confidence; a count weighs no sentences."""
    import math

    told = lines(qa("--library", seeds_path, "ask", "--json", "--explain", QUESTION))[0]
    found = told["explanation"]
    logit = sum(one["value"] * one["weight"] for one in found["confidence"])
    assert 1 / (1 + math.exp(-logit)) == pytest.approx(told["confidence"], abs=0.002)
    assert told["answered"] == (told["confidence"] >= found["threshold"])
    assert {"answers", "coverage"} <= {one["sign"] for one in found["sentence"]}
    shown = qa("--library", seeds_path, "ask", "--explain", QUESTION).stdout.decode()
    assert all(one["sign"] in shown for one in found["confidence"])
    assert "explanation" not in lines(qa("--library", seeds_path, "ask", "--json", QUESTION))[0]
    assert (
        lines(qa("--library", seeds_path, "ask", "--json", "--explain", "一共有多少篇报道"))[0]["explanation"] is None
    )


def test_what_is_quoted_becomes_references(seeds_path: Path) -> None:
    done = qa("--library", seeds_path, "ask", "--cite", "ris", QUESTION)
    (record,) = rispy.loads(done.stdout.decode())
    assert record["type_of_reference"] == "NEWS"
    assert record["notes"][0].strip("“”") in done.stderr.decode()
    quiet = qa("--library", seeds_path, "ask", "--cite", "ris", "--quiet", QUESTION)
    assert (quiet.stdout, quiet.stderr) == (done.stdout, b"")


def test_questions_in_a_row_make_one_list_of_references(seeds_path: Path) -> None:
    asked = "\n".join(json.dumps({"question": one}) for one in (QUESTION, "火星上有水吗？", QUESTION))
    done = qa("--library", seeds_path, "ask", "--cite", "csl-json", "--questions", "-", stdin=asked)
    assert [item["type"] for item in json.loads(done.stdout)] == ["article-newspaper"]
    told = lines(qa("--library", seeds_path, "ask", "--json", "--cite", "csl-json", "--questions", "-", stdin=asked))
    assert [len(json.loads(one["references"])) for one in told] == [1, 0, 1]


def test_a_form_of_references_that_there_is_not_is_told(seeds_path: Path) -> None:
    done = qa("--library", seeds_path, "ask", "--cite", "apa", QUESTION)
    assert done.returncode == 2
    assert "gbt7714-2025、ris" in done.stderr.decode()
