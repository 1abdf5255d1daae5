"""Retrieval: both scores against their formulas, order, filters, passages grown by whole sentences."""

from __future__ import annotations

import json
from itertools import combinations, pairwise
from math import exp, log
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.articles import passages
from qa.index.flat_vectors import FlatVectors
from qa.library.library import Library
from qa.library.sources import LibrarySources
from qa.questions.analysed import AnalysedQuestion
from qa.retrieval import FUSION, Fusion, Ranked, candidates, retrieve
from qa.retrieval import _in_context as in_context
from qa.retrieval.expansion import expand, unshown
from qa.text.folding import normalise
from qa.text.sentences import split_sentences
from qa.text.words import bigrams, query_terms, search_words
from qa.types import Article, Filters, Hit, Passage, Query, Span
from qa.types.settings import CANDIDATES, PASSAGE_CHARS
from tests.parts.library import open_library

pytest_plugins = ("tests.parts.library_fixtures",)

QUESTIONS = ("漷县镇的花海有多大？", "运河", "谁在论坛上致辞，论坛在哪里举行，有多少人参加？")


@pytest.fixture
def sources(seeds_library: Library) -> LibrarySources:
    """What retrieval reads of the seed pages: real model, real indexes."""
    return seeds_library.sources()


@pytest.fixture(scope="module")
def split(seeds_library: Library) -> dict[int, tuple[Passage, Article]]:
    """Every passage of the library, by id."""
    return {one.id: (one, article) for article in seeds_library.articles() for one in passages.split(article)}


def overlaps(one: Hit, other: Hit) -> bool:
    same = one.article.id == other.article.id
    return same and one.passage.start < other.passage.end and other.passage.start < one.passage.end


@pytest.mark.parametrize("question", QUESTIONS)
def test_both_scores_are_what_they_say(
    question: str, sources: LibrarySources, split: dict[int, tuple[Passage, Article]]
) -> None:
    found = {one.id: one for one in candidates(AnalysedQuestion(Query(question)), sources)}
    assert found.keys() <= split.keys()
    assert min(CANDIDATES, len(split)) <= len(found) <= 2 * CANDIDATES
    contexts = {one: passages.context(article, passage) for one, (passage, article) in split.items()}
    query = sources.embedder.embed_query(normalise(question))
    some = sorted(found)[:: max(1, len(found) // 12)]
    vectors = sources.embedder.embed_passages([contexts[one] for one in some])
    assert [found[one].cosine for one in some] == pytest.approx(vectors @ query, abs=2e-3)  # stored as float16

    wanted = {field: query_terms(question)[field] for field in ("words", "grams")}
    inverse = {"words": search_words, "grams": bigrams}
    heaviest = 0.0
    for field, terms in wanted.items():
        held = [set(inverse[field](context)) for context in contexts.values()]
        for term in terms:
            n = sum(term in each for each in held)
            heaviest += log(1 + (len(split) - n + 0.5) / (n + 0.5))
    bm25 = dict(sources.terms.search(wanted, CANDIDATES))
    assert {one: each.overlap for one, each in found.items()} == pytest.approx(
        {one: bm25.get(one, 0.0) / heaviest for one in found}
    )
    ranked = sorted(found.values(), key=lambda one: one.ranks.get("vectors", len(split)))[:20]
    assert [one.ranks["vectors"] for one in ranked] == list(range(1, 21))
    assert all(one.cosine >= other.cosine for one, other in pairwise(ranked))


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_hit_has_the_fused_score_and_the_best_come_first(question: str, sources: LibrarySources) -> None:
    hits = retrieve(AnalysedQuestion(Query(question)), sources)
    share = FUSION.even_at / (FUSION.even_at + len(question))
    for one in candidates(AnalysedQuestion(Query(question)), sources):
        fused = share * (one.cosine - FUSION.cosine) + (1 - share) * (one.overlap - FUSION.overlap)
        for hit in hits:
            if hit.passage.id == one.id:
                assert hit.score == pytest.approx(1 / (1 + exp(-FUSION.slope * fused)))
                assert hit.ranks == one.ranks
    assert [hit.passage.id for hit in hits] == [
        hit.passage.id for hit in sorted(hits, key=lambda hit: (-hit.score, hit.passage.id))
    ]
    assert hits == retrieve(AnalysedQuestion(Query(question)), sources)


@given(st.floats(-1, 1), st.floats(0, 2), st.floats(0.001, 0.5), st.integers(0, 2000))
def test_more_of_either_score_is_better(cosine: float, overlap: float, more: float, characters: int) -> None:
    base = FUSION.fuse(cosine, overlap, characters)
    assert FUSION.fuse(cosine + more, overlap, characters) > base
    assert FUSION.fuse(cosine, overlap + more, characters) >= base
    assert 0 < FUSION.scale(base) < 1
    assert FUSION.scale(base + more) > FUSION.scale(base)


def test_both_scores_count_the_same_at_the_length_where_they_are_even() -> None:
    fusion = Fusion(even_at=50, cosine=0.8, overlap=0.2, slope=1.0)
    assert fusion.fuse(0.9, 0.6, 50) == pytest.approx((0.1 + 0.4) / 2)
    assert fusion.fuse(0.9, 0.6, 0) == pytest.approx(0.1)
    assert fusion.scale(0.0) == 0.5
    assert fusion.fuse(None, 0.6, 50) == fusion.fuse(0.8, 0.6, 50)


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_are_slices_of_whole_sentences_that_do_not_overlap(question: str, sources: LibrarySources) -> None:
    hits = retrieve(AnalysedQuestion(Query(question)), sources)
    assert len({hit.article.id for hit in hits}) > 10
    for hit in hits:
        passage, printed = hit.passage, split_sentences(hit.article.text)
        assert passage.text == hit.article.text[passage.start : passage.end]
        assert 0 < len(passage.text) <= PASSAGE_CHARS
        assert {passage.start, passage.end} <= {edge for span in printed for edge in span}
        assert passage.sentences == tuple(
            Span(start - passage.start, end - passage.start)
            for start, end in printed
            if passage.start <= start and end <= passage.end
        )
    assert not any(overlaps(one, other) for one, other in combinations(hits, 2))


def test_filters_and_hidden_articles(sources: LibrarySources, seeds_library: Library) -> None:
    first, *_ = hits = retrieve(AnalysedQuestion(Query(QUESTIONS[0])), sources)
    inside = AnalysedQuestion(Query(QUESTIONS[0], filters=Filters(source=first.article.location.source)))
    assert {hit.article.location.source for hit in retrieve(inside, sources)} == {first.article.location.source}
    one = AnalysedQuestion(Query(QUESTIONS[0], filters=Filters(article=first.article.id)))
    assert {hit.article.id for hit in retrieve(one, sources)} == {first.article.id}
    left = seeds_library.sources(frozenset({first.article.id}))
    without = retrieve(AnalysedQuestion(Query(QUESTIONS[0])), left)
    assert [hit.article.id for hit in without[:3]] == [hit.article.id for hit in hits if hit.article != first.article][
        :3
    ]
    assert (candidates(one, left), retrieve(one, left)) == ([], ())


def test_without_vectors_terms_alone_rank(sources: LibrarySources) -> None:
    sources.vectors = FlatVectors(sources.embedder.dimension, "empty")
    hits = retrieve(AnalysedQuestion(Query("漷县镇花海")), sources)
    assert hits
    assert all(hit.ranks.keys() == {"terms"} for hit in hits)
    assert [hit.ranks["terms"] for hit in hits] == sorted(hit.ranks["terms"] for hit in hits)
    assert retrieve(AnalysedQuestion(Query("zzzz")), sources) == ()


def test_equal_scores_are_in_the_order_of_their_ids(tmp_path: Path) -> None:
    records = [{"id": f"r{number}", "text": f"运河开通了{mark}"} for number, mark in enumerate("。！？；…")]
    path = tmp_path / "same.jsonl"
    path.write_text("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records), encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([path])
        sources = library.sources()
        sources.vectors = FlatVectors(sources.embedder.dimension, "empty")
        hits = retrieve(AnalysedQuestion(Query("运河开通")), sources)
    assert len(hits) == 5
    assert len({hit.score for hit in hits}) == 1
    assert [hit.passage.id for hit in hits] == sorted(hit.passage.id for hit in hits)


@pytest.mark.folder("who asks has an index of his own")
def test_a_passage_that_the_library_no_longer_holds_is_dropped(library: Library, library_path: Path) -> None:
    seen = library.sources()  # the indexes as they stand now
    before = {hit.article.location.source for hit in retrieve(AnalysedQuestion(Query("第0号工程")), seen)}
    with open_library(library_path) as other:
        other.remove(["0.txt"])
    found = candidates(AnalysedQuestion(Query("第0号工程")), seen)
    held = seen.passages([one.id for one in found])
    assert len(held) < len(found)
    assert {hit.article.location.source for hit in retrieve(AnalysedQuestion(Query("第0号工程")), seen)} == before - {
        "0.txt"
    }


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.integers(1, 420), min_size=1, max_size=30),
    st.integers(0, 2),
    st.data(),
)
def test_a_passage_grows_as_far_as_there_is_room(lengths: list[int], gap: int, data: st.DataObject) -> None:
    sentences, at = [], 0
    for length in lengths:
        sentences.append(Span(at, at + length))
        at += length + gap
    first = data.draw(st.integers(0, len(sentences) - 1))
    last = data.draw(st.integers(first, min(first + 2, len(sentences) - 1)))
    span = Span(sentences[first].start, sentences[last].end)
    outside = [*sentences[:first], *sentences[last + 1 :]]
    taken = data.draw(st.lists(st.sampled_from(outside), max_size=3)) if outside else []
    grown = expand(span, sentences, taken)

    def free(start: int, end: int) -> bool:
        return end - start <= PASSAGE_CHARS and all(end <= one.start or one.end <= start for one in taken)

    assert grown.start <= span.start < span.end <= grown.end
    assert grown == span or free(*grown)
    begin = next(index for index, one in enumerate(sentences) if one.start == grown.start)
    end = next(index for index, one in enumerate(sentences) if one.end == grown.end)
    assert begin == 0 or not free(sentences[begin - 1].start, grown.end)
    assert end == len(sentences) - 1 or not free(grown.start, sentences[end + 1].end)


def test_what_a_better_hit_leaves_of_a_passage_is_its_longest_run() -> None:
    spans = tuple(Span(at, at + 10) for at in range(0, 60, 10))
    passage = Passage(1, "a1", 100, 160, "字" * 60, spans)
    assert unshown(passage, []) == Span(100, 160)
    assert unshown(passage, [Span(0, 105)]) == Span(110, 160)
    assert unshown(passage, [Span(120, 130)]) == Span(130, 160)
    assert unshown(passage, [Span(90, 170)]) is None


def test_a_piece_of_a_sentence_that_is_too_long_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("运河两岸的树木" * 200 + "。\n", encoding="utf-8")
    with open_library(tmp_path / "library", create=True) as library:
        library.add([path])
        hits = retrieve(AnalysedQuestion(Query("运河两岸")), library.sources())
    assert len(hits) > 3
    assert all(len(hit.passage.text) <= PASSAGE_CHARS for hit in hits)
    assert all(hit.passage.sentences == (Span(0, len(hit.passage.text)),) for hit in hits)
    assert not any(overlaps(one, other) for one, other in combinations(hits, 2))


def test_in_context_is_the_mean_of_the_question_alone_and_with_what_it_carries() -> None:
    together = {1: Ranked(0.4, {"terms": 1}), 2: Ranked(0.2, {"vectors": 1})}
    alone = {2: Ranked(0.3, {"terms": 4}), 3: Ranked(0.1, {"terms": 2})}
    found = in_context(together, alone, 2.0)
    assert {one: ranked.fused for one, ranked in found.items()} == pytest.approx(
        {1: (0.1 + 2 * 0.4) / 3, 2: (0.3 + 2 * 0.2) / 3, 3: (0.1 + 2 * 0.2) / 3}
    )
    assert {one: ranked.ranks for one, ranked in found.items()} == {
        1: {"terms": 1},
        2: {"vectors": 1, "alone": 1},
        3: {"terms": 2, "alone": 2},
    }


def test_in_context_without_words_of_its_own_a_question_is_what_it_carries() -> None:
    assert in_context({1: Ranked(0.4, {"terms": 1})}, {}, 2.0) == {1: Ranked(0.4, {"terms": 1})}


def test_a_follow_up_finds_what_its_history_is_about(sources: LibrarySources) -> None:
    followed = AnalysedQuestion(Query("那里开了哪两个科室？"), carried="永乐店镇新增的医保定点叫", leaning=2.0)
    alone = retrieve(followed.alone, sources)
    found = retrieve(followed, sources)
    assert "alone" in found[0].ranks
    assert "alone" not in alone[0].ranks
    assert found[0].article.id == retrieve(AnalysedQuestion(Query(followed.text)), sources)[0].article.id
