"""The page that asks for the password, in the colours of the screen."""

from __future__ import annotations

from markupsafe import Markup

from ui.markup import fragment
from ui.words import Words


def page(words: Words, problem: str = "") -> Markup:
    """The whole page; `problem` says what was wrong with the last try."""
    return fragment("login", words=words, problem=problem)
