"""The panel of filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.errors import NotFound
from ui import filters
from ui.views.sender import words_of
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

ATTACH = "wenbao.attach(element, trigger, watch); wenbao.filters(element, trigger, server)"


def filter_panel(library: Library) -> gr.HTML:
    """Builds the panel. What is chosen is kept by the page: `wenbao.filtered()` there, `ui.filters.told` here."""

    def facets(told: dict[str, Any], request: gr.Request) -> dict[str, Any]:
        return _drawn(library, told, words_of(request))

    return gr.HTML(
        '<details class="filters"></details>',
        elem_id="filter-panel",
        js_on_load=ATTACH,
        apply_default_css=False,
        server_functions=[facets],
    )


def _drawn(library: Library, told: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The panel and the chips for what the page tells; a source that has gone is taken off."""
    chosen, unclear = filters.understood(told["filters"])
    find = {name: str(told["find"].get(name, ""))[: filters.VALUE_CHARS] for name in ("source", "byline")}
    try:
        counted = library.overview.facets(chosen, find["source"], find["byline"], filters.OFFERED)
    except NotFound:
        return _drawn(library, {**told, "filters": {**told["filters"], "source": ""}}, words)
    return {
        "filters": filters.as_told(chosen),
        "panel": filters.panel(chosen, counted, find, unclear, words),
        "chips": filters.chips(chosen, counted, words),
    }
