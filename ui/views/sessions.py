"""Release what Gradio keeps for an open page and no longer shows."""

from __future__ import annotations

import gradio as gr


def trim(blocks: gr.Blocks, session: str | None) -> None:
    """Drop the components that Gradio made for a session and no longer shows: it never does by itself.

    An output that an event leaves as it is (`gr.skip`) is replaced by a copy with a number of its own, and the values
    that follow are kept under that number: a thread and its sources, some 50 KB, for every question asked.
    """
    if session is None or session not in blocks.state_holder:
        return
    state = blocks.state_holder.session_data[session]
    made = state.blocks_config.blocks
    shown = blocks.blocks.keys() | {made[number]._id for number in blocks.blocks if number in made}
    for held in (made, state.config_values):
        for number in held.keys() - shown:
            held.pop(number, None)
