"""The language of whoever sends an event."""

from __future__ import annotations

import gradio as gr

from ui.words import Words, chosen


def words_of(request: gr.Request) -> Words:
    """The reader's language: an event handler takes the request by its annotation."""
    return chosen(request.cookies, request.headers.get("accept-language", ""))
