"""Amounts in a sentence: what they come to, in a unit that others can be compared with, and their sum."""

from __future__ import annotations

from decimal import Decimal

import pytest

from qa.answering.values import Value, total, value_in
from qa.types import Citation, Span
from tests.parts.nouns import BARE


def value(printed: str) -> Value | None:
    return value_in(Citation(1, BARE, 0, len(printed), printed, Span(0, len(printed)), 1.0))


@pytest.mark.parametrize(
    ("printed", "amount", "unit"),
    [
        ("1,320万元", "13200000", "元"),
        ("二百四十四户", "244", "户"),
        ("5公里", "5000", "米"),
        ("10秒89", "10.89", "秒"),
        ("四十八名", "48", "人"),
        ("12.5亩", "12.5", "亩"),
        ("5,120名2024级新生", "5120", "人"),
    ],
)
def test_amounts(printed: str, amount: str, unit: str) -> None:
    found = value(printed)
    assert found
    assert (found.amount, found.unit) == (Decimal(amount), unit)


@pytest.mark.parametrize(
    ("printed", "came"),
    [
        (("323棵", "360棵"), "683棵"),
        (("1,320万元", "1,430万元"), "2,750万元"),
        (("1.5万元", "800元"), "15,800元"),
        (("5公里", "7公里"), "12公里"),
        (("5公里", "320米"), "5,320米"),
        (("12张", "3棵"), None),
    ],
)
def test_totals(printed: tuple[str, ...], came: str | None) -> None:
    assert total(found for one in printed if (found := value(one))) == came
