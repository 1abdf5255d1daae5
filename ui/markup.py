"""Render the screen's Jinja2 templates (`ui/templates`, one file a fragment), which escape all values.

A fragment is a pure function of its nouns. Elements speak to the page's scripts by data attributes: `data-cite`,
`data-article`, `data-ask`, `data-copy` … Ids carry the turn's number, which no two turns share: `turn-2`, `src-2-1` (a
source card), `quote-2-1-80` (a quote in it).
"""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.ext import Extension
from markupsafe import Markup

from ui import describe

_SAID = (
    describe.date,
    describe.dateline,
    describe.details,
    describe.file_label,
    describe.file_size,
    describe.filtered,
    describe.item_details,
    describe.item_line,
    describe.local,
    describe.page_label,
    describe.place_name,
)
TEMPLATES, STATIC = (Path(__file__).parent / folder for folder in ("templates", "static"))


class _Joined(Extension):
    """Lines of a template are joined, for white space between elements is text: a space only where words meet."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        source = re.sub(r"(?<=[>}])\s*\n\s*|\s*\n\s*(?=[<{])", "", source.strip())
        return re.sub(r"\s*\n\s*", " ", source)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        extensions=[_Joined],
    )
    made.globals |= {"stylesheet": stylesheet} | {one.__name__: one for one in _SAID}
    made.filters["thousands"] = "{:,}".format
    return made


def stylesheet(name: str) -> Markup:
    """A style sheet of ours, for a page that stands alone."""
    return Markup((STATIC / name).read_text("utf-8"))


_ENVIRONMENT = _environment()


def fragment(name: str, **nouns: object) -> Markup:
    """The template `name`.html filled with `nouns`; a lone surrogate, which cannot be sent, becomes "?"."""
    filled = _ENVIRONMENT.get_template(f"{name}.html").render(nouns)
    return Markup(filled.encode("utf-8", "replace").decode("utf-8"))
