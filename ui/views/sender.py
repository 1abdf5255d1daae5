"""Which visitor sent an event, what his account may do, and in which language he reads."""

from __future__ import annotations

import gradio as gr

from qa.types import HEADER, Sender
from ui.visitors import owner
from ui.words import Words, chosen


def words_of(request: gr.Request) -> Words:
    """The user's language, from the request that an event handler declares."""
    return chosen(request.cookies, request.headers.get("accept-language", ""))


def owner_of(request: gr.Request) -> str:
    """The owner of the sender's conversations."""
    return owner(request.cookies, request.session_hash)


def sender_of(request: gr.Request) -> Sender:
    """The account that sent the event."""
    return Sender.read(request.headers.get(HEADER))
