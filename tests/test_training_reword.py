"""Questions in other words: names, numbers and small words stay, a word of the text gives way to one it has not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import text
from training.reword import reword, synonyms


@pytest.mark.parametrize(
    ("question", "about", "said"),
    [
        ("北京购买了多少设备？", "北京购买设备", "北京选购了多少设备?"),
        ("购买了什么？", "购买并选购", "购置了什么?"),  # the text has the commoner one too
        ("购买了什么？", "没有这个词", None),
        ("何时在2025年？", "2025年", None),
    ],
)
def test_a_word_of_the_text_gives_way(question: str, about: str, said: str | None) -> None:
    assert reword(question, about, {"购买": ["选购", "购置"], "北京": ["首都"], "多少": ["几许"]}) == said


def test_synonyms_go_both_ways_and_the_commonest_is_first() -> None:
    found = synonyms()
    assert "公民" in found["国民"]
    assert "国民" in found["公民"]
    frequencies = [text.frequency(one) for one in found["国民"]]
    assert frequencies == sorted(frequencies, reverse=True)
    assert all(len(one) > 1 for one in found["国民"])


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_reworded_or_left(question: str, about: str) -> None:
    said = reword(question, about + question, {"购买": ["选购"]})
    assert said is None or said != text.normalise(question)
