"""Example questions of several kinds are made from a library's own articles, and are answered, in any library."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.library.library import Library
from qa.questions.examples import Example
from qa.types import Query

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module", params=["seeds", "understanding", "university"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, seeds: Path) -> Iterator[Library]:
    source = seeds if request.param == "seeds" else DATA / request.param / "corpus.jsonl"
    with Library.open(tmp_path_factory.mktemp(request.param), create=True) as library:
        library.add([source])
        yield library


@pytest.fixture(scope="module")
def examples(library: Library) -> tuple[Example, ...]:
    return library.varied_examples(6)


def test_they_are_of_all_kinds_and_each_is_answered(library: Library, examples: tuple[Example, ...]) -> None:
    answers = [library.ask(Query(one.question)) for one in examples]
    assert all(one.answered for one in answers)
    assert [one.kind for one in answers] == ["quote", "digest", "count", "compare", "list", "about"]
    assert all(one.citations for one in answers if one.kind in ("quote", "digest", "compare"))
    assert len({one.question for one in examples}) == 6


def test_what_is_asked_next_leans_on_its_question_and_is_answered(
    library: Library, examples: tuple[Example, ...]
) -> None:
    (first,) = [one for one in examples if one.follow_up]
    asked, after = library.ask(Query(first.question)), library.ask(Query(first.follow_up, (first.question,)))
    assert after.citations
    assert {(one.article.id, one.start) for one in after.citations} != {
        (one.article.id, one.start) for one in asked.citations
    }
    assert len(first.follow_up) < len(first.question)


def test_a_comparison_has_a_report_for_each_side(library: Library, examples: tuple[Example, ...]) -> None:
    (compared,) = [one.question for one in examples if one.question.startswith("对比")]
    sides = compared.removeprefix("对比一下").removesuffix("的情况").split("和")
    told = ["".join(one.article.text for one in library.ask(compared).citations)]
    assert all(side in told[0] for side in sides)


def test_they_are_the_same_each_time(library: Library, examples: tuple[Example, ...]) -> None:
    assert library.varied_examples(6) == examples
    assert library.varied_examples(2) == (examples[0], examples[1])


def test_a_library_that_answers_little_proposes_little(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text("甲。", "utf-8")
    with Library.open(tmp_path / "library", create=True) as library:
        assert library.varied_examples(6) == ()
        library.add([page])
        made = library.varied_examples(6)
        assert all(library.ask(one.question).answered for one in made)
