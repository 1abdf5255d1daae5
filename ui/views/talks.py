"""The list of conversations: open by a link, found by their words, renamed, removed."""

from __future__ import annotations

from typing import Any

import gradio as gr

from qa.conversations import Conversations
from qa.errors import QaError
from ui import render, talks
from ui.views.sender import owner_of, words_of
from ui.words import Words

ATTACH = 'wenbao.attach(element, trigger, watch) // sends "rename" and "remove"'


class TalkList:
    """Lays itself out where it is made; the page's own script opens what is clicked."""

    def __init__(self, kept: Conversations) -> None:
        self.kept = kept
        self.new = gr.HTML(elem_id="new-chat", js_on_load=ATTACH, apply_default_css=False)
        self.find = gr.Textbox(elem_id="find", show_label=False, container=False, lines=1, max_lines=1)
        self.list = gr.HTML(elem_id="talks", js_on_load=ATTACH, apply_default_css=False)

    def wire(self, notice: gr.HTML, **quick: Any) -> None:
        """`notice` is where a problem is told; `quick` goes to every event."""
        self.find.input(self.found, self.find, self.list, trigger_mode="always_last", **quick)
        self.list.rename(self.rename, self.find, [self.list, notice], **quick)
        self.list.remove(self.remove, self.find, [self.list, notice], **quick)

    def frame(self, words: Words) -> tuple[Any, ...]:
        """The parts that stay, in the reader's language: `new` and `find`."""
        return talks.new(words), gr.update(label=words.find_talk, placeholder=words.find_talk)

    def found(self, search: str, request: gr.Request) -> str:
        """The list, of what is searched for."""
        listed = self.kept.listed(owner_of(request), search)
        return talks.talks(listed, search, self.kept.lasts, words_of(request))

    def rename(self, search: str, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Another title."""
        return self._done(search, request, lambda owner: self.kept.rename(owner, str(event.id), str(event.title)))

    def remove(self, search: str, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """One conversation less."""
        return self._done(search, request, lambda owner: self.kept.remove(owner, str(event.id)))

    def _done(self, search: str, request: gr.Request, change: Any) -> tuple[str, str]:
        """The list after a change, and what went wrong with it."""
        problem = ""
        try:
            change(owner_of(request))
        except QaError as error:
            problem = str(error)
        return self.found(search, request), render.notice(problem)
