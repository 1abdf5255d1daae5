"""The first screen: library and new chat on the left, the chat in the middle, its sources on the right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import cards, chat, render
from ui.words import Words

if TYPE_CHECKING:
    from qa.archive import Archive

EXAMPLES = 6
ASKING = 4  # questions answered at once
READING = 16  # sources and articles opened at once
ATTACH = 'wenbao.attach(element, trigger, watch) // sends "cite", "open" and "ask"'
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Drawn = tuple[Any, ...]  # one value for each output of an event


class ChatScreen:
    """Lays itself out inside the current `gr.Blocks`; its methods are the event handlers."""

    def __init__(self, blocks: gr.Blocks, archive: Archive, words: Words, demo: bool) -> None:
        self.archive, self.words, self.demo = archive, words, demo
        self.conversation = gr.State(chat.Conversation())
        with gr.Column(elem_id="room"):
            with gr.Column(elem_id="side"):
                self._html("brand", cards.brand(words), js_on_load=None)
                self.new_chat = gr.Button(words.new_chat, elem_id="new-chat")
                self.library = self._html("library", js_on_load=None)
            self.thread = self._html("thread")
            with gr.Column(elem_id="composer"):
                self.notice = self._html("notice", js_on_load=None)
                self.box = self._box()
            self.panel = self._html("panel", cards.panel(None, words))
        self.reader = self._html("reader", cards.reader(None, words))
        self._wire(blocks)

    def _html(self, id: str, value: str = "", js_on_load: str | None = ATTACH) -> gr.HTML:
        return gr.HTML(value, elem_id=id, js_on_load=js_on_load, apply_default_css=False)

    def _box(self) -> gr.Textbox:
        return gr.Textbox(
            elem_id="question",
            label=self.words.question_label,
            show_label=False,
            placeholder=self.words.placeholder,
            lines=1,
            max_lines=6,
            submit_btn=self.words.send,
            container=False,
        )

    def _wire(self, blocks: gr.Blocks) -> None:
        chatting = [self.conversation, self.thread, self.panel, self.notice]
        asking: dict[str, Any] = {**QUIET, "concurrency_id": "asking", "concurrency_limit": ASKING}
        reading: dict[str, Any] = {**QUIET, "concurrency_id": "reading", "concurrency_limit": READING}
        asked = [
            self.box.submit(self.typed, [self.box, self.conversation], [self.box, *chatting], **asking),
            self.thread.ask(self.pressed, self.conversation, chatting, **asking),
        ]
        for event in asked:
            event.failure(self.failed, self.conversation, chatting, **reading)
        opened = [
            self.thread.cite(self.cite, self.conversation, [self.panel, self.notice], **reading),
            self.thread.open(self.read, self.conversation, [self.reader, self.notice], **reading),
            self.panel.open(self.read, self.conversation, [self.reader, self.notice], **reading),
            self.new_chat.click(self.fresh, None, chatting, **reading),
            blocks.load(self.loaded, None, [self.library, *chatting], **reading),
        ]
        for event in opened:
            event.failure(self.broken, None, self.notice, **reading)

    def loaded(self) -> Drawn:
        """The library card, and an empty chat."""
        card = cards.library(self.archive.stats(), self.archive.files(), self.demo, self.words)
        return (card, *self.fresh())

    def fresh(self) -> Drawn:
        """An empty chat."""
        articles = self.archive.stats().articles
        examples = self.archive.examples(EXAMPLES) if articles else ()
        welcome = render.welcome(examples, articles, self.words)
        return chat.Conversation(), welcome, cards.panel(None, self.words), ""

    def typed(self, question: str, conversation: chat.Conversation) -> Iterator[Drawn]:
        """What is in the box; the box is emptied where it is asked."""
        refused = chat.refused(conversation, question, self.words)
        for drawn in self._ask(question, conversation):
            yield gr.skip() if refused else "", *drawn

    def pressed(self, conversation: chat.Conversation, event: gr.EventData) -> Iterator[Drawn]:
        """A question that a button brings; what is in the box stays."""
        yield from self._ask(str(event.question), conversation)

    def _ask(self, question: str, conversation: chat.Conversation) -> Iterator[Drawn]:
        """The question at once, its answer when it is there; or why it is not asked."""
        if refused := chat.refused(conversation, question, self.words):
            yield gr.skip(), gr.skip(), gr.skip(), render.notice(refused)
            return
        asked = conversation.asked(question.strip())
        yield asked, render.thread(asked, self.words), gr.skip(), ""
        yield self._drawn(chat.answer(self.archive, asked))

    def failed(self, conversation: chat.Conversation) -> Drawn:
        """What the chat shows where asking ended in an error that is not ours: what to do now."""
        return self._drawn(chat.failed(conversation, self.words))

    def broken(self) -> str:
        """The same, where something else than an answer was wanted."""
        return render.notice(self.words.failed_unexpectedly)

    def cite(self, conversation: chat.Conversation, event: gr.EventData) -> Drawn:
        """The panel follows the answer whose badge was clicked."""
        turn = conversation.turn(event.turn)
        return cards.panel(turn, self.words), render.notice("" if turn else self.words.forgotten)

    def read(self, conversation: chat.Conversation, event: gr.EventData) -> Drawn:
        """The article behind a source or a passage."""
        reading = chat.reading(conversation, str(event.name))
        return cards.reader(reading, self.words), render.notice("" if reading else self.words.forgotten)

    def _drawn(self, conversation: chat.Conversation) -> Drawn:
        """The chat and the sources of its last answer."""
        return conversation, render.thread(conversation, self.words), cards.panel(conversation.last, self.words), ""
