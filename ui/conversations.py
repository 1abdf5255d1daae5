"""The list of conversations as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from qa.conversations.turns import ConversationTitle
from ui.markup import fragment
from ui.words import Words


def conversation_list(listed: Sequence[ConversationTitle], search: str, lasts: bool, words: Words) -> Markup:
    """One line a conversation, a link to it; `lasts`: they are kept after a restart."""
    return fragment("conversations", listed=listed, search=search, lasts=lasts, words=words)


def new(words: Words) -> Markup:
    """The link to an empty chat."""
    return fragment("new", words=words)


def find(words: Words) -> Markup:
    """The search box above the list of conversations."""
    return fragment("find", words=words)
