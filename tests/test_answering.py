"""Answers to every third of the 200 questions about the seed pages keep the contract: `qa ask --questions`, read as a
program reads it. How good the answers are is measured elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from qa.types import Filters, Query
from tests.parts.command import lines, qa
from tests.parts.seeds import Question, load_questions

if TYPE_CHECKING:
    from qa.library.library import Library

QUESTIONS = load_questions()[::3]
K = 7
Json = dict[str, Any]


def _blankless(text: str) -> str:
    return re.sub(r"[\s\u3000]", "", text)


@pytest.fixture(scope="session")
def answers(seeds_path: Path) -> list[Json]:
    asked = [{"id": one.id, "question": one.question, "history": one.history} for one in QUESTIONS]
    sent = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked)
    return lines(qa("--library", seeds_path, "ask", "--json", "--k", K, "--questions", "-", stdin=sent))


@pytest.fixture(scope="session")
def pages(seeds_path: Path, seeds: Path) -> dict[str, str]:
    """What `qa show SOURCE --text` prints."""
    return {
        path.name: qa("--library", seeds_path, "show", path.name, "--text").stdout.decode()
        for path in sorted(seeds.glob("*.txt"))
    }


@pytest.fixture(scope="session")
def articles(seeds_path: Path) -> dict[str, Json]:
    return {one["article"]: one for one in lines(qa("--library", seeds_path, "export"))}


def test_the_text_shown_is_the_file(pages: dict[str, str], seeds: Path) -> None:
    for name, shown in pages.items():
        text = (seeds / name).read_bytes().decode("utf-8-sig")
        assert shown == text + ("" if text.endswith("\n") else "\n")


def test_one_answer_a_question_in_their_order(answers: list[Json]) -> None:
    assert [one["id"] for one in answers] == [one.id for one in QUESTIONS]
    assert [one["question"] for one in answers] == [one.question for one in QUESTIONS]


def test_the_keys_are_those_of_the_contract(answers: list[Json]) -> None:
    for answer in answers:
        assert " ".join(answer) == (
            "id question answered answer_kind answer lead confidence reason assumed citations nearest passages "
            "total items elapsed_ms"
        )
        for one in answer["citations"]:
            assert " ".join(one) == (
                "n article title source record page also paper edition date date_from byline columns quote mark spans "
                "regions score"
            )
        for one in answer["passages"]:
            assert " ".join(one) == "article title source record page date text spans score"
        for one in answer["assumed"]:
            assert " ".join(one) == "kind from to"
        if answer["reason"]:
            assert " ".join(answer["reason"]) == "kind terms text"


def test_quotes_and_passages_are_slices_of_their_page(
    answers: list[Json], pages: dict[str, str], articles: dict[str, Json]
) -> None:
    quoted = [(one["quote"], one) for answer in answers for one in answer["citations"] + answer["nearest"]]
    shown = [(one["text"], one) for answer in answers for one in answer["passages"]]
    assert len(quoted) > 60
    assert len(shown) > 300
    for text, one in quoted + shown:
        page = pages[one["source"]]
        assert all(0 <= start < end <= len(page) for start, end in one["spans"])
        slices = "".join(page[start:end] for start, end in one["spans"])
        assert _blankless(slices) == _blankless(text)
        assert text in articles[one["article"]]["text"]
        assert one["title"] == articles[one["article"]]["title"]


def test_quotes_are_marked_and_numbered(answers: list[Json]) -> None:
    for answer in answers:
        numbers: dict[str, int] = {}
        for one in answer["citations"]:
            start, end = one["mark"]
            assert 0 <= start < end <= len(one["quote"])
            assert one["quote"].strip() == one["quote"] != ""
            assert numbers.setdefault(one["article"], one["n"]) == one["n"]  # an article has one number
            assert f"{one['quote']}[{one['n']}]" in answer["answer"]
        assert sorted(numbers.values()) == list(range(1, len(numbers) + 1))
        without = answer["answer"]
        for one in answer["citations"]:
            without = without.replace(f"{one['quote']}[{one['n']}]", "", 1)
        assert not without.strip()  # nothing is said that is not quoted


def test_passages_are_the_best_first_short_and_apart(answers: list[Json]) -> None:
    for answer in answers:
        scores = [one["score"] for one in answer["passages"]]
        assert scores == sorted(scores, reverse=True)
        assert 1 <= len(scores) <= K
        taken: set[tuple[str, int]] = set()
        for one in answer["passages"]:
            assert 0 < len(one["text"]) <= 400
            places = {(one["source"], place) for span in one["spans"] for place in range(*span)}
            assert not places & taken
            taken |= places


def test_numbers_have_their_ranges(answers: list[Json]) -> None:
    for answer in answers:
        assert answer["elapsed_ms"] > 0
        assert answer["answer_kind"] in {"quote", "count", "list"}
        for value in (answer["confidence"], *(one["score"] for one in answer["citations"] + answer["passages"])):
            assert 0 <= value <= 1


def test_an_answer_has_quotes_and_a_refusal_has_a_reason(answers: list[Json]) -> None:
    assert {one["answered"] for one in answers} == {True, False}
    for answer in answers:
        if answer["answered"]:
            assert answer["reason"] is None
            assert answer["citations"]
            assert answer["nearest"] == []
        else:
            assert answer["citations"] == []
            assert answer["answer"] == ""
            assert answer["reason"]["text"]
            assert [one["n"] for one in answer["nearest"]] in ([], [1])


def test_what_is_taken_over_from_earlier_questions_is_named(answers: list[Json]) -> None:
    for asked, answer in zip(QUESTIONS, answers, strict=True):
        kinds = {one["kind"] for one in answer["assumed"]}
        assert asked.history or "follow-up" not in kinds
        assert all(one["from"] and one["to"] for one in answer["assumed"])
    assert any(answer["assumed"] for answer in answers)


def test_an_answer_in_this_process_is_the_same(answers: list[Json], seeds_library: Library) -> None:
    for asked, answer in list(zip(QUESTIONS, answers, strict=True))[::4]:
        again = seeds_library.ask(Query(asked.question, asked.history, k=K))
        assert again.text == answer["answer"]
        assert [hit.passage.text for hit in again.hits] == [one["text"] for one in answer["passages"]]


@pytest.mark.parametrize("asked", QUESTIONS[::8], ids=lambda asked: asked.id)
def test_filters_hold(asked: Question, seeds_library: Library) -> None:
    article = seeds_library.articles()[asked.story or 0]
    for filters in (Filters(article=article.id), Filters(source=article.location.source)):
        answer = seeds_library.ask(Query(asked.question, asked.history, filters))
        found = [hit.article for hit in answer.hits] + [citation.article for citation in answer.citations]
        assert found
        if filters.article:
            assert {one.id for one in found} == {article.id}
        else:
            assert {one.location.source for one in found} == {article.location.source}


def test_an_article_that_is_hidden_does_not_answer(seeds_library: Library) -> None:
    for asked in QUESTIONS[::8]:
        best = seeds_library.ask(Query(asked.question, asked.history)).hits[0].article.id
        answer = seeds_library.ask(Query(asked.question, asked.history), hidden=frozenset({best}))
        assert best not in {one.article.id for one in (*answer.hits, *answer.citations)}


@pytest.mark.parametrize("reader", ["span", "none"])
def test_where_most_words_are_unknown_nothing_is_quoted(reader: str, seeds_path: Path) -> None:
    asked = ("ask", "--json", "--reader", reader, "昌平草莓博览会由谁主办")
    (answer,) = lines(qa("--library", seeds_path, *asked))
    assert not answer["answered"]
    assert answer["reason"]["kind"] == "unknown-term"
    assert answer["reason"]["terms"] == ["昌平"]  # 草莓 is no name: anybody may ask for strawberries
