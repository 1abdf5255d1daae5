"""The list of conversations as HTML. Pure; titles are escaped."""

from __future__ import annotations

from collections.abc import Sequence

from qa.conversations.turns import ConversationTitle
from ui import icons
from ui.marks import escape
from ui.words import Words


def conversation_list(listed: Sequence[ConversationTitle], search: str, lasts: bool, words: Words) -> str:
    """One line a conversation, a link to it; `lasts`: they are kept after a restart."""
    nothing = words.no_such_talks if search.strip() else words.no_talks
    lines = "".join(_line(one, words) for one in listed)
    shown = f"<ul>{lines}</ul>" if lines else f'<p class="hint">{escape(nothing)}</p>'
    note = "" if lasts else f'<p class="warning">{escape(words.not_lasting)}</p>'
    return f'<nav class="talks" aria-label="{escape(words.talks)}">{shown}{note}</nav>'


def trouble(problem: str) -> str:
    """In place of the list: why it cannot be had."""
    return f'<p class="warning" role="alert">{escape(problem)}</p>'


def new(words: Words) -> str:
    """The way to an empty chat."""
    return f'<a class="new" href="#chat">{icons.NEW}{escape(words.new_chat)}</a>'


def find(words: Words) -> str:
    """What is looked for among the conversations."""
    name = escape(words.find_talk)
    return f'<input type="search" class="find-talk" aria-label="{name}" placeholder="{name}" autocomplete="off">'


def _line(one: ConversationTitle, words: Words) -> str:
    rename, remove = (escape(name.format(title=one.title)) for name in (words.rename_of, words.remove_of))
    return (
        f'<li data-id="{escape(one.id)}"><a href="#chat/{escape(one.id)}">{escape(one.title)}</a>'
        f'<button type="button" data-rename aria-label="{rename}" title="{rename}">{icons.EDIT}</button>'
        f'<button type="button" data-remove aria-label="{remove}" title="{remove}">{icons.REMOVE}</button></li>'
    )
