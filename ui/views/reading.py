"""The reader: a story in a dialog, beside the page that it was cut from; any button of any screen opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

import gradio as gr

from qa.errors import NotFound, QaError
from ui import reading
from ui.views.sender import words_of

if TYPE_CHECKING:
    from qa.archive import Archive

ATTACH = "wenbao.attach(element, trigger, watch); wenbao.reader(element, server)"


class Asked(TypedDict):
    """What a button says of the story that it opens."""

    article: str
    marks: str


def reader(archive: Archive) -> gr.HTML:
    """The dialog, closed. The page's own script fills it: what it holds is asked for, never pushed."""

    def read(asked: Asked, request: gr.Request) -> str:
        words = words_of(request)
        try:
            return reading.view(reading.opened(archive, str(asked["article"]), str(asked["marks"])), words)
        except NotFound:
            return reading.problem(words.story_gone, words)
        except QaError as error:
            return reading.problem(str(error), words)

    return gr.HTML(
        '<dialog class="reader"></dialog>',
        elem_id="reader",
        js_on_load=ATTACH,
        apply_default_css=False,
        server_functions=[read],
    )
