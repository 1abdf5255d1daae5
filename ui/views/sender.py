"""Which visitor sent an event, and in which language they read."""

from __future__ import annotations

import gradio as gr

from ui.visitors import owner
from ui.words import Words, chosen


def words_of(request: gr.Request) -> Words:
    """The user's language, from the request that an event handler declares."""
    return chosen(request.cookies, request.headers.get("accept-language", ""))


def owner_of(request: gr.Request) -> str:
    """The owner of the sender's conversations."""
    return owner(request.cookies, request.session_hash)
