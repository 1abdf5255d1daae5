"""The list of conversations: open, search, rename, remove."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from qa.errors import QaError
from qa.store.conversations import Conversations
from ui import render
from ui.views.sender import owner_of, words_of
from ui.words import Words

ATTACH = 'wenbao.attach(element, trigger, watch) // sends "search", "rename" and "remove"'
REMOVED = "() => wenbao.removed()"


class ConversationList:
    """Builds the list inside the current `gr.Blocks`; the page's own script opens what is clicked."""

    def __init__(self, kept: Conversations) -> None:
        self.kept = kept
        self.new = gr.HTML(elem_id="new-chat", js_on_load=ATTACH, apply_default_css=False)
        self.find = gr.HTML(elem_id="find", js_on_load=ATTACH, apply_default_css=False)
        self.list = gr.HTML(elem_id="talks", js_on_load=ATTACH, apply_default_css=False)

    def wire(self, notice: gr.HTML, **quick: Any) -> list[Any]:
        """The events. `notice` is where a problem is told; `quick` goes to every event."""
        removed = self.list.remove(self.remove, None, [self.list, notice], **quick)
        removed.then(None, js=REMOVED)
        return [
            self.find.search(self.searched, None, self.list, trigger_mode="always_last", **quick),
            self.list.rename(self.rename, None, [self.list, notice], **quick),
            removed,
        ]

    def frame(self, words: Words) -> tuple[str, str]:
        """The parts that stay, in the reader's language: `new` and `find`."""
        return render.new_chat(words), render.search_box(words)

    def found(self, search: str, request: gr.Request) -> str:
        """The list, of what is searched for; or why there is none."""
        words = words_of(request)
        try:
            listed = self.kept.listed(owner_of(request), search)
        except QaError as error:
            return render.warning(words.told(str(error)))
        return render.conversation_list(listed, search, self.kept.lasts, words)

    def searched(self, event: gr.EventData, request: gr.Request) -> str:
        """The list, of what is being written."""
        return self.found(str(event.search), request)

    def rename(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """Another title."""
        return self._done(event, request, lambda owner: self.kept.rename(owner, str(event.id), str(event.title)))

    def remove(self, event: gr.EventData, request: gr.Request) -> tuple[str, str]:
        """One conversation less."""
        return self._done(event, request, lambda owner: self.kept.remove(owner, str(event.id)))

    def _done(self, event: gr.EventData, request: gr.Request, change: Callable[[str], object]) -> tuple[str, str]:
        """The list after a change, and what went wrong with it."""
        problem = ""
        try:
            change(owner_of(request))
        except QaError as error:
            problem = words_of(request).told(str(error))
        return self.found(str(event.search), request), render.notice(problem)
