"""Which sentences are an article's headline or a part of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.text.headlines import headline, is_headline
from tests.parts.ui_values import article

ONE = replace(article("运河边的展览开幕了。", "展览 开幕"), kicker="文化周", title_inferred=False)


@pytest.mark.parametrize(
    ("sentence", "is_it"),
    [("展览开幕", True), ("# 展览 开幕", True), ("文化周", True), ("运河边的展览开幕了。", False)],
)
def test_a_headline_is_told_whatever_its_blanks_and_marks(sentence: str, is_it: bool) -> None:
    assert is_headline(ONE, sentence) is is_it


def test_an_inferred_title_is_no_headline() -> None:
    inferred = replace(ONE, title_inferred=True)
    assert headline(inferred) == ""
    assert not is_headline(inferred, "展览开幕")
