"""The first screen: library and new chat on the left, the chat in the middle, its sources on the right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui import cards, chat, render
from ui.marks import escape
from ui.words import Words

if TYPE_CHECKING:
    from qa.archive import Archive

EXAMPLES = 6
ASKING = 4  # questions answered at once
READING = 16  # sources and articles opened at once
TOAST_SECONDS = 6.0
ATTACH = 'wenbao.attach(element, trigger, watch) // sends "cite", "open" and "ask"'
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


class ChatScreen:
    """Lays itself out inside the current `gr.Blocks`; its methods are the event handlers."""

    def __init__(self, blocks: gr.Blocks, archive: Archive, words: Words, demo: bool) -> None:
        self.archive, self.words, self.demo = archive, words, demo
        self.conversation = gr.State(chat.Conversation())
        with gr.Column(elem_id="room"):
            with gr.Column(elem_id="side"):
                gr.HTML(cards.brand(words), elem_id="brand")
                self.new_chat = gr.Button(words.new_chat, elem_id="new-chat")
                self.library = gr.HTML(elem_id="library")
            self.thread = gr.HTML(elem_id="thread", js_on_load=ATTACH)
            with gr.Column(elem_id="composer"):
                self.box = self._box()
            self.panel = gr.HTML(cards.panel(None, words), elem_id="panel", js_on_load=ATTACH)
        self.reader = gr.HTML(cards.reader(None, words), elem_id="reader", js_on_load=ATTACH)
        self._wire(blocks)

    def _box(self) -> gr.Textbox:
        return gr.Textbox(
            elem_id="question",
            label=self.words.question_label,
            show_label=False,
            placeholder=self.words.placeholder,
            lines=1,
            max_lines=6,
            submit_btn=self.words.send,
            autofocus=True,
            container=False,
        )

    def _wire(self, blocks: gr.Blocks) -> None:
        chatting = [self.conversation, self.thread, self.panel]
        reading: dict[str, Any] = {**QUIET, "concurrency_id": "reading", "concurrency_limit": READING}
        asking: dict[str, Any] = {**QUIET, "concurrency_id": "asking", "concurrency_limit": ASKING}
        typed = self.box.submit(self.typed, [self.box, self.conversation], [self.box, *chatting], **asking)
        pressed = self.thread.ask(self.pressed, self.conversation, chatting, **asking)
        for asked in (typed, pressed):
            asked.failure(self.failed, self.conversation, chatting, **reading)
        self.thread.cite(self.cite, self.conversation, self.panel, **reading)
        for component in (self.thread, self.panel):  # `gr.on` does not take events of one's own
            component.open(self.read, self.conversation, self.reader, **reading)
        self.new_chat.click(self.fresh, None, chatting, **reading)
        blocks.load(self.loaded, None, [self.library, *chatting], **reading)

    def loaded(self) -> tuple[Any, ...]:
        """The library card, and an empty chat."""
        card = cards.library(self.archive.stats(), self.archive.files(), self.demo, self.words)
        return (card, *self.fresh())

    def fresh(self) -> tuple[Any, ...]:
        """An empty chat."""
        articles = self.archive.stats().articles
        examples = self.archive.examples(EXAMPLES) if articles else ()
        return self._drawn(chat.Conversation(), render.welcome(examples, articles, self.words))

    def typed(self, question: str, conversation: chat.Conversation) -> Iterator[tuple[Any, ...]]:
        """What is in the box; the box is emptied."""
        if refused := self._refused(question, conversation):
            self._notice(refused)
            yield tuple(gr.skip() for _ in range(4))
            return
        for drawn in self._ask(question, conversation):
            yield "", *drawn

    def pressed(self, conversation: chat.Conversation, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """A question that a button brings; what is in the box stays."""
        question = str(event.question)
        if refused := self._refused(question, conversation):
            self._notice(refused)
            yield tuple(gr.skip() for _ in range(3))
            return
        yield from self._ask(question, conversation)

    def _ask(self, question: str, conversation: chat.Conversation) -> Iterator[tuple[Any, ...]]:
        """The question at once, its answer when it is there."""
        asked = conversation.asked(question.strip())
        yield asked, render.thread(asked, self.words), gr.skip()
        yield self._drawn(chat.answer(self.archive, asked))

    def _refused(self, question: str, conversation: chat.Conversation) -> str | None:
        """Why a question is not asked at all."""
        if conversation.waiting:
            return self.words.still_answering
        return None if question.strip() else self.words.empty_question

    def failed(self, conversation: chat.Conversation) -> tuple[Any, ...]:
        """What the chat shows where `ask` ended in an error that is not ours: what to do now."""
        return self._drawn(chat.failed(conversation, self.words))

    def cite(self, conversation: chat.Conversation, event: gr.EventData) -> str:
        """The panel follows the answer whose badge was clicked."""
        turn = conversation.turn(event.turn)
        if turn is None:
            self._notice(self.words.forgotten)
        return cards.panel(turn, self.words)

    def read(self, conversation: chat.Conversation, event: gr.EventData) -> str:
        """The article behind a source or a passage."""
        reading = chat.reading(conversation, str(event.name))
        if reading is None:
            self._notice(self.words.forgotten)
        return cards.reader(reading, self.words)

    def _drawn(self, conversation: chat.Conversation, thread: str | None = None) -> tuple[Any, ...]:
        turn = conversation.turns[-1] if conversation.turns else None
        chat_html = render.thread(conversation, self.words) if thread is None else thread
        return conversation, chat_html, cards.panel(turn, self.words)

    def _notice(self, text: str) -> None:
        gr.Warning(escape(text), title=self.words.notice, duration=TOAST_SECONDS)
