"""The chat and the list of conversations as HTML."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from qa.citing.cite import FORMS
from qa.questions.examples import Example
from qa.store.turns import ConversationTitle
from qa.types.settings import QUESTION_CHARS
from ui import chat
from ui.answers import outcome
from ui.markup import fragment
from ui.words import Words

SHOWN_CHARS = 500  # of a question, in the chat


def thread(
    conversation: chat.Conversation,
    words: Words,
    progress: chat.Progress | None = None,
    composed: Callable[[int], str] = lambda number: "",
) -> Markup:
    """The whole chat, with a place for questions to go on with; the pending turn with its `progress`, each with what
    was `composed`.
    """
    return fragment(
        "thread",
        id=conversation.id,
        turns=[(turn, outcome(turn, words, progress, composed(turn.number))) for turn in conversation.turns],
        proposes=bool(conversation.last and conversation.last.answer and conversation.last.answer.citations),
        forms=FORMS if any(turn.answer and turn.answer.citations for turn in conversation.turns) else {},
        shown=SHOWN_CHARS,
        editable=QUESTION_CHARS,
        words=words,
    )


def composed(number: int, drawn: str) -> Markup:
    """What was composed for a turn, on its way to the place below its answer."""
    return fragment("composing", number=number, drawn=drawn)


def welcome(examples: Sequence[Example] | None, articles: int, words: Words) -> Markup:
    """The content of an empty chat: example questions, None where they are still to be made, or how to fill an empty
    library.
    """
    return fragment("welcome", examples=examples, articles=articles, words=words)


def examples(made: Sequence[Example], words: Words) -> Markup:
    """The example questions, for an empty chat that was drawn before they were made."""
    return fragment("examples", examples=made, words=words)


def following(questions: Sequence[str], words: Words) -> Markup:
    """Questions to go on with, for a chat that was drawn before they were tried."""
    return fragment("following", questions=questions, words=words)


def notice(text: str) -> Markup:
    """A message above the question box; none where `text` is empty."""
    return fragment("notice", text=text, kind="notice")


def warning(text: str) -> Markup:
    """An error, in place of what was asked for."""
    return fragment("notice", text=text, kind="warning")


def conversation_list(listed: Sequence[ConversationTitle], search: str, lasts: bool, words: Words) -> Markup:
    """One line a conversation, a link to it; `lasts`: they are kept after a restart."""
    return fragment("conversations", listed=listed, search=search, lasts=lasts, words=words)


def new_chat(words: Words) -> Markup:
    """The link to an empty chat."""
    return fragment("new", words=words)


def search_box(words: Words) -> Markup:
    """The search box above the list of conversations."""
    return fragment("find", words=words)
