"""What stands near a found sentence or passage, told as a digest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.answering.digest import DIGEST_QUOTES, reports_answer, widened
from qa.library.library import Library
from qa.questions import analyse
from qa.types import Answer, Query

CORPUS = Path(__file__).parent / "data" / "understanding" / "corpus.jsonl"
WISH = "有没有公园里看鸟的新闻"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    with Library.open(tmp_path_factory.mktemp("county"), create=True) as library:
        library.add([CORPUS])
        yield library


def assert_verbatim(answer: Answer) -> None:
    for one in answer.citations:
        assert one.article.text[one.start : one.end] == one.quote
        assert f"{one.quote}[{one.n}]" in answer.text


def test_an_answer_is_widened_by_what_stands_near_it(county: Library) -> None:
    read = county.ask("白鹭湖公园的观鸟台在哪一岸？")
    assert read.kind == "quote"
    wider = widened(read, None)
    assert wider.kind == "digest"
    assert wider.citations[: len(read.citations)] == read.citations
    assert len(read.citations) < len(wider.citations) <= DIGEST_QUOTES
    assert len({one.quote for one in wider.citations}) == len(wider.citations)
    assert (wider.confidence, wider.total) == (read.confidence, len({one.article.id for one in wider.citations}))
    assert_verbatim(wider)


def test_no_more_is_told_than_is_wanted(county: Library) -> None:
    read = county.ask("白鹭湖公园的观鸟台在哪一岸？")
    assert widened(read, 1).citations == read.citations
    assert len(reports_answer(analyse(Query(WISH)), county.search(WISH)[:1], 2).citations) == 2


def test_reports_are_told_by_what_stands_near_their_passages(county: Library) -> None:
    first = county.search(WISH)[0]
    answer = reports_answer(analyse(Query(WISH)), (first,), None)
    assert (answer.kind, answer.total, answer.confidence) == ("digest", 1, first.score)
    assert {one.article.id for one in answer.citations} == {first.article.id}
    assert_verbatim(answer)


def test_several_passages_of_a_report_tell_it_once(county: Library) -> None:
    first, second = county.search(WISH)[:2]
    answer = reports_answer(analyse(Query(WISH)), (first, first, second), None)
    assert answer.total == len({first.article.id, second.article.id})
    assert len({one.quote for one in answer.citations}) == len(answer.citations)
