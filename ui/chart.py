"""Bar charts as inline SVG, without script or download."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from ui.markup import fragment

WIDTH, HEIGHT = 480, 130  # of the drawing area, in its own units
_HEAD = 22  # above the columns, for their values
_FOOT = 22  # below the columns, for what they are called
_GAP = 0.22  # of a column's share
_LABELS = 6  # at most, below the columns


class Column(NamedTuple):
    """A bar of a chart."""

    name: str  # in full, shown when it is pointed at
    label: str  # below it, where there is room; may be empty
    value: int
    period: str = ""  # what a click on it asks for; nothing where that is empty


class _Bar(NamedTuple):
    """A column where it is drawn, with its share of the width from `left` on."""

    name: str
    value: int
    period: str
    left: float
    x: float
    width: float
    height: float


def columns(title: str, shown: Sequence[Column]) -> Markup:
    """The bars side by side, the highest at full height; `title` is for screen readers."""
    if not shown:
        return Markup()
    highest = max(1, *(column.value for column in shown))
    share = WIDTH / len(shown)
    return fragment(
        "columns",
        title=title,
        bars=[_bar(column, position, share, highest) for position, column in enumerate(shown)],
        labels=_labels(shown),
        share=share,
        width=WIDTH,
        height=HEIGHT,
        head=_HEAD,
        foot=_FOOT,
    )


def _bar(column: Column, position: int, share: float, highest: int) -> _Bar:
    gap = min(share * _GAP, 8)
    left, width = position * share, min(share - gap, 40)
    x = left + gap / 2 + (share - gap - width) / 2
    height = max(column.value / highest * HEIGHT, 2) if column.value else 0
    return _Bar(column.name, column.value, column.period if column.value else "", left, x, width, height)


def _labels(shown: Sequence[Column]) -> list[tuple[int, str]]:
    """The labels with their columns' positions, as many as fit, evenly."""
    labelled = [(position, column.label) for position, column in enumerate(shown) if column.label]
    every = -(-len(labelled) // _LABELS)
    return labelled[:: max(every, 1)]
