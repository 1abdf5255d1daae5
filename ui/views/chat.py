"""The first screen: library and new chat on the left, the chat in the middle, its sources on the right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import cards, chat, render
from ui.views.spoken import words_of
from ui.words import Words

if TYPE_CHECKING:
    from qa.archive import Archive

EXAMPLES = 6
ASKING = 4  # questions answered at once
READING = 16  # sources and articles opened at once
ATTACH = 'wenbao.attach(element, trigger, watch) // sends "cite" and "ask"'
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Drawn = tuple[Any, ...]  # one value for each output of an event


class ChatScreen:
    """Lays itself out inside the current `gr.Blocks`; its methods are the event handlers.

    Nothing is drawn before the page has loaded: only then is the reader's language known.
    """

    def __init__(self, blocks: gr.Blocks, archive: Archive, demo: bool) -> None:
        self.archive, self.demo = archive, demo
        self.conversation = gr.State(chat.Conversation())
        with gr.Column(elem_id="room") as self.room:
            with gr.Column(elem_id="side") as self.side:
                self.brand = self._html("brand")
                self.new_chat = gr.Button("", elem_id="new-chat")
                self.library = self._html("library", js_on_load=None)
                self.language = self._html("language")
            self.thread = self._html("thread")
            with gr.Column(elem_id="composer"):
                self.notice = self._html("notice", js_on_load=None)
                self.box = self._box()
            self.panel = self._html("panel")
            self.library_screen = gr.Column(elem_id="library-screen")  # for the library's own view to fill
        self._wire(blocks)

    def _html(self, id: str, value: str = "", js_on_load: str | None = ATTACH) -> gr.HTML:
        return gr.HTML(value, elem_id=id, js_on_load=js_on_load, apply_default_css=False)

    def _box(self) -> gr.Textbox:
        return gr.Textbox(elem_id="question", show_label=False, lines=1, max_lines=6, submit_btn=" ", container=False)

    def _wire(self, blocks: gr.Blocks) -> None:
        chatting = [self.conversation, self.thread, self.panel, self.notice]
        asking: dict[str, Any] = {**QUIET, "concurrency_id": "asking", "concurrency_limit": ASKING}
        reading: dict[str, Any] = {**QUIET, "concurrency_id": "reading", "concurrency_limit": READING}
        frame = [self.brand, self.new_chat, self.library, self.language, self.box]
        asked = [
            self.box.submit(self.typed, [self.box, self.conversation], [self.box, *chatting], **asking),
            self.thread.ask(self.pressed, self.conversation, chatting, **asking),
        ]
        for event in asked:
            event.failure(self.failed, self.conversation, chatting, **reading)
        opened = [
            self.thread.cite(self.cite, self.conversation, [self.panel, self.notice], **reading),
            self.new_chat.click(self.fresh, None, chatting, **reading),
            blocks.load(self.loaded, None, [*frame, *chatting], **reading),
        ]
        for event in opened:
            event.failure(self.broken, None, self.notice, **reading)

    def loaded(self, request: gr.Request) -> Drawn:
        """The frame in the reader's language, and an empty chat."""
        words = words_of(request)
        card = cards.library(self.archive.stats(), self.archive.files(), self.demo, words)
        box = gr.update(label=words.question_label, placeholder=words.placeholder, submit_btn=words.send)
        frame = (cards.brand(words), gr.update(value=words.new_chat), card, cards.language(words), box)
        return (*frame, *self.fresh(request))

    def fresh(self, request: gr.Request) -> Drawn:
        """An empty chat."""
        words = words_of(request)
        articles = self.archive.stats().articles
        examples = self.archive.examples(EXAMPLES) if articles else ()
        return chat.Conversation(), render.welcome(examples, articles, words), cards.panel(None, words), ""

    def typed(self, question: str, conversation: chat.Conversation, request: gr.Request) -> Iterator[Drawn]:
        """What is in the box; the box is emptied where it is asked."""
        words = words_of(request)
        refused = chat.refused(conversation, question, words)
        for drawn in self._ask(question, conversation, words):
            yield gr.skip() if refused else "", *drawn

    def pressed(self, conversation: chat.Conversation, event: gr.EventData, request: gr.Request) -> Iterator[Drawn]:
        """A question that a button brings; what is in the box stays."""
        yield from self._ask(str(event.question), conversation, words_of(request))

    def _ask(self, question: str, conversation: chat.Conversation, words: Words) -> Iterator[Drawn]:
        """The question at once, its answer when it is there; or why it is not asked."""
        if refused := chat.refused(conversation, question, words):
            yield gr.skip(), gr.skip(), gr.skip(), render.notice(refused)
            return
        asked = conversation.asked(question.strip())
        yield asked, render.thread(asked, words), gr.skip(), ""
        yield self._drawn(chat.answer(self.archive, asked), words)

    def failed(self, conversation: chat.Conversation, request: gr.Request) -> Drawn:
        """What the chat shows where asking ended in an error that is not ours: what to do now."""
        words = words_of(request)
        return self._drawn(chat.failed(conversation, words), words)

    def broken(self, request: gr.Request) -> str:
        """The same, where something else than an answer was wanted."""
        return render.notice(words_of(request).failed_unexpectedly)

    def cite(self, conversation: chat.Conversation, event: gr.EventData, request: gr.Request) -> Drawn:
        """The panel follows the answer whose badge was clicked."""
        words = words_of(request)
        turn = conversation.turn(event.turn)
        return cards.panel(turn, words), render.notice("" if turn else words.forgotten)

    def _drawn(self, conversation: chat.Conversation, words: Words) -> Drawn:
        """The chat and the sources of its last answer."""
        return conversation, render.thread(conversation, words), cards.panel(conversation.last, words), ""
