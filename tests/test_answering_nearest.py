"""Where nothing is answered, the best sentence is shown to be checked, if there is some chance that it is the answer.

Whether a question is unsure enough comes from `Query.least` here, never from what the fitted threshold happens to be.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from qa.answering.weights import fitted_weights
from qa.library.library import Library
from qa.services import wire
from qa.types import Query
from qa.types.protocols import SpanReader
from tests.parts.answering import ask, hit
from tests.parts.span_readers import small_reader

SEEDS = Path(__file__).parent.parent / "seeds"
LITTLE = hit("运河灯会开幕\n灯会的门票由街道公布。运河灯会的票价是始三十元终一张。", 0.6)
OTHER = hit("书店开张\n非非非非非非。", 0.1)
QUESTION = "运河灯会的票价是多少？"
UNLIKELY = "书店去年卖出多少本画册和地图册？"


@pytest.fixture(scope="module", params=["read", "by terms"])
def reader(request: pytest.FixtureRequest) -> SpanReader | None:
    return small_reader() if request.param == "read" else None


def test_what_is_answered_has_nothing_to_check(reader: SpanReader | None) -> None:
    found = ask(QUESTION, LITTLE, reader=reader)
    assert found.answered
    assert found.nearest == ()


def test_what_is_unsure_shows_the_sentence_that_would_have_been_quoted_first(reader: SpanReader | None) -> None:
    given, refused = (ask(QUESTION, LITTLE, reader=reader, least=least) for least in (0.0, 1.0))
    assert given.confidence == refused.confidence >= fitted_weights(reader is not None).perhaps, "so it is shown"
    assert (refused.answered, refused.text, refused.citations) == (False, "", ())
    assert refused.reason
    (nearest,) = refused.nearest
    best = max(given.citations, key=lambda one: one.score)
    assert nearest == replace(best, n=1)
    assert nearest.article.text[nearest.start : nearest.end] == nearest.quote


def test_what_is_hardly_likely_shows_nothing() -> None:
    refused = ask(UNLIKELY, OTHER, reader=small_reader(), least=1.0)
    assert refused.confidence < fitted_weights(with_reader=True).perhaps, "so it is not"
    assert not refused.answered
    assert refused.nearest == ()


@pytest.mark.parametrize("question", ["", "火星基地的镇长是谁？"])
def test_what_cannot_be_there_shows_nothing(reader: SpanReader | None, question: str) -> None:
    assert ask(question, LITTLE, reader=reader, least=None).nearest == ()


def test_its_spans_are_its_quote_on_the_page(seeds_library: Library) -> None:
    """Of a real library, in the JSON that everybody gets."""
    pages = {path.name: path.read_text("utf-8") for path in SEEDS.glob("*.txt")}
    shown = 0
    for question in ("区委召开2026年务虚会用了多长时间？", "潮县镇的镇长是谁？", "全区的读书会办了几场？"):
        line = wire.answer(seeds_library.ask(Query(question), least=1.0), 1.0)
        assert line["answered"] is False
        assert line["citations"] == []
        for one in line["nearest"]:
            shown += 1
            said = "".join(pages[one["source"]][start:end] for start, end in one["spans"])
            assert "".join(said.split()) == "".join(one["quote"].split()) != ""
            assert one["n"] == 1
    assert shown
