"""Release what Gradio keeps for a page: while it is open what it no longer shows, and all of it with the page."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import parse_qs

import gradio as gr

from ui.asked import Message
from ui.guard import Application, Receive, Send

HELD = 200  # sessions; of a page beyond them the conversation is read from the disk again
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/(\w+)")
_TOLD = "/gradio_api/queue/data"


class Sessions:
    """An ASGI application before Gradio's: what that keeps for a page goes with the page.

    By itself Gradio keeps all of 10,000 sessions, 130 KB and more for each, whether or not their pages are open. A page
    is open for as long as its heartbeat is; a client that has none is gone once it has been told what it asked.
    """

    def __init__(self, application: Application, blocks: gr.Blocks) -> None:
        self._application, self._blocks = application, blocks
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if heard := _HEARTBEAT.fullmatch(path):
            await self._while_open(heard[1], scope, receive, send)
        elif path == _TOLD:
            await self._until_told(scope, receive, send)
        else:
            await self._application(scope, receive, send)

    async def _while_open(self, session: str, scope: Message, receive: Receive, send: Send) -> None:
        self._open[session] += 1
        try:
            await self._application(scope, receive, send)
        finally:
            self._open -= Counter((session,))
            self._release(session)

    async def _until_told(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            await self._application(scope, receive, send)
        finally:
            for session in parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", ()):
                self._release(session)

    def _release(self, session: str) -> None:
        """On the event loop, as everything that changes Gradio's records is."""
        queue, states = self._blocks._queue, self._blocks.state_holder
        asked = queue.pending_event_ids_session.get(session, ())
        events = [event for id in asked if (event := queue.event_ids_to_events.get(id))]
        if any(event.alive for event in events):  # one whose client has left is told to nobody
            return
        queue.pending_event_ids_session.pop(session, None)
        queue.pending_messages_per_session.pop(session, None)
        if session not in self._open:
            states.session_data.pop(session, None)
            states.time_last_used.pop(session, None)


def trim(blocks: gr.Blocks, session: str | None) -> None:
    """Drop the components that Gradio made for a session and no longer shows: it never does by itself.

    An output that an event leaves as it is (`gr.skip`) is replaced by a copy with a number of its own, and the values
    that follow are kept under that number: a thread and its sources, some 50 KB, for every question asked.
    """
    state = blocks.state_holder.session_data.get(session or "")
    if state is None:
        return
    made = state.blocks_config.blocks
    shown = blocks.blocks.keys() | {made[number]._id for number in blocks.blocks if number in made}
    for held in (made, state.config_values):
        for number in held.keys() - shown:
            held.pop(number, None)
