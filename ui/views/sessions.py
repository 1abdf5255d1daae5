"""Release what Gradio keeps for a page: while it is open what it no longer shows, and all of it with the page."""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import gradio as gr

from ui.asked import Message
from ui.replies import Application, Receive, Send

HELD = 64  # sessions; of a page beyond them the conversation is read from the disk again
_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/(\w+)")
_TOLD = "/gradio_api/queue/data"


class Sessions:
    """An ASGI application before Gradio's: what that keeps for a page goes with the page.

    By itself Gradio keeps all of 10,000 sessions, 130 KB and more for each, whether or not their pages are open. A page
    is open for as long as its heartbeat is; a client that has none is known until `HELD` others have come.
    """

    def __init__(self, application: Application, blocks: gr.Blocks) -> None:
        self._application, self._blocks = application, blocks

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        try:
            await self._application(scope, receive, send)
        finally:  # on the event loop, as everything that changes Gradio's records is
            if closed := _HEARTBEAT.fullmatch(path):
                self._forget(closed[1])
            elif path == _TOLD:
                for session in parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", ()):
                    self._drop_told(session)

    def _forget(self, session: str) -> None:
        states = self._blocks.state_holder
        states.session_data.pop(session, None)
        states.time_last_used.pop(session, None)
        self._drop_told(session, is_closed=True)

    def _drop_told(self, session: str, *, is_closed: bool = False) -> None:
        """Where nobody waits for anything: an event whose client has left is told to nobody, and one that has ended is
        yet to be told, unless the page `is_closed`.
        """
        queue = self._blocks._queue
        asked = queue.pending_event_ids_session.get(session, ())
        running = [queue.event_ids_to_events.get(id) for id in asked]
        is_awaited = any(event.alive if event else not is_closed for event in running)
        if not is_awaited or session not in queue.pending_messages_per_session:
            queue.pending_event_ids_session.pop(session, None)
            queue.pending_messages_per_session.pop(session, None)


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
