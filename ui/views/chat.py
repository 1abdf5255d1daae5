"""The chat screen: conversations and library on the left, the thread in the middle, its sources on the right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from qa.errors import NotFound, QaError
from qa.store.conversations import Conversations
from qa.store.turns import Turn, Verdict
from qa.types import Filters
from ui import cards, chat, composing, filters, render
from ui.door import Quotas
from ui.views.conversations import ConversationList
from ui.views.sender import owner_of, sender_of, words_of
from ui.views.sessions import trim
from ui.visitors import owner
from ui.words import Words

if TYPE_CHECKING:
    from qa.library.library import Library

EXAMPLES = 6
ASKING = 4  # questions answered at once
COMPOSING = 2  # answers that a model writes about at once
READING = 16  # sources and conversations opened at once
STATE_SECONDS = 3600  # a conversation is read from the disk again after an hour
ATTACH = 'wenbao.attach(element, trigger, watch) // sends "ask", "stop", "cite", "open", "rate" and "refresh"'
ANSWERED = "() => wenbao.answered()"
ATTACH_THREAD = "Object.assign(wenbao, (({tried, following, quiet}) => ({tried, following, quiet}))(server)); " + ATTACH
# The page says which conversation it shows: what the server knew of it may be gone.
TALK = "(talk) => [wenbao.talk()]"
TYPED = "(box, conversation, filters, talk) => wenbao.asking([box, conversation, wenbao.filtered(), wenbao.talk()])"
PRESSED = "(conversation, filters) => wenbao.asking([conversation, wenbao.filtered()])"
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}

Drawn = tuple[Any, ...]  # one value for each output of an event


class ChatScreen:
    """Builds the chat inside the current `gr.Blocks`; its methods are the event handlers.

    Nothing is drawn before the page has loaded: only then is the reader's language known.
    """

    def __init__(
        self,
        blocks: gr.Blocks,
        library: Library,
        kept: Conversations,
        compositions: composing.Compositions,
        demo: bool,
        logout: bool,
        quotas: Quotas,
    ) -> None:
        self.blocks, self.library, self.kept, self.demo, self.logout = blocks, library, kept, demo, logout
        self.compositions, self.quotas = compositions, quotas
        self.examples = chat.Examples(library, EXAMPLES)
        self.conversation = gr.State(chat.Conversation(), time_to_live=STATE_SECONDS)
        self.filters = gr.Textbox(visible=False)  # what the page has chosen comes with each question
        self.talk = gr.Textbox(visible=False)
        with gr.Column(elem_id="room") as self.room:
            with gr.Column(elem_id="side") as self.side:
                self.brand = self._html("brand", js_on_load=ATTACH)
                self.talks = ConversationList(kept)
                self.filters_slot = gr.Column(elem_id="filters")
                self.summary = self._html("library", js_on_load=ATTACH)
                self.language = self._html("language", js_on_load=ATTACH)
            self.thread = self._thread()
            self.panel = self._html("panel", js_on_load=ATTACH)
            self.composed = self._html("composed", js_on_load=ATTACH)  # the page puts it below its answer
            with gr.Column(elem_id="composer"):
                self.notice = self._html("notice")
                self.box = self._box()
            self.library_screen = gr.Column(elem_id="library-screen")  # for the library's own view to fill
        self._wire(blocks)

    @staticmethod
    def _html(id: str, js_on_load: str | None = None) -> gr.HTML:
        return gr.HTML(elem_id=id, js_on_load=js_on_load, apply_default_css=False)

    def _thread(self) -> gr.HTML:
        def tried(_: dict[str, str], request: gr.Request) -> str:
            return self._tried(words_of(request))

        def quiet(told: dict[str, int]) -> None:
            """Enough was written. No event of the queue: Gradio's page fails where two events end at one moment."""
            self.compositions.stop(int(told["turn"]))

        def following(told: dict[str, str], request: gr.Request) -> str:
            return self._following(str(told["talk"]), request)

        serving: list[Callable[..., object]] = [tried, following, quiet]
        return gr.HTML(elem_id="thread", js_on_load=ATTACH_THREAD, apply_default_css=False, server_functions=serving)

    @staticmethod
    def _box() -> gr.Textbox:
        return gr.Textbox(elem_id="question", show_label=False, lines=1, max_lines=6, submit_btn=" ", container=False)

    def _wire(self, blocks: gr.Blocks) -> None:
        chatting = [self.conversation, self.thread, self.panel, self.notice, self.talks.list]
        busy: dict[str, Any] = {**QUIET, "concurrency_id": "asking", "concurrency_limit": ASKING}
        composes = {**QUIET, "concurrency_id": "composing", "concurrency_limit": COMPOSING, "trigger_mode": "multiple"}
        quick: dict[str, Any] = {**QUIET, "concurrency_id": "reading", "concurrency_limit": READING}
        frame = [self.brand, self.summary, self.language, self.box, self.talks.new, self.talks.find]
        typed = [self.box, self.conversation, self.filters, self.talk]
        asked = [
            self.box.submit(self.typed, typed, [self.box, *chatting], js=TYPED, **busy),
            self.thread.ask(self.pressed, [self.conversation, self.filters], chatting, js=PRESSED, **busy),
        ]
        for event in asked:
            event.failure(self.broken, None, self.notice, **quick)
            event.then(None, js=ANSWERED)
            written = event.then(self.compose, self.conversation, self.composed, **composes)
            written.failure(self.broken, None, self.notice, **quick)
        others = [
            self.thread.stop(self.stopped, self.conversation, chatting, cancels=asked, **quick),
            self.thread.cite(self.cite, self.conversation, [self.panel, self.notice], **quick),
            self.thread.open(self.open, None, chatting, **quick),
            self.summary.refresh(self.refreshed, None, [self.summary, self.thread], **quick),
            self.thread.rate(
                self.rate, self.conversation, [self.conversation, self.notice], trigger_mode="multiple", **quick
            ),
            blocks.load(self.loaded, self.talk, [*frame, *chatting], js=TALK, **quick),
            *self.talks.wire(self.notice, **quick),
        ]
        for event in others:
            event.failure(self.broken, None, self.notice, **quick)

    def loaded(self, talk: str, request: gr.Request) -> Drawn:
        """The frame in the reader's language, and the conversation that the address names, or an empty chat."""
        words = words_of(request)
        box = gr.update(label=words.question_label, placeholder=words.placeholder, submit_btn=words.send)
        frame = (cards.brand(words), self._card(words), cards.foot(self.logout, words), box, *self.talks.frame(words))
        return (*frame, *self._opened(talk, request))

    def refreshed(self, event: gr.EventData, request: gr.Request) -> Drawn:
        """The library's card after a change, and what an empty chat shows of it where one is looked at."""
        words = words_of(request)
        return self._card(words), self._welcome(words) if event.welcome else gr.skip()

    def open(self, event: gr.EventData, request: gr.Request) -> Drawn:
        """Another conversation, or an empty chat."""
        return self._opened(str(event.talk), request)

    def _opened(self, talk: str, request: gr.Request) -> Drawn:
        words, problem = words_of(request), ""
        try:
            conversation = chat.opened(self.library, self.kept, owner_of(request), talk)
        except QaError as error:
            conversation = chat.Conversation()
            problem = words.private if isinstance(error, NotFound) else words.told(str(error))
        return self._drawn(conversation, conversation.last, words, problem, self.talks.found("", request))

    def typed(
        self, question: str, conversation: chat.Conversation, told: str, talk: str, request: gr.Request
    ) -> Iterator[Drawn]:
        """What is in the box; the box is emptied once, where it is asked: what is written after that stays."""
        asking = chat.Asking(question.strip(), filters.told(told))
        box = gr.skip() if chat.unaskable(asking, words_of(request)) else ""
        for drawn in self._ask(asking, conversation, talk, request):
            yield box, *drawn
            box = gr.skip()

    def pressed(
        self, conversation: chat.Conversation, told: str, event: gr.EventData, request: gr.Request
    ) -> Iterator[Drawn]:
        """A question that a button brings; what is in the box stays."""
        words = words_of(request)
        try:
            conversation = self._current(conversation, str(event.talk), request)
            chosen = Filters(article=str(event.article)) if event.article else filters.told(told)
            asked = (str(event.question).strip(), int(event.turn), int(event.refuse), event.everywhere is True)
            asking = chat.pressed(conversation, chosen, *asked) or chat.Asking("")
        except QaError as error:
            yield self._told(_told_of(error, words))
        else:
            yield from self._ask(asking, conversation, conversation.id, request)

    def _ask(
        self, asking: chat.Asking, conversation: chat.Conversation, talk: str, request: gr.Request
    ) -> Iterator[Drawn]:
        """The question at once, its answer when it is there; or why it is not asked."""
        words, owner = words_of(request), owner_of(request)
        trim(self.blocks, request.session_hash)
        if problem := chat.unaskable(asking, words):
            yield self._told(problem)
            return
        try:
            self.quotas.ask(sender_of(request), time.monotonic())
            conversation = self._current(conversation, talk, request)
        except QaError as error:
            yield self._told(_told_of(error, words))
            return
        asking = chat.on_article(conversation, asking)
        shown = self._thread_of(conversation.placed(asking, chat.waiting(asking)), words)
        yield gr.skip(), shown, gr.skip(), "", gr.skip()
        turn = chat.waiting(asking)
        for found in chat.answering(self.library, conversation, asking, self.compositions.server):
            if isinstance(found, Turn):
                turn = found
            else:
                shown = self._thread_of(conversation.placed(asking, turn), words, found)
                yield gr.skip(), shown, gr.skip(), "", gr.skip()
        yield self._told("")  # where "stop" was pressed it ends here, and nothing is kept
        try:
            after, problem = chat.keep(self.kept, owner, conversation, asking, turn), ""
        except QaError as error:
            after, problem = conversation.placed(asking, turn), words.unkept.format(problem=words.told(str(error)))
        answered = after.turns[len(conversation.before(asking))]
        yield self._drawn(after, answered, words, problem, self.talks.found("", request))

    def stopped(self, conversation: chat.Conversation, event: gr.EventData, request: gr.Request) -> Drawn:
        """The chat without the question that was on its way."""
        words = words_of(request)
        problem: str = words.stopped
        try:
            conversation = self._current(conversation, str(event.talk), request)
        except QaError as error:
            conversation, problem = chat.Conversation(), _told_of(error, words)
        return self._drawn(conversation, conversation.last, words, problem, gr.skip())

    def compose(self, conversation: chat.Conversation, request: gr.Request) -> Iterator[Any]:
        """What a model makes of the newest answer, which is there already, as it is written."""
        words = words_of(request)
        for number, made in self.compositions.making(self.library, conversation):
            yield render.composed(number, composing.drawn(number, made, self.compositions.host_of(number), words))

    def _composed(self, words: Words) -> Callable[[int], str]:
        """What was composed for a turn by its number, drawn."""

        def of(number: int) -> str:
            made = self.compositions.of(number)
            return composing.drawn(number, made, self.compositions.host_of(number), words) if made else ""

        return of

    def broken(self, request: gr.Request) -> str:
        """What is told where something ended in an error that is not ours: what to do now."""
        return render.notice(words_of(request).failed_unexpectedly)

    def cite(self, conversation: chat.Conversation, event: gr.EventData, request: gr.Request) -> Drawn:
        """The panel follows the answer whose badge was clicked."""
        words = words_of(request)
        try:
            conversation = self._current(conversation, str(event.talk), request)
            turn = conversation.turn(int(event.turn))
            return self._panel(conversation, turn, words), render.notice("" if turn else words.forgotten)
        except QaError as error:
            return gr.skip(), render.notice(_told_of(error, words))

    def rate(self, conversation: chat.Conversation, event: gr.EventData, request: gr.Request) -> Drawn:
        """What the reader thinks of an answer."""
        number, words = int(event.turn), words_of(request)
        word = None if event.word is None else str(event.word)  # the thumb alone, which may come behind its word
        verdict: Verdict | None = event.verdict if event.verdict in ("up", "down") else None
        try:
            said = self.kept.rate(owner_of(request), number, verdict, word)
        except QaError as error:
            return gr.skip(), render.notice(words.told(str(error)))
        return chat.rated(conversation, number, verdict, said), render.notice(words.thanks) if word else gr.skip()

    def _current(self, conversation: chat.Conversation, talk: str, request: gr.Request) -> chat.Conversation:
        """The conversation that the page shows: what this session knows, else from the disk. Raises as `opened`."""
        if conversation.id == talk:
            return conversation
        return chat.opened(self.library, self.kept, owner_of(request), talk)

    def _told(self, problem: str) -> Drawn:
        """The chat as it is, and a word above the question box."""
        return gr.skip(), gr.skip(), gr.skip(), render.notice(problem), gr.skip()

    def _drawn(
        self, conversation: chat.Conversation, turn: Turn | None, words: Words, problem: str, talks: Any
    ) -> Drawn:
        """The chat, the sources of one of its answers, a word to the reader, the list of conversations."""
        thread = self._thread_of(conversation, words) if conversation.turns else self._welcome(words)
        return conversation, thread, self._panel(conversation, turn, words), render.notice(problem), talks

    def _thread_of(self, conversation: chat.Conversation, words: Words, progress: chat.Progress | None = None) -> str:
        return render.thread(conversation, words, progress, self._composed(words))

    def _card(self, words: Words) -> str:
        try:
            files = self.library.overview.files(limit=cards.FILES_SHOWN).rows
            return cards.library(self.library.stats(), files, self.demo, words)
        except QaError as error:
            return render.notice(words.told(str(error)))

    def _welcome(self, words: Words) -> str:
        try:
            stats = self.library.stats()
            return render.welcome(self.examples.known(stats), stats.articles, words)
        except QaError as error:
            return render.notice(words.told(str(error)))

    def _tried(self, words: Words) -> str:
        """The example questions, which take seconds to make: the page asks for them once an empty chat is drawn."""
        try:
            return render.examples(self.examples.of(self.library.stats()), words)
        except QaError as error:
            return render.notice(words.told(str(error)))

    def _following(self, talk: str, request: gr.Request) -> str:
        """Questions to go on with, each of which is tried: the page asks for them once an answer is drawn."""
        try:
            conversation = chat.opened(self.library, self.kept, owner(request.cookies, None), talk)
            return render.following(chat.following(self.library, conversation), words_of(request))
        except NotFound:  # removed meanwhile; or kept for one visit alone, where a browser takes no cookie
            return ""
        except QaError as error:
            return render.notice(words_of(request).told(str(error)))

    def _panel(self, conversation: chat.Conversation, turn: Turn | None, words: Words) -> str:
        gone = chat.gone(self.library, turn.answer) if turn and turn.answer else ()
        listed = chat.listed(self.library, turn.answer) if turn and turn.answer else ()
        pictured = chat.pictured(self.library, turn.answer) if turn and turn.answer else ()
        position = conversation.position(turn.number) if turn else 0
        return cards.panel(turn, position, gone, words, listed, pictured)


def _told_of(error: QaError, words: Words) -> str:
    """Why a conversation that was open does not go on."""
    return words.forgotten if isinstance(error, NotFound) else words.told(str(error))
