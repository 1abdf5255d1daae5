"""What a reader changes: which sentence is quoted, what is marked, in which order passages come, when nothing is said.

The reader is that of `reader_parts`: an answer starts at 始 and ends at 终, and a window answers that has a 始.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.answer import answer_from_hits, refusal_threshold
from qa.answering.candidates import WINDOW_CHARS, gather, hit_windows
from qa.answering.coverage import term_coverage
from qa.answering.scoring import collect
from qa.answering.weights import FittedWeights, LogisticModel, fitted_weights, parse
from qa.models.span_reader import OnnxSpanReader
from qa.questions.analysed import AnalysedQuestion
from qa.text.sentences import split_sentences
from qa.types import Query
from tests.parts.answering import ask, hit
from tests.parts.span_readers import small_reader

LITTLE = hit("运河灯会开幕\n灯会的门票由街道公布。运河灯会的票价是始三十元终一张。", 0.6)
MUCH = hit("运河灯会票价\n运河灯会的票价多少，众说不一。", 0.9)
QUESTION = "运河灯会的票价是多少？"


@pytest.fixture(scope="module")
def reader() -> OnnxSpanReader:
    return small_reader()


def test_what_the_reader_found_is_marked(reader: OnnxSpanReader) -> None:
    citations = {one.quote: one for one in ask(QUESTION, LITTLE, reader=reader).citations}
    found = citations["运河灯会的票价是始三十元终一张。"]
    assert found.quote[found.mark.start : found.mark.end] == "始三十元终"


def test_the_passages_that_were_read_come_by_their_chances(reader: OnnxSpanReader) -> None:
    result = ask(QUESTION, MUCH, LITTLE, reader=reader)
    scores = [one.score for one in result.hits]
    assert scores == sorted(scores, reverse=True)
    assert [one.ranks["reader"] for one in result.hits] == [1, 2]
    without = ask(QUESTION, MUCH, LITTLE)
    assert [one.article.id for one in without.hits] == [MUCH.article.id, LITTLE.article.id]
    assert "reader" not in without.hits[0].ranks


def test_passages_that_were_not_read_follow_in_their_order(reader: OnnxSpanReader) -> None:
    many = [hit(f"第{n}天的灯会\n第{n}天灯会的票价不变。", 0.9 - n / 100) for n in range(12)]
    result = answer_from_hits(AnalysedQuestion(Query(QUESTION, k=20)), many, lambda field, term: 1.0, reader, least=0.0)
    read = [one for one in result.hits if "reader" in one.ranks]
    rest = [one for one in result.hits if "reader" not in one.ranks]
    assert list(result.hits) == read + rest
    assert 0 < len(read) < len(many)
    assert {one.article.id for one in result.hits} == {one.article.id for one in many}
    order = [one.article.id for one in many]
    assert [order.index(one.article.id) for one in rest] == sorted(order.index(one.article.id) for one in rest)
    assert max(one.score for one in rest) <= min(one.score for one in read)


def test_a_sure_answer_is_given_and_an_unsure_one_is_not(reader: OnnxSpanReader) -> None:
    for one in (reader, None):
        sure = ask("运河灯会的票价由谁公布？", LITTLE, reader=one)
        assert sure.answered
        assert not ask("运河灯会的票价由谁公布？", LITTLE, reader=one, least=1.0).answered
        assert 0 < refusal_threshold(one) < 1


def test_a_refusal_is_about_the_fact_or_about_what_the_question_takes_for_granted() -> None:
    missing = ask("运河灯会的票价由谁公布？", LITTLE, least=1.0).reason
    assert missing is not None
    assert (missing.kind, missing.terms) == ("fact-missing", ())
    elsewhere = hit("永顺镇改造\n永顺镇的改造花了450万元，由街道公布。", 0.3)
    false = ask("永顺镇灯会的票价由街道公布了吗？", LITTLE, elsewhere, least=1.0).reason
    assert false is not None
    assert (false.kind, false.terms) == ("false-premise", ("永顺",))
    assert "永顺" in false.text
    assert "运河灯会开幕" in false.text
    unknown = ask("白云观运河灯会的票价由街道公布了吗？", LITTLE, least=1.0).reason
    assert unknown is not None
    assert unknown.kind == "unknown-term"


@given(st.lists(st.text(min_size=1, max_size=120), min_size=1, max_size=4))
@settings(deadline=None)
def test_windows_hold_every_sentence_once(values: list[str]) -> None:
    hits = [hit(value) for value in values if split_sentences(value)]
    parts = hit_windows(hits)
    for order, one in enumerate(hits):
        inside = [sentence for part in parts if part.order == order for sentence in part.sentences]
        assert inside == list(one.passage.sentences)
    for part in parts:
        window = part.window
        assert len(window.text) <= WINDOW_CHARS or len(window.sentences) == 1
        start = part.sentences[0].start
        assert [window.text[one.start : one.end] for one in window.sentences] == [
            part.hit.article.text[one.start : one.end] for one in part.sentences
        ]
        assert part.hit.article.text[start : start + len(window.text)] == window.text


def test_long_hits_are_cut_evenly() -> None:
    body = "这一句话说的是灯会的二十个字左右吧。" * 22
    lengths = [len(part.window.text) for part in hit_windows([hit(body)])]
    assert len(lengths) == 2
    assert max(lengths) - min(lengths) <= 18


def test_every_sentence_that_is_read_has_its_features(reader: OnnxSpanReader) -> None:
    evidence = term_coverage(AnalysedQuestion(Query(QUESTION)), lambda field, term: 1.0)
    read = gather(AnalysedQuestion(Query(QUESTION)), (MUCH, LITTLE), evidence, reader)
    assert all(one.marked is not None for one in read)
    material = collect(AnalysedQuestion(Query(QUESTION)), (MUCH, LITTLE), lambda field, term: 1.0, reader)
    assert [one.quote for one in material.candidates] == [one.quote for one in read]
    for one, features in zip(read, material.features(), strict=True):
        fitted_weights(with_reader=True).sentence.logit(features)
        assert one.marked is not None
        assert one.start <= one.marked.span.start <= one.marked.span.end <= one.end


def test_numbers_come_back_as_they_were() -> None:
    one = FittedWeights(LogisticModel({"constant": 1.0, "best": 2.0}), LogisticModel({"constant": 0.5}), 0.25, 0.5)
    assert parse(one.as_dict()) == one
    assert one.sentence.logit({"best": 3.0}) == 7.0
    assert one.confidence.chance({}) == pytest.approx(0.6225, abs=1e-4)
    with pytest.raises(KeyError):
        one.sentence.logit({})
