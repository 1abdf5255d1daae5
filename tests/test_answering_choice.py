"""Which sentence is quoted, what is marked in it, and when nothing is: on hits made by hand, every weight known."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from qa.answering.answer import answer_from_hits
from qa.answering.coverage import locate_form
from qa.questions.analysed import AnalysedQuestion
from qa.text.sentences import split_sentences
from qa.text.words import bigrams, search_words
from qa.types import Article, Filters, Hit, Location, Passage, Piece, Query, Span

STORY = "运河灯会开幕\n运河灯会昨晚在老码头开幕。灯会共有320盏花灯。门票由街道免费发放。"
ELSEWHERE = "图书馆延长开放\n图书馆延长到晚上九点。"


def _hit(body: str, title: str, score: float = 0.9) -> Hit:
    article = Article(title, body, title, locations=(Location("a.txt", None, None, (Piece(0, 0, len(body)),)),))
    return Hit(Passage(1, article.id, 0, len(body), body, split_sentences(body)), article, score)


HITS = (_hit(STORY, "运河灯会开幕"), _hit(ELSEWHERE, "图书馆延长开放", 0.3))
KNOWN = " ".join((STORY, ELSEWHERE))


def _weight(field: str, term: str) -> float:
    held: Mapping[str, object] = {"words": search_words(KNOWN), "grams": bigrams(KNOWN)}
    return 1.0 if term in held[field] else 0.0  # type: ignore[operator]


def _quotes(question: str) -> list[str]:
    return [citation.quote for citation in answer_from_hits(AnalysedQuestion(Query(question)), HITS, _weight).citations]


@pytest.mark.parametrize(
    ("question", "quote"),
    [
        ("运河灯会有多少盏花灯？", "灯会共有320盏花灯。"),
        ("运河灯会的门票怎么发放？", "门票由街道免费发放。"),
        ("灯会在哪个码头开幕？", "运河灯会昨晚在老码头开幕。"),
        ("图书馆开放到几点？", "图书馆延长到晚上九点。"),
    ],
)
def test_the_sentence_that_answers_is_quoted_alone(question: str, quote: str) -> None:
    assert _quotes(question) == [quote]


def test_where_steps_are_asked_for_the_best_sentence_still_comes_first() -> None:
    """A sentence before it, though it shares words, is quoted only as one of a list."""
    body = "要闻\n运河灯会在码头开放。运河灯会门票由街道登记。"

    def weight(field: str, term: str) -> float:
        return float(term in (search_words(body) if field == "words" else bigrams(body)))

    asked = AnalysedQuestion(Query("运河灯会开放门票怎么登记？"))
    found = answer_from_hits(asked, (_hit(body, "要闻"),), weight)
    assert [citation.quote for citation in found.citations] == ["运河灯会门票由街道登记。"]


def test_a_headline_is_not_quoted_though_it_says_every_word() -> None:
    assert "运河灯会开幕" not in _quotes("运河灯会开幕")


@pytest.mark.parametrize(
    ("question", "quote", "marked"),
    [
        ("有多少盏花灯？", "灯会共有320盏花灯，30人值班。", "320盏"),
        ("什么时候开诊？", "中心有12间诊室，于2025年10月开诊。", "2025年10月"),
        ("几点开门？", "图书馆早上九点半开门。", "九点半"),
        ("谁来主持？", "由馆长主持。", "由馆长主持。"),
        ("2025年有多少家？", "2025年有31家。", "31家"),
    ],
)
def test_the_form_asked_for_is_marked(question: str, quote: str, marked: str) -> None:
    span = locate_form(AnalysedQuestion(Query(question)), quote, frozenset())
    assert quote[span.start : span.end] == marked


def test_the_nearest_amount_is_marked() -> None:
    quote = "灯会有30名志愿者和320名观众。"
    span = locate_form(AnalysedQuestion(Query("灯会有多少名观众？")), quote, frozenset({"观众"}))
    assert quote[span.start : span.end] == "320名"


def test_an_answer_numbers_its_article_and_marks_inside_the_quote() -> None:
    result = answer_from_hits(AnalysedQuestion(Query("运河灯会有多少盏花灯？")), HITS, _weight)
    assert result.text == "灯会共有320盏花灯。[1]"
    (citation,) = result.citations
    assert citation.article.text[citation.start : citation.end] == citation.quote
    assert citation.quote[citation.mark.start : citation.mark.end] == "320盏"
    assert citation.spans == (Span(citation.start, citation.end),)
    assert 0 < result.confidence < 1


@pytest.mark.parametrize("question", ["", "？？！", "什么时候的？"])
def test_a_question_that_says_nothing_is_asked_back(question: str) -> None:
    result = answer_from_hits(AnalysedQuestion(Query(question)), HITS, _weight)
    assert result.reason is not None
    assert result.reason.kind == "empty-question"
    assert (result.citations, result.hits, result.confidence) == ((), (), 0.0)


def test_what_is_mostly_unknown_is_refused_and_only_names_are_blamed() -> None:
    result = answer_from_hits(AnalysedQuestion(Query("火星基地的灯会")), HITS, _weight)
    assert result.reason is not None
    assert result.reason.kind == "fact-missing"
    assert result.reason.terms == ()
    assert result.hits == HITS
    assert not result.citations


@pytest.mark.parametrize(
    ("filters", "kind"), [(Filters(since="2030"), "outside-dates"), (Filters(byline="某某"), "fact-missing")]
)
def test_filters_that_leave_nothing_are_the_reason(filters: Filters, kind: str) -> None:
    result = answer_from_hits(AnalysedQuestion(Query("运河灯会", filters=filters)), (), _weight)
    assert result.reason is not None
    assert result.reason.kind == kind


def test_unknown_words_lower_the_confidence() -> None:
    sure = answer_from_hits(AnalysedQuestion(Query("运河灯会有多少盏花灯？")), HITS, _weight)
    unsure = answer_from_hits(AnalysedQuestion(Query("运河灯会有多少盏花灯由火星赞助？")), HITS, _weight)
    assert unsure.answered
    assert unsure.confidence < sure.confidence
