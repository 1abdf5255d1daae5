"""An open page costs the server no more after many questions than after one."""

from __future__ import annotations

import asyncio

import gradio as gr
from gradio.state_holder import StateHolder

from ui.views.sessions import trim

WRITTEN = "<p>新</p>"


async def _held(events: int, trimmed: bool) -> tuple[int, int]:
    """What a session holds after an output was left alone and then written, so many times."""
    with gr.Blocks(analytics_enabled=False) as blocks:
        shown, leave, write = gr.HTML(), gr.Button(), gr.Button()
        leave.click(gr.skip, None, shown)
        write.click(lambda: WRITTEN, None, shown)
    StateHolder().set_blocks(blocks)
    state = blocks.state_holder["page"]
    for _ in range(events):
        if trimmed:
            trim(blocks, "page")
        for function in blocks.fns.values():
            told = await blocks.process_api(function, [], state=state, session_hash="page")
        assert told["data"] == [WRITTEN]
    return len(state.blocks_config.blocks), len(state.config_values)


def test_what_gradio_made_anew_for_a_session_goes_again() -> None:
    assert asyncio.run(_held(9, trimmed=True)) == asyncio.run(_held(2, trimmed=True))


def test_gradio_would_keep_it() -> None:
    """Where this fails, `trim` has become needless."""
    assert asyncio.run(_held(9, trimmed=False)) > asyncio.run(_held(2, trimmed=False))


def test_a_session_that_is_not_known_is_passed_over() -> None:
    async def run() -> None:
        with gr.Blocks(analytics_enabled=False) as blocks:
            StateHolder().set_blocks(blocks)
        trim(blocks, "nobody")
        trim(blocks, None)

    asyncio.run(run())
