"""What a question takes over, from what a model marks of the questions before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import questions
from qa.questions.follow_ups import LEANS, MAY_LEAN, SURELY
from qa.questions.taken_over import NOTHING, TakenOver, taken_over, words_in
from qa.text.folding import normalise
from qa.types import Assumption, Query, Span
from qa.types.protocols import FollowUpReading, Marked

LAST, EARLIER = "西集镇的供暖从哪天开始", "西集镇归哪家供热公司"


def marked(text: str, *taken: str) -> Marked:
    """A piece a character; those of the words that are taken over say so."""
    logits = [-5.0] * len(text)
    for word in taken:
        start = text.index(word)
        logits[start : start + len(word)] = [3.0] * len(word)
    return Marked(text, tuple(Span(at, at + 1) for at in range(len(text))), tuple(logits))


class Marks:
    """A `FollowUpReader` that marks what it was told, whatever is asked: questions without a mark lean."""

    def __init__(self, *parts: Marked, leans: float = 1.0) -> None:
        self._parts, self._leans = parts, leans

    def read(self, question: str, history: Sequence[str]) -> FollowUpReading:
        leans = 0.0 if question.endswith("？") else self._leans
        return FollowUpReading(leans, tuple(one for one in self._parts if one.text in history))


def taken(question: str, *parts: Marked) -> str:
    return taken_over(question, [one.text for one in parts], Marks(*parts)).words


def test_words_side_by_side_are_one_phrase() -> None:
    assert taken("多少钱", marked(LAST, "西集镇", "供暖")) == "西集镇的供暖"


def test_what_the_question_says_itself_is_left() -> None:
    assert taken("供暖多少钱", marked(LAST, "西集镇", "供暖")) == "西集镇"


def test_what_was_said_twice_is_taken_over_once_and_longest() -> None:
    parts = marked(EARLIER, "西集镇", "供热公司"), marked(LAST, "西集镇", "供暖")
    assert taken("多少钱", *parts) == "供热公司 西集镇的供暖"


def test_a_question_that_stands_alone_takes_the_place_of_those_before_it() -> None:
    parts = marked("花海论坛在哪", "花海论坛"), marked("西集镇的供暖归谁管？", "供暖")
    assert taken("多少钱", *parts) == "供暖"


def test_one_character_is_a_word() -> None:
    assert taken("多高", marked("雪是几点下的", "雪")) == "雪"


@pytest.mark.parametrize(
    ("leans", "expected"),
    [(0.1, NOTHING), (SURELY - 0.1, TakenOver("西集镇", MAY_LEAN)), (SURELY + 0.1, TakenOver("西集镇", LEANS))],
)
def test_what_may_lean_is_less_sure(leans: float, expected: TakenOver) -> None:
    assert taken_over("多少钱", [LAST], Marks(marked(LAST, "西集镇"), leans=leans)) == expected


@given(
    question=st.text("西集镇供暖的多少钱，3", max_size=12),
    text=st.text("西集镇供暖的从哪天开始a3·。 ", min_size=1, max_size=40),
    logits=st.lists(st.floats(-4, 4), min_size=40, max_size=40),
)
def test_only_what_was_said_is_taken_over(question: str, text: str, logits: list[float]) -> None:
    text = normalise(text)
    places = tuple(Span(at, at + 1) for at in range(len(text)))
    found = taken(question, Marked(text, places, tuple(logits[: len(text)])))
    assert all(part in text for part in found.split())


def test_what_was_not_read_is_not_taken_over() -> None:
    text = "西集镇的供暖"
    assert taken("多少钱", Marked(text, (Span(0, 3),), (3.0,))) == "西集镇"


def test_an_analysed_question_has_what_was_taken_over() -> None:
    query = Query("多少钱", history=(LAST,))
    planned = questions.analyse(query, taken=TakenOver("西集镇的供暖", LEANS))
    assert (planned.carried, planned.leaning) == ("西集镇的供暖", LEANS)
    assert planned.assumed == (Assumption("follow-up", "多少钱", "西集镇的供暖"),)
    alone = questions.analyse(query, taken=NOTHING)
    assert (alone.carried, alone.leaning, alone.assumed) == ("", 0.0, ())


def test_nothing_is_leant_on_where_nothing_is_taken_over() -> None:
    assert taken_over("供暖多少钱", ["供暖"], Marks(marked("供暖", "供暖"))) == NOTHING
    assert taken_over("为什么", ["供暖"], Marks(marked("供暖"))) == TakenOver("", LEANS)


def test_words_stand_where_they_are() -> None:
    text = normalise("80㎡的房子补贴2万元，每户1,320元")
    assert "".join(text[one.start : one.end] for one in words_in(text)) == text.replace(",", "")


def test_only_the_last_questions_are_read() -> None:
    class Counts(Marks):
        read_times = 0

        def read(self, question: str, history: Sequence[str]) -> FollowUpReading:
            self.read_times += 1
            return super().read(question, history)

    reader = Counts()
    taken_over("它怎么样了", ["它怎么样了"] * 300, reader)
    assert reader.read_times <= 5
