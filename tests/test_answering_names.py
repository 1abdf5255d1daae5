"""Names that the library does not have, times that a question names, and the form that a short question leaves out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.answer import answer_from_hits
from qa.answering.premises import may_be_named
from qa.questions.analysed import AnalysedQuestion
from qa.text.words import bigrams, search_words
from qa.types import Period, Query
from tests.parts.answering import ask, hit

STORY = hit("农业大学开学\n中国农业大学昨天开学。校长林万龙讲话。学校有320名新生。")


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("昌平区的草莓节由谁主办？", ("昌平区",)),
        ("潞河中学的校长是谁？", ("潞河",)),
        ("王海涛参加了哪次活动？", ("王海涛",)),
        ("养路工最要紧的是什么？", ()),  # tagged as a person, but nobody's surname
        ("用什么盖房子？", ()),
        ("小微企业怎样贷款？", ()),
        ("文旅局做了什么？", ()),  # an abbreviation that no dictionary has
        ("戴眼镜的孩子怎么办？", ()),  # the dictionary calls it a person
        ("王师傅在哪里工作？", ()),  # a way to address many
        ("", ()),
    ],
)
def test_names_that_surely_are_names(question: str, names: tuple[str, ...]) -> None:
    assert AnalysedQuestion(Query(question)).sure_names == set(names)


@pytest.mark.parametrize(("question", "name"), [("潞河中学的校长是谁？", "潞河"), ("王海涛校长在哪里讲话？", "王海涛")])
def test_a_name_that_the_library_does_not_have_refuses_however_sure(question: str, name: str) -> None:
    refused = ask(question, STORY, least=0.0)
    assert refused.reason is not None
    assert (refused.reason.kind, refused.reason.terms) == ("unknown-term", (name,))
    assert not refused.citations


def test_a_shorter_name_with_the_next_character_is_not_blamed() -> None:
    story = hit("新片上映\n新片昨天上映，闫妮在新片里演村主任。")
    assert AnalysedQuestion(Query("闫妮演的是谁？")).sure_names == {"闫妮演"}
    reason = ask("闫妮演的是谁？", story, least=0.0).reason
    assert reason is not None
    assert reason.kind == "fact-missing"  # without a reader half of the words are unknown
    refused = ask("李闫妮演的是谁？", STORY, least=0.0)
    assert refused.reason is not None
    assert refused.reason.kind == "unknown-term"


@pytest.mark.parametrize(
    ("word", "may"), [("洞庭湖", True), ("清华大学", True), ("藏书", False), ("麦子", False), ("抗战", False)]
)
def test_what_is_blamed_is_a_name(word: str, may: bool) -> None:
    assert may_be_named(word) == may


def test_a_name_that_means_one_of_the_library_does_not_refuse() -> None:
    known = frozenset(search_words(STORY.article.text)) | frozenset(bigrams(STORY.article.text))
    asked = AnalysedQuestion(Query("潞河大学的校长是谁？"), also=(("潞河", "农业"),))
    assert answer_from_hits(asked, (STORY,), lambda _, term: float(term in known), least=0.0).answered


def test_of_two_that_say_the_same_the_one_of_the_time_is_quoted() -> None:
    old = hit("去年开学\n大学有300名新生，校长讲话。", date="2023-09-01")
    new = hit("今年开学\n大学有320名新生，校长讲话。", date="2025-09-01")
    asked = AnalysedQuestion(Query("大学有多少名新生？"), period=Period("2025", "2025"))

    def weight(field: str, term: str) -> float:
        return 1.0

    for hits in ((old, new), (replace(new, score=0.88), old)):
        assert answer_from_hits(asked, hits, weight, least=0.0).citations[0].article.date == "2025-09-01"


def test_a_short_question_has_the_form_of_the_one_before() -> None:
    story = hit("灯会\n灯会在西岸开幕，盏盏花灯。灯会有320盏花灯，30人值班。水灯有45盏，由街道扎制。")
    asked = AnalysedQuestion(Query("水灯呢？"), carried="灯会有多少盏花灯", leaning=2.0)
    found = answer_from_hits(asked, (story,), lambda *_: 1.0, least=0.0)
    (first, *_) = (one for one in found.citations if "水灯" in one.quote)
    assert first.quote[first.mark.start : first.mark.end] == "45盏"
