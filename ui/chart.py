"""Columns as inline SVG: nothing is fetched, nothing runs. Pure; everything is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ui.marks import escape

WIDTH, HEIGHT = 480, 130  # of the drawing area, in its own units
_HEAD = 22  # above the columns, for their values
_FOOT = 22  # below the columns, for what they are called
_GAP = 0.22  # of a column's share
_LABELS = 6  # at most, below the columns


class Column(NamedTuple):
    """A column of a chart."""

    name: str  # in full, shown when it is pointed at
    label: str  # below it, where there is room; may be empty
    value: int


def columns(title: str, shown: Sequence[Column]) -> str:
    """The columns side by side, the highest as high as there is room; `title` is what a screen reader says."""
    if not shown:
        return ""
    highest = max(1, *(column.value for column in shown))
    share = WIDTH / len(shown)
    bars = "".join(_bar(column, position, share, highest) for position, column in enumerate(shown))
    return (
        f'<svg class="columns" viewBox="0 -{_HEAD} {WIDTH} {HEIGHT + _HEAD + _FOOT}" role="img"'
        f' aria-label="{escape(title)}"><line x1="0" y1="{HEIGHT}" x2="{WIDTH}" y2="{HEIGHT}"/>{bars}'
        f"{_labels(shown, share)}</svg>"
    )


def _bar(column: Column, position: int, share: float, highest: int) -> str:
    """A bar with its name; the whole height answers the pointer, so that a short one can be met."""
    gap = min(share * _GAP, 8)
    x, width = position * share + gap / 2, min(share - gap, 40)
    x += (share - gap - width) / 2
    height = max(column.value / highest * HEIGHT, 2) if column.value else 0
    top = f'<text x="{x + width / 2:.1f}" y="{HEIGHT - height - 4:.1f}">{column.value:,}</text>' if share >= 30 else ""
    return (
        f'<g><title>{escape(column.name)}</title><rect class="reach" x="{position * share:.1f}" y="0"'
        f' width="{share:.1f}" height="{HEIGHT}"/><rect class="bar" x="{x:.1f}" y="{HEIGHT - height:.1f}"'
        f' width="{width:.1f}" height="{height:.1f}" rx="{min(2, width / 3):.1f}"/>{top}</g>'
    )


def _labels(shown: Sequence[Column], share: float) -> str:
    """The labels, as many as fit, evenly."""
    labelled = [(position, column.label) for position, column in enumerate(shown) if column.label]
    every = -(-len(labelled) // _LABELS)
    return "".join(
        f'<text x="{(position + 0.5) * share:.1f}" y="{HEIGHT + 16}">{escape(label)}</text>'
        for position, label in labelled[:: max(every, 1)]
    )
