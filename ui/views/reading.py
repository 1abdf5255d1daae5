"""The reading dialog: an article beside the page that it was cut from, opened by buttons of any screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import gradio as gr

from qa.errors import NotFound, QaError
from qa.types import Sender
from ui import editing, reading
from ui.views.sender import sender_of, words_of
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

ATTACH = "wenbao.attach(element, trigger, watch); wenbao.reader(element, server)"


class Asked(TypedDict):
    """Which article a button opens, and whether it is opened to be edited."""

    article: str
    marks: str
    mending: bool


def reader(library: Library) -> gr.HTML:
    """Builds the dialog, closed. The page's own script requests its content; nothing is pushed."""

    def read(asked: Asked, request: gr.Request) -> str:
        words = words_of(request)
        try:
            return _drawn(library, asked, words, sender_of(request))
        except NotFound:
            return reading.problem(words.story_gone, words)
        except QaError as error:
            return reading.problem(words.told(str(error)), words)

    def select(told: dict[str, Any], request: gr.Request) -> str:
        words = words_of(request)
        try:
            return reading.selection(library, str(told["article"]), str(told["marks"]), _edges(told), words)
        except QaError:
            return ""  # it is gone: what the reader shows stays, there is nothing to refer to

    def mend(told: dict[str, Any], request: gr.Request) -> dict[str, str]:
        words, sender = words_of(request), sender_of(request)
        try:
            sender.require("editor")
            article = library.article(str(told["article"]))
            changed = editing.change(library, article, told, words, sender)
            marks = str(told["marks"]) if changed.text == article.text else ""  # they count in the text
            mending = told.get("mending") is True
            shown = Asked(article=changed.id, marks=marks, mending=mending)
            return {"content": _drawn(library, shown, words, sender)}
        except QaError as error:
            return {"problem": words.story_gone if isinstance(error, NotFound) else words.told(str(error))}

    return gr.HTML(
        '<dialog class="reader"></dialog>',
        elem_id="reader",
        js_on_load=ATTACH,
        apply_default_css=False,
        server_functions=[read, select, mend],
    )


def _edges(told: dict[str, Any]) -> tuple[int, int]:
    first, last = told.get("first"), told.get("last")
    return (first, last) if isinstance(first, int) and isinstance(last, int) else (0, -1)


def _drawn(library: Library, asked: Asked, words: Words, sender: Sender) -> str:
    may_mend = sender.may("editor")
    wanted = reading.opened(library, str(asked["article"]), str(asked["marks"]), may_mend and asked["mending"] is True)
    return reading.view(wanted, words, may_mend=may_mend)
