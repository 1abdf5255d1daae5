"""The chat as HTML. Pure; whatever comes from a page, a file name or a question is escaped.

Elements speak to the page's scripts by data attributes: `data-cite`, `data-article`, `data-ask`, `data-copy` … Ids
carry the turn's number, which no two turns share: `turn-2`, `src-2-1` (a source card), `quote-2-1-80` (a quote in it).
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversations.turns import Turn
from qa.settings import QUESTION_CHARS
from ui import chat, icons
from ui.answers import outcome
from ui.marks import escape
from ui.words import Words

SHOWN_CHARS = 500  # of a question, in the chat


def thread(conversation: chat.Conversation, words: Words) -> str:
    """The whole chat, and questions to go on with."""
    turns = "".join(_turn(turn, position, words) for position, turn in enumerate(conversation.turns, 1))
    return (
        f'<div class="turns" data-talk="{escape(conversation.id)}"><h1 class="unseen">{escape(words.chat_screen)}</h1>'
        f"{_exports(conversation.id, words)}{turns}{_following(conversation, words)}</div>"
    )


def _exports(id: str, words: Words) -> str:
    """Links to the conversation as a file."""
    links = "".join(
        f'<a href="conversations/{escape(id)}.{ending}" download>{kind}</a>'
        for kind, ending in (("Markdown", "md"), ("HTML", "html"))
    )
    return f'<p class="exports">{escape(words.export)}{links}</p>' if id else ""


def _turn(turn: Turn, position: int, words: Words) -> str:
    question = turn.question if len(turn.question) <= SHOWN_CHARS else turn.question[:SHOWN_CHARS] + "…"
    name = escape(words.question_number.format(number=position))
    return (
        f'<article class="turn" id="turn-{turn.number}" tabindex="-1" aria-label="{name}">'
        f'<div class="question">{_editing(turn, words) if turn.number else ""}<h2>{escape(question)}</h2></div>'
        f"{outcome(turn, words)}</article>"
    )


def _editing(turn: Turn, words: Words) -> str:
    """A button, and the form that it opens in the question's place."""
    name, question = escape(words.edit), escape(turn.question[:QUESTION_CHARS])
    return (
        f'<button type="button" class="edit" data-edit aria-label="{name}" title="{name}">{icons.EDIT}</button>'
        f'<form class="editing" data-turn="{turn.number}" hidden><textarea name="question" rows="2"'
        f' aria-label="{name}">{question}</textarea><p class="hint">{escape(words.edit_note)}</p>'
        f'<div class="actions"><button class="go">{escape(words.edit_submit)}</button>'
        f'<button type="button" data-edit-cancel>{escape(words.edit_cancel)}</button></div></form>'
    )


def welcome(examples: Sequence[str], articles: int, words: Words) -> str:
    """What an empty chat shows: questions that the library can answer, or how to fill an empty one."""
    if not articles:
        return (
            f'<section class="welcome"><h1>{escape(words.empty_library)}</h1><p>{escape(words.empty_library_lead)}</p>'
            f'<p><a class="go" href="#library">{escape(words.to_library)}</a></p>'
            f"<p>{escape(words.empty_library_else)}</p><pre><code>{escape(words.empty_library_command)}</code></pre></section>"
        )
    buttons = "".join(map(_asks, examples))
    tried = f'<h2>{escape(words.examples)}</h2><ul class="examples">{buttons}</ul>' if buttons else ""
    return (
        f'<section class="welcome"><h1>{escape(words.welcome)}</h1><p>{escape(words.welcome_lead)}</p>{tried}</section>'
    )


def _following(conversation: chat.Conversation, words: Words) -> str:
    buttons = "".join(_asks(question) for question in chat.following(conversation))
    said = escape(words.following)
    return f'<nav class="following" aria-label="{said}"><h2>{said}</h2><ul>{buttons}</ul></nav>' if buttons else ""


def _asks(question: str) -> str:
    """A button that asks."""
    return f'<li><button type="button" data-ask="{escape(question)}">{escape(question)}</button></li>'


def notice(text: str) -> str:
    """A word to the user, above the question box; none where `text` is empty."""
    return f'<p class="notice" role="alert">{escape(text)}</p>' if text else ""
