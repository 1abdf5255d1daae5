"""The page that asks for the password."""

from __future__ import annotations

from markupsafe import Markup

from ui.markup import fragment
from ui.words import Words


def page(words: Words, problem: str = "") -> Markup:
    """The whole page; `problem` says why the last attempt failed."""
    return fragment("login", words=words, problem=problem)
