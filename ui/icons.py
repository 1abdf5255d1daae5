"""Line icons, 16 units wide; each stands in a button that has a name."""

from __future__ import annotations


def _icon(path: str) -> str:
    return (
        '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.4"'
        f' stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{path}"/></svg>'
    )


COPY = _icon(
    "M5.5 5.5V3a.8.8 0 0 1 .8-.8h6.4a.8.8 0 0 1 .8.8v6.4a.8.8 0 0 1-.8.8h-2.4"
    "M3.3 5.5h6.4a.8.8 0 0 1 .8.8v6.4a.8.8 0 0 1-.8.8H3.3a.8.8 0 0 1-.8-.8V6.3a.8.8 0 0 1 .8-.8z"
)
QUOTE = _icon("M3 4.5h10M3 8h5M3 11.5h4M10 12.5c1.8-.4 2.6-1.4 2.6-3V8H10v2.4h2.6")
AGAIN = _icon("M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.8h-2.8")
EDIT = _icon("M9.8 3.6l2.6 2.6M3 13l.6-2.9 7.3-7.3a1 1 0 0 1 1.4 0l.9.9a1 1 0 0 1 0 1.4L5.9 12.4 3 13z")
UP = _icon(
    "M5 7v6H2.8V7H5zm0 0l2.6-4.6c1 0 1.6.7 1.4 1.8L8.7 6h3.4a1.2 1.2 0 0 1 1.2 1.5l-1.1 4.4a1.4 1.4 0 0 1-1.4 1.1H5"
)
DOWN = _icon(
    "M11 9V3h2.2v6H11zm0 0l-2.6 4.6c-1 0-1.6-.7-1.4-1.8l.3-1.8H3.9a1.2 1.2 0 0 1-1.2-1.5l1.1-4.4A1.4 1.4 0 0 1 5.2 3H11"
)
REMOVE = _icon("M3 4.5h10M6.5 4.5V3h3v1.5M4.3 4.5l.5 8.1a.8.8 0 0 0 .8.8h4.8a.8.8 0 0 0 .8-.8l.5-8.1M6.8 7v4M9.2 7v4")
SOURCES = _icon("M3 3.2h7.2v9.6H4.4A1.4 1.4 0 0 1 3 11.4V3.2zM10.2 6H13v5.4a1.4 1.4 0 0 1-2.8 0M5 5.8h3M5 8h3M5 10.2h3")
NEW = _icon("M8 3.2v9.6M3.2 8h9.6")
MENU = _icon("M2.5 4.5h11M2.5 8h11M2.5 11.5h11")
