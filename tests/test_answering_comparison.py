"""What two things that are compared lead with."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.answering.comparison import comparison_answer
from qa.questions.analysed import AnalysedQuestion
from qa.questions.comparisons import Comparison
from qa.types import Answer, Query
from tests.parts.answering import ask, hit

STORIES = {
    "东河镇的投诉": hit("东河镇的投诉\n东河镇的投诉今年有101件。"),
    "西坡镇的投诉": hit("西坡镇的投诉\n西坡镇的投诉今年有488件。"),
}


@pytest.mark.parametrize(
    ("leads", "shown"),
    [
        (("101件", "488件"), "东河镇：101件；西坡镇：488件"),
        (("十月", "十一月"), "东河镇：十月；西坡镇：十一月"),
        (("12345", "488件"), None),  # a number that counts something else
        (("柳树", "杨树"), "东河镇：柳树；西坡镇：杨树"),
        (("柳树", "488件"), None),
        ((None, "488件"), None),
    ],
)
def test_values_lead_where_they_can_stand_side_by_side(leads: tuple[str | None, str], shown: str | None) -> None:
    told = dict(zip(STORIES, leads, strict=True))

    def answer(question: str) -> Answer:
        return replace(ask(question, STORIES[question]), lead=told[question])

    first, second = STORIES
    compared = Comparison(("东河镇", "西坡镇"), (first, second), is_of_values=True)
    found = comparison_answer(AnalysedQuestion(Query("东河镇和西坡镇哪个投诉多")), compared, answer)
    assert found
    assert found.lead == shown
    assert {one.article.title for one in found.citations} == set(STORIES)
